"""The wall of family phones: what arrived on each, and a box to text back."""

import asyncio
import json
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from outreach.simulator.carrier import Carrier
from outreach.simulator.control import read_json, wrong_request
from outreach.simulator.events import Events
from outreach.simulator.inbound import Inbound
from outreach.simulator.legs import Leg, Legs
from outreach.simulator.messages import STOCK, Message
from outreach.simulator.phonebook import E164, Phone
from outreach.simulator.scripts import direction_of, language_of, own_name
from outreach.simulator.wire import answer

HERE = Path(__file__).parent
SHOWN = 24
LAST_TEXTS = 12
POLICY = "default-src 'self'; frame-ancestors 'self'; form-action 'self'"
STATES = {
    "delivered": "Delivered",
    "undelivered": "Not delivered",
    "failed": "Not sent",
    "canceled": "Canceled",
    "scheduled": "Scheduled",
}


class Wall:
    """The pages for eyes: /, /phones/…, /events, /static."""

    def __init__(self, carrier: Carrier, inbound: Inbound, legs: Legs) -> None:
        self.carrier = carrier
        self.inbound = inbound
        self.legs = legs
        self.events = Events(self._news)
        carrier.watchers.append(self.events.note)
        legs.watchers.append(self._note_call)
        loader = FileSystemLoader(HERE / "templates")
        self.templates = Environment(
            loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self.templates.globals.update(
            state_of=state_of,
            clock_of=clock_of,
            own_name=own_name,
            direction_of=direction_of,
            readable=readable,
        )
        self.templates.globals.update(language_of=language_of, sender=carrier.sender_for, call_on=legs.on_phone)

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.get("/", self.wall),
            web.get("/phones", self.wall),
            web.get("/phones/{number}", self.frame),
            web.post("/phones/{number}/texts", self.send),
            web.get("/events", self.stream),
            web.static("/static", HERE / "static"),
        ]

    def start(self) -> None:
        self.events.start()

    async def stop(self) -> None:
        await self.events.stop()

    async def wall(self, request: web.Request) -> web.Response:
        """`q` searches numbers, names and labels; `show` is how many phones to show."""
        query = request.query.get("q", "").strip()
        asked = request.query.get("show", "")
        show = min(int(asked), 240) if asked.isascii() and asked.isdigit() and int(asked) else SHOWN
        phones = self._ranked(query)
        more = {"q": query, "show": str(show + SHOWN)} if query else {"show": str(show + SHOWN)}
        page = self.templates.get_template("phones.html").render(
            phones=[(phone, self._last_texts(phone)) for phone in phones[:show]],
            found=len(phones),
            limit=show,
            query=query,
            more=urlencode(more),
            totals=self._totals(),
        )
        return html(page)

    async def frame(self, request: web.Request) -> web.Response:
        """One phone alone, for the script of the page to put on the wall."""
        number = request.match_info["number"]
        if not E164.fullmatch(number):
            return html("", 404)
        phone = self._phone(number)
        macro = self.templates.get_template("phone.html").module.frame  # type: ignore[attr-defined]
        return html(str(macro(phone, self._last_texts(phone))))

    async def send(self, request: web.Request) -> web.Response:
        """A phone texts us: JSON answers JSON, a plain form goes back to its phone on the page."""
        number = request.match_info["number"]
        plain = request.content_type != "application/json"
        said = await request.post() if plain else await read_json(request)
        body = str(said.get("body", "")) if hasattr(said, "get") else ""
        if not E164.fullmatch(number) or not body.strip():
            return wrong_request("a number and a body are needed")
        message, _ = self.inbound.receive(number, body)
        self.inbound.deliver_soon(message.sid)
        if plain:
            back = "/?" + urlencode({"q": str(said.get("q", ""))}) if said.get("q") else "/"
            raise web.HTTPSeeOther(f"{back}#phone-{number[1:]}")
        return answer({"sid": message.sid}, 202)

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: `{"totals": …, "texts": [{"sid", "phone", "html", …}]}`."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        queue = self.events.subscribe()
        try:
            await response.write(b"retry: 1000\n\n")
            while True:
                try:
                    news = await asyncio.wait_for(queue.get(), timeout=15)
                except TimeoutError:
                    await response.write(b": still here\n\n")
                    continue
                if not news:
                    break
                await response.write(f"data: {news}\n\n".encode())
        except ConnectionError:
            pass  # the page was closed
        finally:
            self.events.subscribers.discard(queue)
        return response

    def _news(self, messages: list[Message]) -> str:
        macro = self.templates.get_template("phone.html").module.bubble  # type: ignore[attr-defined]
        texts = [
            {
                "sid": message.sid,
                "phone": message.phone,
                "name": title_of(self._phone(message.phone)),
                "incoming": message.direction != "inbound",
                "html": str(macro(message, self._phone(message.phone).language)),
            }
            for message in messages
        ]
        return json.dumps({"totals": self._totals(), "texts": texts})

    def _note_call(self, leg: Leg) -> None:
        """A call is news at once: it rings for seconds only."""
        if self.events.subscribers:
            macro = self.templates.get_template("phone.html").module.call  # type: ignore[attr-defined]
            html = str(macro(leg.to, self.legs.on_phone(leg.to)))
            calls = [{"phone": leg.to, "html": html}]
            self.events.send(json.dumps({"totals": self._totals(), "texts": [], "calls": calls}))

    def _phone(self, number: str) -> Phone:
        return self.carrier.phones.get(number) or Phone(number, registered=False)

    def _ranked(self, query: str) -> list[Phone]:
        """Registered phones in their order, then the others, newest traffic first."""
        phones = self.carrier.phones
        heard = dict.fromkeys([*self.carrier.log.threads, *self.legs.ringing_phones()])
        strangers = [number for number in heard if number not in phones]
        strangers.sort(key=self.carrier.log.last_of, reverse=True)
        everyone = [*phones.values(), *(Phone(number, registered=False) for number in strangers)]
        return [phone for phone in everyone if matches(phone, query)] if query else everyone

    def _last_texts(self, phone: Phone) -> list[Message]:
        return self.carrier.log.thread(phone.number)[-LAST_TEXTS:]

    def _totals(self) -> dict[str, int]:
        carrier = self.carrier
        failed = sum(carrier.by_status[status] for status in ("failed", "undelivered"))
        phones = len(carrier.phones.keys() | carrier.log.threads.keys())
        delivered = carrier.by_status["delivered"]
        return {"taken": carrier.taken, "delivered": delivered, "failed": failed, "phones": phones}


def html(page: str, status: int = 200) -> web.Response:
    headers = {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return web.Response(text=page, status=status, content_type="text/html", headers=headers)


def matches(phone: Phone, query: str) -> bool:
    """By any part of name, label or language, or by three digits of the number and more."""
    said = f"{phone.name} {phone.label} {phone.language} {own_name(phone.language)}".casefold()
    digits = "".join(character for character in query if character.isdigit())
    return query.casefold() in said or (len(digits) >= 3 and digits in phone.number)


def title_of(phone: Phone) -> str:
    return phone.name or phone.label or readable(phone.number)


def readable(number: str) -> str:
    """ "(617) 555-0123" for a North American number, the number itself otherwise."""
    if number.startswith("+1") and len(number) == 12:
        return f"({number[2:5]}) {number[5:8]}-{number[8:]}"
    return number


def clock_of(message: Message) -> str:
    """ "4:07 pm", on this machine's clock."""
    return datetime.fromtimestamp(message.created).astimezone().strftime("%I:%M %p").lstrip("0").lower()


def state_of(message: Message) -> str:
    """What became of a text, in words."""
    if message.direction == STOCK:
        return "From the carrier"
    if message.direction == "inbound":
        return "Sent"
    words = STATES.get(message.status, "On its way")
    return f"{words} ({message.error})" if message.error else words
