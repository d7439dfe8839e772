"""Reads a request to send a text and refuses what Twilio refuses, with Twilio's codes."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from outreach.simulator.carrier import Carrier
from outreach.simulator.phonebook import E164

LONGEST = 1600
SCHEDULE_LEAD, SCHEDULE_REACH = 300, 35 * 86_400  # seconds


class Refused(Exception):  # noqa: N818 - an answer, not an error of ours
    """The API says no: HTTP `status` and Twilio's `code`; `text` is Twilio's wording."""

    def __init__(self, code: int, text: str, status: int = 400) -> None:
        super().__init__(code)
        self.code, self.text, self.status = code, text, status


@dataclass(frozen=True, slots=True)
class Order:
    """A text to send. `sender` is empty when the messaging service will choose it."""

    to: str
    sender: str
    body: str
    service_sid: str | None
    callback: str | None
    media: int
    send_at: float  # epoch seconds; 0 is now

    @property
    def first_status(self) -> str:
        if self.send_at:
            return "scheduled"
        return "accepted" if self.service_sid else "queued"


def read_order(form: Mapping[str, str], media: Sequence[str], carrier: Carrier) -> Order:
    """Turn the form of POST Messages into an order; raises Refused. `media` are the MediaUrl values."""
    to, sender, body = form.get("To", ""), form.get("From", ""), form.get("Body", "")
    service, callback = form.get("MessagingServiceSid") or None, form.get("StatusCallback") or None
    if not to:
        raise Refused(21604, "A 'To' phone number is required.")
    if not sender and not service:
        raise Refused(21603, "A 'From' phone number is required.")
    if not body and not media:
        raise Refused(21602, "Message body is required.")
    if not E164.fullmatch(to):
        raise Refused(21211, f"Invalid 'To' Phone Number: {to[:-4]}XXXX")
    _check_sender(sender, service, to, carrier)
    if len(body) > LONGEST:
        raise Refused(21617, "The concatenated message body exceeds the 1600 character limit")
    if callback and not callback.startswith(("http://", "https://")):
        raise Refused(21609, "The 'StatusCallback' URL is not a valid URL.")
    return Order(to, sender, body, service, callback, len(media), _read_schedule(form, service))


def _check_sender(sender: str, service: str | None, to: str, carrier: Carrier) -> None:
    """Raise Refused unless this sender may text this phone."""
    if service and service != (carrier.config.messaging_service_sid or service):
        raise Refused(21701, "The Messaging Service does not exist.")
    if sender and sender not in carrier.config.numbers:
        text = "The 'From' phone number provided is not a valid message-capable phone number for this account."
        raise Refused(21606, text)
    if service and carrier.settings.late_service_block:
        return  # accepted now, failed with 21610 by callback
    senders = carrier.config.numbers if service else carrier.pool(sender)
    if carrier.is_blocked(to, senders):
        raise Refused(21610, "Attempt to send to unsubscribed recipient")


def _read_schedule(form: Mapping[str, str], service: str | None) -> float:
    if form.get("ScheduleType") != "fixed":
        return 0.0
    if not service:
        raise Refused(35118, "MessagingServiceSid is required to schedule a message")
    try:
        at = datetime.fromisoformat(form.get("SendAt", ""))
    except ValueError:
        raise Refused(35114, "SendAt is missing or not an ISO 8601 time") from None
    seconds = (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    if not SCHEDULE_LEAD <= seconds - time.time() <= SCHEDULE_REACH:
        raise Refused(35114, "SendAt must lie 300 seconds to 35 days ahead")
    return seconds
