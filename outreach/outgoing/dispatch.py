"""Sending: claim due rows, commit, call the carrier with no transaction open, commit what came of it.

A claim is a lease. A text is handed over only while its lease is young, so a row whose lease has run out is in nobody's
hands, and the reconciler may settle it with the carrier's records.
"""

import logging
import time
import uuid
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from outreach import clock
from outreach.carriers.carrier import Action, Carrier, CarrierError, CarrierMessage
from outreach.db import Database
from outreach.outgoing import sender_pause, settle
from outreach.outgoing.claims import (
    Claimed,
    Due,
    Lease,
    any_due,
    find_due,
    mark_claimed,
    permission_of,
    put_aside,
    read_claimed,
    source_of,
)
from outreach.outgoing.decision import Decision, decide_sending
from outreach.outgoing.grant import Grant, Pacer, Unpaced, is_paced
from outreach.outgoing.hours import SendingHours
from outreach.outgoing.models import Message, MessageStatus, Priority
from outreach.outgoing.order_watch import OrderWatch
from outreach.outgoing.orders import standing_orders
from outreach.people.area_codes import states_of

BATCH = 128
IN_FLIGHT = 64  # requests under way at once
BATCHES_AHEAD = 2  # while one is on its way the next is claimed, so that no request waits for the database
PATIENCE = 5.0  # seconds; a longer wait for the sender's pace is left to the sweep, which calls again
NAP = 0.05  # seconds; so long, while it waits, a worker does not see that it is wanted elsewhere

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Timing:
    """How long things may take, all derived from the longest wait for the carrier's answer, in seconds."""

    answer: float

    @property
    def start_within(self) -> float:
        """A claimed text that has not been handed over by then is put back."""
        return self.answer

    @property
    def lease(self) -> timedelta:
        """After this a claimed row is in nobody's hands: start_within, connect and answer have all passed."""
        return timedelta(seconds=3 * self.answer)

    @property
    def proof(self) -> timedelta:
        """So long after the lease the carrier's records are complete: what they do not hold was never taken."""
        return timedelta(seconds=2 * self.answer)


@dataclass
class Report:
    """What one slice of dispatch did."""

    sent: int = 0
    other: int = 0
    stopped: str | None = None  # the operator's fault that made further sending pointless
    more: bool = False  # due rows were left when time ran out


Result = CarrierMessage | CarrierError | None


@dataclass(frozen=True, slots=True)
class Flight:
    """One claimed batch on its way to the carrier."""

    lease: Lease
    claimed: Sequence[Claimed]
    results: Sequence[Future[Result]]


def _count_nothing(_counts: Mapping[str, int]) -> None:
    return None


def _never() -> bool:
    return False


@dataclass
class Dispatcher:
    """Sends what is due. One per process: it keeps its threads, as the carrier keeps its connections.

    `sender` is who the texts come from, for pauses; `count` is told what left and what failed, for the metrics; `pacer`
    says how much may leave; `wanted_elsewhere` ends a wait for it, as the worker has something more urgent to do.
    """

    database: Database
    carrier: Carrier
    hours: SendingHours
    default_zone: str
    timing: Timing
    sender: str = "default"
    count: Callable[[Mapping[str, int]], None] = _count_nothing
    pacer: Pacer = field(default_factory=Unpaced)
    wanted_elsewhere: Callable[[], bool] = _never
    _threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(IN_FLIGHT, thread_name_prefix="send"), repr=False
    )

    def __post_init__(self) -> None:
        self._watch = OrderWatch(self.database)

    def run(self, priorities: Iterable[Priority], seconds: float) -> Report:
        """Work through due rows for at most about `seconds`, most urgent first."""
        report, until = Report(), time.monotonic() + seconds
        wanted, flights = sorted(priorities), deque[Flight]()
        try:
            while True:
                self._take_off(wanted, flights, report, until)
                if not flights:
                    return report
                self._land(flights.popleft(), report)
        finally:
            while flights:  # an error must not leave what was sent without its record
                self._land(flights.popleft(), report)

    def _take_off(self, priorities: Sequence[Priority], flights: deque[Flight], report: Report, until: float) -> None:
        """Claim and hand over batches until enough are on their way, nothing is due, or the time is up."""
        while len(flights) < BATCHES_AHEAD and not report.stopped:
            if time.monotonic() > until:
                report.more = True
                return
            grant = self.pacer.reserve() if any(map(is_paced, priorities)) else Grant(0)
            lease = Lease(str(uuid.uuid4()), clock.now(), time.monotonic(), self.timing.start_within)
            with self.database.writing() as session:
                seen, claimed = self._claim(session, priorities, lease, grant)
            if seen:
                report.other += seen - len(claimed)
                flights.append(self._launch(claimed, lease))
            self.pacer.settle(grant)
            if not seen and (flights or not self._wait(grant, priorities, report, until)):
                return

    def _wait(self, grant: Grant, priorities: Sequence[Priority], report: Report, until: float) -> bool:
        """Sleep until paced texts may leave again. False when this slice should end: nothing waits, or for too long."""
        ends, paced = time.monotonic() + grant.wait, [one for one in priorities if is_paced(one)]
        if grant.segments or grant.wait > PATIENCE:
            return False
        with self.database.reading() as session:
            if not any_due(session, paced, clock.now()):
                return False
        while (left := ends - time.monotonic()) > 0:
            if ends > until or self.wanted_elsewhere():
                report.more = True
                return False
            time.sleep(min(left, NAP))
        return True

    def _claim(
        self, session: Session, priorities: Sequence[Priority], lease: Lease, grant: Grant | None = None
    ) -> tuple[int, list[Claimed]]:
        """How many due rows were decided about, and those of them that leave now. What the grant has no room for stays
        as it is; without a grant all is for the taking."""
        now, grant = lease.claimed_at, grant or Grant()
        most = sender_pause.allowance(session, self.sender, now)
        open_to = [one for one in priorities if grant.segments or not is_paced(one)]
        rows = find_due(session, open_to, now, BATCH if most is None else most)
        leaving, aside = [], list[dict[str, Any]]()
        ordered = standing_orders(session, {source_of(row) for row in rows})
        for row in rows:
            verdict = ordered.get(source_of(row)) or self._decide(row, now)
            if verdict.status is not MessageStatus.SENDING:
                aside.append(put_aside(row, verdict, now))
            elif grant.take(row.priority, row.segments):
                leaving.append(row)
        if leaving:
            mark_claimed(session, [row.id for row in leaving], lease, now + self.timing.lease)
        if aside:
            session.execute(update(Message), aside)
            self.count(Counter(f"failed:{one['reason']}" for one in aside if one["status"] is MessageStatus.EXPIRED))
        return len(leaving) + len(aside), [read_claimed(row, now) for row in leaving]

    def _decide(self, row: Due, now: datetime) -> Decision:
        return decide_sending(
            now,
            purpose=row.purpose,
            permission=permission_of(row),
            zones=(row.zones or "").split() or [self.default_zone],
            states=states_of(row.phone, row.zip) if row.contact_id else (),
            hours=self.hours,
            expires_at=row.expires_at,
        )

    def _launch(self, claimed: Sequence[Claimed], lease: Lease) -> Flight:
        self._watch.expect(one.source for one in claimed)
        return Flight(lease, claimed, [self._threads.submit(self._hand_over, one, lease) for one in claimed])

    def _land(self, flight: Flight, report: Report) -> None:
        """Wait for the carrier's answers to one batch, then write them down."""
        results = [future.result() for future in flight.results]
        pairs = list(zip(flight.claimed, results, strict=True))
        now, operator = clock.now(), _operators_fault(results)
        with self.database.writing() as session:
            outcomes = [settle.Outcome(one.id, one.attempts, result) for one, result in pairs]
            settle.record(session, flight.lease.claim, outcomes, now)
            if operator:
                sender_pause.pause_sender(session, self.sender, operator, now)
            elif any(isinstance(result, CarrierMessage) for result in results):
                sender_pause.lift(session, self.sender)
        self._tell(results, report)
        if operator:
            report.stopped = operator.meaning

    def _tell(self, results: Sequence[Result], report: Report) -> None:
        counts: Counter[str] = Counter()
        for result in results:
            if isinstance(result, CarrierMessage):
                counts["sent"] += 1
            elif isinstance(result, CarrierError):
                tried_again = result.action in (Action.RETRY, Action.SLOW_DOWN, Action.LOOK_UP, Action.STOP_SENDING)
                counts["retried" if tried_again else f"failed:{result.code or 'refused'}"] += 1
        report.sent += counts["sent"]
        report.other += len(results) - counts["sent"]
        self.count(counts)

    def _hand_over(self, one: Claimed, lease: Lease) -> Result:
        """The carrier's answer, its refusal, or None when the lease was too old to begin, or a person said no."""
        if lease.too_old or self._watch.says_stop(one.source):
            return None
        try:
            return self.carrier.send(one.text)
        except CarrierError as error:
            return error


def _operators_fault(results: Sequence[Result]) -> CarrierError | None:
    """A refusal that every further text would meet as well."""
    return next((r for r in results if isinstance(r, CarrierError) and r.action is Action.STOP_SENDING), None)
