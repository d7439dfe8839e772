"""A sender that is refused waits, tries with one text, and goes on when that one is taken."""

import logging
from datetime import timedelta

import pytest

from outreach.carriers.carrier import Action, CarrierError
from outreach.outgoing.models import SenderPause
from outreach.outgoing.sender_pause import PROBE, allowance, lift, pause_sender
from outreach.runtime import Runtime
from tests.support.factories import NOON
from tests.support.servers import SENDER

MINUTE = timedelta(minutes=1)
REFUSED = CarrierError(Action.STOP_SENDING, 20003, "the account's credentials were refused")


def refuse(work: Runtime, minutes: float) -> float:
    """A refusal so many minutes after the first; how many minutes the pause lasts from then."""
    with work.database.writing() as session:
        until = pause_sender(session, SENDER, REFUSED, NOON + minutes * MINUTE)
    return (until - NOON) / MINUTE - minutes


def allowed(work: Runtime, minutes: float) -> int | None:
    with work.database.writing() as session:
        return allowance(session, SENDER, NOON + minutes * MINUTE)


def test_the_waits_double_up_to_an_hour(work: Runtime) -> None:
    at, waits = 0.0, []
    for _ in range(7):
        waits.append(refuse(work, at))
        at += waits[-1]
    assert waits == [5, 10, 20, 40, 60, 60, 60]


def test_many_texts_refused_at_once_are_one_refusal(work: Runtime) -> None:
    assert refuse(work, 0) == 5
    waits = [refuse(work, second / 60) for second in range(10)]
    assert max(waits) < 5.2
    assert refuse(work, 6) < 12


def test_nothing_leaves_in_a_pause_and_then_one_text_tries(work: Runtime) -> None:
    assert allowed(work, 0) is None
    refuse(work, 0)
    assert [allowed(work, minutes) for minutes in (0, 4.9, 5, 5.1)] == [0, 0, 1, 0]
    assert allowed(work, 5 + PROBE / MINUTE) == 1  # its worker died
    with work.database.writing() as session:
        paused = session.get_one(SenderPause, SENDER)
        assert (paused.code, paused.reason) == (20003, "the account's credentials were refused")
        assert allowance(session, "another", NOON) is None
        assert (lift(session, SENDER), lift(session, SENDER)) == (True, False)
    assert allowed(work, 6) is None


def test_the_refusal_of_the_probe_makes_the_pause_longer(work: Runtime) -> None:
    refuse(work, 0)
    assert allowed(work, 5) == 1
    assert refuse(work, 5) == 10
    assert [allowed(work, minutes) for minutes in (14, 15)] == [0, 1]


def test_a_pause_is_logged_as_an_error_once_and_names_nobody(work: Runtime, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    for minutes in (0, 1, 2):
        refuse(work, minutes)
    (record,) = caplog.records
    assert (record.levelname, SENDER in record.getMessage(), "20003" in record.getMessage()) == ("ERROR", False, True)


def test_each_sender_waits_for_itself(work: Runtime) -> None:
    refuse(work, 0)
    with work.database.writing() as session:
        assert allowance(session, "another", NOON) is None
        assert session.get_one(SenderPause, SENDER).since == NOON
