"""The table of a call: words in any order, twice, too late."""

from itertools import permutations, product

import pytest

from outreach.calls.models import CallState as S
from outreach.calls.status import OVER, PRESSED, move

TALK = ["staff:initiated", "staff:ringing", "staff:in-progress", PRESSED, "family:ringing", "family:in-progress"]
STATUSES = ("queued", "initiated", "ringing", "in-progress", "completed", "busy", "no-answer", "failed", "canceled")
WORDS = [PRESSED, *(f"{leg}:{status}" for leg in ("staff", "family") for status in STATUSES)]


def run(words: list[str], state: S = S.STARTING) -> S:
    for word in words:
        state = move(state, word) or state
    return state


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ([], S.STARTING),
        (TALK[:1], S.RINGING_STAFF),
        (TALK[:3], S.ASKING),
        (TALK[:4], S.RINGING_FAMILY),
        (TALK, S.TALKING),
        ([*TALK, "family:completed", "staff:completed"], S.ANSWERED),
        ([*TALK, "staff:completed"], S.ANSWERED),
        (["staff:ringing", "staff:busy"], S.STAFF_BUSY),
        (["staff:ringing", "staff:no-answer"], S.STAFF_NO_ANSWER),
        (["staff:failed"], S.STAFF_FAILED),
        (["staff:canceled"], S.STAFF_FAILED),
        ([*TALK[:3], "staff:completed"], S.NOT_PRESSED),
        ([*TALK[:5], "staff:completed"], S.HUNG_UP),
        ([*TALK[:5], "family:canceled", "staff:completed"], S.HUNG_UP),
        ([*TALK[:5], "family:busy", "staff:completed"], S.FAMILY_BUSY),
        ([*TALK[:5], "family:no-answer", "staff:completed"], S.FAMILY_NO_ANSWER),
        ([*TALK[:5], "family:failed", "staff:completed"], S.FAMILY_FAILED),
        (["staff:nonsense", "family:", ""], S.STARTING),
    ],
)
def test_a_call_in_order(words: list[str], state: S) -> None:
    assert run(words) is state


@pytest.mark.parametrize("end", ["completed", "busy", "no-answer", "failed"])
def test_in_whatever_order_the_words_come_the_family_leg_has_the_last(end: str) -> None:
    words = ["staff:in-progress", PRESSED, "family:ringing", f"family:{end}", "staff:completed"]
    ends = {run(list(order)) for order in permutations(words)}
    assert len(ends) == 1
    assert ends <= OVER


def test_no_word_takes_a_call_back_and_none_wakes_one_that_is_over() -> None:
    for state, word in product(S, WORDS):
        target = move(state, word)
        assert target is None or state not in OVER or target in OVER, (state, word)
        assert target is None or move(target, word) is None, (state, word)
        assert target is None or target not in (S.STARTING, S.UNKNOWN, S.REFUSED, S.NOT_TAKEN), (state, word)


def test_every_state_is_under_way_or_over_and_a_call_ends_by_some_word_wherever_it_is() -> None:
    for state in set(S) - OVER:
        assert move(state, "staff:completed") in OVER, state
