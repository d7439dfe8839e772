"""Campaigns make way for families, and yet never stand still."""

import time

import pytest

from outreach.outgoing.courtesy import LONGEST, LOOK_AGAIN, Courteous
from outreach.outgoing.grant import Grant, Unpaced


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Monotonic seconds, to be set."""
    seconds = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: seconds[0])
    return seconds


def test_a_campaign_goes_at_its_senders_pace_while_no_family_waits(now: list[float]) -> None:
    pacer = Courteous(Unpaced(), lambda: False)
    assert [pacer.reserve(), pacer.reserve()] == [Grant(), Grant()]


def test_while_families_wait_a_batch_a_second_leaves(now: list[float]) -> None:
    pacer = Courteous(Unpaced(), lambda: True)
    granted = [pacer.reserve()]
    now[0] += LONGEST / 2
    granted.append(pacer.reserve())
    now[0] += LONGEST / 2
    granted.append(pacer.reserve())
    assert granted == [Grant(), Grant(0, LOOK_AGAIN), Grant()]


def test_what_left_is_told_to_the_senders_pace(now: list[float]) -> None:
    told: list[Grant] = []

    class Paced(Unpaced):
        def settle(self, grant: Grant) -> None:
            told.append(grant)

    pacer = Courteous(Paced(), lambda: True)
    for _ in range(2):
        pacer.settle(pacer.reserve())
    assert told == [Grant(), Grant(0, LOOK_AGAIN)], "also what urgent texts used while campaigns waited"
