"""Promises that come near or were not kept: who has the call is reminded, then coordinators and admins hear of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from outreach import clock, runtime
from outreach.callbacks.calendar import hours_of
from outreach.callbacks.due import after_working
from outreach.callbacks.models import Alert, Callback, CallbackAlert, Urgency, is_open
from outreach.db import insert_row
from outreach.outgoing import outbox
from outreach.outgoing.models import Priority
from outreach.people.consent import Purpose
from outreach.runtime import Runtime
from outreach.staff.models import Role, Staff

BEFORE = timedelta(hours=1)
HIGHER_UP = timedelta(hours=1)  # of working time after the promise: coordinators get an hour before admins hear of it
USE = timedelta(hours=4)  # a reminder that could not leave by then reminds of nothing

WORDS = {
    Alert.REMINDER: "{service}: a call that is yours is due by {when}.",
    Alert.COORDINATORS: "{service}: a call that was promised to a family was due {when} and nobody has called.",
    Alert.ADMINS: "{service}: a promised call is overdue since {when} and still nobody has called.",
}
LINES = {
    Alert.REMINDER: "reminded {names}",
    Alert.COORDINATORS: "overdue: told the coordinators",
    Alert.ADMINS: "still overdue: told the admins",
}
MISSED = func.coalesce(Callback.missed_at, Callback.due_at, type_=Callback.due_at.type)


def sweep() -> None:
    """Remind and escalate, each promise once: safe to run twice or at once."""
    work, now = runtime.current(), clock.now()
    for kind in Alert:
        with work.database.reading() as session:
            found = session.scalars(select(Callback).where(*_wants(kind, now)))
            due = [one.id for one in found if kind is not Alert.ADMINS or _is_time_for_admins(session, work, one)]
        for callback_id in due:
            with work.database.writing() as session:
                _alert(session, work, callback_id, kind)


def near_for(me_id: int, now: datetime) -> ColumnElement[bool]:
    """The open calls of one person that are due within the hour or overdue, for the pages."""
    return (Callback.assignee_id == me_id) & is_open() & (Callback.due_at <= now + BEFORE)


def _wants(kind: Alert, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Callbacks that may ask for this alert now. Crises have pages of their own."""
    promised = Callback.due_at if kind is Alert.REMINDER else MISSED
    told = exists().where(
        CallbackAlert.callback_id == Callback.id, CallbackAlert.kind == kind, CallbackAlert.promised_at == promised
    )
    waiting = (is_open(), Callback.urgency != Urgency.CRISIS, ~told)
    if kind is Alert.REMINDER:
        near = (Callback.due_at > now, Callback.due_at <= now + BEFORE)
        return (*waiting, *near, Callback.assignee_id.is_not(None))
    return (*waiting, promised <= now)


def _alert(session: Session, work: Runtime, callback_id: int, kind: Alert) -> None:
    # Asked again under the lock: somebody may have called, taken or closed it.
    found = select(Callback).where(Callback.id == callback_id, *_wants(kind, clock.now())).with_for_update()
    callback = session.scalars(found).one_or_none()
    if callback is None or (kind is Alert.ADMINS and not _is_time_for_admins(session, work, callback)):
        return
    promised = callback.due_at if kind is Alert.REMINDER else callback.missed_at or callback.due_at
    people = _whom(session, callback, kind)
    phones = {person.phone for person in people if person.phone}
    # The unique key of the alerts says who came first.
    made = insert_row(
        session,
        CallbackAlert,
        callback_id=callback.id,
        kind=kind,
        promised_at=promised,
        told=len(phones),
        made_at=clock.now(),
    )
    if made is None:
        return
    names = ", ".join(person.name for person in people) or "nobody"
    callback.write(LINES[kind].format(names=names), note=_by_text(len(phones)))
    for phone in sorted(phones):
        _text(session, work, callback, kind, promised, phone)
    outbox.wake_dispatch(session, work.redis, Priority.ALERT)


def _is_time_for_admins(session: Session, work: Runtime, callback: Callback) -> bool:
    settings = work.settings
    hours = hours_of(session, settings, callback.partner_id)
    missed = callback.missed_at or callback.due_at
    return clock.now() >= after_working(HIGHER_UP, missed, settings.zone, hours)


def _whom(session: Session, callback: Callback, kind: Alert) -> Sequence[Staff]:
    if kind is Alert.REMINDER:
        return [callback.assignee] if callback.assignee and callback.assignee.active else []
    wanted = select(Staff).where(Staff.active).order_by(Staff.id)
    if kind is Alert.ADMINS:
        return session.scalars(wanted.where(Staff.role == Role.ADMIN)).all()
    coordinators = wanted.where(Staff.role == Role.COORDINATOR)
    if callback.partner_id is not None:
        coordinators = coordinators.where(Staff.partner_id == callback.partner_id)
    return session.scalars(coordinators).all()


def _by_text(count: int) -> str:
    return f"by text to {count}" if count else "on the pages only: none of them has a phone for alerts"


def _text(session: Session, work: Runtime, callback: Callback, kind: Alert, promised: datetime, phone: str) -> None:
    """An alert with a time and a link, nothing of the family."""
    local = promised.astimezone(work.settings.zone)
    when = f"{local:%a} {local:%I:%M %p}".replace(" 0", " ")
    words = WORDS[kind].format(service=work.settings.service_name, when=when)
    outbox.queue(
        session,
        outbox.Draft(
            source="callback",
            source_id=callback.id,
            part=f"{kind}:{promised:%y%m%d%H%M}",
            phone=phone,
            body=f"{words} {work.settings.public_url}/callbacks/{callback.id}",
            language="en",
            purpose=Purpose.ALERT,
            priority=Priority.ALERT,
            useful=USE,
        ),
    )
