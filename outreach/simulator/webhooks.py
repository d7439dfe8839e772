"""The carrier calls the application: form posts, signed as Twilio signs them."""

import asyncio
import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha1
from urllib.parse import parse_qsl, urlencode
from uuid import uuid4

from aiohttp import ClientError, ClientSession, ClientTimeout, ConnectionTimeoutError, TCPConnector
from yarl import URL

AT_ONCE = 32  # posts in flight; the rest wait their turn


def sign(token: str, url: str, params: Mapping[str, str]) -> str:
    """X-Twilio-Signature: HMAC-SHA1 over the full URL, then each name and value in the order of the names."""
    signed = url + "".join(name + params[name] for name in sorted(params))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), sha1).digest()).decode()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the application said; status None when it could not be reached or did not answer in time."""

    status: int | None
    content_type: str = ""
    body: str = ""

    @property
    def good(self) -> bool:
        return self.status is not None and self.status < 300


@dataclass(frozen=True, slots=True)
class Override:
    """Connection overrides in a webhook URL's fragment (`#rc=3&rp=all`); Twilio's defaults."""

    connect_ms: int = 5000
    read_ms: int = 15000
    retries: int = 1
    policy: tuple[str, ...] = ("ct",)

    def wants_retry(self, answer: Answer, connected: bool) -> bool:
        if "all" in self.policy and not answer.good:
            return True
        if answer.status is None:
            return ("rt" if connected else "ct") in self.policy
        return (400 <= answer.status < 500 and "4xx" in self.policy) or (answer.status >= 500 and "5xx" in self.policy)


def read_override(fragment: str) -> Override:
    said = dict(parse_qsl(fragment))

    def number(name: str, default: int, low: int, high: int) -> int:
        text = said.get(name, "")
        return min(max(int(text), low), high) if text.isdigit() else default

    policy = tuple(said["rp"].split(",")) if "rp" in said else ("ct",)
    return Override(number("ct", 5000, 100, 10000), number("rt", 15000, 100, 15000), number("rc", 1, 0, 5), policy)


class Webhooks:
    """Posts to the application: `post` waits for the answer, `queue` sends in turn, `AT_ONCE` at a time."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.waiting: asyncio.Queue[tuple[str, dict[str, str]]] = asyncio.Queue()
        self.posted = 0
        self.failed = 0
        self.in_flight = 0
        self.posters: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        self.session = ClientSession(connector=TCPConnector(limit=0, keepalive_timeout=30))
        self.posters = [asyncio.create_task(self._post_in_turn()) for _ in range(AT_ONCE)]

    async def stop(self) -> None:
        for task in self.posters:
            task.cancel()
        await asyncio.gather(*self.posters, return_exceptions=True)
        await self.session.close()

    def queue(self, url: str, params: dict[str, str]) -> None:
        self.waiting.put_nowait((url, params))

    def forget(self) -> None:
        """Drop what waits, and the counts."""
        while not self.waiting.empty():
            self.waiting.get_nowait()
        self.posted = self.failed = 0

    async def _post_in_turn(self) -> None:
        while True:
            url, params = await self.waiting.get()
            self.in_flight += 1
            answer = await self.post(url, params)
            self.in_flight -= 1
            self.posted += answer.good
            self.failed += not answer.good

    async def post(self, url: str, params: Mapping[str, str]) -> Answer:
        """Post until an answer or the last try; the fragment steers and is neither sent nor signed."""
        address, _, fragment = url.partition("#")
        if address.count("/") == 2:  # no path: a request has one, and what is requested is signed
            host, mark, query = address.partition("?")
            address = f"{host}/{mark}{query}"
        override = read_override(fragment) if fragment else Override()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "X-Twilio-Signature": sign(self.token, address, params),
            "I-Twilio-Idempotency-Token": str(uuid4()),  # the same over all tries of one event
            "User-Agent": "TwilioProxy/1.1",
        }
        form = urlencode(params).encode()
        for tries_left in range(override.retries, -1, -1):
            answer, connected = await self._try(address, form, headers, override)
            if answer.good or not tries_left or not override.wants_retry(answer, connected):
                break
        return answer

    async def _try(
        self, address: str, form: bytes, headers: Mapping[str, str], override: Override
    ) -> tuple[Answer, bool]:
        """One post: the answer, and whether a connection stood (one that broke did not)."""
        connect, read = override.connect_ms / 1000, override.read_ms / 1000
        timeout = ClientTimeout(total=15, sock_connect=connect, sock_read=read)
        try:
            url = URL(address, encoded=True)  # exactly as it was given, for the signature's sake
            async with self.session.post(
                url, data=form, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                body = (await response.read()).decode("utf-8", "replace")
                return Answer(response.status, response.content_type, body), True
        except ConnectionTimeoutError:
            return Answer(None), False
        except TimeoutError:
            return Answer(None), True
        except (ClientError, OSError, ValueError):
            return Answer(None), False
