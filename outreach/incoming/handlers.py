"""What each intent leads to. Every handler works in the transaction that routes the text."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from outreach import clock
from outreach.callbacks.models import Urgency
from outreach.callbacks.requests import request_callback
from outreach.campaigns import events, series
from outreach.campaigns.models import Answer
from outreach.incoming.call_time import answer_callback
from outreach.incoming.carrier_block import STILL_BLOCKED, is_blocked, lifts_block
from outreach.incoming.conversation import Conversation
from outreach.incoming.help_nearby import answer_resource
from outreach.incoming.intent import Route
from outreach.incoming.topic_consent import start_topics, stop_topics
from outreach.incoming.unknown import answer_unknown
from outreach.incoming.vocabulary import catalog_code
from outreach.outgoing.models import Priority
from outreach.people.consent import Purpose, record_consent
from outreach.people.contacts import set_language
from outreach.people.models import Consent
from outreach.wording.dates import format_clock, format_day

CONFIRM_STOP = timedelta(minutes=5)  # 47 CFR 64.1200(a)(12): so soon after the family's stop, no later
SERIES_TOPICS = {"parent": "parenting", "cope": "coping_skills"}


def stop(talk: Conversation) -> None:
    """Nothing more is sent. One confirmation, none when the carrier has answered by itself or a start came after.

    A text that names topics stops those alone.
    """
    if "topic" in talk.intent.args:
        stop_topics(talk, confirm_within=CONFIRM_STOP)
        return
    _write_stop(talk)
    if talk.inbound.carrier_answered or talk.contact.consent is not Consent.UNSUBSCRIBED:
        return
    left = talk.inbound.received_at + CONFIRM_STOP - clock.now()
    if left > timedelta(0):
        talk.reply("stopped", purpose=Purpose.CONFIRMATION, useful=left)
    else:
        talk.inbound.reason = "not confirmed: it was acted on more than five minutes after it came"


def _write_stop(talk: Conversation) -> None:
    record_consent(
        talk.session,
        talk.contact,
        Consent.UNSUBSCRIBED,
        source="carrier" if talk.inbound.carrier_answered else "keyword",
        evidence=talk.intent.reason,
        raw_text=talk.inbound.body,
        inbound_id=talk.inbound.id,
        happened_at=talk.inbound.received_at,
    )
    series.leave_all(talk.session, talk.contact)


def start(talk: Conversation) -> None:
    """The family wants our texts (again). No welcome when a stop that came after it was acted on first.

    Where the carrier goes on blocking us, nothing we write arrives, and nothing is recorded as agreed: somebody calls.
    """
    inbound = talk.inbound
    lifts = lifts_block(inbound.body, inbound.to_phone, inbound.opt_out_type)
    if not lifts and is_blocked(talk.session, talk.contact):
        _ask_for_start_by_voice(talk)
        return
    if "topic" in talk.intent.args:
        start_topics(talk)
        return
    confirmation = talk.say("started")
    record_consent(
        talk.session,
        talk.contact,
        Consent.SUBSCRIBED,
        source="carrier" if inbound.opt_out_type else "keyword",
        evidence=talk.intent.reason,
        wording=confirmation,
        raw_text=inbound.body,
        inbound_id=inbound.id,
        happened_at=inbound.received_at,
    )
    if not inbound.carrier_answered and talk.contact.consent is Consent.SUBSCRIBED:
        talk.send(confirmation, part="started", purpose=Purpose.CONFIRMATION)


def _ask_for_start_by_voice(talk: Conversation) -> None:
    talk.inbound.reason = "a start in words the carrier does not know: it still blocks our texts, so somebody calls"
    request_callback(
        talk.session,
        talk.work.redis,
        talk.work.settings,
        talk.contact,
        reason=STILL_BLOCKED,
        inbound_id=talk.inbound.id,
    )


def answer_help(talk: Conversation) -> None:
    if not talk.inbound.carrier_answered:
        talk.reply("help")


def crisis(talk: Conversation) -> None:
    """At once, at any hour: where help is now, and a person is paged. A stop in the same text counts too.

    In the family's language, and in the one it is written in: whoever is in danger may not be who gave us the number.
    """
    for number, language in enumerate(crisis_languages(talk)):
        talk.answer_in = language
        part = "crisis_as_written" if number else "crisis"
        talk.send(talk.say("crisis"), part=part, purpose=Purpose.CRISIS, priority=Priority.CRISIS)
    talk.answer_in = None
    request_callback(
        talk.session,
        talk.work.redis,
        talk.work.settings,
        talk.contact,
        reason="A text that may be about danger to life",
        urgency=Urgency.CRISIS,
        inbound_id=talk.inbound.id,
    )
    if talk.intent.args.get("also") == "stop":
        _write_stop(talk)


def crisis_languages(talk: Conversation) -> list[str]:
    """The family's, then that of the text, where its words and the phrase that decided agree on another one."""
    written = talk.seems_written_in()
    sure = written is not None and written == talk.intent.language
    return list(dict.fromkeys([talk.contact.language, *([written] if sure and written else [])]))


def language(talk: Conversation) -> None:
    """From now on in that language."""
    wished = catalog_code(str(talk.intent.args["to"]))
    if wished is None:
        answer_unknown(talk)
        return
    set_language(talk.session, talk.contact, wished)
    talk.reply("language_set", language=talk.language_name())


def rsvp(talk: Conversation) -> None:
    """The answer to an invitation; without one the word means nothing to us."""
    invitation = events.pending_invitation(talk.session, talk.contact, clock.now())
    if invitation is None:
        answer_unknown(talk)
        return
    coming = talk.intent.route is Route.RSVP_YES
    events.answer(talk.session, invitation, Answer.YES if coming else Answer.NO)
    if not coming:
        talk.reply("rsvp_no")
        return
    event, written = invitation.event, talk.contact.language
    local = event.starts_at.astimezone(ZoneInfo(event.timezone))
    talk.reply(
        "rsvp_yes",
        event=event.title_in(written),
        date=format_day(local.date(), written),
        time=format_clock(local.time(), written),
        place=event.place_in(written),
    )


def join_series(talk: Conversation) -> None:
    """Into the running series; its first text is the answer. Asking for it is consent to get it."""
    topic = SERIES_TOPICS[str(talk.intent.args["series"])]
    campaign = series.running_series(talk.session, topic, clock.now())
    first = series.first_text(talk.session, campaign, talk.contact) if campaign else None
    if campaign is None or first is None:
        talk.reply("series_not_running")
        return
    if talk.contact.consent is not Consent.UNSUBSCRIBED:
        _consent_to_series(talk, campaign.topic, first)
    if series.join(talk.session, campaign, talk.contact):
        talk.send(first, part="series", topic=campaign.topic)
    else:
        talk.reply("series_already")


def _consent_to_series(talk: Conversation, topic: str, wording: str) -> None:
    """Asking for a series is consent to its topic, and to nothing else for a family that had not agreed before."""
    topics: list[str | None] = [topic]
    if talk.contact.consent is Consent.PENDING:
        talk.contact.only_chosen_topics = True
        topics.insert(0, None)
    for one in topics:
        record_consent(
            talk.session,
            talk.contact,
            Consent.SUBSCRIBED,
            source="keyword",
            topic=one,
            evidence=talk.intent.reason,
            wording=wording,
            raw_text=talk.inbound.body,
            inbound_id=talk.inbound.id,
            happened_at=talk.inbound.received_at,
            confirm_waiting=False,
        )


HANDLERS: dict[Route, Callable[[Conversation], None]] = {
    Route.STOP: stop,
    Route.START: start,
    Route.HELP: answer_help,
    Route.INFO: answer_help,
    Route.CRISIS: crisis,
    Route.CALLBACK: answer_callback,
    Route.RESOURCE: answer_resource,
    Route.RSVP_YES: rsvp,
    Route.RSVP_NO: rsvp,
    Route.LANGUAGE: language,
    Route.SERIES: join_series,
    Route.UNKNOWN: answer_unknown,
}
