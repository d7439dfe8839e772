"""Our words of ten languages: readable, complete, without two meanings, and refused loudly when wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from outreach.incoming.automaton import Automaton
from outreach.incoming.entries import CATEGORIES, SERIES_CATEGORY, SITUATIONAL, Kind, VocabularyError
from outreach.incoming.intent import Route, recognise
from outreach.incoming.keys import TokenKeys
from outreach.incoming.menus import DAY_PARTS
from outreach.incoming.normalise import normalise
from outreach.incoming.pattern import PatternError, read_pattern
from outreach.incoming.vocabulary import Vocabulary, catalog_code, external_code, load_vocabulary

LOCALES = Path(__file__).parents[2] / "locales"
LANGUAGES = ["ar", "en", "es", "fr", "ht", "km", "pt_BR", "so", "vi", "zh_Hans"]
TOPICS = ["screenings", "health_fairs", "parenting", "coping_skills"]
ROUTES = ["stop", "start", "help", "crisis", "callback", "rsvp_yes", "rsvp_no"]


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary(LOCALES)


def write(folder: Path, language: str, text: str) -> None:
    (folder / language).mkdir(exist_ok=True)
    (folder / language / "words.yaml").write_text(text, encoding="utf-8")


def test_all_ten_languages_are_there(vocabulary: Vocabulary) -> None:
    assert sorted(vocabulary.languages) == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_words_for_every_intent(language: str, vocabulary: Vocabulary) -> None:
    entries = [entry for entry in vocabulary.entries if entry.language == language]
    assert {entry.route for entry in entries} >= set(ROUTES)
    resources = {entry.detail for entry in entries if entry.route == "resource" and entry.kind is Kind.KEYWORD}
    assert resources == set(CATEGORIES)
    series = {entry.detail for entry in entries if entry.route == "series" and entry.kind is Kind.KEYWORD}
    assert series == set(SERIES_CATEGORY)
    assert {entry.detail for entry in entries if entry.kind is Kind.NAME} == set(LANGUAGES)
    told = {(entry.route, entry.detail) for entry in entries if entry.kind is Kind.KEYWORD}
    assert told >= {("more", None), ("flag", "closed"), *(("topic", topic) for topic in TOPICS)}
    beside_an_hour = None
    assert {entry.detail for entry in entries if entry.route == "call_time"} == {beside_an_hour, *DAY_PARTS}
    assert {entry.detail for entry in entries if entry.route == "flag"} == {"closed", "wrong", "no_answer"}
    assert "automatic" in {entry.route for entry in entries}


def test_every_keyword_that_families_are_told_works(vocabulary: Vocabulary) -> None:
    for entry in vocabulary.entries:
        if entry.kind is Kind.KEYWORD and entry.route not in SITUATIONAL:
            intent = recognise(entry.text, vocabulary, contact_language=entry.language)
            assert (intent.route, entry.detail) in {
                (Route.CALLBACK, None),
                (Route.SERIES, intent.args.get("series")),
                (Route.RESOURCE, intent.args.get("category")),
            }, (entry.language, entry.text)


@pytest.mark.parametrize("route", ["stop", "start", "help", "crisis"])
def test_every_word_listed_for_a_grave_intent_reaches_it(route: str, vocabulary: Vocabulary) -> None:
    """No guard, filler or word of another language may swallow one."""
    for entry in vocabulary.entries:
        if entry.route == route and entry.kind is Kind.WORD:
            intent = recognise(entry.text.removeprefix("="), vocabulary, contact_language=entry.language)
            assert intent.route == route, (entry.language, entry.text, intent.reason)


@pytest.mark.parametrize("route", ["rsvp_yes", "rsvp_no"])
def test_every_answer_reaches_an_open_invitation(route: str, vocabulary: Vocabulary) -> None:
    for entry in vocabulary.entries:
        if entry.route == route and entry.kind is Kind.WORD:
            intent = recognise(
                entry.text.removeprefix("="),
                vocabulary,
                contact_language=entry.language,
                pending=frozenset({"rsvp"}),
            )
            assert intent.route == route, (entry.language, entry.text, intent.reason)


def test_codes_translate_both_ways() -> None:
    assert (external_code("pt_BR"), external_code("zh_Hans"), external_code("ht")) == ("pt", "zh-Hans", "ht")
    assert (catalog_code("pt"), catalog_code("zh-Hans"), catalog_code("pt_BR")) == ("pt_BR", "zh_Hans", "pt_BR")
    assert catalog_code(None) is None


def test_one_text_with_two_meanings_is_refused_by_name(tmp_path: Path) -> None:
    write(tmp_path, "en", "stop:\n  words: [halt]\n")
    write(tmp_path, "fr", "rsvp_yes:\n  words: [Hált]\n")
    with pytest.raises(VocabularyError, match=r'fr/words\.yaml, rsvp_yes: "Hált" already means stop in en'):
        load_vocabulary(tmp_path)


def test_two_languages_may_differ_about_a_harmless_word(tmp_path: Path) -> None:
    write(tmp_path, "es", "resource:\n  clothing: {words: [abrigo]}\n")
    write(tmp_path, "pt_BR", "resource:\n  housing: {words: [abrigo]}\n")
    assert load_vocabulary(tmp_path).languages == {"es", "pt_BR"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("stop: {wrods: [stop]}", "stop.wrods"),
        ("stpo: {words: [stop]}", "stpo"),
        ("resource: {drinks: {words: [tea]}}", "resource.drinks"),
        ("rsvp_no: {words: [no]}", "write it in quotes"),
        ("stop: {phrases: ['(stop|end']}", r"\(stop\|end"),
        ("stop: {phrases: ['stop?']}", "empty text"),
        ("stop: {phrases: ['... texts']}", "gap"),
        ("stop: {phrases: ['{texts} please']}", "{texts}"),
        ("stop: {phrases: ['st* now']}", "too short a stem"),
        ("spellings: {plz: if you please}", "plz"),
        ("- stop", "not a mapping"),
        ("stop: [", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_by_name(tmp_path: Path, text: str, message: str) -> None:
    write(tmp_path, "en", text)
    with pytest.raises(VocabularyError, match=message) as refusal:
        load_vocabulary(tmp_path)
    assert "en/words.yaml" in str(refusal.value)


def test_a_folder_without_words_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VocabularyError, match=r"no words\.yaml"):
        load_vocabulary(tmp_path)


def found(pattern: str, text: str) -> list[tuple[int, int]]:
    keys = TokenKeys()
    graph = read_pattern(
        pattern,
        lambda literal: [frozenset({token.plain}) for token in normalise(literal).tokens],
        {"me": ("me", "us all")},
    )
    automaton = Automaton([graph])
    del keys
    return [(span.start, span.end) for span in automaton.find([[t.plain] for t in normalise(text).tokens])]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("stop", "please stop now", [(1, 2)]),
        ("stop (texting|calling) me", "stop calling me", [(0, 3)]),
        ("stop (texting|calling) me", "stop seeing me", []),
        ("please? stop now", "stop now", [(0, 2)]),
        ("no ... texts", "no more of these texts", [(0, 5)]),
        ("no ... texts", "no one two three four five six texts", []),
        ("text {me}", "text us all", [(0, 3)]),
        ("^ stop", "stop it", [(0, 1)]),
        ("^ stop", "bus stop", []),
        ("stop $", "bus stop", [(1, 2)]),
        ("stop $", "stop it", []),
        ("(a b|c) d?", "a b d", [(0, 3), (0, 2)]),
    ],
)
def test_phrases_mean_what_they_say(pattern: str, text: str, expected: list[tuple[int, int]]) -> None:
    assert found(pattern, text) == expected


def test_a_question_mark_needs_something_before_it() -> None:
    with pytest.raises(PatternError):
        read_pattern("? stop", lambda literal: [frozenset({literal})], {})
