"""One fault, from the launch of a campaign to the verdict at the carrier."""

import os
import random
import signal
import struct
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from rq import Queue
from sqlalchemy import func, select

from benchmarks.community import fill_contacts, phone
from outreach import clock
from outreach.cli.processes import WORKERS
from outreach.outgoing.models import Message, MessageStatus
from outreach.outgoing.status import AT_CARRIER, OPEN
from outreach.queues import BULK, DEFAULT, QUEUES
from tests.support.campaigns import launch_pack
from tests.support.servers import Phones, Postgres
from tests.support.service import Service, wait_for

HOUR = 3600
LONGEST = 120  # seconds until the last text is settled


def count(standing: Counter[str], states: frozenset[MessageStatus]) -> int:
    return sum(standing[state] for state in states)


@dataclass
class MovedClock:
    """By how many seconds the clock of all processes of a service is wrong: see moved/sitecustomize.py."""

    file: Path
    wrong_by: float = 0

    def __post_init__(self) -> None:
        self.move(0)

    def move(self, seconds: float) -> None:
        self.wrong_by = seconds
        with self.file.open("r+b" if self.file.exists() else "wb") as file:
            file.write(struct.pack("d", seconds))

    @property
    def environment(self) -> dict[str, str]:
        first = [str(Path(__file__).parent / "moved"), *filter(None, [os.environ.get("PYTHONPATH")])]
        return {"MOVED_CLOCK": str(self.file), "PYTHONPATH": os.pathsep.join(first)}


@dataclass
class Trial:
    """A campaign to `size` families on a running service, and hands to hurt it with."""

    service: Service
    clock: MovedClock
    postgres: Postgres | None
    dice: random.Random
    size: int
    begun: float = field(default_factory=time.monotonic)

    @property
    def phones(self) -> Phones:
        return self.service.phones

    def launch(self, latency_ms: int) -> None:
        """Texts leave as fast as a carrier lets them whose answer takes so long."""
        self.clock.move(0)
        self.phones.reset()
        self.phones.control("settings", {"latency_ms": latency_ms})
        fill_contacts(self.service.runtime, self.size)
        self.begun = time.monotonic()
        launch_pack(self.service.runtime)

    def taken(self) -> int:
        taken: int = self.phones.stats()["taken"]
        return taken

    def wait_until_taken(self, texts: int) -> None:
        """Until the carrier took so many: faster looks than `wait_for`, so that what follows comes in the middle."""
        until = time.monotonic() + LONGEST
        while self.taken() < texts:
            assert time.monotonic() < until, f"{self.taken()} texts taken, waited for {texts}: {self._see_why(OPEN)}"
            time.sleep(0.03)

    def wait_until_under_way(self) -> None:
        self.wait_until_taken(self.dice.randrange(self.size // 10, self.size // 3))

    def assert_under_way(self) -> None:
        assert self.taken() < self.size, "the fault came too late: every text had left"

    def trouble(self, *rules: dict[str, object]) -> None:
        """Fault rules of the carrier, each with dice of its own: see simulator/faults.py."""
        seeded = [{"seed": self.dice.randrange(2**31), **rule} for rule in rules]
        self.phones.control("faults", seeded)

    def standing(self) -> Counter[str]:
        """How many rows stand where."""
        with self.service.runtime.database.reading() as session:
            rows = session.execute(select(Message.status, func.count()).group_by(Message.status)).all()
        return Counter({str(status): number for status, number in rows})

    def kill_workers(self, times: int) -> None:
        """kill -9 of a random worker at random moments, so many texts along; each is started again."""
        more = {"worker-bulk-1": (BULK,), "worker-bulk-2": (BULK,)}
        for name, queues in more.items():
            self.service.start_worker(name, *queues)
        workers = {**WORKERS, **more}
        for moment in sorted(self.dice.sample(range(1, self.size * 9 // 10), times)):
            self.wait_until_taken(moment)
            name = self.dice.choice(sorted(workers))
            self.service.kill(name)
            self.service.start_worker(name, *workers[name])
        self.assert_under_way()
        self.wait_until_taken(self.size)
        for name in more:
            self.service.end(name)

    def settle(self) -> None:
        """Until nothing is open; what the carrier has and no receipt came for is looked up in some hours."""
        wait_for(lambda: self.standing().total() == self.size, "the recipients to be fixed")
        self._wait(OPEN, "every text to be in the carrier's hands")
        wait_for(lambda: self.phones.stats()["callbacks"]["waiting"] == 0, "the carrier's callbacks", 60)
        time.sleep(0.5)  # the last ones are on their way
        if count(self.standing(), AT_CARRIER):
            self.clock.move(3 * HOUR)
        self._wait(AT_CARRIER, "every text to be settled")

    def _wait(self, ended: frozenset[MessageStatus], what: str) -> None:
        until = time.monotonic() + LONGEST
        while count(standing := self.standing(), ended):
            assert time.monotonic() < until, f"waited {LONGEST} s for {what}: {self._see_why(ended)}"
            if not count(standing, ended - {MessageStatus.QUEUED}):
                self._skip_backoff()
            self._call_for_sweep()
            time.sleep(0.5)

    def _see_why(self, open_states: frozenset[MessageStatus]) -> str:
        """How many rows stand where, some that are open, and what waits in the queues. The workers say on stderr what
        they are at."""
        for name, process in self.service.processes.items():
            if name.startswith("worker"):
                process.send_signal(signal.SIGUSR1)
        times = (Message.claimed_at, Message.not_before, Message.watch_at)
        with self.service.runtime.database.reading() as session:
            rows = session.execute(
                select(Message.id, Message.status, Message.reason, Message.attempts, *times)
                .where(Message.status.in_(open_states))
                .order_by(Message.watch_at)
            ).all()
        redis = self.service.runtime.redis
        queues = {name: Queue(name, connection=redis).count for name in QUEUES}
        ended = {name: code for name, each in self.service.processes.items() if (code := each.poll()) is not None}
        time.sleep(1)  # for the workers to tell
        shown = "\n".join(map(str, [*rows[:5], *rows[-5:]]))
        moment = f"now {clock.now()}, clocks wrong by {self.clock.wrong_by} s"
        return f"{self.standing()}, {moment}, {queues=}, {ended=}\n{shown}"

    def _call_for_sweep(self) -> None:
        """As the scheduler does, yet sooner than every five seconds."""
        queue = Queue(DEFAULT, connection=self.service.runtime.redis)
        queue.enqueue("outreach.outgoing.jobs.sweep", ttl=1, result_ttl=60)

    def _skip_backoff(self) -> None:
        """When all that is open waits for its next try, the clocks go there: a minute is long for a test."""
        with self.service.runtime.database.reading() as session:
            due = session.scalar(select(func.min(Message.not_before)).where(Message.status == MessageStatus.QUEUED))
        wait = (due - clock.now()).total_seconds() if due else 0
        if wait > self.clock.wrong_by:
            self.clock.move(wait)

    def judge(self, name: str, seed: int) -> None:
        """Each family exactly one text, and every row says so."""
        got = self.phones.per_phone()
        lost = sum(phone(number) not in got for number in range(1, self.size + 1))
        doubled = sum(number > 1 for number in got.values())
        seconds = time.monotonic() - self.begun
        said = f"{name}: {self.size} texts, {lost} lost, {doubled} doubled, {seconds:.0f} s (seed {seed})"
        print(said)
        assert (lost, doubled, len(got)) == (0, 0, self.size), said
        assert self.standing() == {MessageStatus.DELIVERED: self.size}, said
