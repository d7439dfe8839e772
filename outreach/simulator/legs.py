"""Calls that the carrier knows: one leg a phone, found by sid or by the phone that rings."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

OVER = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})
MOST = 2_000  # legs remembered


@dataclass(slots=True, eq=False)
class Leg:
    """A call to one phone. Times are seconds since the epoch. `acts` is what the person at the phone does."""

    to: str
    sender: str
    direction: str  # outbound-api, or outbound-dial for a leg that another one dialled
    callback: str | None = None
    events: frozenset[str] = frozenset()
    url: str | None = None
    rings: float = 60.0
    parent: str | None = None
    sid: str = field(default_factory=lambda: "CA" + uuid4().hex)
    status: str = "queued"
    created: float = field(default_factory=time.time)
    answered: float = 0.0
    ended: float = 0.0
    said: str = ""  # what the phone plays
    asked: bool = False  # it waits for a key
    told: int = 0  # callbacks so far
    acts: asyncio.Queue[str] = field(default_factory=asyncio.Queue)

    @property
    def over(self) -> bool:
        return self.status in OVER

    @property
    def seconds(self) -> int:
        return round(self.ended - self.answered) if self.answered and self.ended else 0


class Legs:
    """All legs, oldest first; changes are told to `watchers`. Kept in memory only."""

    def __init__(self) -> None:
        self.by_sid: dict[str, Leg] = {}
        self.watchers: list[Callable[[Leg], None]] = []

    def add(self, leg: Leg) -> None:
        self.by_sid[leg.sid] = leg
        if len(self.by_sid) > MOST:
            del self.by_sid[next(iter(self.by_sid))]
        self.tell(leg)

    def on_phone(self, number: str) -> Leg | None:
        """The call that this phone rings with or is on."""
        return next((leg for leg in reversed(self.by_sid.values()) if leg.to == number and not leg.over), None)

    def ringing_phones(self) -> list[str]:
        return list(dict.fromkeys(leg.to for leg in self.by_sid.values() if not leg.over))

    def tell(self, leg: Leg) -> None:
        for watcher in self.watchers:
            watcher(leg)
