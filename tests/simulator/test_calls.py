"""Calls at the simulated carrier, through Twilio's own SDK: two legs, keys, callbacks, and the wall of phones."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import pytest
from twilio.base.exceptions import TwilioRestException

if TYPE_CHECKING:
    from tests.simulator.conftest import Listener, Simulator

OURS, STAFF, FAMILY = "+16175550100", "+16175550150", "+16175550123"
EVENTS = ["initiated", "ringing", "answered", "completed"]
Eventually = Callable[..., Any]


def act(simulator: Simulator, phone: str, do: str) -> Any:
    return simulator.ask("/control/calls/act", {"to": phone, "do": do})


def status(simulator: Simulator, phone: str) -> str:
    found = simulator.ask(f"/control/calls?to=%2B{phone[1:]}")
    return str(found[-1]["status"]) if found else ""


def dial(simulator: Simulator, listener: Listener, **more: Any) -> Any:
    return simulator.client().calls.create(to=STAFF, from_=OURS, url=f"{listener.url}/played", **more)


def test_staff_answer_press_a_key_and_the_family_joins(
    simulator: Simulator, listener: Listener, eventually: Eventually
) -> None:
    listener.status, listener.body = (
        200,
        f'<Response><Gather action="{listener.url}/key"><Say>Key?</Say></Gather></Response>',
    )
    made = dial(simulator, listener, status_callback=f"{listener.url}/staff?call=7", status_callback_event=EVENTS)
    assert (made.status, made.direction, made.parent_call_sid) == ("queued", "outbound-api", None)
    eventually(lambda: status(simulator, STAFF) == "ringing")
    act(simulator, STAFF, "answer")
    eventually(lambda: simulator.ask("/control/calls")[0]["asked"])
    listener.body = (
        f'<Response><Dial callerId="{OURS}" action="{listener.url}/end"><Number>{FAMILY}</Number></Dial></Response>'
    )
    act(simulator, STAFF, "1")
    eventually(lambda: status(simulator, FAMILY) == "ringing")
    with urlopen(simulator.url, timeout=20) as page:
        wall = page.read().decode()
    assert "Incoming call" in wall
    assert "(617) 555-0100" in wall
    act(simulator, FAMILY, "answer")
    eventually(lambda: status(simulator, FAMILY) == "in-progress")
    listener.body = "<Response><Hangup/></Response>"
    act(simulator, FAMILY, "hang_up")
    eventually(lambda: simulator.client().calls(made.sid).fetch().status == "completed")
    (child,) = simulator.client().calls.list(parent_call_sid=made.sid)
    assert (child.to, child.status, child.direction) == (FAMILY, "completed", "outbound-dial")
    eventually(lambda: len([heard for heard in listener.heard if "/staff" in heard.url]) == 4)
    told = sorted((h.form["SequenceNumber"], h.form["CallStatus"]) for h in listener.heard if "/staff" in h.url)
    assert [word for _, word in told] == ["initiated", "ringing", "in-progress", "completed"]
    assert all(heard.signed for heard in listener.heard)
    assert listener.forms(Digits="1")[0]["CallSid"] == made.sid
    assert listener.forms(DialCallStatus="completed")[0]["DialCallSid"] == child.sid


@pytest.mark.parametrize(("do", "ended"), [("decline", "busy"), ("ignore", "no-answer"), ("fail", "failed")])
def test_a_phone_that_is_not_answered_hears_nothing(
    simulator: Simulator, listener: Listener, eventually: Eventually, do: str, ended: str
) -> None:
    made = dial(simulator, listener)
    eventually(lambda: status(simulator, STAFF) == "ringing")
    act(simulator, STAFF, do)
    eventually(lambda: simulator.client().calls(made.sid).fetch().status == ended)
    assert listener.heard == []


def test_a_number_that_is_not_the_accounts_is_no_caller_id(
    simulator: Simulator, listener: Listener, eventually: Eventually
) -> None:
    with pytest.raises(TwilioRestException) as refused:
        simulator.client().calls.create(to=STAFF, from_=FAMILY, url=listener.url)
    assert refused.value.code == 21210
    body = f'<Response><Dial callerId="{STAFF}" action="{listener.url}/end">{FAMILY}</Dial></Response>'
    listener.status, listener.body = 200, body
    dial(simulator, listener)
    eventually(lambda: status(simulator, STAFF) == "ringing")
    listener.body = body
    act(simulator, STAFF, "answer")
    eventually(lambda: listener.forms(DialCallStatus="failed"))
    assert simulator.ask(f"/control/calls?to=%2B{FAMILY[1:]}") == []
    act(simulator, STAFF, "hang_up")


def test_a_wish_that_makes_no_sense_is_told_so(simulator: Simulator) -> None:
    assert act(simulator, STAFF, "answer") == {"error": "this phone has no call"}
    assert "do is answer" in act(simulator, STAFF, "sing")["error"]
