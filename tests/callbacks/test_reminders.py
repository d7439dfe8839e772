"""Who has a call is reminded before it is due; when it was due coordinators hear of it, later admins: each once."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach import clock
from outreach.callbacks import jobs
from outreach.callbacks.attempts import record
from outreach.callbacks.models import Alert, Callback, CallbackAlert, Outcome, Urgency
from outreach.callbacks.reminders import sweep
from outreach.callbacks.requests import assign, close, request_callback
from outreach.callbacks.routing import write_topics
from outreach.outgoing.models import Message, Priority
from outreach.people.consent import Purpose
from outreach.runtime import Runtime
from outreach.sample.families import sample_phone
from outreach.staff.accounts import add_staff, find_or_add_partner
from outreach.staff.models import Role, Staff
from outreach.wording.models import Text
from tests.support.factories import make_contact

NEW_YORK = ZoneInfo("America/New_York")
ASKED, DUE = "2026-12-01T10:00", "2026-12-01T17:00"  # a Tuesday
PHONES = {"nurse": 99, "head": 98, "other head": 97, "admin": 96}
NAME = "Marisol Peña"


def local(at: str) -> datetime:
    return datetime.fromisoformat(at).replace(tzinfo=NEW_YORK).astimezone(UTC)


def hire(session: Session, name: str, role: Role, partner: str) -> Staff:
    return add_staff(
        session, f"{name.replace(' ', '.')}@example.org", role, "a long password", name=name,
        partner=find_or_add_partner(session, partner), phone=sample_phone(PHONES[name]), languages=["es"],
    )  # fmt: skip


@pytest.fixture
def callback_id(work: Runtime) -> int:
    """A call that the nurse of a school has; a clinic has a coordinator too."""
    with clock.frozen(local(ASKED)), work.database.writing() as session:
        nurse = hire(session, "nurse", Role.RESPONDER, "School")
        hire(session, "head", Role.COORDINATOR, "School")
        hire(session, "other head", Role.COORDINATOR, "Clinic")
        hire(session, "admin", Role.ADMIN, "Clinic")
        assert nurse.partner
        write_topics(session, nurse.partner, ["parenting"])
        contact = make_contact(session, 0, "es", name=NAME)
        callback = request_callback(
            session, work.redis, work.settings, contact, reason="A secret reason", topic="parenting"
        ).callback
        assign(callback, nurse, nurse)
        return callback.id


def sweep_at(*moments: datetime) -> None:
    for at in moments:
        with clock.frozen(at):
            sweep()


def alerts(work: Runtime) -> list[tuple[Alert, datetime]]:
    with work.database.reading() as session:
        rows = session.scalars(select(CallbackAlert).order_by(CallbackAlert.id))
        return [(row.kind, row.promised_at) for row in rows]


def texted(work: Runtime) -> list[tuple[str, str]]:
    """Who of staff got a text, and what it says."""
    names = {sample_phone(number): name for name, number in PHONES.items()}
    with work.database.reading() as session:
        found = session.execute(
            select(Message.phone, Text.body).join(Text).where(Message.contact_id.is_(None)).order_by(Message.id)
        )
        return [(names[phone], body) for phone, body in found]


def actions(work: Runtime, callback_id: int) -> list[str]:
    with work.database.reading() as session:
        return [line.action for line in session.get_one(Callback, callback_id).history]


def test_a_missed_promise_climbs_step_by_step_and_each_step_is_taken_once(work: Runtime, callback_id: int) -> None:
    due = local(DUE)
    sweep_at(due - timedelta(hours=1, minutes=1))
    assert texted(work) == []
    sweep_at(due - timedelta(hours=1), due - timedelta(minutes=30))
    assert [who for who, _ in texted(work)] == ["nurse"]
    sweep_at(due - timedelta(minutes=1))
    assert len(texted(work)) == 1
    sweep_at(due, due + timedelta(minutes=1), due + timedelta(hours=15))
    assert [who for who, _ in texted(work)] == ["nurse", "head"], "the clinic's coordinator has no part in it"
    sweep_at(local("2026-12-02T09:59"))
    assert len(texted(work)) == 2, "a night is no working time"
    sweep_at(*(local("2026-12-02T10:00") + timedelta(hours=hours) for hours in range(48)))
    assert [who for who, _ in texted(work)] == ["nurse", "head", "admin"]
    assert alerts(work) == [(kind, due) for kind in (Alert.REMINDER, Alert.COORDINATORS, Alert.ADMINS)]
    assert actions(work, callback_id)[2:] == [
        "reminded nurse", "overdue: told the coordinators", "still overdue: told the admins",
    ]  # fmt: skip


def test_the_database_refuses_a_second_alert_for_the_same_promise(work: Runtime, callback_id: int) -> None:
    sweep_at(local(DUE))
    copy = text(
        "INSERT INTO callback_alerts (callback_id, kind, promised_at, told, made_at) "
        "SELECT callback_id, kind, promised_at, told, made_at FROM callback_alerts"
    )
    with pytest.raises(IntegrityError), work.database.writing() as session:
        session.execute(copy)
    assert len(alerts(work)) == 1


def test_an_alert_tells_nothing_of_the_family_and_goes_at_any_hour(work: Runtime, callback_id: int) -> None:
    sweep_at(local(DUE) - timedelta(minutes=30), local(DUE), local("2026-12-02T10:00"))
    bodies = [body for _, body in texted(work)]
    assert len(bodies) == 3
    for body in bodies:
        assert f"/callbacks/{callback_id}" in body
        assert "Tue 5:00 PM" in body
        assert not any(told in body for told in (NAME, "Marisol", "secret", sample_phone(0), "5550100"))
    with work.database.reading() as session:
        rows = session.scalars(select(Message).where(Message.contact_id.is_(None))).all()
        assert {(row.purpose, row.priority) for row in rows} == {(Purpose.ALERT, Priority.ALERT)}


def test_after_the_family_was_told_that_we_are_late_the_missed_promise_still_climbs(
    work: Runtime, callback_id: int
) -> None:
    """Workers stood still until long after the call was due: the promise has moved, its miss has not."""
    with clock.frozen(local(DUE) + timedelta(minutes=40)):
        jobs.sweep()
    with work.database.reading() as session:
        callback = session.get_one(Callback, callback_id)
        assert (callback.missed_at, callback.due_at) == (local(DUE), local("2026-12-02T17:00"))
    sweep_at(local(DUE) + timedelta(minutes=41), local("2026-12-02T10:00"), local("2026-12-02T16:10"))
    assert alerts(work) == [
        (Alert.COORDINATORS, local(DUE)),
        (Alert.ADMINS, local(DUE)),
        (Alert.REMINDER, local("2026-12-02T17:00")),
    ]


def test_an_attempt_ends_the_climb_and_begins_a_new_promise(work: Runtime, callback_id: int) -> None:
    sweep_at(local(DUE))
    with clock.frozen(local(DUE) + timedelta(minutes=5)), work.database.writing() as session:
        nurse = session.scalars(select(Staff).where(Staff.name == "nurse")).one()
        callback = session.get_one(Callback, callback_id)
        record(session, work, callback, Outcome.NO_ANSWER, nurse, last=False)
    again = local("2026-12-02T17:00")
    sweep_at(local("2026-12-02T12:00"), again - timedelta(minutes=20), again)
    assert alerts(work) == [
        (Alert.COORDINATORS, local(DUE)), (Alert.REMINDER, again), (Alert.COORDINATORS, again),
    ]  # fmt: skip


def test_nobody_hears_of_a_call_that_was_made(work: Runtime, callback_id: int) -> None:
    with clock.frozen(local("2026-12-01T15:00")), work.database.writing() as session:
        nurse = session.scalars(select(Staff).where(Staff.name == "nurse")).one()
        close(session.get_one(Callback, callback_id), Outcome.REACHED, nurse)
    sweep_at(local("2026-12-01T16:30"), local(DUE), local("2026-12-02T10:00"))
    assert alerts(work) == []


def test_a_crisis_has_pages_of_its_own(work: Runtime, callback_id: int) -> None:
    with clock.frozen(local(ASKED)), work.database.writing() as session:
        contact = session.get_one(Callback, callback_id).contact
        request_callback(session, work.redis, work.settings, contact, reason="Danger", urgency=Urgency.CRISIS)
    sweep_at(local(DUE), local("2026-12-02T10:00"))
    assert alerts(work) == []


def test_a_call_nobody_took_reminds_nobody_and_reaches_the_coordinators(work: Runtime, callback_id: int) -> None:
    with work.database.writing() as session:
        session.get_one(Callback, callback_id).assignee = None
    sweep_at(local(DUE) - timedelta(minutes=30), local(DUE))
    assert alerts(work) == [(Alert.COORDINATORS, local(DUE))]


def test_who_has_no_phone_is_told_by_the_pages_and_the_history_says_so(work: Runtime, callback_id: int) -> None:
    with work.database.writing() as session:
        session.scalars(select(Staff).where(Staff.name == "nurse")).one().phone = None
    sweep_at(local(DUE) - timedelta(minutes=30))
    assert texted(work) == []
    with work.database.reading() as session:
        line = session.get_one(Callback, callback_id).history[-1]
        assert line.note == "on the pages only: none of them has a phone for alerts"
