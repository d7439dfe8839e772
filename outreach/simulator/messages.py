"""Every text the carrier has seen, small in memory, found by sid or by phone."""

import time
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import uuid4

FINAL = frozenset({"delivered", "undelivered", "failed", "canceled", "received"})
TO_PHONE = frozenset({"outbound-api", "outbound-reply"})
STOCK = "carrier"  # the carrier's own answer: seen on the phone, no message of the account


@dataclass(slots=True, eq=False)
class Message:
    """One text. Times are seconds since the epoch; `seq` orders them as they came."""

    seq: int
    sid: str
    to: str
    sender: str
    body: str
    direction: str  # outbound-api, outbound-reply, inbound, or STOCK
    status: str
    service_sid: str | None = None
    callback: str | None = None
    segments: int = 1
    media: int = 0
    created: float = field(default_factory=time.time)
    updated: float = 0.0
    sent: float = 0.0
    send_at: float = 0.0
    error: int | None = None

    @property
    def phone(self) -> str:
        """The family's side of the conversation."""
        return self.sender if self.direction == "inbound" else self.to

    @property
    def at(self) -> float:
        """What a DateSent filter compares, in whole seconds as shown; the creation until it is sent."""
        return float(int(self.sent or self.created))


def new_sid(media: int = 0) -> str:
    return ("MM" if media else "SM") + uuid4().hex


class MessageLog:
    """All messages in order, by sid, and by phone (the thread a family sees)."""

    def __init__(self) -> None:
        self.all: list[Message] = []
        self.by_sid: dict[str, Message] = {}
        self.threads: dict[str, list[Message]] = {}
        self.next_seq = 0

    def add(self, message: Message) -> None:
        self.all.append(message)
        self.by_sid[message.sid] = message
        self.threads.setdefault(message.phone, []).append(message)
        self.next_seq = message.seq + 1

    def holds(self, message: Message) -> bool:
        """False for a text that a reset has forgotten while its timers run on."""
        return self.by_sid.get(message.sid) is message

    def thread(self, phone: str) -> list[Message]:
        return self.threads.get(phone, [])

    def last_of(self, phone: str) -> int:
        """Where in the order this phone's newest text stands; -1 when it has none."""
        thread = self.threads.get(phone)
        return thread[-1].seq if thread else -1

    def newest_first(self, phone: str | None = None, before: int | None = None) -> Iterator[Message]:
        """Walk back from the end, or from just before `seq == before`; one phone's thread if given."""
        among = self.all if phone is None else self.thread(phone)
        end = len(among) if before is None else bisect_left(among, before, key=_seq)
        return (among[place] for place in range(end - 1, -1, -1))


def _seq(message: Message) -> int:
    return message.seq
