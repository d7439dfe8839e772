"""A text the carrier took and lost is tried again as its code asks, never doubled, and never without end."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from outreach import clock
from outreach.carriers.carrier import Action, Again
from outreach.carriers.twilio_errors import ERRORS
from outreach.outgoing import orders
from outreach.outgoing.models import Message, MessageStatus, PastTry, Receipt
from outreach.outgoing.retries import count_days, plan_retry
from outreach.people.models import Contact
from outreach.runtime import Runtime
from tests.support.sending import ON_SQLITE, find_message, make_family, queue_text, send_due, standing
from tests.support.servers import Phones
from tests.support.webhooks import post_status

S = MessageStatus
HOUR = timedelta(hours=1)
MORNING = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("again", "failed_before", "shortest", "longest"),
    [
        (Again.ONCE, 0, timedelta(minutes=5), timedelta(minutes=15)),
        (Again.PHONE_OFF, 0, timedelta(minutes=30), HOUR),
        (Again.PHONE_OFF, 1, 20 * HOUR, 26 * HOUR),
        (Again.SLOWER, 0, timedelta(minutes=5), timedelta(minutes=15)),
        (Again.SLOWER, 2, HOUR, 3 * HOUR),
        (Again.NEXT_DAY, 0, 17 * HOUR + timedelta(minutes=5), 18 * HOUR),  # midnight Pacific is 8:00 UTC
        (Again.AFTER_NIGHT, 0, 12 * HOUR, 13 * HOUR),
    ],
)
def test_each_kind_of_failure_has_its_waits(
    again: Again, failed_before: int, shortest: timedelta, longest: timedelta
) -> None:
    ends = [plan_retry(again, "why", failed_before, MORNING, None, roll).at for roll in (0, 1)]
    assert ends == [MORNING + shortest, MORNING + longest]
    by_chance = plan_retry(again, "why", failed_before, MORNING, None).at
    assert by_chance
    assert MORNING + shortest <= by_chance <= MORNING + longest


@pytest.mark.parametrize(
    ("again", "tries"),
    [
        (Again.NEVER, 0),
        (Again.ONCE, 1),
        (Again.PHONE_OFF, 2),
        (Again.SLOWER, 3),
        (Again.NEXT_DAY, 2),
        (Again.AFTER_NIGHT, 1),
    ],
)
def test_nothing_is_tried_without_end(again: Again, tries: int) -> None:
    plans = [plan_retry(again, "why", before, MORNING, None) for before in range(tries + 2)]
    assert [plan.at is not None for plan in plans] == [True] * tries + [False] * 2
    assert plans[-1].reason == "why"


@pytest.mark.parametrize(("useful", "tried"), [(HOUR, True), (timedelta(minutes=30), False), (timedelta(0), False)])
def test_a_text_is_not_tried_again_past_its_use(useful: timedelta, tried: bool) -> None:
    plan = plan_retry(Again.PHONE_OFF, "why", 0, MORNING, MORNING + useful, roll=0.5)
    assert (plan.at is not None) is tried


def test_a_daily_cap_is_over_at_midnight_pacific_also_when_clocks_change() -> None:
    before = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)  # 23:00 of the day before, in summer time
    after = datetime(2026, 11, 1, 20, 0, tzinfo=UTC)  # noon, in winter time
    ends = [plan_retry(Again.NEXT_DAY, "why", 0, now, None, 0).at for now in (before, after)]
    assert ends == [datetime(2026, 11, 1, 7, 5, tzinfo=UTC), datetime(2026, 11, 2, 8, 5, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("hours", "days"),
    [([], 0), ([0], 1), ([0, 1, 2], 1), ([0, 17], 1), ([0, 18], 2), ([0, 10, 20, 30, 40], 3), ([40, 0, 20], 3)],
)
def test_days_are_counted_whatever_the_zone(hours: list[int], days: int) -> None:
    assert count_days([MORNING + hour * HOUR for hour in hours]) == days


def test_a_code_that_may_be_tried_again_never_asks_for_more_than_that() -> None:
    for code, row in ERRORS.items():
        tried = row.again is not Again.NEVER
        assert tried is (row.by_receipt in (Action.RETRY, Action.SLOW_DOWN)), code
        assert Action.LOOK_UP not in (row.at_call, row.by_receipt), code


def sent(work: Runtime, source_id: int = 1, useful: timedelta | None = None) -> int:
    row = queue_text(work, make_family(work), source_id=source_id, useful=useful)
    send_due(work)
    return row


def fail(work: Runtime, row: int, code: int, status: str = "undelivered", sid: str | None = None) -> str:
    sid = sid or find_message(work, row).carrier_sid or ""
    assert post_status(work, sid, status, row=row, code=code) == 204
    return sid


def receipts(work: Runtime) -> list[tuple[str, int | None, bool]]:
    with work.database.reading() as session:
        found = session.scalars(select(Receipt).order_by(Receipt.id)).all()
    return [(one.carrier_status, one.message_id, one.moved) for one in found]


def send_later(work: Runtime, row: int) -> datetime:
    """What the dispatcher does when the next try is due. Returns when that is."""
    at = find_message(work, row).not_before
    with clock.frozen(at):
        send_due(work)
    return at


def test_a_failed_text_waits_and_its_try_is_remembered(work: Runtime, phones: Phones) -> None:
    row = sent(work)
    sid = fail(work, row, 30003)
    message = find_message(work, row)
    assert standing(work, row) == (S.QUEUED, "tried again later: the phone is off or has no signal")
    cleared = (message.carrier_sid, message.claim, message.sent_at, message.settled_at, message.watch_at)
    assert cleared == (None,) * 5
    assert (message.attempts, message.not_before > clock.now() + timedelta(minutes=29)) == (0, True)
    with work.database.reading() as session:
        (past,) = session.scalars(select(PastTry)).all()
    assert (past.carrier_sid, past.message_id, past.error_code) == (sid, row, 30003)
    send_due(work)
    assert len(phones.texts()) == 1  # not yet
    send_later(work, row)
    assert standing(work, row) == (S.ACCEPTED, None)
    assert len(phones.texts()) == 2


def test_a_phone_that_stays_off_gets_three_tries_over_two_days_and_is_not_given_up_at_once(
    work: Runtime, phones: Phones
) -> None:
    row = sent(work)
    start = clock.now()
    with clock.frozen(start):
        fail(work, row, 30003)
    for _ in range(2):
        with clock.frozen(send_later(work, row)):
            fail(work, row, 30003)
    assert standing(work, row) == (S.UNDELIVERED, "the phone is off or has no signal")
    assert len(phones.texts()) == 3
    assert unreachable(work) is None
    later = queue_text(work, make_family(work), source_id=2)
    with clock.frozen(start + timedelta(days=3)):
        send_due(work)
        fail(work, later, 30003, sid=phones.texts()[3]["sid"])
        assert standing(work, later)[0] is S.QUEUED  # it has its own tries
    with clock.frozen(send_later(work, later)):
        fail(work, later, 30003)
    with clock.frozen(send_later(work, later)):
        fail(work, later, 30003)
    assert unreachable(work) == "the phone is off or has no signal"


def unreachable(work: Runtime) -> str | None:
    with work.database.reading() as session:
        return session.scalars(select(Contact.unreachable_reason)).one()


@pytest.mark.parametrize(("days", "heard", "given_up"), [(2, False, True), (0, False, False), (2, True, False)])
def test_a_number_out_of_service_is_given_up_on_the_second_day_unless_a_text_arrived_since(
    work: Runtime, days: int, heard: bool, given_up: bool
) -> None:
    first = sent(work)
    fail(work, first, 30005)
    assert (standing(work, first)[0], unreachable(work)) == (S.UNDELIVERED, None)
    with clock.frozen(clock.now() + timedelta(days=days)):
        if heard:
            between = sent(work, 2)
            post_status(work, find_message(work, between).carrier_sid or "", "delivered", row=between)
        second = sent(work, 3)
        fail(work, second, 30005)
    assert (unreachable(work) is not None) is given_up


@ON_SQLITE
@pytest.mark.parametrize("code", [code for code, row in ERRORS.items() if row.again is Again.NEVER])
def test_what_no_second_try_helps_is_final(work: Runtime, code: int) -> None:
    row = sent(work)
    fail(work, row, code)
    assert standing(work, row) == (S.UNDELIVERED, ERRORS[code].meaning)
    assert find_message(work, row).settled_at


def test_late_words_of_a_past_try_are_kept_and_say_nothing_of_the_present_one(work: Runtime, phones: Phones) -> None:
    row = sent(work)
    past = fail(work, row, 30008)
    for status in ("sent", "undelivered", "failed"):
        fail(work, row, 30008, status, past)
    assert standing(work, row)[0] is S.QUEUED
    send_later(work, row)
    fail(work, row, 30005, "failed", past)
    assert standing(work, row)[0] is S.ACCEPTED
    assert [moved for _, _, moved in receipts(work)] == [True, False, False, False, False]
    assert {message for _, message, _ in receipts(work)} == {row}
    post_status(work, phones.texts()[1]["sid"], "delivered", row=row)
    assert standing(work, row)[0] is S.DELIVERED


@pytest.mark.parametrize("word", ["delivered", "read"])
@pytest.mark.parametrize("paused", [False, True])
def test_a_text_that_arrived_after_all_is_not_sent_again(
    work: Runtime, phones: Phones, word: str, paused: bool
) -> None:
    row = sent(work)
    past = fail(work, row, 30008)
    if paused:
        with work.database.writing() as session:
            orders.pause(session, "test", [1])
    post_status(work, past, word, row=row)
    assert standing(work, row) == (S.DELIVERED, None)
    assert find_message(work, row).carrier_sid == past
    with clock.frozen(clock.now() + HOUR):
        send_due(work)
    assert len(phones.texts()) == 1
    assert [moved for _, _, moved in receipts(work)] == [True, True]


def test_a_text_that_arrived_is_not_tried_a_third_time(work: Runtime, phones: Phones) -> None:
    row = sent(work)
    past = fail(work, row, 30003)
    send_later(work, row)
    post_status(work, past, "delivered", row=row)  # the second try has left: nothing can call it back
    assert standing(work, row)[0] is S.ACCEPTED
    fail(work, row, 30003)
    assert standing(work, row) == (S.DELIVERED, None)
    assert len(phones.texts()) == 2


def test_a_text_that_arrived_while_a_worker_has_it_in_its_hands_gets_no_other_try(work: Runtime) -> None:
    row = sent(work)
    past = fail(work, row, 30003)
    with work.database.writing() as session:
        session.get_one(Message, row).status = S.UNKNOWN
    post_status(work, past, "delivered", row=row)
    message = find_message(work, row)
    assert message.status is S.UNKNOWN
    assert message.expires_at
    assert message.expires_at <= clock.now()


def test_the_text_of_a_paused_source_waits_until_it_is_resumed(work: Runtime, phones: Phones) -> None:
    row = sent(work)
    with work.database.writing() as session:
        orders.pause(session, "test", [1])
    fail(work, row, 30008)
    assert standing(work, row) == (S.PAUSED, "paused")
    with clock.frozen(clock.now() + HOUR):
        send_due(work)
        assert len(phones.texts()) == 1
        with work.database.writing() as session:
            assert orders.resume(session, "test", [1]) == 1
        send_due(work)
    assert len(phones.texts()) == 2


def test_the_text_of_a_canceled_source_is_not_tried_again(work: Runtime) -> None:
    row = sent(work)
    with work.database.writing() as session:
        orders.cancel(session, "test", [1])
    fail(work, row, 30008)
    assert standing(work, row) == (S.UNDELIVERED, "the carrier gave no reason")


def test_a_family_that_said_stop_meanwhile_gets_no_second_try(work: Runtime, phones: Phones) -> None:
    row = sent(work)
    fail(work, row, 30008)
    other = sent(work, 2)
    fail(work, other, 21610, "failed")
    send_later(work, row)
    assert standing(work, row) == (S.SKIPPED, "said_stop")
    assert len(phones.texts()) == 2
