import json
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.wording.segments import GSM, UCS, count_segments, to_plain

CASES = Path(__file__).parents[1] / "cases" / "segments.jsonl"
SAMPLES = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
FAMILY = "👨\u200d👩\u200d👧\u200d👦"  # 11 units, one cluster

# Text, encoding, units, segments.
COUNTS = [
    ("", GSM, 0, 1),
    ("a" * 160, GSM, 160, 1),
    ("a" * 161, GSM, 161, 2),
    ("a" * 306, GSM, 306, 2),
    ("a" * 307, GSM, 307, 3),
    ("€" * 80, GSM, 160, 1),
    ("€" * 81, GSM, 162, 2),
    ("a" * 152 + "€" + "a" * 152, GSM, 306, 3),  # the pair would straddle septets 153 and 154
    ("a" * 151 + "€" + "a" * 153, GSM, 306, 2),
    ("a" * 159 + "\f", GSM, 161, 2),
    ("line one\r\nline two", GSM, 18, 1),
    ("`", UCS, 1, 1),
    ("\t", UCS, 1, 1),
    ("á" * 70, UCS, 70, 1),
    ("á" * 71, UCS, 71, 2),
    ("á" * 134, UCS, 134, 2),
    ("á" * 135, UCS, 135, 3),
    ("á€[]", UCS, 4, 1),  # an extension pair is one unit in UCS-2
    ("🎉" * 35, UCS, 70, 1),
    ("🎉" * 36, UCS, 72, 2),
    ("🎉" * 67, UCS, 134, 3),  # 33 in a part: a surrogate pair stays together
    ("a" * 60 + FAMILY + "a" * 60, UCS, 131, 3),
    ("a" * 66 + "🇭🇹" + "a" * 63, UCS, 133, 2),
    ("a" * 66 + "🇭🇹" + "a" * 64, UCS, 134, 3),
    ("a" * 66 + "👍🏽" + "a" * 64, UCS, 134, 3),
    ("á" * 66 + "\r\n" + "á" * 66, UCS, 134, 2),  # the calculator splits CRLF
    ("ក" * 65 + "្អ" + "ក" * 66, UCS, 133, 2),
    ("ក" * 65 + "ក្អ" + "ក" * 66, UCS, 134, 2),  # may break before a subscript consonant
    ("e" + "\u0301" * 140, UCS, 141, 3),  # no part holds the whole cluster
]


@pytest.mark.parametrize("row", SAMPLES, ids=[row["id"] for row in SAMPLES])
def test_every_sample_counts_as_the_carrier_bills(row: dict[str, Any]) -> None:
    count = count_segments(row["text"])
    assert (count.encoding, count.units, count.segments) == (
        row["encoding"],
        row["septets_or_units"],
        row["segments"],
    )


@pytest.mark.parametrize(("text", "encoding", "units", "segments"), COUNTS)
def test_limits_and_pairs(text: str, encoding: str, units: int, segments: int) -> None:
    count = count_segments(text)
    assert (count.encoding, count.units, count.segments) == (encoding, units, segments)


def test_culprits_are_what_forces_ucs2_once_each_in_order() -> None:
    assert count_segments("“Más” pan, más “té”").culprits == ("“", "á", "”")
    assert count_segments("¿Mañana? Sí").culprits == ("í",)
    assert count_segments("¿Mañana? 5€").culprits == ()


@given(st.text(max_size=400))
def test_the_units_and_segments_agree(text: str) -> None:
    count = count_segments(text)
    alone, part = (160, 153) if count.encoding == GSM else (70, 67)
    assert (count.segments == 1) == (count.units <= alone)
    assert count.segments * max(alone, part * 2) >= count.units
    assert bool(count.culprits) == (count.encoding == UCS)


@given(st.text(max_size=300), st.text(st.sampled_from("aé€[ñ\n"), max_size=60))
def test_a_longer_text_never_costs_less(text: str, more: str) -> None:
    assert count_segments(text + more).segments >= count_segments(text).segments
    assert count_segments(text + more).units >= count_segments(text).units


@pytest.mark.parametrize(
    ("fancy", "plain"),
    [
        ("“Thank you” – it’s free…", '"Thank you" - it\'s free...'),
        ("10:00\u202fAM", "10:00 AM"),
        ("a\u00a0b\u2009c\td", "a b c d"),
        ("\ufeffHi\u200b there\u2060", "Hi there"),
        ("« Bonjour »", '" Bonjour "'),
        ("½ cup • free", "1/2 cup - free"),
        ("ＹＥＳ！", "YES!"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("ta\u0323i tru\u031bo\u031b\u0300ng", "tại trường"),
        ("can`t", "can't"),
    ],
)
def test_look_alikes_become_plain(fancy: str, plain: str) -> None:
    assert to_plain(fancy) == plain


@pytest.mark.parametrize(
    "text",
    [
        "Él llegó, não, garçon, Zoë, año, ßÆ",
        "المدرسة مغلقة غداً، شكراً",
        "می\u200cخواهم",
        f"Fair {FAMILY} ❤️ 👩🏽\u200d💻 🇭🇹",
        "ស្អែក\u200bសាលា\u200bបិទ។",
        "明天停课，“午餐”十一点……",
        "क्\u200dष",
        "",
        "Plain text, 5pm [gym] {x} ~ ^ | \\ €5",
    ],
)
def test_letters_joiners_and_other_scripts_are_left_alone(text: str) -> None:
    assert to_plain(text) == text


def test_plain_text_with_only_look_alikes_fits_gsm7() -> None:
    text = "Don’t miss it – “Family Night” … 6\u202fPM"
    assert count_segments(text).encoding == UCS
    assert count_segments(to_plain(text)).encoding == GSM


@given(st.text(max_size=200))
def test_making_plain_twice_changes_nothing_more_and_text_is_composed(text: str) -> None:
    plain = to_plain(text)
    assert to_plain(plain) == plain
    assert normalize("NFC", plain) == plain
