"""What fails through the operator's fault stops the rest of its source before it burns the audience."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from outreach import clock
from outreach.outgoing import breaker, orders, past_tries
from outreach.outgoing.models import Breaker, Message, MessageStatus, PastTry, Priority
from outreach.people.consent import Purpose
from outreach.runtime import Runtime
from tests.support.sending import find_message, make_family, queue_text, send_due, standing
from tests.support.servers import Phones
from tests.support.webhooks import post_status

S = MessageStatus
SOURCE = ("test", 1)
UNREGISTERED = "the sender is not registered"


def send(work: Runtime, count: int, start: int = 0, source_id: int = 1) -> list[int]:
    families = [make_family(work, number) for number in range(start, start + count)]
    rows = [queue_text(work, family, source_id=source_id) for family in families]
    send_due(work)
    return rows


def wait(work: Runtime, count: int, source_id: int = 1) -> list[int]:
    return [queue_text(work, make_family(work, 50 + number), source_id=source_id) for number in range(count)]


def hear(work: Runtime, rows: list[int], status: str = "undelivered", code: int | None = 30034) -> None:
    for row in rows:
        assert post_status(work, find_message(work, row).carrier_sid or "", status, row=row, code=code) == 204


def count(work: Runtime, status: MessageStatus, source_id: int = 1) -> int:
    with work.database.reading() as session:
        its = (Message.status == status, Message.source_id == source_id)
        return session.scalar(select(func.count()).select_from(Message).where(*its)) or 0


def find(work: Runtime, source_id: int = 1) -> Breaker | None:
    with work.database.reading() as session:
        return session.get(Breaker, ("test", source_id))


def test_the_fifth_failure_stops_what_waits_and_says_why(
    work: Runtime, phones: Phones, caplog: pytest.LogCaptureFixture
) -> None:
    rows = send(work, 6)
    waiting, elsewhere = wait(work, 3), wait(work, 1, source_id=2)
    hear(work, rows[:4])
    assert count(work, S.QUEUED) == 3
    hear(work, rows[4:])
    assert {standing(work, row) for row in waiting} == {(S.PAUSED, UNREGISTERED)}
    assert standing(work, elsewhere[0])[0] is S.QUEUED
    one = find(work)
    assert one
    assert (one.failures, one.code, one.reason, one.tripped_at is not None) == (6, 30034, UNREGISTERED, True)
    assert [record.levelno for record in caplog.records if "stopped" in record.getMessage()] == [logging.ERROR]
    send_due(work)
    assert len(phones.texts()) == 7  # the six, and the one of another source


@pytest.mark.parametrize(("status", "code"), [("delivered", None), ("undelivered", 30005), ("undelivered", 30410)])
def test_other_ends_are_not_counted(work: Runtime, phones: Phones, status: str, code: int | None) -> None:
    rows = send(work, 6)
    hear(work, rows, status, code)
    assert find(work) is None


def test_pages_to_staff_are_never_stopped(work: Runtime, phones: Phones) -> None:
    """A crisis pages until somebody takes it: the texts that failed keep none of the next ones back."""
    families = [make_family(work, number) for number in range(6)]
    rows = [queue_text(work, family, purpose=Purpose.ALERT, priority=Priority.ALERT) for family in families]
    send_due(work)
    hear(work, rows)
    assert find(work) is None
    again = queue_text(work, make_family(work, 50), purpose=Purpose.ALERT, priority=Priority.ALERT)
    send_due(work)
    assert standing(work, again)[0] is S.ACCEPTED


def test_failures_of_several_sources_count_for_each_and_together(work: Runtime, phones: Phones) -> None:
    hear(work, [*send(work, 3), *send(work, 2, 10, source_id=2)])
    with work.database.reading() as session:
        assert breaker.find_tripped(session, "test", [1]) == []
        assert [one.source_id for one in breaker.find_tripped(session, "test", [1, 2])] == [1, 2]
        assert breaker.find_tripped(session, "another", [1, 2]) == []


def test_lifting_sends_again_exactly_what_failed_by_that_fault(work: Runtime, phones: Phones) -> None:
    rows = send(work, 7)
    hear(work, rows[:5])
    hear(work, rows[5:6], "undelivered", 30007)
    hear(work, rows[6:], "delivered", None)
    with work.database.writing() as session:
        now = clock.now()
        assert breaker.count_again(session, "test", [1], now) == 5
        orders.resume(session, "test", [1])
        assert breaker.lift(session, "test", [1], now) == 5
        assert breaker.count_again(session, "test", [1], now) == 0
        assert breaker.find_tripped(session, "test", [1]) == []
        assert session.scalar(select(func.count()).select_from(PastTry)) == 5
    assert standing(work, rows[0]) == (S.QUEUED, "failed before, sent again")
    assert [standing(work, row)[0] for row in rows[5:]] == [S.UNDELIVERED, S.DELIVERED]
    send_due(work)
    assert len(phones.texts()) == 12
    assert set(phones.per_phone().values()) == {1, 2}
    hear(work, rows[:4])
    one = find(work)
    assert one
    assert (one.failures, one.tripped_at) == (4, None)  # counted anew


def test_what_is_past_its_use_is_not_sent_again(work: Runtime, phones: Phones) -> None:
    row = queue_text(work, make_family(work), useful=timedelta(hours=1))
    send_due(work)
    hear(work, [row])
    with work.database.writing() as session:
        codes, later = [30034], clock.now() + timedelta(hours=2)
        assert past_tries.count_failed(session, "test", [1], codes, clock.now()) == 1
        assert past_tries.send_again(session, "test", [1], codes, later) == 0


@pytest.mark.parametrize(
    ("delivered", "blocked", "code", "stopped"),
    [(9, 12, 30007, True), (9, 12, 30008, True), (10, 9, 30007, False), (0, 12, 30007, False), (9, 12, 30005, False)],
)
def test_when_most_texts_do_not_arrive_the_rest_waits(
    work: Runtime, phones: Phones, delivered: int, blocked: int, code: int, stopped: bool
) -> None:
    rows = send(work, delivered + blocked)
    (waiting,) = wait(work, 1)
    hear(work, rows[:delivered], "delivered", None)
    hear(work, rows[delivered:], "undelivered", code)
    assert (standing(work, waiting) == (S.PAUSED, breaker.BLOCKED)) is stopped
    if stopped:
        with work.database.writing() as session:
            orders.resume(session, "test", [1])
            assert breaker.lift(session, "test", [1], clock.now()) == 0  # some of them may have arrived
        hear(work, send(work, 1, 60), "undelivered", code)
        assert (find(work) or Breaker()).tripped_at is None  # a person has looked at it


def test_what_was_long_ago_or_of_another_source_says_nothing(work: Runtime, phones: Phones) -> None:
    rows, others = send(work, 12), send(work, 12, 20, source_id=2)
    hear(work, rows[:11], "undelivered", 30007)
    hear(work, others, "delivered", None)
    with clock.frozen(clock.now() + timedelta(hours=1)):
        hear(work, rows[11:], "undelivered", 30007)
    assert find(work) is None
