"""A receipt that never comes is asked for, ever later, and not for ever."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from outreach import clock
from outreach.outgoing.lookup import LookedUp, look_up_overdue
from outreach.outgoing.models import Message, MessageStatus, Receipt
from outreach.outgoing.watching import LOOKS, next_look
from outreach.runtime import Runtime
from outreach.settings import Settings
from tests.support.factories import NOON
from tests.support.sending import find_message, make_family, queue_text, send_due, standing
from tests.support.servers import Phones
from tests.support.service import wait_for

S = MessageStatus
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("age", "look"), [(0, 1), (0.9, 1), (1, 6), (5, 6), (6, 24), (23, 24), (24, None), (100, None)]
)
def test_the_looks_grow_apart_and_end(age: float, look: int | None) -> None:
    assert next_look(NOON, NOON + age * HOUR) == (NOON + look * HOUR if look else None)


def send_silently(work: Runtime, phones: Phones, count: int = 1, **rule: object) -> list[int]:
    """Texts whose callbacks are lost, and that the carrier has finished with."""
    rows = [queue_text(work, make_family(work, number)) for number in range(count)]
    phones.control("faults", [{"action": "lose_callbacks"}, *([rule] if rule else [])])
    send_due(work)
    wait_for(lambda: {text["status"] for text in phones.texts()} <= {"delivered", "undelivered"}, "the carrier", 10)
    return rows


def look(work: Runtime, after: timedelta, limit: int = 200) -> LookedUp:
    return look_up_overdue(work.database, work.carrier, clock.now() + after, limit)


def test_an_overdue_text_is_settled_from_the_carriers_record(work: Runtime, phones: Phones) -> None:
    (row,) = send_silently(work, phones)
    assert look(work, timedelta(minutes=59)) == LookedUp()
    assert look(work, HOUR + timedelta(minutes=1)) == LookedUp(looked_up=1, moved=1)
    message = find_message(work, row)
    assert (message.status, message.watch_at) == (S.DELIVERED, None)
    assert message.settled_at
    with work.database.reading() as session:
        (kept,) = session.scalars(select(Receipt)).all()
    assert (kept.carrier_status, kept.message_id, kept.moved) == ("delivered", row, True)
    assert look(work, 100 * HOUR) == LookedUp()


def test_an_overdue_text_that_failed_is_followed_up(work: Runtime, phones: Phones) -> None:
    (row,) = send_silently(work, phones, action="undeliver", code=30008)
    assert look(work, 2 * HOUR) == LookedUp(looked_up=1, moved=1)
    assert standing(work, row) == (S.QUEUED, "tried again later: the carrier gave no reason")


def test_a_text_without_a_last_word_is_looked_up_three_times_and_then_left(work: Runtime, phones: Phones) -> None:
    phones.control("settings", {"delivery_ms": 600_000})
    (row,) = [queue_text(work, make_family(work))]
    phones.control("faults", [{"action": "lose_callbacks"}])
    send_due(work)
    wait_for(lambda: phones.texts()[0]["status"] == "sent", "the carrier", 10)
    looked = [look(work, age + timedelta(minutes=1)) for age in LOOKS]
    assert looked == [LookedUp(1, 1), LookedUp(1), LookedUp(1)]
    message = find_message(work, row)
    assert (message.status, message.watch_at) == (S.SENT, None)
    assert look(work, 1000 * HOUR) == LookedUp()


def test_a_record_that_the_carrier_does_not_have_teaches_nothing(work: Runtime, phones: Phones) -> None:
    (row,) = send_silently(work, phones)
    with work.database.writing() as session:
        session.execute(update(Message).values(carrier_sid="SM" + "f" * 32))
    assert look(work, 2 * HOUR) == LookedUp(looked_up=1)
    message = find_message(work, row)
    assert message.status is S.ACCEPTED
    assert message.watch_at
    assert message.watch_at > clock.now() + 5 * HOUR


def test_while_the_carrier_is_away_it_is_asked_once(
    work: Runtime, phones: Phones, environment: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    rows = send_silently(work, phones, 3)
    away = Runtime(Settings.from_env({**environment, "TWILIO_AUTH_TOKEN": "another"}))
    assert look(away, 2 * HOUR) == LookedUp(left=3)
    away.close()
    assert caplog.text.count("could not be looked up") == 1
    assert look(work, 2 * HOUR, limit=2) == LookedUp(looked_up=2, moved=2)
    assert look(work, 2 * HOUR) == LookedUp(looked_up=1, moved=1)
    assert {standing(work, row)[0] for row in rows} == {S.DELIVERED}
