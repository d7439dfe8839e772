"""A reason reads well after any number of families."""

import pytest

from outreach.admin.reasons import CLAUSES, SENTENCES, count_reason, show_reason
from outreach.people.consent import WHY


@pytest.mark.parametrize(
    ("reason", "number", "said"),
    [
        ("no_consent_yet", 1, "1 has not agreed to our texts yet"),
        ("no_consent_yet", 1100, "1,100 have not agreed to our texts yet"),
        ("said_stop", 11, "11 said stop or no"),
        ("quiet_hours", 2, "2 wait for a decent hour"),
        ("the number is not in use", 2, "2: the number is not in use"),
    ],
)
def test_a_number_and_its_reason_are_a_sentence(reason: str, number: int, said: str) -> None:
    assert count_reason(reason, number) == said


def test_every_reason_has_its_sentence_and_its_clause() -> None:
    assert set(WHY) <= set(CLAUSES)
    assert set(CLAUSES) == set(SENTENCES)


def test_one_family_keeps_its_sentence() -> None:
    assert show_reason("no_consent_yet") == "This family has not agreed to our texts yet."
    assert show_reason("the number is not in use") == "the number is not in use"
    assert show_reason(None) == ""
