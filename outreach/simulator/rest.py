"""Twilio's Messages API over the carrier: create, fetch, list, cancel (2010-04-01)."""

import asyncio
import base64
import hmac
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, date, datetime
from itertools import islice
from urllib.parse import parse_qsl

from aiohttp import web

from outreach.simulator.carrier import Carrier
from outreach.simulator.delivery import Delivery
from outreach.simulator.faults import Fate, Rule
from outreach.simulator.messages import FINAL, STOCK, Message
from outreach.simulator.orders import Order, Refused, read_order
from outreach.simulator.wire import VERSION, answer, refuse, rfc2822, show_message, show_page

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
NOT_CANCELABLE = 30409
LONGEST_PAGE = 1000
FAULT_TEXTS = {429: "Too Many Requests", 500: "An internal server error has occurred", 401: "Authenticate"}


class Rest:
    """The handlers; every one asks for HTTP Basic with the account's sid and token first."""

    def __init__(self, carrier: Carrier, delivery: Delivery) -> None:
        self.carrier = carrier
        self.delivery = delivery
        self.sid = carrier.config.account_sid
        pair = f"{self.sid}:{carrier.config.auth_token}".encode()
        self.credentials = b"Basic " + base64.b64encode(pair)

    def routes(self) -> list[web.RouteDef]:
        account = f"/{VERSION}/Accounts/{self.sid}"  # literal, so that aiohttp finds it without a pattern
        return [
            web.post(f"{account}/Messages.json", self.guarded(self.create)),
            web.get(f"{account}/Messages.json", self.guarded(self.list)),
            web.get(f"{account}/Messages/{{sid}}.json", self.guarded(self.fetch)),
            web.post(f"{account}/Messages/{{sid}}.json", self.guarded(self.update)),
            web.get(f"{account}.json", self.guarded(self.account)),
            web.route("*", f"/{VERSION}/{{rest:.*}}", self.guarded(self.missing)),
        ]

    def guarded(self, handler: Handler) -> Handler:
        async def guarded(request: web.Request) -> web.StreamResponse:
            said = request.headers.get("Authorization", "").encode()
            if not hmac.compare_digest(said, self.credentials):
                response = refuse(401, 20003, "Authenticate")
                response.headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
                return response
            return await handler(request)

        return guarded

    async def create(self, request: web.Request) -> web.StreamResponse:
        pairs = parse_qsl((await request.read()).decode(errors="replace"), keep_blank_values=True)
        form, media = dict(pairs), [value for name, value in pairs if name == "MediaUrl"]
        half = self.carrier.settings.latency_ms / 2000
        if half:
            await asyncio.sleep(half)
        response = await self._take(request, form, media)
        if half:
            await asyncio.sleep(half)
        return response

    async def _take(self, request: web.Request, form: dict[str, str], media: list[str]) -> web.StreamResponse:
        try:
            order = read_order(form, media, self.carrier)
        except Refused as refused:
            return refuse(refused.status, refused.code, refused.text)
        fate = self.carrier.faults.decide(order.to)
        trouble = fate.at_call
        if trouble is None:
            return answer(self._keep(order, fate), 201)
        return await self._trouble(request, order, fate, trouble)

    async def _trouble(self, request: web.Request, order: Order, fate: Fate, trouble: Rule) -> web.StreamResponse:
        if trouble.action == "error":
            return refuse(trouble.status, trouble.code, FAULT_TEXTS.get(trouble.status, "Asked for by a fault rule"))
        if trouble.action == "hang":
            shown = self._keep(order, fate) if trouble.take else None
            await asyncio.sleep(trouble.seconds)
            return answer(shown or self._keep(order, fate), 201)
        if trouble.action == "cut_after":
            self._keep(order, fate)
        if request.transport is not None:
            request.transport.close()
        return web.Response(status=500)  # nobody is there to read it

    def _keep(self, order: Order, fate: Fate) -> dict[str, object]:
        message = self.carrier.keep(
            order.to,
            order.sender,
            order.body,
            "outbound-api",
            order.first_status,
            service_sid=order.service_sid,
            callback=order.callback,
            media=order.media,
            send_at=order.send_at,
        )
        self.delivery.begin(message, fate)
        return show_message(message, self.sid)

    async def list(self, request: web.Request) -> web.StreamResponse:
        asked = dict(request.query)
        try:
            wanted = Filter(asked)
            size = min(max(int(asked.get("PageSize", 50)), 1), LONGEST_PAGE)
            page = max(int(asked.get("Page", 0)), 0)
        except ValueError:
            return refuse(400, 20001, "A date, a page or a page size could not be read")
        token = self.carrier.log.by_sid.get(asked.get("PageToken", "")[2:])
        phone = next((n for n in (wanted.to, wanted.sender) if n and n not in self.carrier.config.numbers), None)
        walk = self.carrier.log.newest_first(phone, token.seq if token else None)
        matching: Iterator[Message] = (message for message in walk if wanted.takes(message))
        if token is None:
            matching = islice(matching, page * size, None)
        found = list(islice(matching, size + 1))
        filters = {name: asked[name] for name in FILTERS if name in asked}
        return answer(show_page(found[:size], self.sid, filters, page, size, more=len(found) > size))

    async def fetch(self, request: web.Request) -> web.StreamResponse:
        message = self._find(request)
        return answer(show_message(message, self.sid)) if message else await self.missing(request)

    async def update(self, request: web.Request) -> web.StreamResponse:
        """Cancel a text that has not left."""
        message = self._find(request)
        if message is None:
            return await self.missing(request)
        form = dict(parse_qsl((await request.read()).decode(errors="replace"), keep_blank_values=True))
        if form.get("Status") != "canceled":
            return refuse(400, 20001, "Status can only be updated to canceled")
        if message.status in FINAL or message.status in ("sending", "sent"):
            return refuse(400, NOT_CANCELABLE, "The message can no longer be canceled")
        self.carrier.mark(message, "canceled")
        return answer(show_message(message, self.sid))

    def _find(self, request: web.Request) -> Message | None:
        message = self.carrier.log.by_sid.get(request.match_info["sid"])
        return message if message and message.direction != STOCK else None

    async def account(self, _: web.Request) -> web.StreamResponse:
        """The account itself: enough to check credentials with."""
        now = rfc2822(int(datetime.now(UTC).timestamp()))
        shown = {"sid": self.sid, "friendly_name": "Simulated carrier", "status": "active", "type": "Full"}
        uri = {"uri": f"/{VERSION}/Accounts/{self.sid}.json", "owner_account_sid": self.sid}
        return answer(shown | uri | {"date_created": now, "date_updated": now, "subresource_uris": {}})

    async def missing(self, request: web.Request) -> web.StreamResponse:
        return refuse(404, 20404, f"The requested resource {request.path} was not found")


FILTERS = ("To", "From", "DateSent", "DateSent<", "DateSent>")


class Filter:
    """What a list request asks for; ValueError for a date that cannot be read. Bounds are inclusive, UTC."""

    def __init__(self, asked: dict[str, str]) -> None:
        self.to, self.sender = asked.get("To"), asked.get("From")
        self.day = _read_time(asked["DateSent"]).date() if asked.get("DateSent") else None
        self.before = _read_time(asked["DateSent<"]).timestamp() if asked.get("DateSent<") else None
        self.after = _read_time(asked["DateSent>"]).timestamp() if asked.get("DateSent>") else None

    def takes(self, message: Message) -> bool:
        return (
            message.direction != STOCK
            and (self.to is None or message.to == self.to)
            and (self.sender is None or message.sender == self.sender)
            and (self.before is None or message.at <= self.before)
            and (self.after is None or message.at >= self.after)
            and (self.day is None or _day_of(message) == self.day)
        )


def _day_of(message: Message) -> date:
    return datetime.fromtimestamp(message.at, UTC).date()


def _read_time(text: str) -> datetime:
    """An ISO date (midnight UTC) or time."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
