"""What people do at ringing phones: for tests under /control, for eyes on the wall of phones."""

from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from outreach.simulator.control import read_json, wrong_request
from outreach.simulator.legs import Leg
from outreach.simulator.switchboard import ACTS, Switchboard
from outreach.simulator.wire import answer


class CallsControl:
    """`do` is answer, decline, ignore (it rings out; or no key is pressed), fail, hang_up, or a key to press."""

    def __init__(self, switchboard: Switchboard) -> None:
        self.switchboard = switchboard

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/control/calls", self.calls),
            web.post("/control/calls/act", self.act),
            web.post("/phones/{number}/call", self.act_on_page),
        ]

    async def calls(self, request: web.Request) -> web.Response:
        """Every leg, oldest first; `to` is one phone."""
        to = request.query.get("to")
        return answer([_show(leg) for leg in self.switchboard.legs.by_sid.values() if to in (None, leg.to)])

    async def act(self, request: web.Request) -> web.Response:
        """{to, do}"""
        said = await read_json(request)
        said = said if isinstance(said, dict) else {}
        wrong = self._act(str(said.get("to", "")), str(said.get("do", "")))
        return wrong_request(wrong) if wrong else answer({"status": "ok"}, 202)

    async def act_on_page(self, request: web.Request) -> web.Response:
        """A button of a phone on the wall; whoever pressed too late just sees the phone as it is."""
        number, said = request.match_info["number"], await request.post()
        self._act(number, str(said.get("do", "")))
        if request.headers.get("Accept") == "application/json":
            return answer({"status": "ok"}, 202)
        query = str(said.get("q", ""))
        raise web.HTTPSeeOther(f"/{'?' + urlencode({'q': query}) if query else ''}#phone-{number[1:]}")

    def _act(self, number: str, do: str) -> str:
        """What is wrong; empty when it is done."""
        leg = self.switchboard.legs.on_phone(number)
        if do not in ACTS:
            return "do is answer, decline, ignore, fail, hang_up or one key"
        if leg is None or leg.status not in ("ringing", "in-progress"):
            return "this phone has no call"
        leg.acts.put_nowait(do)
        return ""


def _show(leg: Leg) -> dict[str, Any]:
    names = ("sid", "to", "direction", "status", "parent", "said", "asked", "seconds")
    return {name: getattr(leg, name) for name in names} | {"from": leg.sender, "created_at": leg.created}
