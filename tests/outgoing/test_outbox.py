from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Select, func, literal, null, select, update
from sqlalchemy.orm import Session

from outreach import clock
from outreach.outgoing import orders, outbox
from outreach.outgoing.models import Message, MessageStatus, Priority
from outreach.people.consent import Purpose
from outreach.people.models import Contact
from outreach.runtime import Runtime
from outreach.wording.models import Text
from outreach.wording.texts import store_text
from tests.support.factories import NOON
from tests.support.sending import find_message, make_family, queue_text, send_due, standing

S = MessageStatus
Hand = Callable[[Session, str, list[int]], int]


def count_rows(work: Runtime, table: type[Message] | type[Text] = Message) -> int:
    with work.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def draft(phone: str, **more: object) -> outbox.Draft:
    values = {"body": "Hello", "language": "en", "purpose": Purpose.REPLY, "priority": Priority.REPLY, **more}
    return outbox.Draft("inbound", 1, phone, **values)  # type: ignore[arg-type]


def test_the_same_answer_twice_is_one_text(work: Runtime) -> None:
    phone, other = make_family(work).phone, make_family(work, 1).phone
    drafts = [
        (draft(phone), True),
        (draft(phone), False),
        (draft(phone, body="Other words, same answer"), False),
        (draft(phone, part="menu"), True),
        (draft(other), True),
    ]
    for one, new in drafts:
        with work.database.writing() as session:
            assert outbox.queue(session, one) is new
    assert count_rows(work) == 3


def test_one_body_is_stored_once(work: Runtime) -> None:
    for number in range(3):
        queue_text(work, make_family(work, number))
    assert count_rows(work, Text) <= 2  # what a message was queued with, and no more


def test_a_useful_time_counts_from_the_queueing(work: Runtime) -> None:
    with clock.frozen(NOON):
        row = queue_text(work, make_family(work), useful=timedelta(hours=2))
    assert find_message(work, row).expires_at == NOON + timedelta(hours=2)


def choose_everyone(text_id: int) -> Select[*tuple[object, ...]]:
    now = literal(NOON, type_=Message.not_before.type)
    return select(
        literal("run"), literal(7), literal(""), Contact.id, Contact.phone, literal(text_id), Contact.language,
        literal("campaign"), null(), literal(4), literal("queued"), null(), now, now, literal(0), now,
    ).where(Contact.id > 0)  # fmt: skip


def test_recipients_fixed_twice_are_there_once(work: Runtime) -> None:
    make_family(work), make_family(work, 1)
    made = []
    for number in (2, 3):
        with work.database.writing() as session:
            text_id = store_text(session, "Hello").id
            made.append(outbox.queue_selected(session, choose_everyone(text_id)))
        make_family(work, number)  # joins between the two
    assert made == [2, 1]
    assert count_rows(work) == 3


def put(work: Runtime, row: int, status: MessageStatus) -> None:
    with work.database.writing() as session:
        session.execute(update(Message).where(Message.id == row).values(status=status))


@pytest.mark.parametrize(
    ("hand", "moved", "after"),
    [
        (orders.pause, {S.QUEUED, S.HELD}, (S.PAUSED, "paused")),
        (orders.resume, {S.PAUSED}, (S.QUEUED, None)),
        (orders.cancel, {S.QUEUED, S.HELD, S.PAUSED}, (S.CANCELED, "canceled")),
    ],
)
def test_a_persons_hand_reaches_what_waits_and_nothing_else(
    work: Runtime, hand: Hand, moved: set[MessageStatus], after: tuple[MessageStatus, str | None]
) -> None:
    rows = {status: queue_text(work, make_family(work, number)) for number, status in enumerate(S)}
    elsewhere = queue_text(work, make_family(work, 50), source_id=2)
    for status, row in rows.items():
        put(work, row, status)
    with work.database.writing() as session:
        assert hand(session, "test", [1]) == len(moved)
        assert hand(session, "another", [1]) == 0
        assert hand(session, "test", []) == 0
    for status, row in rows.items():
        assert standing(work, row) == (after if status in moved else (status, None))
    assert standing(work, elsewhere) == (S.QUEUED, None)


def test_texts_are_counted_by_state_and_reason(work: Runtime) -> None:
    for number in range(3):
        queue_text(work, make_family(work, number))
    with work.database.writing() as session:
        orders.pause(session, "test", [1])
    queue_text(work, make_family(work, 4))
    with work.database.reading() as session:
        assert sorted(outbox.count(session, "test", [1])) == [(S.PAUSED, "paused", 3), (S.QUEUED, None, 1)]


def test_a_paused_text_stays_and_leaves_when_it_is_resumed(work: Runtime) -> None:
    row = queue_text(work, make_family(work))
    with work.database.writing() as session:
        orders.pause(session, "test", [1])
    assert send_due(work).sent == 0
    with work.database.writing() as session:
        orders.resume(session, "test", [1])
    assert send_due(work).sent == 1
    assert standing(work, row)[0] is S.ACCEPTED


@pytest.mark.parametrize("claimed", [S.SENDING, S.UNKNOWN])
def test_a_text_canceled_in_a_workers_hands_is_not_tried_again(work: Runtime, claimed: MessageStatus) -> None:
    row = queue_text(work, make_family(work))
    put(work, row, claimed)
    with work.database.writing() as session:
        assert orders.cancel(session, "test", [1]) == 0
    put(work, row, S.QUEUED)  # as after "too many requests", or a claim that was put back
    assert send_due(work).sent == 0
    assert standing(work, row) == (S.CANCELED, "canceled")
    assert find_message(work, row).settled_at
