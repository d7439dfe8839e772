"""`outreach messages reconcile`: what nobody knows is asked of the carrier."""

from datetime import timedelta

from sqlalchemy import select

from outreach import clock
from outreach.outgoing import outbox
from outreach.outgoing.models import Message, MessageStatus, Priority
from outreach.people.consent import Purpose
from outreach.runtime import Runtime
from outreach.sample.families import sample_phone
from tests.cli.conftest import Outreach


def test_nothing_to_settle_is_fine(run: Outreach) -> None:
    ended = run("messages", "reconcile", "--json")
    assert (ended.status, ended.json) == (
        0,
        dict.fromkeys(("released", "taken", "never_taken", "open", "looked_up", "moved", "left"), 0),
    )
    assert run("messages", "reconcile").status == 0


def test_a_text_the_carrier_never_had_is_settled_and_will_be_sent(run: Outreach, work: Runtime) -> None:
    with work.database.writing() as session:
        outbox.queue(
            session,
            outbox.Draft("test", 1, sample_phone(0), "Hello", "en", Purpose.REPLY, Priority.REPLY),
        )
        message = session.scalars(select(Message)).one()
        message.status, message.claim = MessageStatus.SENDING, "a worker that died"
        message.claimed_at = clock.now() - timedelta(hours=1)
    ended = run("messages", "reconcile", "--json")
    assert ended.status == 0
    assert ended.json["released"] == 1
    with work.database.reading() as session:
        assert session.scalars(select(Message.status)).one() is not MessageStatus.SENDING
