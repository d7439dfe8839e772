"""After a crisis no campaign goes to the family until somebody releases it, and who did stands in the history."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from outreach import clock
from outreach.callbacks.crisis.hold import HELD, RELEASED, held_now, holds_of, release
from outreach.callbacks.models import Callback, CallbackEntry, Outcome, Urgency
from outreach.callbacks.requests import assign, close, request_callback
from outreach.people.models import Contact
from outreach.runtime import Runtime
from outreach.staff.accounts import add_staff
from outreach.staff.models import Role, Staff
from tests.support.factories import NOON, make_contact


def crisis(session: Session, work: Runtime, contact: Contact) -> Callback:
    with clock.frozen(NOON):
        asked = request_callback(session, work.redis, work.settings, contact, reason="A text", urgency=Urgency.CRISIS)
    return asked.callback


def nurse(session: Session) -> Staff:
    return add_staff(session, "nurse@example.org", Role.RESPONDER, "a long password", name="Nora Nurse")


@pytest.mark.parametrize("outcome", Outcome)
def test_no_outcome_of_a_call_releases_the_family(work: Runtime, outcome: Outcome) -> None:
    with work.database.writing() as session:
        contact, who = make_contact(session), nurse(session)
        callback = crisis(session, work, contact)
        assign(callback, who, by=who)
        close(callback, outcome, by=who)
        assert contact.held_since == NOON


def test_a_release_says_who_and_when_on_the_call_and_on_the_family(work: Runtime) -> None:
    with work.database.writing() as session:
        contact, who = make_contact(session), nurse(session)
        callback = crisis(session, work, contact)
        session.flush()
        assert [one.contact_id for one in held_now(session)] == [contact.id]
        with clock.frozen(NOON + timedelta(days=2)):
            assert release(session, contact, who)
        session.flush()
        assert contact.held_since is None
        assert held_now(session) == []
        (hold,) = holds_of(session, contact)
        assert (hold.since, hold.released_at, hold.released_by) == (NOON, NOON + timedelta(days=2), who)
        kept: list[CallbackEntry] = [one for one in callback.history if one.action in (HELD, RELEASED)]
        assert [(one.action, one.staff, one.happened_at) for one in kept] == [
            (HELD, None, NOON),
            (RELEASED, who, NOON + timedelta(days=2)),
        ]


def test_a_family_is_held_once_and_released_once(work: Runtime) -> None:
    with work.database.writing() as session:
        contact, who = make_contact(session), nurse(session)
        crisis(session, work, contact)
        crisis(session, work, contact)
        session.flush()
        assert len(holds_of(session, contact)) == 1
        assert release(session, contact, who)
        session.flush()
        assert not release(session, contact, who)


def test_the_next_crisis_holds_again(work: Runtime) -> None:
    with work.database.writing() as session:
        contact, who = make_contact(session), nurse(session)
        crisis(session, work, contact)
        session.flush()
        release(session, contact, who)
        session.flush()
        crisis(session, work, contact)
        session.flush()
        assert len(holds_of(session, contact)) == 2
        assert len(held_now(session)) == 1


def test_a_plain_wish_for_a_call_holds_nothing(work: Runtime) -> None:
    with work.database.writing() as session:
        contact = make_contact(session)
        request_callback(session, work.redis, work.settings, contact, reason="Please call")
        assert contact.held_since is None
