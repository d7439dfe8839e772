"""Runs of the other direction in a right-to-left text, and the marks that keep them in order."""

import pytest

from outreach.wording.checks import check_translation
from outreach.wording.direction import FSI, PDI, mend_direction
from outreach.wording.problems import Check


def said(english: str, text: str, language: str = "es") -> list[str]:
    return [str(problem) for problem in check_translation(english, text, language)]


def checks(english: str, text: str, language: str = "es") -> set[Check]:
    return {problem.check for problem in check_translation(english, text, language)}


@pytest.mark.parametrize(
    "run",
    ["617-555-0142", "(617) 555-0142", "+16175550142", "617 555 0142", "https://example.org/a/", "3-5", "2026-12-05"],
)
def test_a_run_that_would_be_shown_out_of_order_needs_its_marks(run: str) -> None:
    bare, marked = f"اتصلوا {run} اليوم", f"اتصلوا {FSI}{run}{PDI} اليوم"
    assert Check.DIRECTION in checks(f"Call {run} today", bare, "ar")
    assert said(f"Call {run} today", marked, "ar") == []
    assert mend_direction(bare, "ar") == marked
    assert mend_direction(marked, "ar") == marked
    assert mend_direction(f"Llame {run}", "es") == f"Llame {run}"


@pytest.mark.parametrize("run", ["988", "10:00", "24/7", "2.50", "TALK", "DENTAL 02139", "ZIP code"])
def test_a_lone_number_or_word_needs_no_marks(run: str) -> None:
    assert Check.DIRECTION not in checks(f"Text {run} today", f"أرسلوا {run} اليوم", "ar")


@pytest.mark.parametrize("text", [f"اتصلوا {FSI}988 اليوم", f"اتصلوا 988{PDI} اليوم", f"{PDI}اتصلوا{FSI} 988"])
def test_marks_without_a_partner_are_named(text: str) -> None:
    assert Check.DIRECTION in checks("Call 988 today", text, "ar")


def test_an_arabic_text_does_not_begin_with_latin_letters() -> None:
    assert Check.DIRECTION in checks("Text TALK today", "TALK أرسلوا اليوم", "ar")
    assert Check.DIRECTION not in checks("{sender}: come today", "{sender}: تعالوا اليوم", "ar")
