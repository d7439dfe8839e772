"""The levers behind the curtain: faults, settings, counts, texts from phones; for tests and demonstrations.

No credentials are asked: bind the simulator to this machine only.
"""

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from outreach.simulator.carrier import Carrier
from outreach.simulator.faults import parse_rules
from outreach.simulator.inbound import Inbound
from outreach.simulator.messages import TO_PHONE, Message
from outreach.simulator.phonebook import E164, parse_phone
from outreach.simulator.switchboard import Switchboard
from outreach.simulator.webhooks import Answer, Webhooks
from outreach.simulator.wire import answer

MOST_MEDIA = 10
MOST_REPLAYS = 100


class Control:
    """The handlers below /control; a wrong request is 400 `{"error": …}`."""

    def __init__(self, carrier: Carrier, inbound: Inbound, webhooks: Webhooks, switchboard: Switchboard) -> None:
        self.switchboard = switchboard
        self.carrier = carrier
        self.inbound = inbound
        self.webhooks = webhooks

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/healthz", self.health),
            web.get("/control/faults", self.faults),
            web.post("/control/faults", self.add_faults),
            web.delete("/control/faults", self.clear_faults),
            web.get("/control/settings", self.settings),
            web.post("/control/settings", self.change_settings),
            web.get("/control/messages", self.messages),
            web.get("/control/stats", self.stats),
            web.get("/control/phones", self.phones),
            web.post("/control/phones", self.add_phones),
            web.post("/control/inbound", self.receive),
            web.post("/control/inbound/replay", self.replay),
            web.post("/control/reset", self.reset),
        ]

    async def health(self, _: web.Request) -> web.Response:
        return answer({"status": "ok"})

    async def faults(self, _: web.Request) -> web.Response:
        return answer([rule.shown() for rule in self.carrier.faults.rules])

    async def add_faults(self, request: web.Request) -> web.Response:
        try:
            self.carrier.faults.rules.extend(parse_rules(await read_json(request)))
        except ValueError as wrong:
            return wrong_request(wrong)
        return await self.faults(request)

    async def clear_faults(self, _: web.Request) -> web.Response:
        self.carrier.faults.rules.clear()
        return answer([])

    async def settings(self, _: web.Request) -> web.Response:
        return answer(self.carrier.settings.shown())

    async def change_settings(self, request: web.Request) -> web.Response:
        wishes = await read_json(request)
        if not isinstance(wishes, dict):
            return wrong_request("settings are an object")
        try:
            self.carrier.settings.change(wishes)
        except ValueError as wrong:
            return wrong_request(wrong)
        return await self.settings(request)

    async def messages(self, request: web.Request) -> web.Response:
        """Texts to phones, oldest first: `to`, `since` (epoch seconds or ISO), `direction` (or "all")."""
        to, direction = request.query.get("to"), request.query.get("direction")
        try:
            since = _read_since(request.query.get("since", "0"))
        except ValueError as wrong:
            return wrong_request(wrong)
        among = self.carrier.log.thread(to) if to else self.carrier.log.all
        kinds = {direction} if direction else TO_PHONE
        found = [m for m in among if m.created >= since and (direction == "all" or m.direction in kinds)]
        per_phone = Counter(message.phone for message in found)
        return answer({"count": len(found), "per_phone": per_phone, "messages": [_show(m) for m in found]})

    async def stats(self, _: web.Request) -> web.Response:
        hooks = self.webhooks
        waiting = hooks.waiting.qsize() + hooks.in_flight
        callbacks = {"waiting": waiting, "posted": hooks.posted, "failed": hooks.failed}
        return answer(self.carrier.stats() | {"callbacks": callbacks})

    async def phones(self, _: web.Request) -> web.Response:
        shown = [
            {
                "number": p.number,
                "label": p.label,
                "language": p.language,
                "name": p.name,
                "chips": list(p.words),
            }
            for p in self.carrier.phones.values()
        ]
        return answer(shown)

    async def add_phones(self, request: web.Request) -> web.Response:
        entries = await read_json(request)
        try:
            phones = [parse_phone(entry) for entry in (entries if isinstance(entries, list) else [entries])]
        except ValueError as wrong:
            return wrong_request(wrong)
        for phone in phones:
            self.carrier.register(phone)
        return answer({"registered": len(phones)}, 201)

    async def receive(self, request: web.Request) -> web.Response:
        """{from, body, num_media?, to?}: a phone texts us; waits for the application's answer."""
        said = await read_json(request)
        if not isinstance(said, dict) or not E164.fullmatch(str(said.get("from", ""))):
            return wrong_request("from must be an E.164 number")
        media, to = said.get("num_media") or 0, said.get("to")
        if not isinstance(media, int) or not 0 <= media <= MOST_MEDIA:
            return wrong_request("num_media is a number from 0 to 10")
        if to is not None and to not in self.carrier.config.numbers:
            return wrong_request("to is none of this account's numbers")
        message, stock = self.inbound.receive(said["from"], str(said.get("body", "")), media, to)
        return answer(_outcome(message.sid, await self.inbound.deliver(message.sid), stock), 201)

    async def replay(self, request: web.Request) -> web.Response:
        """{sid, times?}: post the same inbound text again, as a carrier does that missed our answer."""
        said = await read_json(request)
        sid = said.get("sid") if isinstance(said, dict) else None
        if not isinstance(sid, str) or sid not in self.inbound.forms:
            return wrong_request("sid is of no inbound text")
        times = said.get("times", 1)
        if not isinstance(times, int) or not 1 <= times <= MOST_REPLAYS:
            return wrong_request("times is a number from 1 to 100")
        answers = [await self.inbound.deliver(sid) for _ in range(times)]
        return answer({"sid": sid, "statuses": [each.status if each else None for each in answers]})

    async def reset(self, _: web.Request) -> web.Response:
        """Forget texts, calls and blocks, clear faults; phones and settings stay."""
        await self.switchboard.stop()
        self.carrier.forget()
        self.inbound.forms.clear()
        self.webhooks.forget()
        self.carrier.faults.rules.clear()
        self.carrier.journal.clear()
        return answer({"status": "ok"})


async def read_json(request: web.Request) -> Any:
    try:
        return json.loads(await request.read() or b"null")
    except ValueError:
        return None


def wrong_request(why: object) -> web.Response:
    return answer({"error": str(why)}, 400)


def _outcome(sid: str, said: Answer | None, stock: str | None) -> dict[str, Any]:
    status = said.status if said else None
    return {"sid": sid, "status": status, "carrier_answered": stock is not None, "carrier_text": stock}


def _show(message: Message) -> dict[str, Any]:
    return {
        "sid": message.sid,
        "to": message.to,
        "from": message.sender,
        "body": message.body,
        "direction": message.direction,
        "status": message.status,
        "error_code": message.error,
        "segments": message.segments,
        "created_at": message.created,
    }


def _read_since(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
