"""What staff read in place of our code words: consent, statuses, what a family meant, when a call is due."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint
from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, parse

from outreach import clock, runtime
from outreach.callbacks.models import Outcome, Urgency
from outreach.incoming.intent import Route
from outreach.outgoing.models import MessageStatus
from outreach.people.models import Consent
from outreach.resources.own_categories import kind_name
from outreach.threads.answers import Refusal
from outreach.threads.models import WaitsFor

US = 1
HOUR = 60  # minutes

# A word for the chip, its color, and the sentence behind it.
CONSENT = {
    Consent.SUBSCRIBED: ("Gets our texts", "go", "Agreed to our texts."),
    Consent.PENDING: ("Not agreed yet", "wait", "Gets answers to its texts, and no campaigns until it agrees."),
    Consent.UNSUBSCRIBED: ("Wants no texts", "", "Gets no texts, except help when it writes about danger to life."),
}

LEDGER = {
    Consent.SUBSCRIBED: "Agreed",
    Consent.PENDING: "Listed, has not agreed",
    Consent.UNSUBSCRIBED: "Wants no texts",
}

# How a no is worded, by where the ledger has it from.
NO_FROM = {
    "keyword": "Said stop",
    "carrier": "Said stop",
    "web": "Said stop",
    "staff": "Said no to staff",
    "import": "Said no on a form",
}

SOURCES = {
    "keyword": "by text",
    "carrier": "by text; the phone company took it",
    "web": "on our sign-up page",
    "staff": "told to staff",
    "import": "from an imported file",
}

STATUS = {
    MessageStatus.QUEUED: "waits to leave",
    MessageStatus.HELD: "held",
    MessageStatus.PAUSED: "paused",
    MessageStatus.SENDING: "leaving now",
    MessageStatus.UNKNOWN: "being checked with the carrier",
    MessageStatus.ACCEPTED: "on its way",
    MessageStatus.SENT: "on its way",
    MessageStatus.DELIVERED: "delivered",
    MessageStatus.UNDELIVERED: "did not arrive",
    MessageStatus.FAILED: "could not be sent",
    MessageStatus.SKIPPED: "not sent",
    MessageStatus.EXPIRED: "not sent",
    MessageStatus.CANCELED: "not sent",
}

MEANINGS = {
    Route.STOP: "wants no more texts",
    Route.START: "wants our texts",
    Route.HELP: "asks what it can ask",
    Route.CRISIS: "may be about danger to life",
    Route.RESOURCE: "asks for help nearby",
    Route.CALLBACK: "asks for a call",
    Route.RSVP_YES: "comes to the event",
    Route.RSVP_NO: "does not come to the event",
    Route.LANGUAGE: "wants another language",
    Route.SERIES: "wants to join a series",
    Route.INFO: "asks about an event",
    Route.UNKNOWN: "not understood",
}

URGENCIES = {
    Urgency.CRISIS: "Crisis: may be about danger to life",
    Urgency.SOON: "Soon",
    Urgency.NORMAL: "Normal",
}

# What came of a page to staff, by text or by e-mail: words, and whether it is trouble.
PAGE_STATES = {
    "queued": ("on its way", False),
    "held": ("on its way", False),
    "paused": ("stopped", True),
    "sending": ("on its way", False),
    "unknown": ("not known yet", False),
    "accepted": ("sent", False),
    "sent": ("sent", False),
    "delivered": ("delivered", False),
    "undelivered": ("did not arrive", True),
    "failed": ("did not arrive", True),
    "skipped": ("not sent", True),
    "expired": ("came too late to be sent", True),
    "canceled": ("not needed any more", False),
}

WAITS_FOR = {
    WaitsFor.NOT_UNDERSTOOD: "We did not understand it",
    WaitsFor.MEDIA: "A picture or recording, which we cannot open",
    WaitsFor.ANSWER: "May answer what one of us wrote",
    WaitsFor.AFTER_CALLBACK: "Asks something beside a call",
    WaitsFor.REOPENED: "Put back by one of us",
}

# Why no person may write to a family, and what to do instead.
REFUSALS = {
    Refusal.SAID_STOP: "This family asked us to stop texting, so nobody here can text it. You can call.",
    Refusal.NO_CONSENT: "This family has not agreed to our texts, and it has not written to us for two weeks. Call it, "
    "or record below how it agreed.",
    Refusal.UNREACHABLE: "Texts do not reach this number. Call, and ask for another number.",
    Refusal.NO_HOUR: "No decent hour comes at this family's place in the next three days. Call instead.",
}

OUTCOMES = {
    Outcome.REACHED: "We talked",
    Outcome.LEFT_VOICEMAIL: "Left a voicemail",
    Outcome.NO_ANSWER: "No answer",
    Outcome.WRONG_NUMBER: "Wrong number",
    Outcome.NO_LONGER_NEEDED: "No longer needed",
}


def add_filters(blueprint: Blueprint) -> None:
    """Give every template the filters of this module."""
    blueprint.add_app_template_filter(show_phone, "phone")
    blueprint.add_app_template_filter(show_due, "due")
    blueprint.add_app_template_filter(show_ago, "ago")


def show_phone(e164: str) -> str:
    """ "(617) 555-0100" for a number of the US and its neighbors, "+509 37 10 1234" for others."""
    try:
        number = parse(e164)
    except NumberParseException:
        return e164
    home = number.country_code == US
    return format_number(number, PhoneNumberFormat.NATIONAL if home else PhoneNumberFormat.INTERNATIONAL)


def show_ending(e164: str) -> str:
    """ "…0105": enough for the planner of an event to tell her families apart, and no number to call."""
    return f"…{e164[-4:]}"


def consent_words(consent: Consent, source: str | None) -> tuple[str, str, str]:
    """Chip, color and sentence of a contact's consent; `source` is where its last no came from, if it said one."""
    chip, color, sentence = CONSENT[consent]
    return (NO_FROM.get(source or "", chip) if consent is Consent.UNSUBSCRIBED else chip), color, sentence


def ledger_words(consent: Consent, source: str) -> str:
    """What one entry of the ledger says."""
    return NO_FROM.get(source, LEDGER[consent]) if consent is Consent.UNSUBSCRIBED else LEDGER[consent]


def show_due(due: datetime) -> str:
    """ "due in 3 hours", "due 20 minutes ago"."""
    left = due - clock.now()
    return f"due in {_span(left)}" if left > timedelta() else f"due {_span(-left)} ago"


def show_ago(moment: datetime | None) -> str:
    """ "20 minutes ago"; empty for never."""
    return f"{_span(clock.now() - moment)} ago" if moment else ""


def meaning_of(intent: str | None, args: Mapping[str, Any] | None) -> str:
    """What a family's text was taken for: "asks for help nearby: Food, 02139"."""
    if intent is None:
        return "being read"
    words = MEANINGS.get(Route(intent), intent)
    if intent != Route.RESOURCE or not args:
        return words
    category = args.get("category")
    kind = kind_name(runtime.current().settings.content, str(category)) if category else ""
    asked = [kind, str(args.get("zip") or "")]
    return ": ".join([words, ", ".join(filter(None, asked))]) if any(asked) else words


def _span(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    if minutes < HOUR:
        return _count(max(minutes, 1), "minute")
    if minutes < 48 * HOUR:
        return _count(minutes // HOUR, "hour")
    return _count(minutes // (24 * HOUR), "day")


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
