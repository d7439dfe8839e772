"""Rings phones, plays what the application answers, joins two legs, and tells the application what becomes of each."""

import asyncio
import time
from collections.abc import Coroutine
from email.utils import formatdate
from typing import Any

from outreach.simulator.carrier import Carrier
from outreach.simulator.legs import Leg, Legs
from outreach.simulator.markup import Dial, Gather, Say, Verb, read_markup
from outreach.simulator.webhooks import Webhooks

ANSWER, DECLINE, IGNORE, FAIL, HANG_UP = "answer", "decline", "ignore", "fail", "hang_up"
KEYS = frozenset("0123456789*#")
ACTS = KEYS | {ANSWER, DECLINE, IGNORE, FAIL, HANG_UP}
NOT_ANSWERED = {DECLINE: "busy", IGNORE: "no-answer", FAIL: "failed", HANG_UP: "busy"}
EVENT_OF = {"initiated": "initiated", "ringing": "ringing", "in-progress": "answered"}  # others are "completed"


class Switchboard:
    """A call is a task of the running loop; it waits for what people do at their phones (`Leg.acts`)."""

    def __init__(self, carrier: Carrier, webhooks: Webhooks) -> None:
        self.carrier = carrier
        self.webhooks = webhooks
        self.legs = Legs()
        self.running: set[asyncio.Task[None]] = set()

    def place(self, leg: Leg) -> None:
        """Let a call that was just taken go its way."""
        self.legs.add(leg)
        self._run(self._call(leg))

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self.running.add(task)
        task.add_done_callback(self.running.discard)

    async def stop(self) -> None:
        """Forget every call; nobody is told."""
        for task in self.running:
            task.cancel()
        await asyncio.gather(*self.running, return_exceptions=True)
        for leg in list(self.legs.by_sid.values()):
            leg.status, leg.ended = leg.status if leg.over else "canceled", time.time()
            self.legs.tell(leg)
        self.legs.by_sid.clear()

    async def _call(self, leg: Leg) -> None:
        """The first leg, from ringing to its end."""
        await asyncio.sleep(self.carrier.settings.sending_ms / 1000)
        if await self._ring(leg):
            await self._play(leg, leg.url or "", self._form(leg))
            self._end(leg, "completed")

    async def _ring(self, leg: Leg) -> bool:
        """Whether it is answered; else it is over."""
        self._step(leg, "initiated")
        self._step(leg, "ringing")
        act = await _next_act(leg, leg.rings)
        if act != ANSWER:
            self._end(leg, NOT_ANSWERED.get(act or IGNORE, "busy"))
            return False
        leg.answered = time.time()
        self._step(leg, "in-progress")
        return True

    async def _play(self, leg: Leg, url: str, form: dict[str, str]) -> None:
        """Fetch a document and play it, and the ones it leads to, until it ends or somebody hangs up."""
        while url:
            verbs = read_markup(await self.webhooks.post(url, form))
            url = ""
            for verb in verbs:
                url, more, gone = await self._do(leg, verb)
                if gone:
                    return
                if url:
                    form = self._form(leg) | more
                    break

    async def _do(self, leg: Leg, verb: Verb) -> tuple[str, dict[str, str], bool]:
        """Where it goes on, with which values, and whether the phone has hung up."""
        if isinstance(verb, Say):
            self._say(leg, verb.words)
            return "", {}, False
        if isinstance(verb, Gather):
            return await self._gather(leg, verb)
        return await self._dial(leg, verb)

    async def _gather(self, leg: Leg, gather: Gather) -> tuple[str, dict[str, str], bool]:
        self._say(leg, gather.words, asked=True)
        act = await _next_act(leg, gather.wait)
        self._say(leg, "")
        if act in KEYS:
            return gather.action, {"Digits": act or "", "FinishedOnKey": ""}, False
        return "", {}, act == HANG_UP

    async def _dial(self, leg: Leg, dial: Dial) -> tuple[str, dict[str, str], bool]:
        if dial.caller_id not in self.carrier.config.numbers:
            return dial.action, {"DialCallStatus": "failed"}, False
        child = Leg(
            dial.number, dial.caller_id, "outbound-dial", dial.callback, dial.events, rings=dial.rings, parent=leg.sid
        )
        self.legs.add(child)
        ringing = asyncio.create_task(self._ring(child))
        gone = await _hangs_up(leg, ringing)
        if gone and not ringing.done():
            ringing.cancel()
            self._end(child, "canceled")
        elif child.status == "in-progress":
            gone = await _talk(leg, child)
            self._end(child, "completed")
        values = {"DialCallStatus": child.status, "DialCallSid": child.sid, "DialCallDuration": str(child.seconds)}
        return ("" if gone else dial.action), values, gone

    def _say(self, leg: Leg, words: str, *, asked: bool = False) -> None:
        leg.said, leg.asked = words, asked
        self.legs.tell(leg)

    def _end(self, leg: Leg, status: str) -> None:
        leg.ended = time.time()
        self._step(leg, status)

    def _step(self, leg: Leg, status: str) -> None:
        leg.status = status
        self.legs.tell(leg)
        if leg.callback and EVENT_OF.get(status, "completed") in leg.events:
            ended = {"CallDuration": str(leg.seconds), "Duration": "1"} if leg.over else {}
            order = {"SequenceNumber": str(leg.told), "CallbackSource": "call-progress-events"}
            self.webhooks.queue(leg.callback, self._form(leg) | order | ended)
            leg.told += 1

    def _form(self, leg: Leg) -> dict[str, str]:
        form = {
            "AccountSid": self.carrier.config.account_sid,
            "ApiVersion": "2010-04-01",
            "CallSid": leg.sid,
            "CallStatus": leg.status,
            "Called": leg.to,
            "Caller": leg.sender,
            "Direction": leg.direction,
            "From": leg.sender,
            "To": leg.to,
            "Timestamp": formatdate(usegmt=True),
        }
        return form | ({"ParentCallSid": leg.parent} if leg.parent else {})


async def _next_act(leg: Leg, seconds: float) -> str | None:
    """What the person does next; None when she does nothing for so long."""
    try:
        return await asyncio.wait_for(leg.acts.get(), seconds)
    except TimeoutError:
        return None


async def _hangs_up(leg: Leg, until: "asyncio.Task[bool]") -> bool:
    """Wait for `until`; whether the phone hangs up first. Keys pressed meanwhile do nothing."""
    while True:
        act = asyncio.create_task(leg.acts.get())
        await asyncio.wait({act, until}, return_when=asyncio.FIRST_COMPLETED)
        if not act.done():
            act.cancel()
            return False
        if act.result() == HANG_UP:
            return True


async def _talk(leg: Leg, other: Leg) -> bool:
    """Until one of them hangs up; whether it was the first."""
    over = asyncio.create_task(_until_hung_up(other))
    gone = await _hangs_up(leg, over)
    over.cancel()
    return gone


async def _until_hung_up(leg: Leg) -> bool:
    while await leg.acts.get() != HANG_UP:
        pass
    return True
