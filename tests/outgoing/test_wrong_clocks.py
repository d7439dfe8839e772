"""A clock that is wrong by an hour, or jumps while texts are on their way, doubles nothing and loses nothing."""

from datetime import timedelta

import pytest

from outreach import clock
from outreach.carriers.carrier import OutgoingText
from outreach.outgoing.dispatch import Report
from outreach.outgoing.models import Message, Priority
from outreach.outgoing.reconcile import Reconciled, _never_taken
from outreach.outgoing.status import DUE, LEFT
from outreach.runtime import Runtime
from tests.support.sending import (
    AFTER_LEASE,
    AFTER_PROOF,
    find_message,
    make_dispatcher,
    make_family,
    make_lease,
    queue_text,
    send_due,
    settle,
    standing,
)
from tests.support.servers import Phones
from tests.support.service import wait_for

HOUR = timedelta(hours=1)


def claim(work: Runtime, *, hand_over: bool = False) -> None:
    """A worker that dies with one claim, before or after it handed the text over."""
    with work.database.writing() as session:
        _, (claimed,) = make_dispatcher(work)._claim(session, sorted(Priority), make_lease("of a dead worker"))
    if hand_over:
        work.carrier.send(claimed.text)


@pytest.mark.parametrize("ahead", [HOUR, -HOUR])
def test_what_the_carrier_took_is_found_by_a_clock_that_is_wrong_by_an_hour(
    work: Runtime, phones: Phones, ahead: timedelta
) -> None:
    with clock.frozen(clock.now() + ahead):
        row = queue_text(work, make_family(work))
        phones.control("faults", [{"action": "cut_after", "times": 1}])
        send_due(work)
        assert settle(work, AFTER_PROOF) == Reconciled(taken=1)
        send_due(work)
    assert find_message(work, row).carrier_sid == phones.texts()[0]["sid"]
    assert len(phones.texts()) == 1


def test_a_clock_that_jumps_while_a_text_is_on_its_way_does_not_prove_that_it_was_never_taken(
    work: Runtime, phones: Phones
) -> None:
    row = queue_text(work, make_family(work))
    phones.control("faults", [{"action": "hang", "seconds": 0.7, "take": False, "times": 1}])
    dispatcher, lease = make_dispatcher(work), make_lease()
    with work.database.writing() as session:
        _, claimed = dispatcher._claim(session, sorted(Priority), lease)
    flight = dispatcher._launch(claimed, lease)
    assert settle(work, HOUR) == Reconciled(open=1)
    with clock.frozen(clock.now() + HOUR):
        assert send_due(work).sent == 0
    dispatcher._land(flight, Report())
    assert standing(work, row)[0] in LEFT
    assert len(phones.texts()) == 1


def test_an_answer_that_comes_after_the_jump_and_after_our_patience_is_found(work: Runtime, phones: Phones) -> None:
    row = queue_text(work, make_family(work))
    phones.control("faults", [{"action": "hang", "seconds": 1.5, "take": False, "times": 1}])
    send_due(work)
    assert settle(work, HOUR) == Reconciled(open=1)
    wait_for(lambda: bool(phones.texts()), "the carrier to take it", 10)
    assert settle(work, HOUR + AFTER_PROOF) == Reconciled(taken=1)
    assert find_message(work, row).carrier_sid == phones.texts()[0]["sid"]


@pytest.mark.parametrize("taken", [True, False])
def test_a_dead_workers_claim_from_an_hour_ahead_is_settled_when_the_clock_comes_right(
    work: Runtime, phones: Phones, taken: bool
) -> None:
    with clock.frozen(clock.now() + HOUR):
        row = queue_text(work, make_family(work))
        claim(work, hand_over=taken)
    settle(work)
    found = settle(work, AFTER_LEASE + AFTER_PROOF)
    assert found.open == 0
    assert standing(work, row)[0] in (LEFT if taken else DUE)
    with clock.frozen(clock.now() + HOUR):
        send_due(work)
    assert len(phones.texts()) == 1


def test_a_question_asked_by_a_clock_that_was_ahead_is_asked_anew(work: Runtime, phones: Phones) -> None:
    row = queue_text(work, make_family(work))
    phones.control("faults", [{"action": "cut_before", "times": 1}])
    send_due(work)
    assert settle(work, HOUR) == Reconciled(open=1)
    assert settle(work, AFTER_LEASE) == Reconciled(open=1)
    assert settle(work, AFTER_LEASE + AFTER_PROOF) == Reconciled(never_taken=1)
    send_due(work)
    assert standing(work, row)[0] in LEFT


def test_a_doubtful_record_found_by_a_clock_that_was_ahead_is_looked_at_again_soon(
    work: Runtime, phones: Phones
) -> None:
    """It may be ours, so the proof has not begun; to the clock that was ahead the text was an hour old already."""
    family = make_family(work)
    row = queue_text(work, family)
    phones.control("faults", [{"action": "cut_before", "times": 1}])
    send_due(work)
    work.carrier.send(OutgoingText(0, family.phone, "Other words", None))
    assert settle(work, HOUR) == Reconciled(open=1)
    phones.reset()
    assert settle(work, AFTER_LEASE) == Reconciled(open=1)
    assert settle(work, AFTER_LEASE + AFTER_PROOF) == Reconciled(never_taken=1)
    send_due(work)
    assert standing(work, row)[0] in LEFT


def test_what_a_clock_ahead_proves_as_it_comes_right_is_sent_again_at_once(work: Runtime, phones: Phones) -> None:
    with clock.frozen(clock.now() + HOUR):
        row = queue_text(work, make_family(work))
        phones.control("faults", [{"action": "cut_before", "times": 1}])
        send_due(work)
        settle(work)
        with work.database.reading() as session:
            message = session.get_one(Message, row)
    with clock.frozen(clock.now() + AFTER_LEASE), work.database.writing() as session:
        assert _never_taken(session, message, clock.now())
    assert find_message(work, row).not_before <= clock.now() + AFTER_LEASE
