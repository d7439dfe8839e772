"""A person calls back: the promise with a time, one question about a better time, and the answer to it."""

from zoneinfo import ZoneInfo

from outreach import clock
from outreach.callbacks.calendar import hours_of
from outreach.callbacks.due import parts_worked
from outreach.callbacks.models import Callback, DayPart, Urgency
from outreach.callbacks.requests import open_callback, request_callback
from outreach.callbacks.wishes import prefer
from outreach.incoming.conversation import Conversation
from outreach.incoming.topic_meant import topic_meant
from outreach.incoming.unknown import answer_unknown
from outreach.wording.dates import format_clock, format_day, format_moment


def answer_callback(talk: Conversation) -> None:
    """A wish for a call, or the time of day a family would like it at."""
    part = talk.intent.args.get("time")
    if part:
        _keep_time(talk, DayPart(str(part)))
    else:
        _promise(talk)


def _promise(talk: Conversation) -> None:
    """A request in the staff's list. A new one asks for a good time in the same text: that costs nothing more."""
    settings = talk.work.settings
    requested = request_callback(
        talk.session,
        talk.work.redis,
        settings,
        talk.contact,
        reason="Asked for a call by text",
        inbound_id=talk.inbound.id,
        topic=topic_meant(talk),
    )
    if not requested.new:
        talk.reply("callback_already", when=_when(talk, requested.callback))
        return
    requested.callback.time_asked_at = clock.now()
    hours = hours_of(talk.session, settings, requested.callback.partner_id)
    in_the_evening = DayPart.EVENING in parts_worked(hours)
    key = "callback_promised" if in_the_evening else "callback_promised_daytime"
    talk.reply(key, when=_when(talk, requested.callback))


def _keep_time(talk: Conversation, part: DayPart) -> None:
    callback = open_callback(talk.session, talk.contact)
    if callback is None or callback.urgency is Urgency.CRISIS:
        answer_unknown(talk)
        return
    slot = prefer(talk.session, callback, part, talk.work.settings)
    if slot is None:
        talk.reply("callback_time_other", when=_when(talk, callback))
        return
    zone, language = _zone(talk), talk.contact.language
    starts, ends = slot.starts.astimezone(zone), slot.ends.astimezone(zone)
    talk.reply(
        "callback_time_set",
        date=format_day(starts.date(), language),
        start=format_clock(starts.time(), language),
        end=format_clock(ends.time(), language),
    )


def _when(talk: Conversation, callback: Callback) -> str:
    return format_moment(callback.due_at.astimezone(_zone(talk)), talk.contact.language)


def _zone(talk: Conversation) -> ZoneInfo:
    return talk.work.settings.zone
