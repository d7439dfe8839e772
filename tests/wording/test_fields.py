from datetime import date, datetime, time
from decimal import Decimal

import pytest

from outreach.languages import LANGUAGES
from outreach.wording.fields import (
    Field,
    FieldError,
    FieldType,
    Value,
    fill,
    placeholders,
    read_value,
    read_values,
    show_value,
    store_values,
)

T = FieldType


def field(kind: FieldType) -> Field:
    return Field("it", kind, "This thing", "")


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (T.TEXT, "  Lincoln   School\tgym ", "Lincoln School gym"),
        (T.TEXT, "the “big” room — don’t knock", 'the "big" room - don\'t knock'),
        (T.DATE, "2026-12-05", date(2026, 12, 5)),
        (T.TIME, "15:30", time(15, 30)),
        (T.DATETIME, "2026-12-05 10:00", datetime.fromisoformat("2026-12-05T10:00")),
        (T.DATETIME, "2026-12-05T10:00", datetime.fromisoformat("2026-12-05T10:00")),
        (T.NUMBER, "12", 12),
        (T.MONEY, "$12.50", Decimal("12.50")),
        (T.MONEY, "0", Decimal(0)),
        (T.PHONE, "617-555-0100", "617-555-0100"),
        (T.PHONE, "988", "988"),
        (T.LINK, "https://example.org/fair", "https://example.org/fair"),
    ],
)
def test_a_value_is_read_as_a_person_types_it(kind: FieldType, raw: str, value: Value) -> None:
    assert read_value(field(kind), raw) == value


@pytest.mark.parametrize(
    ("kind", "raw", "says"),
    [
        *((kind, " ", "is empty") for kind in FieldType),
        (T.TEXT, "a" * 61, "61 characters, at most 60 fit"),
        (T.TEXT, "the {gym}", "plain words without braces"),
        (T.DATE, "12/05/2026", "written as 2026-12-05"),
        (T.DATE, "2026-02-30", "written as 2026-12-05"),
        (T.TIME, "3pm", "written as 10:00"),
        (T.TIME, "25:00", "written as 10:00"),
        (T.DATETIME, "2026-12-05", "a day and time"),
        (T.DATETIME, "10:00", "a day and time"),
        (T.NUMBER, "1.5", "a whole number"),
        (T.MONEY, "five", "an amount in dollars"),
        (T.MONEY, "NaN", "an amount in dollars"),
        (T.MONEY, "Infinity", "an amount in dollars"),
        (T.MONEY, "-5", "an amount in dollars"),
        (T.PHONE, "555-0100", "a phone number"),
        (T.LINK, "example.org", "starts with https://"),
        (T.LINK, "https://localhost", "starts with https://"),
    ],
)
def test_a_wrong_value_is_refused_in_words(kind: FieldType, raw: str, says: str) -> None:
    with pytest.raises(FieldError, match=r"This thing \(it\)") as caught:
        read_value(field(kind), raw)
    assert says in str(caught.value)


def test_a_field_that_is_missing_or_unknown_is_named() -> None:
    fields = {"it": field(T.TEXT)}
    assert read_values(fields, {"it": "x"}) == {"it": "x"}
    with pytest.raises(FieldError, match=r"This thing \(it\) is empty"):
        read_values(fields, {})
    with pytest.raises(FieldError, match="there is no field 'that'; this pack has it"):
        read_values(fields, {"it": "x", "that": "y"})


MOMENT = datetime.fromisoformat("2026-12-05T10:00")
VALUES: dict[str, Value] = {
    "text": "Gym", "day": MOMENT.date(), "clock": MOMENT.time(), "moment": MOMENT, "number": 3,
    "price": Decimal("12.50"),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", VALUES)
def test_no_value_brings_a_space_that_makes_a_text_dearer(language: str, name: str) -> None:
    shown = show_value(VALUES[name], language)
    assert shown
    assert not set(shown) & set("\u202f\u00a0\u2009\u200e\u200f")


def test_a_wording_is_filled_in_its_language() -> None:
    assert fill("{day}, {clock}: {price}", VALUES, "en") == "Saturday, December 5, 10:00 AM: $12.50"
    assert fill("{day}: {text}", VALUES, "es") == "sábado 5 de diciembre: Gym"


@pytest.mark.parametrize(
    ("wording", "says"),
    [
        ("{date} is open", r"asks for \{date\}, which has no value"),
        ("{text", "braces that do not pair"),
        ("text}", "braces that do not pair"),
        ("{text.nothing}", "braces that do not pair"),
        ("{}", "braces that do not pair"),
    ],
)
def test_an_open_brace_never_leaves(wording: str, says: str) -> None:
    with pytest.raises(FieldError, match=says):
        fill(wording, VALUES, "en")


def test_braces_are_found_in_order_with_repeats() -> None:
    assert placeholders("{a} {b} {a} {{no}}") == ["a", "b", "a"]
    with pytest.raises(ValueError, match="expected '}'"):
        placeholders("{a")


def test_a_place_may_have_a_name_of_its_own_in_a_language() -> None:
    fields = {"place": Field("place", T.PLACE, "Where", "Gym", max_length=20), "date": Field("date", T.DATE, "Day", "")}
    typed = {"place": "City Hall", "place.es": " Alcaldía “Sur” ", "place.ar": "دار البلدية", "date": "2026-12-05"}
    values = read_values(fields, typed)
    said = {language: fill("{place}", values, language) for language in ("en", "es", "ar", "vi")}
    assert said == {"en": "City Hall", "es": 'Alcaldía "Sur"', "ar": "دار البلدية", "vi": "City Hall"}
    assert store_values(values)["place.es"] == 'Alcaldía "Sur"'
    assert read_values(fields, store_values(values)) == values
    for wrong, says in (
        ({"place.es": "x" * 21}, r"Where in Spanish \(place.es\): 21 characters, at most 20 fit"),
        ({"place.es": "{x}"}, r"Where in Spanish \(place.es\): a place in plain words"),
        ({"place.xx": "x"}, "there is no field 'place.xx'"),
        ({"date.es": "2026-12-05"}, "there is no field 'date.es'"),
    ):
        with pytest.raises(FieldError, match=says):
            read_values(fields, {**typed, **wrong})


def test_values_are_stored_as_text_that_reads_back() -> None:
    stored = store_values({"a": date(2026, 12, 5), "b": time(10), "c": MOMENT, "d": 3, "e": Decimal("1.50"), "f": "x"})
    assert stored == {
        "a": "2026-12-05", "b": "10:00:00", "c": "2026-12-05T10:00:00", "d": "3", "e": "1.50", "f": "x",
    }  # fmt: skip
    for name, kind in (("a", T.DATE), ("b", T.TIME), ("c", T.DATETIME), ("d", T.NUMBER), ("e", T.MONEY)):
        assert store_values({name: read_value(field(kind), stored[name])}) == {name: stored[name]}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Lincoln School", "\u2068Lincoln School\u2069"),
        ("617-555-0142", "\u2068617-555-0142\u2069"),
        ("https://example.org/fair", "\u2068https://example.org/fair\u2069"),
        ("مدرسة لنكولن", "مدرسة لنكولن"),
        ("القاعة 3-5", "القاعة \u20683-5\u2069"),
        ("988", "988"),
        (3, "3"),
        (time(10), "10:00 ص"),
    ],
)
def test_a_value_of_the_other_direction_is_isolated_in_a_right_to_left_text(value: Value, shown: str) -> None:
    assert fill("اتصلوا: {it}.", {"it": value}, "ar") == f"اتصلوا: {shown}."
    assert "\u2068\u2068" not in fill("اتصلوا: \u2068{it}\u2069.", {"it": value}, "ar")
    assert "\u2068" not in fill("Call {it}.", {"it": value}, "en")


def test_a_latin_name_at_the_beginning_does_not_turn_an_arabic_text_around() -> None:
    assert fill("{it}: أهلا", {"it": "Lincoln School"}, "ar") == "\u2068Lincoln School\u2069: أهلا"
