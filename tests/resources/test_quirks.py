"""How single cells of real-life exports are read: a table for each kind of cell."""

from datetime import date, time

import pytest

from outreach.resources.hsds_places import place, read_zip
from outreach.resources.hsds_quirks import (
    clean_text,
    is_placeholder,
    read_byday,
    read_bymonthday,
    read_date,
    read_languages,
    read_number,
    read_phones,
    read_status,
    read_time,
    read_zone,
)
from outreach.resources.models import ServiceStatus


@pytest.mark.parametrize(
    ("raw", "expected", "odd"),
    [
        ("10:00", time(10), False),
        ("10:00:00", time(10), False),
        ("10:00Z", time(10), True),
        ("10:00-05:00", time(10), True),
        ("10:00:00.000+0000", time(10), True),
        ("9am", time(9), False),
        ("12:30 a.m.", time(0, 30), False),
        ("1:30 pm", time(13, 30), False),
        ("24:00", time(0), False),
        ("23:59", time(0), False),
        ("23:59:59", time(0), False),
        ("25:00", None, True),
        ("13pm", None, True),
        ("noon", None, True),
        ("", None, False),
    ],
)
def test_a_time_is_the_clock_on_the_wall(raw: str, expected: time | None, odd: bool) -> None:
    cell = read_time(raw)
    assert (cell.value, bool(cell.problem)) == (expected, odd)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2026-05-03", date(2026, 5, 3)),
        ("2026-05-03T10:30:45.123Z", date(2026, 5, 3)),
        ("05/03/2026", date(2026, 5, 3)),
        ("5/3/26", date(2026, 5, 3)),
        ("20260503", date(2026, 5, 3)),
        ("2026-02-30", None),
        ("9999-12-31", None),
        ("soon", None),
    ],
)
def test_a_date_is_iso_or_american(raw: str, expected: date | None) -> None:
    assert read_date(raw).value == expected


@pytest.mark.parametrize(
    ("raw", "expected", "odd"),
    [
        ("MO,WE", "MO,WE", False),
        ('"TH,FR"', "TH,FR", False),
        ("1TU,-1FR", "1TU,-1FR", False),
        ("+2SA", "2SA", False),
        ("MON; Wednesday", "MO,WE", True),
        ("MO,XX", "MO", True),
        ("", "", False),
    ],
)
def test_weekdays_are_read_however_they_are_spelt(raw: str, expected: str, odd: bool) -> None:
    cell = read_byday(raw)
    assert (cell.value, bool(cell.problem)) == (expected, odd)


@pytest.mark.parametrize(("raw", "expected"), [("2,3,4", "2,3,4"), ('"-1"', "-1"), ("0,32,x,7", "7")])
def test_days_of_the_month_that_exist_are_kept(raw: str, expected: str) -> None:
    assert read_bymonthday(raw).value == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("active", ServiceStatus.ACTIVE),
        ("ACTIVE", ServiceStatus.ACTIVE),
        (" Temporarily  Closed ", ServiceStatus.TEMPORARILY_CLOSED),
        ("Defunct", ServiceStatus.DEFUNCT),
        ("closed", ServiceStatus.INACTIVE),
        ("who knows", ServiceStatus.UNCLEAR),
        ("", ServiceStatus.ACTIVE),
    ],
)
def test_a_status_is_read_in_any_case(raw: str, expected: ServiceStatus) -> None:
    assert read_status(raw).value is expected


@pytest.mark.parametrize(
    ("raw", "extension", "expected"),
    [
        ('"617-555-0141"', "100", ["617-555-0141 x100"]),
        ('""+44 1234 234567""', "", ["+44 1234 234567"]),
        ("(617) 555-0145 ext. 7", "", ["617-555-0145 x7"]),
        ("617-555-0145", "ext 100.0", ["617-555-0145 x100"]),
        ("617-555-0142; 617-555-0143", "", ["617-555-0142", "617-555-0143"]),
        ("617-555-0142 or 617-555-0143", "", ["617-555-0142", "617-555-0143"]),
        ("6175550142 / 6175550143", "", ["617-555-0142", "617-555-0143"]),
        ("617/555-0128", "", ["617-555-0128"]),
        ("1-800-HELP-NOW", "", ["1-800-HELP-NOW"]),
        ("211", "", ["211"]),
        ("ask at the door", "", []),
        ("", "", []),
    ],
)
def test_a_phone_is_shown_as_a_family_dials_it(raw: str, extension: str, expected: list[str]) -> None:
    assert [phone.shown for phone in read_phones(raw, extension).value] == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("es", ("es",)),
        ("spa", ("es",)),
        ("Haitian Creole", ("ht",)),
        ("ur", ("ur",)),
        ("Spanish; Portuguese", ("es", "pt_BR")),
        ("English, Spanish and Vietnamese", ("en", "es", "vi")),
        ("Cape Verdean", ("kea",)),
        ("", ()),
    ],
)
def test_languages_are_codes_where_we_have_them(raw: str, expected: tuple[str, ...]) -> None:
    assert read_languages(raw).value == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("<p>We <b>help</b> &amp; listen.</p>", "We help & listen."),
        ("See [our page](https://a.example.org), **free**", "See our page, free"),
        ("# Hours\n- Monday\n- Friday", "Hours Monday Friday"),
        ("one<br/>two<script>alert(1)</script>", "one two"),
        ("under 3 < 5 years & >2", "under 3 < 5 years & >2"),
        ("nul\x00 and \ufeffmark", "nul and mark"),
        ("&amp;lt;i&amp;gt;twice&amp;lt;/i&amp;gt;", "twice"),
    ],
)
def test_a_text_loses_its_markup(raw: str, expected: str) -> None:
    assert clean_text(raw).value == expected


def test_a_text_too_long_for_its_column_is_cut_and_said_so() -> None:
    cell = clean_text("word " * 100, 20)
    assert cell.value == "word word word word…"
    assert cell.problem == "longer than 20 characters"


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("tax_id", "tax_id", True),
        ("name", "Name", True),
        ("fees_description", "N/A", True),
        ("name", "Elm", False),
    ],
)
def test_a_cell_with_its_columns_name_says_nothing(column: str, value: str, expected: bool) -> None:
    assert is_placeholder(column, value) is expected


def test_a_utc_offset_is_no_zone() -> None:
    assert read_zone("-5").value is None
    assert read_zone("America/New_York").value == "America/New_York"


def test_numbers_may_be_written_as_spreadsheets_do() -> None:
    assert (read_number("12.0").value, read_number("x").value) == (12, None)


@pytest.mark.parametrize(
    ("raw", "state", "expected"),
    [
        ("02139", "", "02139"),
        ("02139-1234", "", "02139"),
        ("2139", "MA", "02139"),
        ("2139", "CA", None),
        ("ABC 1234", "", None),
        ("2139.0", "ma", "02139"),
    ],
)
def test_a_zip_gets_its_lost_zero_back_where_zips_begin_with_one(raw: str, state: str, expected: str | None) -> None:
    assert read_zip(raw, state).value == expected


@pytest.mark.parametrize(
    ("latitude", "longitude", "zip_code", "by", "near"),
    [
        ("42.365", "-71.104", "02139", "given", (42.365, -71.104)),
        ("-71.104", "42.365", "02139", "repaired", (42.365, -71.104)),
        ("42.365", "71.104", "02139", "repaired", (42.365, -71.104)),
        ("71.104", "42.365", "02139", "repaired", (42.365, -71.104)),
        ("100", "101", "02139", "zip", (42.365, -71.104)),
        ("34.05", "-118.24", "02139", "zip", (42.365, -71.104)),
        ("", "", "02139", "zip", (42.365, -71.104)),
        ("0", "0", "02139", "zip", (42.365, -71.104)),
        ("nan", "inf", "02139", "zip", (42.365, -71.104)),
        ("100", "101", None, "none", None),
        ("-71.104", "42.365", None, "repaired", (42.365, -71.104)),
        ("51.5", "-0.12", None, "given", (51.5, -0.12)),
    ],
)
def test_coordinates_are_believed_when_the_zip_agrees(
    latitude: str, longitude: str, zip_code: str | None, by: str, near: tuple[float, float] | None
) -> None:
    placing = place(latitude, longitude, zip_code).value
    assert placing.by == by
    if near is None:
        assert (placing.latitude, placing.longitude) == (None, None)
    else:
        assert (placing.latitude, placing.longitude) == pytest.approx(near, abs=0.01)
