from datetime import date, datetime, time, timedelta

import pytest

from outreach.languages import LANGUAGES, SHIPPED
from outreach.wording.dates import FORMATS, format_clock, format_day, format_moment, format_weekday
from outreach.wording.segments import count_segments

DAY = date(2026, 12, 5)

# Language, the day, its weekday, ten in the morning, half past three, a quarter past seven in the evening.
TABLE = [
    ("en", "Saturday, December 5", "Saturday", "10:00 AM", "3:30 PM", "7:15 PM"),
    ("es", "sábado 5 de diciembre", "sábado", "10:00 a.m.", "3:30 p.m.", "7:15 p.m."),
    ("pt_BR", "sábado, 5 de dezembro", "sábado", "10:00 AM", "3:30 PM", "7:15 PM"),
    ("ht", "samdi 5 desanm", "samdi", "10:00 dimaten", "3:30 apremidi", "7:15 diswa"),
    ("fr", "samedi 5 décembre", "samedi", "10 h 00", "15 h 30", "19 h 15"),
    ("vi", "Thứ Bảy, 5 tháng 12", "Thứ Bảy", "10:00 SA", "3:30 CH", "7:15 CH"),
    ("zh_Hans", "12月5日星期六", "星期六", "上午10:00", "下午3:30", "下午7:15"),
    ("ar", "السبت، 5 ديسمبر", "السبت", "10:00 ص", "3:30 م", "7:15 م"),
    ("so", "Sabti, 5 Diseembar", "Sabti", "10:00 GH", "3:30 GD", "7:15 GD"),
    ("km", "សៅរ៍ ទី 5 ធ្នូ", "សៅរ៍", "10:00 AM", "3:30 PM", "7:15 PM"),
]


@pytest.mark.parametrize(("language", "day", "weekday", "ten", "half_past_three", "evening"), TABLE)
def test_a_day_and_a_time_read_as_families_read_them(
    language: str, day: str, weekday: str, ten: str, half_past_three: str, evening: str
) -> None:
    assert format_day(DAY, language) == day
    assert format_weekday(DAY, language) == weekday
    assert [format_clock(at, language) for at in (time(10), time(15, 30), time(19, 15))] == [
        ten, half_past_three, evening,
    ]  # fmt: skip
    joint = {"ar": "، ", "zh_Hans": ""}.get(language, ", ")
    assert format_moment(datetime.combine(DAY, time(10)), language) == f"{day}{joint}{ten}"


def test_the_table_has_every_shipped_language() -> None:
    assert {row[0] for row in TABLE} == set(SHIPPED) == {*FORMATS, "ht"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_day_and_no_hour_brings_a_space_that_makes_a_text_dearer(language: str) -> None:
    days = [format_day(DAY + timedelta(days=number), language) for number in range(366)]
    hours = [format_clock(time(hour, minute), language) for hour in range(24) for minute in (0, 5, 59)]
    assert not set("".join(days + hours)) & set("\u202f\u00a0\u2009\u200e\u200f")
    assert len(set(days)) >= 365


@pytest.mark.parametrize(
    ("at", "says"),
    [
        (time(0), "12:00 dimaten"),
        (time(11, 59), "11:59 dimaten"),
        (time(12), "12:00 apremidi"),
        (time(16, 59), "4:59 apremidi"),
        (time(17), "5:00 diswa"),
        (time(23, 5), "11:05 diswa"),
    ],
)
def test_haitian_creole_has_its_own_parts_of_the_day(at: time, says: str) -> None:
    assert format_clock(at, "ht") == says


def test_a_week_and_a_year_in_haitian_creole() -> None:
    assert [format_weekday(date(2026, 11, 23) + timedelta(days=number), "ht") for number in range(7)] == [
        "lendi", "madi", "mèkredi", "jedi", "vandredi", "samdi", "dimanch",
    ]  # fmt: skip
    assert [format_day(date(2026, month, 1), "ht").split()[2] for month in (1, 8, 10)] == ["janvye", "out", "oktòb"]


def test_a_language_nobody_knows_reads_as_english() -> None:
    assert format_moment(datetime.combine(DAY, time(10)), "xx") == "Saturday, December 5, 10:00 AM"


def test_english_dates_stay_in_the_cheap_alphabet() -> None:
    assert count_segments(format_moment(datetime.combine(DAY, time(10)), "en")).encoding == "GSM-7"
