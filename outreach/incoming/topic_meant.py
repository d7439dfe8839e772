"""Which of our topics a family's text is about, so that its call goes to the partner that knows about it."""

from sqlalchemy import select

from outreach.callbacks.routing import RECENT
from outreach.incoming.conversation import Conversation
from outreach.incoming.entries import KINDS_ALONE, Kind
from outreach.incoming.intent import Route
from outreach.incoming.models import Inbound
from outreach.incoming.reading import Reading
from outreach.incoming.topics import TOPIC
from outreach.incoming.vocabulary import load_vocabulary

# Kinds of help that are a topic of ours by another name; food or housing are nobody's topic.
TOPIC_OF = {
    "mental_health": "coping_skills",
    "coping": "coping_skills",
    "parenting": "parenting",
    "dental": "screenings",
    "vision": "screenings",
}


def topic_meant(talk: Conversation) -> str | None:
    """The topic that the text names, else that of the help the family asked for by text this week."""
    vocabulary = load_vocabulary(talk.work.settings.content / "locales")
    reading = Reading(talk.inbound.body, vocabulary, talk.contact.language)
    named = [hit.entry.detail for hit in reading.of(TOPIC, *KINDS_ALONE, Kind.PHRASE)]
    wished = [hit.entry.detail for hit in reading.of(Route.RESOURCE, *KINDS_ALONE, Kind.PHRASE)]
    found = [*named, *(TOPIC_OF[category] for category in wished if category in TOPIC_OF)]
    return found[0] if found else _asked_before(talk)


def _asked_before(talk: Conversation) -> str | None:
    wishes = talk.session.scalars(
        select(Inbound.args)
        .where(
            Inbound.contact_id == talk.contact.id,
            Inbound.id < talk.inbound.id,
            Inbound.intent == Route.RESOURCE,
            Inbound.received_at > talk.inbound.received_at - RECENT,
        )
        .order_by(Inbound.id.desc())
        .limit(1)
    ).first()
    return TOPIC_OF.get(str((wishes or {}).get("category")))
