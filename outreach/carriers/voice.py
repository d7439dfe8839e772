"""What a carrier does for calls: ring a member of staff, join the family when she presses 1, say what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class CarrierCall:
    """One leg as the carrier's own records have it: a call to one phone. `seconds` is how long it lasted, when over."""

    sid: str
    status: str  # queued, initiated, ringing, in-progress, completed, busy, no-answer, failed, canceled
    phone: str
    created_at: datetime
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class LegReport:
    """What a webhook says of a leg. `parent` is set when the leg is the family's: the leg of staff that dialled it."""

    sid: str
    status: str
    parent: str | None = None
    seconds: int | None = None


class Voice(Protocol):
    """Who calls phones. `row` is our id of a call; every webhook brings it back."""

    def start(self, row: int, phone: str) -> CarrierCall:
        """Ring a member of staff; she hears `ask_to_press`. Raises CarrierError."""

    def find(self, phone: str, since: datetime) -> Sequence[CarrierCall]:
        """The calls that we asked for to this phone since then, newest first. Raises CarrierError."""

    def fetch(self, sid: str) -> CarrierCall:
        """One leg of the carrier's records. Raises CarrierError."""

    def legs(self, sid: str) -> Sequence[CarrierCall]:
        """The legs that this one dialled: the family's. Raises CarrierError."""

    def ask_to_press(self, row: int) -> str:
        """What a phone of staff plays when it is answered, as the carrier's markup."""

    def connect(self, row: int, phone: str) -> str:
        """Dial the family and join both; each phone shows the service's number."""

    def say_goodbye(self, words: str) -> str:
        """Say this and hang up; without words, hang up."""

    def read_leg(self, form: Mapping[str, str]) -> LegReport:
        """A webhook about a leg. Raises ValueError when a field is missing."""

    def read_dialled(self, form: Mapping[str, str]) -> LegReport:
        """What came of the family's leg, as the leg of staff learns it. Raises ValueError when a field is missing."""
