"""What nobody knows is settled with the carrier's own records, and never by sending blindly again."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from outreach import clock
from outreach.carriers.carrier import CarrierMessage, OutgoingText
from outreach.outgoing import orders
from outreach.outgoing.dispatch import Report
from outreach.outgoing.models import Message, MessageStatus, Priority
from outreach.outgoing.reconcile import Reconciled, find_record, reconcile
from outreach.outgoing.settle import MOST_ATTEMPTS
from outreach.people.consent import Purpose
from outreach.runtime import Runtime
from outreach.settings import Settings
from tests.support.sending import (
    AFTER_LEASE,
    AFTER_PROOF,
    TIMING,
    find_message,
    make_dispatcher,
    make_family,
    make_lease,
    prove,
    queue_text,
    send_due,
    settle,
    standing,
)
from tests.support.servers import Phones
from tests.support.service import wait_for
from tests.support.webhooks import post_status

S = MessageStatus


def send_into(work: Runtime, phones: Phones, rule: dict[str, Any], count: int = 1) -> list[int]:
    """Texts to one family that meet with trouble at the carrier, and that nobody knows the fate of."""
    family = make_family(work)
    rows = [queue_text(work, family, source_id=number) for number in range(1, count + 1)]
    phones.control("faults", [{"times": count, **rule}])
    send_due(work)
    for row in rows:
        assert standing(work, row)[0] is S.UNKNOWN
    phones.control("faults", method="DELETE")
    return rows


@pytest.mark.parametrize("rule", [{"action": "cut_after"}, {"action": "hang", "seconds": 1.3}])
def test_a_text_that_was_taken_is_settled_from_the_carriers_records(
    work: Runtime, phones: Phones, rule: dict[str, Any]
) -> None:
    (row,) = send_into(work, phones, rule)
    assert settle(work) == Reconciled(taken=1)
    (text,) = phones.texts()
    message = find_message(work, row)
    assert message.carrier_sid == text["sid"]
    assert message.status in (S.ACCEPTED, S.SENT, S.DELIVERED)
    assert settle(work, AFTER_PROOF) == Reconciled()
    send_due(work)
    assert len(phones.texts()) == 1


@pytest.mark.parametrize(
    "rule",
    [
        {"action": "error", "status": 500, "code": 20500},
        {"action": "cut_before"},
    ],
)
def test_a_text_that_was_never_taken_is_sent_again_after_the_time_of_proof(
    work: Runtime, phones: Phones, rule: dict[str, Any]
) -> None:
    (row,) = send_into(work, phones, rule)
    for early in (timedelta(), AFTER_LEASE):
        assert settle(work, early) == Reconciled(open=1)
        assert standing(work, row)[0] is S.UNKNOWN
    assert settle(work, AFTER_PROOF) == Reconciled(never_taken=1)
    assert standing(work, row) == (S.QUEUED, "never taken")
    send_due(work)
    assert standing(work, row) == (S.ACCEPTED, None)
    assert len(phones.texts()) == 1


def test_a_text_taken_after_we_hung_up_is_found_and_not_sent_again(work: Runtime, phones: Phones) -> None:
    (row,) = send_into(work, phones, {"action": "hang", "seconds": 3, "take": False})
    assert settle(work) == Reconciled(open=1)
    wait_for(lambda: bool(phones.texts()), "the carrier to take it", 10)
    assert settle(work, AFTER_PROOF) == Reconciled(taken=1)
    assert find_message(work, row).carrier_sid == phones.texts()[0]["sid"]


def claim_only(work: Runtime) -> None:
    """A worker that dies with its claims."""
    with work.database.writing() as session:
        make_dispatcher(work)._claim(session, sorted(Priority), make_lease("of a dead worker"))


def test_a_dead_workers_claims_become_unknown_after_the_lease(work: Runtime, phones: Phones) -> None:
    row = queue_text(work, make_family(work))
    claim_only(work)
    send_due(work)
    settle(work, timedelta(seconds=2))
    assert standing(work, row)[0] is S.SENDING
    settle(work, AFTER_LEASE)
    assert standing(work, row) == (S.UNKNOWN, "its worker stopped")
    assert settle(work, AFTER_LEASE + AFTER_PROOF) == Reconciled(never_taken=1)
    send_due(work)
    assert len(phones.texts()) == 1


def test_a_worker_that_died_after_sending_doubles_nothing(work: Runtime, phones: Phones) -> None:
    family = make_family(work)
    row = queue_text(work, family, "The same words")
    with work.database.writing() as session:
        _, (claimed,) = make_dispatcher(work)._claim(session, sorted(Priority), make_lease("of a dead worker"))
    work.carrier.send(claimed.text)
    assert settle(work, AFTER_LEASE) == Reconciled(taken=1)
    send_due(work)
    assert len(phones.texts()) == 1
    assert find_message(work, row).carrier_sid == phones.texts()[0]["sid"]


def test_two_identical_texts_to_one_phone_are_told_apart(work: Runtime, phones: Phones) -> None:
    rows = send_into(work, phones, {"action": "cut_after"}, count=2)
    assert settle(work) == Reconciled(taken=2)
    assert {find_message(work, row).carrier_sid for row in rows} == {text["sid"] for text in phones.texts()}


def test_an_identical_text_that_went_well_does_not_stand_for_the_one_that_did_not(
    work: Runtime, phones: Phones
) -> None:
    (lost,) = send_into(work, phones, {"action": "cut_before"})
    well = queue_text(work, make_family(work), source_id=2)
    send_due(work)
    assert prove(work) == Reconciled(never_taken=1)
    send_due(work)
    assert len(phones.texts()) == 2
    assert {find_message(work, row).carrier_sid for row in (lost, well)} == {t["sid"] for t in phones.texts()}


def test_an_identical_text_in_a_workers_hands_is_waited_for(work: Runtime, phones: Phones) -> None:
    (lost,) = send_into(work, phones, {"action": "cut_before"})
    dispatcher = make_dispatcher(work)
    under_way = queue_text(work, make_family(work), source_id=2)
    with work.database.writing() as session:
        _, (claimed,) = dispatcher._claim(session, sorted(Priority), make_lease())
    taken = work.carrier.send(claimed.text)  # the carrier has it, the worker has yet to write it down
    assert settle(work) == Reconciled(open=1)
    assert find_message(work, lost).carrier_sid is None
    with work.database.writing() as session:
        session.execute(update(Message).where(Message.id == under_way).values(status=S.ACCEPTED, carrier_sid=taken.sid))
    assert prove(work, AFTER_LEASE) == Reconciled(never_taken=1)


def test_a_text_to_another_phone_or_with_other_words_is_no_match(work: Runtime, phones: Phones) -> None:
    send_into(work, phones, {"action": "cut_before"})
    queue_text(work, make_family(work), "Other words", source_id=2)
    queue_text(work, make_family(work, 1), source_id=3)
    send_due(work)
    assert prove(work) == Reconciled(never_taken=1)


def test_a_receipt_that_names_our_row_settles_it_first(work: Runtime, phones: Phones) -> None:
    (row,) = send_into(work, phones, {"action": "cut_after"})
    sid = phones.texts()[0]["sid"]
    assert post_status(work, sid, "delivered", row=row) == 204
    assert (standing(work, row), find_message(work, row).carrier_sid) == ((S.DELIVERED, None), sid)
    assert settle(work, AFTER_PROOF) == Reconciled()


def test_while_the_carriers_records_are_away_nothing_is_decided(
    work: Runtime, phones: Phones, environment: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    rows = send_into(work, phones, {"action": "cut_before"}, count=3)
    away = Runtime(Settings.from_env({**environment, "TWILIO_AUTH_TOKEN": "another"}))
    assert settle(away, AFTER_PROOF) == Reconciled(open=3)
    assert caplog.text.count("could not be read") == 1  # it is away for all of them: asked once
    away.close()
    assert Counter(standing(work, row)[0] for row in rows) == {S.UNKNOWN: 3}
    assert prove(work) == Reconciled(never_taken=3)


def test_a_row_settled_meanwhile_is_left_as_it_is(work: Runtime, phones: Phones) -> None:
    (row,) = send_into(work, phones, {"action": "cut_before"})
    with work.database.writing() as session:
        session.execute(update(Message).values(status=S.DELIVERED))
    assert settle(work, AFTER_PROOF) == Reconciled()
    assert standing(work, row)[0] is S.DELIVERED


def test_a_late_answer_of_a_worker_given_up_for_dead_still_counts(work: Runtime, phones: Phones) -> None:
    row = queue_text(work, make_family(work), purpose=Purpose.REPLY)
    dispatcher = make_dispatcher(work)
    with work.database.writing() as session:
        _, claimed = dispatcher._claim(session, sorted(Priority), make_lease())
        session.execute(update(Message).values(status=S.UNKNOWN))
    dispatcher._land(dispatcher._launch(claimed, make_lease()), Report())
    assert standing(work, row) == (S.ACCEPTED, None)
    assert settle(work, AFTER_PROOF) == Reconciled()


def test_a_record_in_other_words_may_be_ours_and_is_never_answered_by_sending_again(
    work: Runtime, phones: Phones
) -> None:
    (row,) = send_into(work, phones, {"action": "cut_before"})
    work.carrier.send(OutgoingText(999_999, find_message(work, row).phone, "The same text, as an account rewrote it"))
    assert settle(work, AFTER_PROOF) == Reconciled(open=1)
    settle(work, timedelta(hours=25))
    assert standing(work, row) == (S.FAILED, "nobody can say whether it was taken")
    send_due(work)
    assert len(phones.texts()) == 1


def test_a_record_whose_words_were_redacted_counts_as_ours() -> None:
    records = [
        CarrierMessage(sid, "sent", "+16175550100", body, None, datetime(2026, 11, 24, tzinfo=UTC))
        for sid, body in (("SM3", "another"), ("SM2", ""), ("SM1", "ours"))
    ]
    found = [find_record(records, "ours"), find_record(records[:2], "ours"), find_record(records[:1], "ours")]
    assert [record and record.sid for record in found] == ["SM1", "SM2", None]


def test_a_text_that_was_paused_while_a_worker_had_it_waits_when_the_carrier_refuses_it(
    work: Runtime, phones: Phones
) -> None:
    (row,) = send_into(work, phones, {"action": "cut_before"})
    with work.database.writing() as session:
        orders.pause(session, "test", [1])
    prove(work)
    assert send_due(work).sent == 0
    assert standing(work, row) == (S.PAUSED, "paused")
    with work.database.writing() as session:
        assert orders.resume(session, "test", [1]) == 1
    send_due(work)
    assert len(phones.texts()) == 1


def test_what_nobody_knows_is_asked_about_ever_less_often(work: Runtime, phones: Phones) -> None:
    (row,) = send_into(work, phones, {"action": "cut_before"})
    work.carrier.send(OutgoingText(999_999, find_message(work, row).phone, "Other words"))
    start, asked, at = clock.now(), 0, timedelta()
    while at < timedelta(hours=2):  # the sweep calls every few seconds
        with clock.frozen(start + at):
            asked += reconcile(work.database, work.carrier, TIMING).open
        at += timedelta(seconds=5)
    assert 10 < asked < 25
    assert settle(work, timedelta(hours=2, seconds=1)) == Reconciled()  # not its time
    with clock.frozen(start + timedelta(hours=2, seconds=1)):
        assert reconcile(work.database, work.carrier, TIMING, everything=True) == Reconciled(open=1)


def test_a_text_that_the_carrier_never_takes_waits_longer_each_time_and_ends(work: Runtime, phones: Phones) -> None:
    row = queue_text(work, make_family(work))
    phones.control("faults", [{"action": "cut_before"}])
    waits, at = [], clock.now()
    for _ in range(MOST_ATTEMPTS):
        with clock.frozen(at):
            send_due(work)
            reconcile(work.database, work.carrier, TIMING)
            with clock.frozen(at + AFTER_PROOF):
                reconcile(work.database, work.carrier, TIMING)
                message = find_message(work, row)
                waits.append(max(0, round((message.not_before - clock.now()).total_seconds())))
                at = max(clock.now(), message.not_before)
    assert waits == [0, 20, 60, 140, 0]
    assert standing(work, row) == (S.FAILED, "the carrier did not take it in 5 tries")
    assert message.settled_at
    assert (message.watch_at, message.attempts) == (None, MOST_ATTEMPTS)
    assert phones.texts() == []


def test_the_record_of_a_past_try_is_not_taken_for_the_present_one(work: Runtime, phones: Phones) -> None:
    row = queue_text(work, make_family(work))
    send_due(work)
    post_status(work, find_message(work, row).carrier_sid or "", "undelivered", row=row, code=30008)
    phones.control("faults", [{"action": "cut_before"}])
    with work.database.writing() as session:
        session.execute(update(Message).values(not_before=clock.now()))
    send_due(work)
    assert standing(work, row)[0] is S.UNKNOWN
    phones.control("faults", method="DELETE")
    assert prove(work) == Reconciled(never_taken=1)
    send_due(work)
    assert len(phones.texts()) == 2
    assert find_message(work, row).carrier_sid == phones.texts()[1]["sid"]


def test_a_record_that_says_failed_is_followed_as_its_receipt_would_be(work: Runtime, phones: Phones) -> None:
    rules = [{"action": "cut_after"}, {"action": "undeliver", "as": "failed", "code": 30008}]
    row = queue_text(work, make_family(work))
    phones.control("faults", rules)
    send_due(work)
    wait_for(lambda: phones.texts()[0]["status"] == "failed", "the carrier to give up", 10)
    if standing(work, row)[0] is S.UNKNOWN:
        settle(work)
    assert standing(work, row) == (S.QUEUED, "tried again later: the carrier gave no reason")


def test_a_pause_outlives_the_worker_that_had_the_text(work: Runtime, phones: Phones) -> None:
    row = queue_text(work, make_family(work))
    claim_only(work)
    with work.database.writing() as session:
        orders.pause(session, "test", [1])
    settle(work, AFTER_LEASE)
    assert standing(work, row)[0] is S.UNKNOWN
    settle(work, AFTER_LEASE + AFTER_PROOF)
    assert send_due(work).sent == 0
    assert standing(work, row) == (S.PAUSED, "paused")
