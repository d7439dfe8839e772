"""The sending side in a few words: a family, a text in the outbox, a slice of dispatch, a pass of the reconciler."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from outreach import clock
from outreach.outgoing import outbox
from outreach.outgoing.claims import Lease
from outreach.outgoing.dispatch import Dispatcher, Report, Timing
from outreach.outgoing.hours import SendingHours
from outreach.outgoing.models import Message, MessageStatus, Priority
from outreach.outgoing.quiet_hours import Hours
from outreach.outgoing.reconcile import Reconciled, reconcile, release_dead_claims
from outreach.people.consent import Purpose
from outreach.people.models import Consent, Contact
from outreach.runtime import Runtime
from tests.support.factories import make_contact

# For tables of cases in which the database has no say.
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TIMING = Timing(1)  # as OUTREACH_CARRIER_SECONDS of the tests has it
AFTER_LEASE = TIMING.lease + timedelta(seconds=1)
AFTER_PROOF = TIMING.lease + TIMING.proof + timedelta(seconds=1)


def make_family(work: Runtime, number: int = 0, consent: Consent = Consent.SUBSCRIBED, **more: object) -> Contact:
    with work.database.writing() as session:
        return make_contact(session, number, consent=consent, **more)  # type: ignore[arg-type]


def queue_text(
    work: Runtime,
    contact: Contact,
    body: str = "A text for you",
    *,
    source_id: int = 1,
    purpose: Purpose = Purpose.CAMPAIGN,
    priority: Priority = Priority.BULK,
    topic: str | None = None,
    useful: timedelta | None = None,
) -> int:
    """Put one text into the outbox; its row id."""
    draft = outbox.Draft(
        "test", source_id, contact.phone, body, contact.language, purpose, priority,
        contact_id=contact.id, topic=topic, useful=useful,
    )  # fmt: skip
    with work.database.writing() as session:
        assert outbox.queue(session, draft)
        return session.scalars(
            select(Message.id).where(Message.source_id == source_id, Message.contact_id == contact.id)
        ).one()


def make_dispatcher(work: Runtime, hours: str = "always", timing: Timing = TIMING) -> Dispatcher:
    return Dispatcher(work.database, work.carrier, SendingHours(Hours.parse(hours)), work.settings.timezone, timing)


def send_due(work: Runtime, hours: str = "always") -> Report:
    """One slice of dispatch."""
    return make_dispatcher(work, hours).run(Priority, 30)


def settle(work: Runtime, after: timedelta = timedelta()) -> Reconciled:
    """What the sweep and the reconciler do, that much later."""
    with clock.frozen(clock.now() + after):
        with work.database.writing() as session:
            release_dead_claims(session, TIMING)
        return reconcile(work.database, work.carrier, TIMING)


def prove(work: Runtime, after: timedelta = timedelta()) -> Reconciled:
    """The same that much later, and again when the proof is complete; together."""
    first, last = settle(work, after), settle(work, after + AFTER_PROOF)
    return Reconciled(first.taken + last.taken, first.never_taken + last.never_taken, last.open)


def find_message(work: Runtime, row: int) -> Message:
    with work.database.reading() as session:
        return session.get_one(Message, row)


def standing(work: Runtime, row: int) -> tuple[MessageStatus, str | None]:
    """Where a text stands, and why."""
    message = find_message(work, row)
    return message.status, message.reason


def make_lease(claim: str = "a claim", *, slow: float = 0) -> Lease:
    """The lease of a claim that began `slow` seconds ago."""
    return Lease(claim, clock.now(), time.monotonic() - slow, TIMING.start_within)
