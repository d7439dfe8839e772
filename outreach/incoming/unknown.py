"""Texts we do not understand: kept for staff, answered gently once a day, and never when a machine wrote them."""

from datetime import timedelta

from sqlalchemy import exists, select

from outreach import clock
from outreach.incoming.conversation import Conversation
from outreach.incoming.intent import Route
from outreach.outgoing.models import Message

GENTLE = "unknown"  # the key of the reply, and the part under which the outbox has it
UNKNOWN_EVERY = timedelta(hours=24)  # one gentle answer a day to what we do not understand


def answer_unknown(talk: Conversation) -> None:
    """What the service can do, once a day, in the language the text seems to be in; a photo alone is answered with
    what to do instead. What may answer a person's text is left to that person.
    """
    talk.inbound.intent = Route.UNKNOWN  # also where it seemed an answer, and nothing was asked
    if talk.intent.args.get("automatic"):
        return
    if talk.inbound.media and not talk.inbound.body.strip():
        talk.reply("media")
        return
    if talk.staff_wrote:
        talk.inbound.reason = "not answered by the service: it may answer what a person here wrote"
        return
    before = exists().where(
        Message.contact_id == talk.contact.id,
        Message.source == "inbound",
        Message.part == GENTLE,
        Message.created_at > clock.now() - UNKNOWN_EVERY,
    )
    if not talk.session.scalar(select(before)):
        talk.answer_in = talk.seems_written_in()
        talk.reply(GENTLE)
