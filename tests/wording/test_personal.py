"""A family's own name in a text: whatever stands in a name, the text stays whole and says what was previewed."""

import unicodedata

import pytest

from outreach.languages import SHIPPED
from outreach.wording.direction import FSI, PDI
from outreach.wording.fields import fill
from outreach.wording.models import LONGEST_WORDING
from outreach.wording.personal import fill_frame, fill_name, fill_without_name, read_name

WORDING = "{sender}: Hello {name}, see you at {place}."
VALUES = {"sender": "Lincoln School", "place": "Gym {A}"}
FRAME = fill_frame(WORDING, VALUES, "en")


def say(name: str | None, language: str = "en", wording: str = WORDING) -> str:
    return fill_name(fill_frame(wording, VALUES, language), name, language, "nobody")


def test_a_frame_leaves_the_name_alone_open() -> None:
    assert FRAME == "Lincoln School: Hello {name}, see you at Gym {A}."
    assert fill_frame("{name} في {place}", VALUES, "ar").startswith("{name} ")


@pytest.mark.parametrize("name", ["{sender}", "{name}", "a{b", "a}b", "{0} a", "{name!r}", "%s a", "\\1 a", "$name"])
def test_a_name_is_put_in_and_never_looked_into(name: str) -> None:
    assert say(name) == f"Lincoln School: Hello {name}, see you at Gym {{A}}."


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("  Maria \t Santos\n", "Maria Santos"),
        ("Nguye\u0302\u0303n", "Nguyễn"),
        ("O\u2019Brien", "O'Brien"),
        ("Ana\u00a0Paz", "Ana Paz"),
        ("A\u202eanA\u202c", "AanA"),
        ("Ana\u2069\u2068", "Ana"),
        ("\u200fعلي", "علي"),
        ("Ana\x00\x07Paz", "Ana Paz"),
        ("Ana\ufffc", "Ana"),
        ("Rosa 🌸", "Rosa 🌸"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("មករា", "មករា"),
        ("-", ""),
        (" \u200b ", ""),
        ("...", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_a_name_is_read_on_one_line_without_invisible_marks(name: str | None, read: str) -> None:
    assert read_name(name) == read


def test_a_family_without_a_name_that_can_be_read_gets_the_other_text() -> None:
    assert {say(name) for name in (None, "", "?", "\u200b")} == {"nobody"}


@pytest.mark.parametrize("language", SHIPPED)
@pytest.mark.parametrize("name", ["Maria Santos", "Nguyễn Văn An", "王小明", "علي حسن", "Jr.", "María {x}", "Rosa 🌸"])
def test_a_name_filled_in_later_reads_as_one_filled_in_at_once(language: str, name: str) -> None:
    wording = "{sender}: 1. {name}, {place}. {name}."
    at_once = fill(wording, {**VALUES, "name": name}, language)
    bare = str.maketrans("", "", FSI + PDI)
    assert say(name, language, wording).translate(bare) == at_once.translate(bare)
    if language == "ar" or name != "علي حسن":
        assert say(name, language, wording) == at_once


def test_an_arabic_name_does_not_turn_an_english_text_around() -> None:
    assert f"Hello {FSI}علي{PDI}, see" in say("علي")


def test_a_latin_name_keeps_to_itself_in_an_arabic_text() -> None:
    text = say("Maria", "ar", f"مرحبا {FSI}{{name}}{PDI}، 5 شارع")
    assert text == f"مرحبا {FSI}Maria{PDI}، 5 شارع"


def test_a_text_stays_composed_where_name_and_wording_meet() -> None:
    text = say("\u0301Ana", wording="e{name}")
    assert unicodedata.is_normalized("NFC", text)


def test_a_text_that_a_name_makes_too_long_goes_without_it() -> None:
    frame = "x" * (LONGEST_WORDING - 6) + "{name}"
    assert len(fill_name(frame, "n" * 6, "en", "nobody")) == LONGEST_WORDING
    assert fill_name(frame, "n" * 7, "en", "nobody") == "nobody"


@pytest.mark.parametrize(
    ("frame", "language", "word", "said"),
    [
        ("School: Hello {name}, come.", "en", "family", "School: Hello family, come."),
        ("School: {name}, come.", "en", "family", "School: Family, come."),
        ("{name}, come. {name}!", "en", "family", "Family, come. Family!"),
        ("School : {name}, venez.", "fr", "chère famille", "School : Chère famille, venez."),
        ("School: ¡{name}! Ven, {name}.", "es", "familia", "School: ¡Familia! Ven, familia."),
        ("{name} {brace}", "en", "family", "Family {brace}"),
    ],
)
def test_the_word_for_a_family_begins_with_a_capital_where_a_sentence_does(
    frame: str, language: str, word: str, said: str
) -> None:
    assert fill_without_name(frame, word, language) == said
