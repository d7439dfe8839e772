"""Paging staff: a text and an e-mail to each person on duty, with an id and a link and nothing of the family."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from redis import Redis
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.callbacks.crisis.models import CrisisPage
from outreach.callbacks.models import Callback
from outreach.db import insert_row
from outreach.mail import outbox as mail_outbox
from outreach.outgoing import orders, outbox
from outreach.outgoing.models import Priority
from outreach.people.consent import Purpose
from outreach.settings import Settings
from outreach.staff import duty
from outreach.staff.models import Staff

SOURCE = "page"  # of the texts and mails, with the callback's id and the page's number
USE = timedelta(hours=12)
PAGED, PAGED_AGAIN = "paged", "paged again"  # actions in a callback's history

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Called:
    """Whom a page reaches, and in which capacity: "1 on duty", "nobody on duty: 4 who can answer"."""

    people: Sequence[Staff]
    words: str
    on_duty: bool = True  # False: nobody is, or can be reached
    supervised: bool = True  # False: nobody is a supervisor, or can be reached


def whom(session: Session, settings: Settings, *, again: bool = False) -> Called:
    """Who is on duty; with nobody on duty, all who can answer. `again` adds the supervisors, or without any all.

    Who has no phone counts only where mail is set up: a page that reaches nobody is no page.
    """
    on_duty, supervisors = (_reached(settings, find(session)) for find in (duty.on_duty, duty.supervisors))
    supervised = bool(supervisors)
    everybody = _reached(settings, duty.who_can_answer(session))
    if not on_duty:
        words = f"nobody on duty: {len(everybody)} who can answer" if everybody else "nobody reached"
        return Called(everybody, words, on_duty=False, supervised=supervised)
    if not again:
        return Called(on_duty, f"{len(on_duty)} on duty", supervised=supervised)
    if supervised:
        both = _both(on_duty, supervisors)
        number = len(supervisors)
        return Called(both, f"{len(on_duty)} on duty, {number} supervisor{'' if number == 1 else 's'}")
    return Called(_both(on_duty, everybody), f"no supervisor: all {len(everybody)} who can answer", supervised=False)


def page_staff(session: Session, redis: Redis, settings: Settings, callback: Callback, *, again: bool = False) -> int:
    """Page them now, and write so into the history. Returns how many; 0 when another worker has just done it.

    `again`: nobody took the page before. The callback has to be in the database. Nobody reached is an error in the log.
    """
    called = whom(session, settings, again=again)
    number = _next_number(session, callback.id)
    row = insert_row(
        session,
        CrisisPage,
        callback_id=callback.id,
        number=number,
        is_alarm=not again,
        language=callback.language,
        people=len(called.people),
        paged_at=clock.now(),
    )
    if row is None:
        return 0
    how = "by text and e-mail" if settings.smtp_url else "by text"
    note = f"{called.words}, {how}" if called.people else called.words
    callback.write(PAGED_AGAIN if again else PAGED, note=note)
    if not called.people:
        log.error("callback %s: nobody can be paged", callback.id)
    for person in called.people:
        _text(session, settings, callback, person, number, again=again)
        _mail(session, settings, callback, person, number, again=again)
    outbox.wake_dispatch(session, redis, Priority.ALERT)
    mail_outbox.wake_mail(session, redis)
    return len(called.people)


def stop_pages(session: Session, callback: Callback) -> None:
    """Somebody has it: pages that have not left do not leave."""
    orders.withdraw(session, SOURCE, [callback.id])
    mail_outbox.cancel(session, SOURCE, [callback.id])


def _reached(settings: Settings, people: Sequence[Staff]) -> Sequence[Staff]:
    return [person for person in people if person.phone or settings.smtp_url]


def _both(first: Sequence[Staff], second: Sequence[Staff]) -> Sequence[Staff]:
    return [*first, *(person for person in second if person not in first)]


def _next_number(session: Session, callback_id: int) -> int:
    numbers = select(CrisisPage.number).where(CrisisPage.callback_id == callback_id)
    return 1 + (session.scalar(numbers.order_by(CrisisPage.number.desc()).limit(1)) or 0)


def _text(session: Session, settings: Settings, callback: Callback, person: Staff, number: int, *, again: bool) -> None:
    if not person.phone:
        return
    outbox.queue(
        session,
        outbox.Draft(
            source=SOURCE,
            source_id=callback.id,
            part=str(number),
            phone=person.phone,
            body=f"{_words(settings, callback, again=again)} {_link(settings, callback)}",
            language="en",
            purpose=Purpose.ALERT,
            priority=Priority.ALERT,
            useful=USE,
        ),
    )


def _mail(session: Session, settings: Settings, callback: Callback, person: Staff, number: int, *, again: bool) -> None:
    if not settings.smtp_url:
        return
    words = _words(settings, callback, again=again)
    mail_outbox.queue(
        session,
        mail_outbox.Draft(
            source=SOURCE,
            source_id=callback.id,
            part=str(number),
            address=person.email,
            subject=words.rstrip("."),
            body=f"{words}\n\nOpen it and take it, so that nobody else is paged:\n{_link(settings, callback)}\n\n"
            "This mail is automatic. Its link tells who calls whom, after you sign in.\n",
            useful=USE,
        ),
    )


def _words(settings: Settings, callback: Callback, *, again: bool) -> str:
    still = " Nobody has taken it yet." if again else ""
    return f"{settings.service_name}: urgent call needed, request {callback.id}.{still}"


def _link(settings: Settings, callback: Callback) -> str:
    return f"{settings.public_url}/callbacks/{callback.id}"
