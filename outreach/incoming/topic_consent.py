"""STOP FAIR and START FAIR: the texts of one topic end or come back, and the others stay as they are."""

from datetime import timedelta

from outreach import clock
from outreach.incoming.conversation import Conversation
from outreach.incoming.entries import Kind
from outreach.incoming.topics import TOPIC
from outreach.incoming.vocabulary import load_vocabulary
from outreach.people.consent import Purpose, record_consent
from outreach.people.models import Consent, ContactTopic
from outreach.wording.catalog import SOURCE_LANGUAGE
from outreach.wording.replies import REPLIES


def stop_topics(talk: Conversation, *, confirm_within: timedelta) -> None:
    """No more texts on these topics. One confirmation, unless all texts were stopped before, or a start came after."""
    topics = _topics(talk)
    for topic in topics:
        _record(talk, Consent.UNSUBSCRIBED, topic, wording=None)
    left = talk.inbound.received_at + confirm_within - clock.now()
    if talk.contact.consent is Consent.UNSUBSCRIBED or not _all_are(talk, topics, Consent.UNSUBSCRIBED):
        return
    if left > timedelta(0):
        names, word = _named(talk, topics)
        talk.reply("topic_stopped", purpose=Purpose.CONFIRMATION, useful=left, topic=names, word=word)
    else:
        talk.inbound.reason = "not confirmed: it was acted on too long after it came"


def start_topics(talk: Conversation) -> None:
    """Texts on these topics (again). A family that gets none of our texts asks for these and for no others."""
    topics = _topics(talk)
    names, word = _named(talk, topics)
    confirmation = talk.say("topic_started", topic=names, word=word)
    if talk.contact.consent is not Consent.SUBSCRIBED:
        talk.contact.only_chosen_topics = True
        _record(talk, Consent.SUBSCRIBED, None, wording=confirmation)
    for topic in topics:
        _record(talk, Consent.SUBSCRIBED, topic, wording=confirmation)
    if talk.contact.consent is Consent.SUBSCRIBED and _all_are(talk, topics, Consent.SUBSCRIBED):
        talk.send(confirmation, part="topic_started", purpose=Purpose.CONFIRMATION)


def _topics(talk: Conversation) -> list[str]:
    return str(talk.intent.args[TOPIC]).split()


def _record(talk: Conversation, consent: Consent, topic: str | None, *, wording: str | None) -> None:
    record_consent(
        talk.session,
        talk.contact,
        consent,
        source="keyword",
        topic=topic,
        evidence=talk.intent.reason,
        wording=wording,
        raw_text=talk.inbound.body,
        inbound_id=talk.inbound.id,
        happened_at=talk.inbound.received_at,
        confirm_waiting=False,
    )


def _all_are(talk: Conversation, topics: list[str], consent: Consent) -> bool:
    words = (talk.session.get(ContactTopic, (talk.contact.id, topic)) for topic in topics)
    return all(word is not None and word.consent is consent for word in words)


def _named(talk: Conversation, topics: list[str]) -> tuple[str, str]:
    """What the confirmation says: the topics by name, and the word that means the first of them."""
    return ", ".join(_name(talk, topic) for topic in topics), _keyword(talk, topics[0])


def _name(talk: Conversation, topic: str) -> str:
    key = f"topic_{topic}"
    return talk.say(key) if key in REPLIES else topic.replace("_", " ")


def _keyword(talk: Conversation, topic: str) -> str:
    """The keyword of a topic in the family's language, else in English; a topic without any is called by its name."""
    entries = load_vocabulary(talk.work.settings.content / "locales").entries
    words = {
        entry.language: entry.text
        for entry in entries
        if (entry.route, entry.kind, entry.detail) == (TOPIC, Kind.KEYWORD, topic)
    }
    return words.get(talk.contact.language) or words.get(SOURCE_LANGUAGE) or topic
