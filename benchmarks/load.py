"""Requests over HTTP, bounded in number, connections and time: as many as go through, or so many a second."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector
from yarl import URL

from outreach.simulator.webhooks import sign
from tests.support.servers import TOKEN

TIMEOUT = ClientTimeout(total=15)  # what the carrier waits


@dataclass(frozen=True)
class Request:
    """A GET without a form, else a POST."""

    url: str
    form: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Outcome:
    """`answered` has seconds by the request's place, from the moment it was due; `statuses` counts codes and errors."""

    seconds: float = 0
    began: dict[int, float] = field(default_factory=dict)  # epoch seconds at which it was due
    answered: dict[int, float] = field(default_factory=dict)
    statuses: Counter[str] = field(default_factory=Counter)

    @property
    def per_second(self) -> float:
        return len(self.answered) / self.seconds


def signed(url: str, form: Mapping[str, str]) -> Request:
    """A webhook as the carrier posts it."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": sign(TOKEN, url, form)}
    return Request(url, urlencode(form).encode(), headers)


def post_all(requests: Sequence[Request], connections: int) -> Outcome:
    """As fast as answers come, over so many connections."""
    return asyncio.run(_post_all(requests, connections))


def post_steadily(requests: Sequence[Request], per_second: float) -> Outcome:
    """One after another at a constant rate, whether answers come or not: a slow answer delays no later request."""
    return asyncio.run(_post_steadily(requests, per_second))


async def _post_all(requests: Sequence[Request], connections: int) -> Outcome:
    outcome, places = Outcome(), iter(range(len(requests)))
    async with ClientSession(connector=TCPConnector(limit=connections), timeout=TIMEOUT) as session:

        async def work_off() -> None:
            for place in places:
                await _post(session, requests[place], place, time.perf_counter(), outcome)

        started = time.perf_counter()
        await asyncio.gather(*(work_off() for _ in range(connections)))
        outcome.seconds = time.perf_counter() - started
    return outcome


async def _post_steadily(requests: Sequence[Request], per_second: float) -> Outcome:
    outcome = Outcome()
    async with ClientSession(connector=TCPConnector(limit=0), timeout=TIMEOUT) as session:
        started = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for place, request in enumerate(requests):
                due = started + place / per_second
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                group.create_task(_post(session, request, place, due, outcome))
        outcome.seconds = time.perf_counter() - started
    return outcome


async def _post(session: ClientSession, request: Request, place: int, due: float, outcome: Outcome) -> None:
    outcome.began[place] = time.time() - (time.perf_counter() - due)
    method = "GET" if request.form is None else "POST"
    try:
        url = URL(request.url, encoded=True)  # to the character, for the signature's sake
        async with session.request(method, url, data=request.form, headers=request.headers) as response:
            await response.read()
            outcome.statuses[str(response.status)] += 1
            outcome.answered[place] = time.perf_counter() - due
    except (ClientError, TimeoutError) as error:
        outcome.statuses[type(error).__name__] += 1


def quantile_ms(seconds: Sequence[float], share: float) -> float:
    """In milliseconds: the value that `share` of them do not exceed."""
    if not seconds:
        return float("nan")
    ordered = sorted(seconds)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000, 1)
