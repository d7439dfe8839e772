"""Twilio's Calls API: create, fetch, list (2010-04-01)."""

import asyncio
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from outreach.simulator.carrier import Carrier
from outreach.simulator.faults import Rule
from outreach.simulator.legs import Leg
from outreach.simulator.orders import Refused
from outreach.simulator.phonebook import E164
from outreach.simulator.rest import FAULT_TEXTS, Rest
from outreach.simulator.switchboard import Switchboard
from outreach.simulator.wire import VERSION, answer, refuse, rfc2822

LONGEST_PAGE = 1000
DEFAULT_RINGS = 60.0
WEB = ("http://", "https://")


class CallsRest:
    """The handlers; credentials are asked as for messages, and the same fault rules apply."""

    def __init__(self, carrier: Carrier, switchboard: Switchboard, rest: Rest) -> None:
        self.carrier = carrier
        self.switchboard = switchboard
        self.sid = carrier.config.account_sid
        self.guarded = rest.guarded

    def routes(self) -> list[web.RouteDef]:
        calls = f"/{VERSION}/Accounts/{self.sid}/Calls"
        return [
            web.post(f"{calls}.json", self.guarded(self.create)),
            web.get(f"{calls}.json", self.guarded(self.list)),
            web.get(f"{calls}/{{sid}}.json", self.guarded(self.fetch)),
        ]

    async def create(self, request: web.Request) -> web.StreamResponse:
        pairs = parse_qsl((await request.read()).decode(errors="replace"), keep_blank_values=True)
        await asyncio.sleep(self.carrier.settings.latency_ms / 1000)
        try:
            leg = read_leg(dict(pairs), [value for name, value in pairs if name == "StatusCallbackEvent"], self.carrier)
        except Refused as refused:
            return refuse(refused.status, refused.code, refused.text)
        trouble = self.carrier.faults.decide(leg.to).at_call
        if trouble is not None:
            return await self._trouble(request, leg, trouble)
        return self._take(leg)

    def _take(self, leg: Leg) -> web.Response:
        shown = self._show(leg)  # as it stands when it is taken
        self.switchboard.place(leg)
        return answer(shown, 201)

    async def _trouble(self, request: web.Request, leg: Leg, trouble: Rule) -> web.StreamResponse:
        if trouble.action == "error":
            return refuse(trouble.status, trouble.code, FAULT_TEXTS.get(trouble.status, "Asked for by a fault rule"))
        if trouble.action == "hang":
            shown = self._take(leg) if trouble.take else None
            await asyncio.sleep(trouble.seconds)
            return shown or self._take(leg)
        if trouble.action == "cut_after":
            self._take(leg)
        if request.transport is not None:
            request.transport.close()
        return web.Response(status=500)  # nobody is there to read it

    async def fetch(self, request: web.Request) -> web.StreamResponse:
        leg = self.switchboard.legs.by_sid.get(request.match_info["sid"])
        if leg is None:
            return refuse(404, 20404, f"The requested resource {request.path} was not found")
        return answer(self._show(leg))

    async def list(self, request: web.Request) -> web.StreamResponse:
        """Newest first, one page: `To`, `From`, `Status`, `ParentCallSid`."""
        asked = request.query
        size = min(int(asked.get("PageSize", 50)), LONGEST_PAGE)
        names = {"To": "to", "From": "sender", "Status": "status", "ParentCallSid": "parent"}
        wanted = {names[name]: asked[name] for name in names if name in asked}
        found = [
            leg
            for leg in reversed(self.switchboard.legs.by_sid.values())
            if all(getattr(leg, name) == value for name, value in wanted.items())
        ]
        uri = f"/{VERSION}/Accounts/{self.sid}/Calls.json"
        page = {"page": 0, "page_size": size, "start": 0, "end": len(found), "uri": uri, "first_page_uri": uri}
        calls = [self._show(leg) for leg in found[:size]]
        return answer(page | {"calls": calls, "next_page_uri": None, "previous_page_uri": None})

    def _show(self, leg: Leg) -> dict[str, Any]:
        return {
            "account_sid": self.sid,
            "api_version": VERSION,
            "date_created": rfc2822(int(leg.created)),
            "date_updated": rfc2822(int(leg.ended or leg.answered or leg.created)),
            "direction": leg.direction,
            "duration": str(leg.seconds) if leg.over else None,
            "end_time": rfc2822(int(leg.ended)),
            "from": leg.sender,
            "parent_call_sid": leg.parent,
            "price": None,
            "price_unit": "USD",
            "sid": leg.sid,
            "start_time": rfc2822(int(leg.answered)),
            # The records know no "initiated": that is a word of the callbacks.
            "status": "queued" if leg.status == "initiated" else leg.status,
            "to": leg.to,
            "uri": f"/{VERSION}/Accounts/{self.sid}/Calls/{leg.sid}.json",
        }


def read_leg(form: dict[str, str], events: list[str], carrier: Carrier) -> Leg:
    """Turn the form of POST Calls into a leg; raises Refused as Twilio does."""
    to, sender, url, callback = (form.get(name, "") for name in ("To", "From", "Url", "StatusCallback"))
    if not to:
        raise Refused(21201, "No 'To' number is specified")
    if not sender:
        raise Refused(21213, "No 'From' number is specified")
    if not E164.fullmatch(to):
        raise Refused(21211, f"Invalid 'To' Phone Number: {to[:-4]}XXXX")
    if sender not in carrier.config.numbers:
        raise Refused(21210, "The source phone number provided is not yet verified for your account")
    if not url.startswith(WEB) or (callback and not callback.startswith(WEB)):
        raise Refused(21205, "Url is not a valid URL")
    rings = form.get("Timeout", "")
    told = frozenset(events or ["completed"])
    return Leg(
        to, sender, "outbound-api", callback or None, told, url, float(rings) if rings.isdigit() else DEFAULT_RINGS
    )
