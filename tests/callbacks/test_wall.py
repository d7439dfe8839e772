"""The partner wall as a rule: who reads a callback and its history, in Python and in SQL the same."""

from itertools import product

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from outreach import clock
from outreach.callbacks.handover import hand_over
from outreach.callbacks.models import Callback, CallbackState, Outcome, Urgency, is_open
from outreach.callbacks.requests import CallbackError, add_note, assign, close, request_callback
from outreach.callbacks.wall import calls_of, may_read, read_history, readable, see
from outreach.runtime import Runtime
from outreach.staff.accounts import add_staff, find_or_add_partner
from outreach.staff.models import Partner, Role, Staff
from tests.support.factories import NOON, make_contact


def home(session: Session, name: str) -> Partner:
    return find_or_add_partner(session, name)


def hire(session: Session, name: str, partner: Partner | None, role: Role = Role.RESPONDER) -> Staff:
    return add_staff(session, f"{name}@example.org", role, "a long password", name=name, partner=partner)


def test_the_rule_is_the_same_for_one_callback_and_for_a_query(work: Runtime) -> None:
    with work.database.writing() as session:
        school, clinic = home(session, "School"), home(session, "Clinic")
        people = [
            hire(session, "teacher", school),
            hire(session, "nurse", clinic),
            hire(session, "boss", None, Role.ADMIN),
            hire(session, "clinic-boss", clinic, Role.ADMIN),
        ]
        contact = make_contact(session)
        for partner, urgency, state in product((None, school, clinic), Urgency, CallbackState):
            session.add(
                Callback(
                    contact=contact, partner=partner, urgency=urgency, state=state, reason="A reason", language="en",
                    requested_at=NOON, due_at=NOON, outcome=Outcome.REACHED,
                )
            )  # fmt: skip
        session.flush()
        everything = session.scalars(select(Callback)).all()
        for me in people:
            found = set(session.scalars(select(Callback.id).where(readable(me))))
            assert found == {one.id for one in everything if may_read(me, one)}
            for one in everything:
                own = one.partner_id in (None, me.partner_id)
                crisis = one.urgency is Urgency.CRISIS and one.state is not CallbackState.CLOSED
                assert may_read(me, one) == (own or crisis)
                seen = see(me, one)
                assert seen.walled != may_read(me, one)
                hidden = (seen.reason, seen.outcome, seen.assignee, seen.urgency)
                assert (hidden == (None,) * 4) == seen.walled


def test_handing_over_leaves_reason_and_notes_behind_and_keeps_the_promise(work: Runtime) -> None:
    with work.database.writing() as session, clock.frozen(NOON):
        school, clinic = home(session, "School"), home(session, "Clinic")
        teacher, nurse = hire(session, "teacher", school), hire(session, "nurse", clinic)
        contact = make_contact(session, 0, "es")
        callback = request_callback(
            session, work.redis, work.settings, contact, reason="Bruises", partner_id=school.id
        ).callback
        assign(callback, teacher, teacher)
        add_note(callback, teacher, "She cried")
        session.flush()
        due = callback.due_at
        hand_over(session, callback, clinic, teacher, "Would like an appointment")
        session.flush()
        assert (callback.partner_id, callback.assignee, callback.state) == (clinic.id, None, CallbackState.OPEN)
        assert (callback.reason, callback.due_at, callback.interpreter) == ("Would like an appointment", due, True)
        assign(callback, nurse, nurse)
        add_note(callback, nurse, "High blood pressure")
        session.flush()
        by_nurse = [line.note for line in read_history(nurse, callback) if line.note]
        by_teacher = [line.note for line in read_history(teacher, callback) if line.note]
        assert by_nurse == ["Would like an appointment", "High blood pressure"]
        assert by_teacher == ["Bruises", "She cried"], "her own notes stay hers"
        (seen,) = calls_of(session, teacher, contact)
        assert (seen.walled, seen.partner, seen.reason) == (True, clinic, None)


def test_notes_in_a_crisis_stay_with_the_partner_that_wrote_them(work: Runtime) -> None:
    with work.database.writing() as session:
        school, clinic = home(session, "School"), home(session, "Clinic")
        teacher, nurse = hire(session, "teacher", school), hire(session, "nurse", clinic)
        callback = request_callback(
            session, work.redis, work.settings, make_contact(session), reason="Danger", urgency=Urgency.CRISIS
        ).callback
        assign(callback, nurse, nurse)
        add_note(callback, nurse, "What she said")
        session.flush()
        assert may_read(teacher, callback), "whoever is paged may have to call"
        assert "What she said" not in [line.note for line in read_history(teacher, callback)]
        close(callback, Outcome.REACHED, nurse)
        assert not may_read(teacher, callback)
        assert read_history(teacher, callback) == []


def test_what_cannot_be_handed_over_is_refused_with_a_reason(work: Runtime) -> None:
    with work.database.writing() as session:
        school, empty = home(session, "School"), home(session, "Empty")
        teacher = hire(session, "teacher", school)
        callback = request_callback(
            session, work.redis, work.settings, make_contact(session), reason="Asked", partner_id=school.id
        ).callback
        for to, why in ((school, "already"), (empty, "nobody at Empty")):
            with pytest.raises(CallbackError, match=why):
                hand_over(session, callback, to, teacher, "A reason")
        close(callback, Outcome.REACHED, teacher)
        with pytest.raises(CallbackError, match="closed already"):
            hand_over(session, callback, empty, teacher, "A reason")


def test_open_callbacks_are_found_by_an_index_among_years_of_closed_ones(work: Runtime) -> None:
    """The bar of every page and three sweeps ask for them."""
    with work.database.writing() as session:
        contact, me = make_contact(session), hire(session, "teacher", home(session, "School"))
        values = {"contact_id": contact.id, "reason": "Glasses", "language": "en"}
        times = {"requested_at": NOON, "due_at": NOON, "closed_at": NOON}
        closed = {**values, **times, "state": CallbackState.CLOSED, "urgency": Urgency.NORMAL}
        session.execute(insert(Callback), [closed] * 3000)
        on_sqlite = work.database.engine.dialect.name == "sqlite"
        if not on_sqlite:  # PostgreSQL counts by itself; SQLite never does here
            session.execute(text("ANALYZE callbacks"))
        asked = select(func.count()).where(is_open(), readable(me))
        literal = asked.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
        plan = session.execute(text(f"EXPLAIN {'QUERY PLAN ' if on_sqlite else ''}{literal}")).all()
        assert "ix_callbacks_state" in str(plan)
