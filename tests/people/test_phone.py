import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.people.phone import EXPLANATIONS, PhoneReading, PhoneReason, mask, read_phone, zones_of

CASES = Path(__file__).parents[1] / "cases" / "phones.jsonl"
SAMPLES = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]

# Cells that read as +1 and these ten digits, by reason.
US_CELLS = {
    "ok": [
        ("(617) 555-0123", "6175550123"),
        ("617.555.0125", "6175550125"),
        ("617 - 555 - 0130", "6175550130"),
        ("617_555_0126", "6175550126"),
        ("617-555-0131.", "6175550131"),
        ("<617-555-0131>;", "6175550131"),
        ("'6175550133", "6175550133"),
        ('"617-555-0134"', "6175550134"),
        ("=6175550135", "6175550135"),
        ("6,175,550,154", "6175550154"),
        ("#617-555-0174", "6175550174"),
        ("617-555-0123\r\n", "6175550123"),
        ("202-555-0137", "2025550137"),
    ],
    "ok_unicode": [
        ("６１７－５５５－０１３９", "6175550139"),
        ("(٦١٧) ٥٥٥-٠١٤٣", "6175550143"),
        ("۶۱۷۵۵۵۰۱۴۷", "6175550147"),
        ("६१७ ५५५ ०१४५", "6175550145"),
        ("617‑555‑0141", "6175550141"),
        ("617\u200b555\u200b0148", "6175550148"),
        ("\ufeff617-555-0149", "6175550149"),
        ("617\u00ad555\u00ad0150", "6175550150"),
        ("617\u00a0555\u00a00151", "6175550151"),
        ("\u2068+16175550152\u2069", "6175550152"),
        ("6️⃣1️⃣7️⃣5550124", "6175550124"),
        ("📞 617-555-0123", "6175550123"),
        ("617ー555ー0123", "6175550123"),
        ("617â€“555â€“0142", "6175550142"),
        ("Â\u00a0617-555-0142", "6175550142"),
    ],
    "ok_excel_float": [
        ("6175550154.0", "6175550154"),
        ("6175550154,0", "6175550154"),
        ("16175550158.0", "6175550158"),
        ("6.175550158E+09", "6175550158"),
        ("1,6175550158e10", "6175550158"),
        ("6,175,550,154.00", "6175550154"),
    ],
    "ok_prefix": [
        ("+16175550160", "6175550160"),
        ("1 (617) 555-0163", "6175550163"),
        ("tel:+1-617-555-0164", "6175550164"),
        ("sms:6175550125", "6175550125"),
        ("https://wa.me/16175550123", "6175550123"),
        ("0016175550123", "6175550123"),
        ("011 1 617 555 0167", "6175550167"),
        ("+001 617 555 0166", "6175550166"),
        ("+1+16175550168", "6175550168"),
        ("1 1 617 555 0169", "6175550169"),
        ("(+1) 617-555-0124", "6175550124"),
        ("1+617-555-0123", "6175550123"),
    ],
    "ok_text_around": [
        ("cell 617-555-0181", "6175550181"),
        ("Mom: (617) 555-0182", "6175550182"),
        ("mamá 617-555-0183", "6175550183"),
        ("手机 617-555-0185", "6175550185"),
        ("C6175550123", "6175550123"),
        ("617-555-0184 call after 5:30pm", "6175550184"),
        ("617-555-0184 (work, M-F 9am-5pm)", "6175550184"),
        ("617-555-0184 DOB 1/2/2015", "6175550184"),
        ("617-555-0184 (2nd phone)", "6175550184"),
        ("617-555-0184, 2 kids", "6175550184"),
        ("Phone 2: 617-555-0123", "6175550123"),
        ("617-555-0174 apt #4", "6175550174"),
        ("617-555-0174 ext", "6175550174"),
        ("maria@example.org 617-555-0123", "6175550123"),
        ("no 617-555-0123", "6175550123"),
    ],
    "ok_duplicate": [
        ("617-555-0188, 617-555-0188", "6175550188"),
        ("617-555-0188; +1 (617) 555-0188", "6175550188"),
        ("617-555-0188 or 617.555.0188", "6175550188"),
        ("617-555-0188 / 555-0188", "6175550188"),
        ("617-555-0188\n(617) 555-0188", "6175550188"),
    ],
}

EXTENSION_CELLS = [
    ("617-555-0174 x210", "210"),
    ("617-555-0174x210", "210"),
    ("617-555-0174 #210", "210"),
    ("(617) 555-0174, Ext: 210", "210"),
    ("617-555-0174 (ext 210)", "210"),
    ("tel:+1-617-555-0174;ext=210", "210"),
    ("617-555-0174,,210", "210"),
    ("+1 617 555 0174 poste 12", "12"),
    ("617-555-0174 ramal 4", "4"),
    ("617-555-0174 extensão 9", "9"),
    ("617-555-0174 anexo 33", "33"),
    ("617-555-0174 ekstansyon 3", "3"),
    ("617-555-0174 máy lẻ 12", "12"),
    ("617-555-0174 分机210", "210"),
    ("617-555-0174转210", "210"),
    ("617-555-0174 تحويلة ١٢", "12"),
    ("617-555-0174 доб. 9", "9"),
    ("Front desk 617-555-0174 x5", "5"),
]

ABROAD_CELLS = [
    ("+509 3710 1234", "+50937101234"),
    ("787-555-0113", "+17875550113"),
    ("340-555-0116", "+13405550116"),
    ("684-555-0118", "+16845550118"),
    ("+1 876 555 0119", "+18765550119"),
    ("416-555-0115", "+14165550115"),
    ("+55 11 91234-5678", "+5511912345678"),
    ("+44 (0)20 7946 0018", "+442079460018"),
    ("0044 20 7946 0018", "+442079460018"),
    ("+84 91 234 56 78", "+84912345678"),
    ("+855 12 345 678 (Yeay)", "+85512345678"),
    ("+٥٠٩ ٣٧١٠ ١٢٣٤", "+50937101234"),
]

REFUSED_CELLS = {
    "blank": ["", "\t\n", "\u200b", '=""'],
    "placeholder": [
        "000-000-0000", "0", "111-111-1111", "(555) 555-5555", "1-999-999-9999", "+10000000000",
        "123-456-7890?",
        "617-000-0000", "617-555-1212", "617-555-XXXX", "(___) ___-____", "9999999999.0", "N/A", "n.a.",
        "None",
        "NULL", "nan", "#N/A", "unknown", "-", "?", "####", "sin teléfono", "No tiene", "sem telefone",
        "pa gen telefòn", "aucun", "không có", "无", "لا يوجد", "គ្មាន", "ma jiro", "same as mom",
    ],
    "not_a_number": [
        "asdf", "call school", "maria617@example.org", "www.example.org", "10 Main St",
        "617 Main St 02139",
        "2015-03-07", "3/7/2015", "#REF!",
    ],
    "excel_precision_lost": ["6.17556E+09", "6.17555015E+09", "1.6E+10", "6,17555E+09", "617555E+04"],
    "multiple_numbers": [
        "617-555-0103 or 857-555-0104", "617-555-0103/0104", "617-555-0103 or 0104", "617-555-0103, 0104",
        "617-555-0103 (Dad) 857-555-0104 (Mom)", "617-555-0103 857-555-0104", "617/555-0128 857/555-0129",
        "+50937101234 / +50937101235", "617-555-0103 555-0104", "617-555-0103,5550104",
        "617-555-0123 x5, 857-555-0104",
    ],
    "too_short": [
        "617-555", "555-0120", "617555012", "6175", "5", "02139", "617-555 (Dad)", "617-555-O184", "+1",
    ],
    "too_long": ["617-555-01245", "617-555-0124 5", "16175550124567", "+1617555012345"],
    "invalid": ["+999 123 456 789", "+617-555-0124", "500-555-0123"],
    "invalid_area_code": [
        "117-555-0122", "017-555-0122", "211-555-0122", "911-555-0122", "555-555-0123", "1-381-555-0123",
    ],
    "invalid_exchange": ["617-155-0124", "617-055-0124", "617-911-0124"],
    "ambiguous_international": [
        "50937101234", "509 3710 1234", "86 138 1234 5678", "13812345678", "138 1234 5678",
        "55 11 91234 5678",
        "020 7946 0018",
    ],
    "premium": ["900-555-0125", "1-900-HOTTALK", "617-976-0123"],
    "toll_free": ["800-555-0126", "1-888-555-0126 x12", "1-800-FLOWERS", "+44 800 111 1111"],
    "short_code": ["988", "911", "741741", "text 741741", "88788"],
}  # fmt: skip


@pytest.mark.parametrize("row", SAMPLES, ids=[row["id"] for row in SAMPLES])
def test_every_sample_cell_reads_as_the_table_says(row: dict[str, Any]) -> None:
    assert read_phone(row["raw"]) == PhoneReading(row["e164"], PhoneReason(row["reason"]), row["extension"])


@pytest.mark.parametrize(
    ("raw", "digits", "reason"),
    [(raw, digits, reason) for reason, cells in US_CELLS.items() for raw, digits in cells],
)
def test_a_dirty_us_cell_still_gives_its_number(raw: str, digits: str, reason: str) -> None:
    assert read_phone(raw) == PhoneReading(f"+1{digits}", PhoneReason(reason))


@pytest.mark.parametrize(("raw", "extension"), EXTENSION_CELLS)
def test_an_extension_is_read_in_many_languages_and_kept_apart(raw: str, extension: str) -> None:
    assert read_phone(raw) == PhoneReading("+16175550174", PhoneReason.OK_EXTENSION, extension)


@pytest.mark.parametrize(("raw", "e164"), ABROAD_CELLS)
def test_a_number_outside_the_states_is_good_and_says_so(raw: str, e164: str) -> None:
    assert read_phone(raw) == PhoneReading(e164, PhoneReason.OK_INTERNATIONAL)


@pytest.mark.parametrize(("raw", "reason"), [(raw, reason) for reason, cells in REFUSED_CELLS.items() for raw in cells])
def test_what_could_text_a_stranger_is_refused_with_its_reason(raw: str, reason: str) -> None:
    assert read_phone(raw) == PhoneReading(None, PhoneReason(reason))


def test_a_pasted_page_is_no_phone_cell() -> None:
    assert read_phone("call 617-555-0123 " * 500) == PhoneReading(None, PhoneReason.TOO_LONG)


def test_a_filler_beside_a_number_does_not_hide_it() -> None:
    assert read_phone("617-555-0123 / 000-000-0000").e164 == "+16175550123"


def test_another_region_reads_its_own_national_numbers() -> None:
    assert read_phone("3710 1234", "HT") == PhoneReading("+50937101234", PhoneReason.OK)
    assert read_phone("+1 617 555 0123", "HT") == PhoneReading("+16175550123", PhoneReason.OK_INTERNATIONAL)
    assert read_phone("787-555-0113", "PR") == PhoneReading("+17875550113", PhoneReason.OK)


def test_every_reason_has_an_explanation_in_plain_words() -> None:
    assert set(EXPLANATIONS) == set(PhoneReason)
    assert EXPLANATIONS[PhoneReason.TOO_SHORT] == "too short for a US number"


PHONE_LIKE = st.text(st.sampled_from("0123456789+-() .,;/xXeE#\"='\n٣៧\u200b\u202a—ext@"), max_size=40)


@given(st.one_of(st.text(max_size=60), PHONE_LIKE))
def test_any_text_is_read_without_an_error_and_a_number_has_the_shape_of_one(raw: str) -> None:
    reading = read_phone(raw)
    assert (reading.e164 is not None) == reading.reason.startswith("ok")
    assert reading.e164 is None or re.fullmatch(r"\+[1-9]\d{6,14}", reading.e164)
    assert reading.extension is None or (reading.e164 and re.fullmatch(r"[0-9]{1,6}", reading.extension))


@given(st.integers(min_value=0, max_value=99), st.sampled_from(["617", "857", "508", "413", "787"]))
def test_a_stored_number_reads_as_itself(line: int, area: str) -> None:
    e164 = f"+1{area}55501{line:02}"
    assert read_phone(e164).e164 == e164


def test_the_zip_decides_the_zone_whatever_the_area_code() -> None:
    assert zones_of("+16175550124", "85001") == ("America/Phoenix",)
    assert zones_of("+16175550124", "85001-1234") == ("America/Phoenix",)


def test_without_a_known_zip_every_zone_of_the_prefix_counts() -> None:
    assert zones_of("+16175550124", None) == ("America/New_York",)
    assert zones_of("+16175550124", "00000") == ("America/New_York",)
    assert set(zones_of("+19075550124", "")) == {"America/Adak", "America/Anchorage"}
    assert len(zones_of("+18005550124", None)) > 35
    assert zones_of("+50937101234", None) == ("America/Port-au-Prince",)


def test_nobody_knows_the_zone_of_a_number_that_is_none() -> None:
    assert zones_of("", None) == ()
    assert zones_of("+19995550124", None) == ()


def test_a_mask_shows_the_last_two_digits_only() -> None:
    assert mask("+16175550124") == "***24"
    assert mask("") == "***"
    assert mask("12") == "***"
