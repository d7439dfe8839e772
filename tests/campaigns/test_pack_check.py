"""Checking packs with their translations: what one language lost is named, and stops the launch."""

import shutil
from functools import cache
from pathlib import Path

import pytest

from outreach.campaigns.launch import LaunchError
from outreach.campaigns.pack_check import check_packs
from outreach.languages import LANGUAGES, SHIPPED
from outreach.runtime import Runtime
from outreach.setting_values import PACKAGE
from outreach.wording.acceptance import accept_language
from outreach.wording.catalog import AWAITING, REVIEWED
from outreach.wording.told_keywords import keywords_at
from tests.support.campaigns import launch_plan, plan_pack
from tests.support.sending import make_family

SOME = ("en", "es", "ht")
VISION = "screenings/vision:invitation"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The database does not matter here."""
    return sqlite_url


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the shipped packs and translations, to be spoiled."""
    for name in ("campaigns", "locales"):
        shutil.copytree(PACKAGE.parent / name, tmp_path / "content" / name)
    return tmp_path / "content"


def spoil(content: Path, language: str, context: str, old: str, new: str, catalog: str = "packs") -> None:
    """Change the translation under one context."""
    path = content / "locales" / language / "LC_MESSAGES" / f"{catalog}.po"
    text = path.read_text(encoding="utf-8")
    start = text.index("msgstr", text.index(f'msgctxt "{context}"'))
    end = text.find("\n\n", start) + 1 or len(text)
    assert old in text[start:end]
    path.write_text(text[:start] + text[start:end].replace(old, new, 1) + text[end:], encoding="utf-8")


@cache
def shipped_problems() -> frozenset[str]:
    return frozenset(check_packs(PACKAGE.parent, SOME))


def new_problems(content: Path) -> list[str]:
    """The problems of a spoiled copy that what is shipped does not have."""
    return [problem for problem in check_packs(content, SOME) if problem not in shipped_problems()]


def test_what_is_shipped_has_no_problem() -> None:
    assert check_packs(PACKAGE.parent, SHIPPED) == []


def test_a_lost_placeholder_is_named_and_the_launch_refused(work: Runtime, content: Path) -> None:
    spoil(content, "es", VISION, "{place}", "aquí")
    assert new_problems(content) == ["screenings/vision, step invitation, es: Spanish: {place} is missing"]
    make_family(work), make_family(work, 1, language="es")
    with work.database.writing() as session:
        accept_language(session, "es", accepted_by="a test")
    plan = plan_pack(work, content=content)
    assert plan.problems == ("Spanish, 1 family: step invitation: Spanish: {place} is missing",)
    with pytest.raises(LaunchError):
        launch_plan(work, plan)
    assert plan_pack(work, content=content, choices={"es": "en"}).problems == ()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("{place}", "{lugar}", ["{place} is missing", "{lugar} is not in the English"]),
        ("{place}", "{place", ["its braces do not pair"]),
        ("{place}", "{place} {sender} {event}", ["{event} is not in the English", "{sender} stands 2 times here"]),
        ("{sender}", "{sender} 🎈🎈 " + "á" * 300, ["segments (UCS-2 because of", "much longer than the English"]),
        ("STOP", "BASTAR", ["the keyword STOP is missing; the service does not know BASTAR"]),
        ("{place}", "{place}, sala 4", ["the number 4 is not in the English"]),
        ("{place}", "{place}. Responda YES", ["YES cannot be asked for as an answer"]),
        ("{place}", "{place}. No insurance or papers needed", ["is left in English"]),
        ("{place}", "{place} gr\u0430tis", ["is Cyrillic"]),
        ("{place}", "{place}\u00a0", ["a no-break space"]),
        ("{place}", "{place} – gratis", ["– makes this text dearer; write -"]),
    ],
)
def test_each_kind_of_mistake_is_named(content: Path, old: str, new: str, says: list[str]) -> None:
    spoil(content, "es", VISION, old, new)
    problems = new_problems(content)
    assert all(problem.startswith("screenings/vision, step invitation, es: ") for problem in problems)
    for words in says:
        assert any(words in problem for problem in problems), problems


def test_advice_is_told_and_keeps_nothing_back(work: Runtime, content: Path) -> None:
    spoil(content, "es", VISION, "{place}", "{place} – ")
    assert len(new_problems(content)) == 1
    make_family(work, language="es")
    with work.database.writing() as session:
        accept_language(session, "es", accepted_by="a test")
    assert plan_pack(work, content=content).problems == ()


def test_the_words_of_the_content_at_hand_are_asked(content: Path) -> None:
    """A deployment with its own words.yaml may tell its own keywords."""
    spoil(content, "es", VISION, "STOP", "BASTAR")
    assert len(new_problems(content)) == 1
    words = content / "locales" / "es" / "words.yaml"
    text = words.read_text(encoding="utf-8")
    at = text.index("words: [", text.index("\nstop:")) + len("words: [")
    words.write_text(f"{text[:at]}bastar, {text[at:]}", encoding="utf-8")
    keywords_at.cache_clear()
    assert new_problems(content) == []


def test_a_language_nobody_has_translated_is_missing_everywhere(content: Path) -> None:
    shutil.rmtree(content / "locales" / "vi" / "LC_MESSAGES", ignore_errors=True)
    problems = check_packs(content, ("en", "vi"))
    assert "screenings/vision, step invitation, vi: Vietnamese is missing" in problems
    assert "reply:help, vi: is missing" in problems
    assert not any(", en" in problem for problem in problems)


def test_a_reply_without_its_placeholder_is_named(content: Path) -> None:
    spoil(content, "ht", "reply:stopped", "{service}", "Nou", "replies")
    assert new_problems(content) == ["reply:stopped, ht: {service} is missing"]


def test_a_reply_that_is_too_long_is_named(content: Path) -> None:
    spoil(content, "ht", "reply:stopped", "{service}", "{service}" + " mesi anpil" * 30, "replies")
    assert any("segments with sample values" in problem for problem in new_problems(content))


def test_changed_english_makes_its_translations_stale(content: Path) -> None:
    path = content / "campaigns" / "screenings" / "vision.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("Free check", "A free check"), encoding="utf-8")
    assert new_problems(content) == [
        f"screenings/vision, step invitation, {language}: {LANGUAGES[language].english} is stale"
        for language in ("es", "ht")
    ]


def test_broken_packs_are_told_alone(content: Path) -> None:
    path = content / "campaigns" / "screenings" / "vision.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("kind: broadcast", "kind: often"), encoding="utf-8")
    (problem,) = check_packs(content, SOME)
    assert problem.startswith("screenings/vision.yaml, line 3: kind 'often' is none of")


def test_one_reviewed_entry_is_ready_without_an_acceptance(work: Runtime, content: Path) -> None:
    make_family(work, language="es")
    assert len(plan_pack(work, content=content).problems) == 1
    path = content / "locales" / "es" / "LC_MESSAGES" / "packs.po"
    before, _, after = path.read_text(encoding="utf-8").partition('msgctxt "screenings/vision:invitation"')
    head, _, tail = before.rpartition(f"# {AWAITING}")
    path.write_text(f'{head}# {REVIEWED} Ana{tail}msgctxt "screenings/vision:invitation"{after}', encoding="utf-8")
    assert plan_pack(work, content=content).problems == ()
