"""What a carrier does for us: take a text to a phone, say what became of it, and prove that a webhook is its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Action(StrEnum):
    """What a refusal or a failed receipt asks us to do. The carrier's codes map to these in its error table.

    At the call RETRY and SLOW_DOWN mean that the text was provably not taken; by receipt, that it was taken and failed.
    """

    GIVE_UP = "give_up"  # this text to this phone will never go
    UNREACHABLE = "unreachable"  # stop texting this phone and ask the family for another number
    OPTED_OUT = "opted_out"  # the phone said stop at the carrier: into the ledger
    RETRY = "retry"  # it may go well another time
    SLOW_DOWN = "slow_down"  # too fast
    STOP_SENDING = "stop_sending"  # the operator's fault: every further text would fail as well
    LOOK_UP = "look_up"  # nobody knows whether it was taken: ask before anything else


class Again(StrEnum):
    """How a text is tried again that the carrier took and then failed to deliver. outgoing/retries.py has the waits."""

    NEVER = "never"
    ONCE = "once"  # soon, one more time
    PHONE_OFF = "phone_off"  # within the hour, then the next day
    SLOWER = "slower"  # a few times, ever later
    NEXT_DAY = "next_day"  # when the carrier's day begins anew: a daily cap
    AFTER_NIGHT = "after_night"  # the carrier keeps quiet hours of its own


@dataclass(frozen=True, slots=True)
class Failure:
    """What one of the carrier's codes asks for: when it refuses a text at the call, and when a receipt brings it.

    `days` is on how many separate days it must have come before the phone counts as not to be reached by text.
    """

    at_call: Action
    by_receipt: Action
    meaning: str  # in plain words, at most 80 characters
    again: Again = Again.NEVER
    days: int = 1


class CarrierError(Exception):
    """A text was not taken, or we cannot know. `code` is the carrier's own; the text never names a phone."""

    def __init__(self, action: Action, code: int | None, meaning: str) -> None:
        super().__init__(f"{meaning} ({code})" if code else meaning)
        self.action = action
        self.code = code
        self.meaning = meaning


@dataclass(frozen=True, slots=True)
class OutgoingText:
    """One text as the carrier gets it. `row` is our message id, which comes back with each receipt."""

    row: int
    phone: str  # E.164
    body: str
    valid_seconds: int | None = None  # how long the carrier may keep trying


@dataclass(frozen=True, slots=True)
class CarrierMessage:
    """A message as the carrier's own records have it."""

    sid: str
    status: str
    phone: str
    body: str
    error_code: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class StatusReport:
    """A receipt as a status callback brings it. `row` is set when the callback carries our message id."""

    sid: str
    status: str
    error_code: int | None
    row: int | None


@dataclass(frozen=True, slots=True)
class IncomingText:
    """A family's text as the inbound webhook brings it."""

    sid: str
    phone: str
    to_phone: str
    body: str
    media: int
    opt_out_type: str | None  # the carrier recognised STOP, START or HELP, in whatever language it was taught
    carrier_answered: bool  # the carrier answered by itself: we must not


class Carrier(Protocol):
    """Who takes texts to phones."""

    def send(self, text: OutgoingText) -> CarrierMessage:
        """Hand over one text. Raises CarrierError."""

    def find(self, phone: str, since: datetime) -> Sequence[CarrierMessage]:
        """What the carrier took for this phone since then, newest first. Raises CarrierError."""

    def fetch(self, sid: str) -> CarrierMessage:
        """One message of the carrier's records. Raises CarrierError."""

    def verify(self, url: str, form: Mapping[str, Sequence[str]], signature: str) -> bool:
        """Whether a webhook to `url` with these form values was signed by the carrier."""

    def read_status(self, form: Mapping[str, str], query: Mapping[str, str]) -> StatusReport:
        """A status callback's content. Raises ValueError when a field is missing."""

    def read_inbound(self, form: Mapping[str, str]) -> IncomingText:
        """An inbound webhook's content. Raises ValueError when a field is missing."""

    def action_for(self, code: int | None) -> Failure:
        """What a failed receipt with this error code asks for, and what it means in words."""
