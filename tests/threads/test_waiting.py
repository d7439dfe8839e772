"""Texts that wait for a person: once each, seen to as far as somebody saw, and put back exactly."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from outreach import clock
from outreach.incoming.models import Inbound, InboundState
from outreach.runtime import Runtime
from outreach.threads import thread, waiting
from outreach.threads.models import WaitsFor
from tests.support.factories import NOON, make_contact

HOUR = timedelta(hours=1)


def add_texts(session: Session, contact_id: int, phone: str, count: int) -> list[int]:
    """So many texts of a family that all wait."""
    ids = []
    for _ in range(count):
        number = session.query(Inbound).count()
        text = Inbound(
            carrier_sid=f"SM{number:032d}", phone=phone, to_phone="+16175550199", body="?", contact_id=contact_id,
            state=InboundState.ROUTED, received_at=clock.now(),
        )  # fmt: skip
        session.add(text)
        session.flush()
        waiting.add(session, contact_id, text.id, WaitsFor.NOT_UNDERSTOOD)
        ids.append(text.id)
    return ids


def open_ids(session: Session, contact_id: int) -> list[int]:
    session.expire_all()
    return [one.inbound_id for one in waiting.find_open(session, contact_id)]


def test_a_text_waits_once_and_families_are_counted(work: Runtime) -> None:
    with work.database.writing() as session:
        for number in range(2):
            contact = make_contact(session, number)
            first, second = add_texts(session, contact.id, contact.phone, 2)
            waiting.add(session, contact.id, first, WaitsFor.ANSWER)
            assert open_ids(session, contact.id) == [first, second]
        assert waiting.count_families(session) == 2


def test_what_came_after_the_page_was_shown_still_waits(work: Runtime) -> None:
    with work.database.writing() as session:
        contact = make_contact(session)
        first, second = add_texts(session, contact.id, contact.phone, 2)
        assert waiting.settle(session, contact.id, seen=first) == 1
        assert open_ids(session, contact.id) == [second]
        assert waiting.settle(session, contact.id, seen=first) == 0


def test_undo_puts_back_what_was_seen_to_last_and_nothing_older(work: Runtime) -> None:
    with work.database.writing() as session:
        contact = make_contact(session)
        with clock.frozen(NOON):
            (old,) = add_texts(session, contact.id, contact.phone, 1)
            waiting.settle(session, contact.id, seen=old)
        with clock.frozen(NOON + HOUR):
            new = add_texts(session, contact.id, contact.phone, 2)
            waiting.settle(session, contact.id, seen=new[-1])
        waiting.reopen(session, contact.id, new[-1])
        assert open_ids(session, contact.id) == new


def test_a_family_that_never_waited_can_be_put_into_the_inbox(work: Runtime) -> None:
    with work.database.writing() as session:
        contact = make_contact(session)
        (text,) = add_texts(session, contact.id, contact.phone, 1)
        session.delete(waiting.find_open(session, contact.id)[0])
        session.flush()
        waiting.reopen(session, contact.id, text)
        assert [one.waits_for for one in waiting.find_open(session, contact.id)] == [WaitsFor.REOPENED]


def test_an_answer_taken_back_puts_back_only_what_it_settled(work: Runtime) -> None:
    with work.database.writing() as session:
        contact = make_contact(session)
        with clock.frozen(NOON):
            (old,) = add_texts(session, contact.id, contact.phone, 1)
            waiting.settle(session, contact.id, seen=old)
        assert waiting.put_back(session, contact.id, since=NOON + HOUR) == 0
        assert open_ids(session, contact.id) == []


@pytest.mark.parametrize(("seen", "unread"), [(3, False), (2, True), (9, False)])
def test_a_thread_is_read_by_the_whole_team_and_never_unread_again(work: Runtime, seen: int, unread: bool) -> None:
    with work.database.writing() as session:
        contact = make_contact(session)
        assert thread.is_unread(thread.find(session, contact.id), 3)
        thread.mark_read(session, contact.id, seen)
        thread.mark_read(session, contact.id, 1)
        assert thread.is_unread(thread.find(session, contact.id), 3) is unread
