"""The carrier's state: texts, blocks, phones and counts. Plain Python; HTTP stands around it."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from outreach.simulator.config import Config, Settings
from outreach.simulator.faults import Faults
from outreach.simulator.journal import Journal
from outreach.simulator.messages import STOCK, TO_PHONE, Message, MessageLog, new_sid
from outreach.simulator.phonebook import Phone, load_phones
from outreach.simulator.segments import count_segments


class Carrier:
    """Everything the simulator knows. Changes are journalled and told to `watchers`."""

    def __init__(self, config: Config, settings: Settings | None = None) -> None:
        self.config = config
        self.settings = settings or Settings()
        self.faults = Faults()
        self.journal = Journal(config.data_file)
        self.watchers: list[Callable[[Message], None]] = []
        self.phones: dict[str, Phone] = {}
        self.forget()
        for phone in load_phones(config.phones_file) if config.phones_file else ():
            self.phones[phone.number] = phone

    def forget(self) -> None:
        """Back to an empty carrier; registered phones, rules and settings stay."""
        self.log = MessageLog()
        self.blocks: set[tuple[str, str]] = set()  # (our number, phone)
        self.by_status: Counter[str] = Counter()
        self.taken = 0
        self.first_taken_at: float | None = None
        self.last_taken_at: float | None = None
        self.seen: set[int] = set()  # hashes of (to, body): 8 bytes of truth a text, whatever its length
        self.repeated: set[int] = set()

    def open(self) -> None:
        """Replay the journal, then write to it."""
        for entry in self.journal.replay():
            self._replay(entry)
        self.journal.open()

    def _replay(self, entry: list[Any]) -> None:
        kind, *rest = entry
        if kind == "message":
            self._add(Message(*rest))
        elif kind == "status":
            sid, status, error, at, sender = rest
            self._mark(self.log.by_sid[sid], status, error, at, sender)
        elif kind == "block":
            self.blocks.add((rest[0], rest[1]))
        elif kind == "unblock":
            self.blocks.discard((rest[0], rest[1]))
        elif kind == "phone":
            number, label, language, name, chips = rest
            self.phones[number] = Phone(number, label, language, name, tuple(chips))

    # --- texts ---

    def keep(
        self,
        to: str,
        sender: str,
        body: str,
        direction: str,
        status: str,
        *,
        service_sid: str | None = None,
        callback: str | None = None,
        media: int = 0,
        send_at: float = 0.0,
    ) -> Message:
        """Take one text into the log under a new sid."""
        message = Message(
            self.log.next_seq, new_sid(media), to, sender, body, direction, status, service_sid, callback,
            count_segments(body), media, time.time(), 0.0, 0.0, send_at,
        )  # fmt: skip
        self._add(message)
        if self.journal.path:
            self.journal.write("message", *(getattr(message, name) for name in Message.__slots__))
        self.tell(message)
        return message

    def _add(self, message: Message) -> None:
        self.log.add(message)
        if message.direction not in TO_PHONE:
            return
        self.by_status[message.status] += 1
        self.taken += 1
        self.first_taken_at = self.first_taken_at or message.created
        self.last_taken_at = message.created
        pair = hash((message.to, message.body))
        (self.repeated if pair in self.seen else self.seen).add(pair)

    def mark(self, message: Message, status: str, error: int | None = None) -> None:
        """Move a text to `status`; journalled and shown, but telling the application is the caller's part."""
        at = time.time()
        self._mark(message, status, error, at, message.sender)
        self.journal.write("status", message.sid, status, error, at, message.sender)
        self.tell(message)

    def _mark(self, message: Message, status: str, error: int | None, at: float, sender: str) -> None:
        self.by_status[message.status] -= 1
        self.by_status[status] += 1
        message.status, message.error, message.updated, message.sender = status, error, at, sender
        if status == "sent":
            message.sent = at

    def tell(self, message: Message) -> None:
        for watcher in self.watchers:
            watcher(message)

    def answer(self, phone: str, sender: str, body: str) -> Message:
        """The carrier's own words to a phone: on its screen, not among the account's messages."""
        return self.keep(phone, sender, body, STOCK, "delivered")

    # --- blocks ---

    def pool(self, number: str) -> tuple[str, ...]:
        """The senders a STOP to `number` covers: all of a messaging service's, else that one."""
        return self.config.numbers if self.config.messaging_service_sid else (number,)

    def is_blocked(self, phone: str, senders: Iterable[str]) -> bool:
        return any((sender, phone) in self.blocks for sender in senders) if self.blocks else False

    def block(self, phone: str, number: str, on: bool) -> None:
        for sender in self.pool(number):
            (self.blocks.add if on else self.blocks.discard)((sender, phone))
            self.journal.write("block" if on else "unblock", sender, phone)

    # --- phones ---

    def register(self, phone: Phone) -> None:
        self.phones[phone.number] = phone
        self.journal.write("phone", phone.number, phone.label, phone.language, phone.name, list(phone.chips))

    def sender_for(self, phone: str) -> str:
        """Our number this phone last exchanged a text with, else one the phone's number settles."""
        thread = self.log.thread(phone)
        if thread:
            last = thread[-1]
            known = last.to if last.direction == "inbound" else last.sender
            if known in self.config.numbers:
                return known
        return self.config.numbers[int(phone[1:]) % len(self.config.numbers)]

    def stats(self) -> dict[str, Any]:
        """Counts of texts to phones; `per_second` is the mean from the first taken to the last."""
        first, last = self.first_taken_at, self.last_taken_at
        span = last - first if first is not None and last is not None else 0.0
        return {
            "taken": self.taken,
            "by_status": {status: count for status, count in self.by_status.items() if count},
            "per_second": round((self.taken - 1) / span, 1) if span > 0 else 0.0,
            "first_taken_at": first,
            "last_taken_at": last,
            "duplicates": len(self.repeated),
            "inbound": len(self.log.all) - self.taken,
            "blocks": len(self.blocks),
            "phones": len(self.phones.keys() | self.log.threads.keys()),
        }
