"""A text is folded before words are looked up: what must come out the same, and what must not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.incoming.letters import arabic_stems, with_marks, without_marks
from outreach.incoming.normalise import LONGEST, fold, normalise, tokenise
from outreach.incoming.quoted import keep_own_words
from outreach.incoming.zip_in_text import find_zip


def words(text: str) -> list[str]:
    return [token.plain for token in normalise(text).tokens]


@pytest.mark.parametrize(
    "text",
    [
        "stop",
        "STOP",
        "Stop.",
        '"stop"',
        "ＳＴＯＰ",
        "s.t.o.p",
        "S T O P",
        "s-t-o-p",
        "st\u200bop",
        "\u202bstop\u202c",
        "¡stop!",
    ],
)
def test_one_word_typed_many_ways_is_one_word(text: str) -> None:
    assert words(text) == ["stop"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Adiós, SEÑORA", ["adios", "senora"]),
        ("não", ["nao"]),
        ("đừng nhắn", ["dung", "nhan"]),
        ("I don't", ["i", "dont"]),
        ("l’aide d’urgence", ["l", "aide", "d", "urgence"]),
        ("m'ap vini", ["m", "ap", "vini"]),
        ("opt-out", ["opt", "out"]),
        ("إلغاء", ["الغا"]),
        ("تَوَقَّفـــ", ["توقف"]),
        ("مساعدة", ["مساعده"]),
        ("退訂", ["退", "订"]),
        ("food02139", ["food", "02139"]),
        ("٠٢١٣٩", ["02139"]),
        ("០២១៣៩", ["02139"]),
        ("☎️ me", ["☎", "me"]),
        ("👍🏽", ["👍"]),
        ("1️⃣", ["1"]),
        ("no no no no", ["no"]),
        ("谢谢", ["谢", "谢"]),
        ("", []),
        ("?!", []),
    ],
)
def test_text_becomes_comparable_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_a_vietnamese_tone_may_stand_on_either_vowel() -> None:
    assert with_marks("hủy") == with_marks("huỷ")
    assert with_marks("hoà") == with_marks("hòa")
    assert with_marks("dừng") != with_marks("đúng")
    assert without_marks("dừng") == without_marks("đúng")


def test_small_words_come_off_an_arabic_word() -> None:
    assert "طعام" in arabic_stems("والطعام")
    assert "موت" in arabic_stems("بالموت")
    assert arabic_stems("بيت") == []


def test_khmer_keeps_its_vowels() -> None:
    assert words("ឈប់") != words("ឈប")


def test_clauses_are_counted_between_marks_of_punctuation() -> None:
    assert [token.clause for token in tokenise(fold("ok thanks, stop. bye"))] == [0, 0, 1, 2]


@pytest.mark.parametrize(
    "text",
    [
        "STOP\n\nSent from my iPhone",
        "STOP\nEnviado desde mi iPhone",
        "STOP\nEnviado do meu iPhone",
        "STOP\nEnvoyé de mon iPhone",
        "STOP\n发自我的iPhone",
        "STOP\n-- \nSent via Galaxy",
        "STOP\n> Health fair Saturday. Reply HELP for help",
        "> Health fair Saturday\nSTOP",
        "STOP\n---- Original Message ----\nFood 02139",
    ],
)
def test_signatures_and_quotations_are_not_the_familys_words(text: str) -> None:
    assert words(text) == ["stop"]


@pytest.mark.parametrize(
    ("text", "emoji"),
    [
        ("Liked “Health fair Sat 10am. Reply STOP to end”", "👍"),
        ("Le gustó “Feria el sábado. Responda STOP”", "👍"),
        ("A aimé « Répondez STOP »", "👍"),
        ("Loved “Reply STOP to end”", "❤"),
        ("Disliked “Reply STOP to end”", "👎"),
        ("Reacted 👍 to “Reply STOP to end”", "👍"),
    ],
)
def test_a_reaction_to_our_text_never_quotes_our_stop(text: str, emoji: str) -> None:
    assert words(text) == [emoji]


def test_a_text_sent_from_somewhere_keeps_its_words() -> None:
    assert keep_own_words("he was sent from school") == "he was sent from school"


def test_forms_that_grow_are_cut() -> None:
    assert len(normalise("\ufdfa" * 1600).clean) <= LONGEST


@given(st.text(max_size=1600))
def test_folding_twice_changes_no_word(text: str) -> None:
    once = fold(text)
    assert [t.plain for t in tokenise(fold(once))] == [t.plain for t in tokenise(once)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("food 02139", "02139"),
        ("02139 food", "02139"),
        ("food 02139-4307", "02139"),
        ("FOOD,02139.", "02139"),
        ("food 2139", "02139"),
        ("food zip 2139", "02139"),
        ("food o2139", "02139"),
        ("shelter 12 main st 02139", "02139"),
        ("dentist 02139 call 617-555-0142", "02139"),
        ("طعام ٠٤١٠١", "04101"),
        ("call 617-555-0142", None),
        ("call (617) 555 0142", None),
        ("call 6175550142", None),
        ("call 555-0142", None),
        ("12345 main street", None),
        ("apt 12345", None),
        ("rent is $12000", None),
        ("rent is 12,000", None),
        ("a job that pays 15000 dollars", None),
        ("class of 2026 at 5:30", None),
        ("food since 2024 is expensive", None),
        ("food at 10:30 on 11/24/2026", None),
        ("food 123456", None),
        ("food 7139", None),
        ("food", None),
    ],
)
def test_a_zip_is_told_from_other_numbers(text: str, expected: str | None) -> None:
    found = find_zip(normalise(text).clean)
    assert (found.zip if found else None) == expected
