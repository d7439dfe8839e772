"""What goes wrong on demand: refusals, silence, cut lines, lost and doubled callbacks."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from requests.exceptions import ConnectionError as CutOff
from requests.exceptions import ReadTimeout
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient

if TYPE_CHECKING:
    from tests.simulator.conftest import Listener, Simulator

OURS, FAMILY, OTHER = "+16175550100", "+16175550123", "+16175550124"
Eventually = Callable[..., Any]


def send(simulator: Simulator, to: str = FAMILY, body: str = "Hello", **more: str) -> Any:
    return simulator.client().messages.create(to=to, from_=OURS, body=body, **more)


def rule(simulator: Simulator, **wishes: object) -> None:
    assert isinstance(simulator.ask("/control/faults", [wishes]), list)


@pytest.mark.parametrize(("status", "code"), [(400, 21614), (429, 20429), (500, 20500)])
def test_a_refusal_hits_one_number_as_often_as_asked(simulator: Simulator, status: int, code: int) -> None:
    rule(simulator, action="error", to=FAMILY, times=1, status=status, code=code)
    send(simulator, to=OTHER)
    with pytest.raises(TwilioRestException) as refused:
        send(simulator)
    assert (refused.value.status, refused.value.code) == (status, code)
    send(simulator)
    assert simulator.ask("/control/stats")["taken"] == 2


def test_a_cut_line_leaves_the_text_taken(simulator: Simulator) -> None:
    rule(simulator, action="cut_after", times=1)
    with pytest.raises(CutOff):
        send(simulator)
    assert simulator.ask("/control/messages?to=%2B16175550123")["count"] == 1
    assert len(simulator.client().messages.list(to=FAMILY)) == 1


def test_a_line_cut_before_leaves_nothing(simulator: Simulator) -> None:
    rule(simulator, action="cut_before", times=1)
    with pytest.raises(CutOff):
        send(simulator)
    assert simulator.ask("/control/messages")["count"] == 0


def test_a_client_that_gives_up_does_not_undo_the_text(simulator: Simulator) -> None:
    rule(simulator, action="hang", seconds=0.6, times=1)
    client = simulator.client()
    client.http_client = TwilioHttpClient(timeout=0.2)
    with pytest.raises(ReadTimeout):
        client.messages.create(to=FAMILY, from_=OURS, body="Hello")
    assert simulator.ask("/control/stats")["taken"] == 1


@pytest.mark.parametrize(("final", "code"), [("undelivered", 30003), ("undelivered", 30005), ("failed", 30008)])
def test_a_text_that_does_not_arrive_says_why(
    simulator: Simulator, listener: Listener, eventually: Eventually, final: str, code: int
) -> None:
    rule(simulator, action="undeliver", code=code, **{"as": final})
    made = send(simulator, status_callback=listener.url)
    said = eventually(lambda: listener.forms(MessageStatus=final))[0]
    assert said["ErrorCode"] == str(code)
    seen = simulator.client().messages(made.sid).fetch()
    assert (seen.status, seen.error_code) == (final, code)


def test_callbacks_can_be_lost_doubled_and_swapped(
    simulator: Simulator, listener: Listener, eventually: Eventually
) -> None:
    for place, action in enumerate(("lose_callbacks", "double_callbacks", "reorder_callbacks")):
        rule(simulator, action=action, to=f"+1617555020{place}")
    sids = [send(simulator, to=f"+1617555020{n}", status_callback=listener.url).sid for n in range(3)]
    eventually(lambda: len(listener.heard) == 6)

    def told(sid: str) -> list[str]:
        return [form["MessageStatus"] for form in listener.forms(MessageSid=sid)]

    assert told(sids[0]) == []
    assert sorted(told(sids[1])) == ["delivered", "delivered", "sent", "sent"]
    assert told(sids[2]) == ["delivered", "sent"]


def test_every_third_and_a_seeded_chance_repeat_themselves(simulator: Simulator) -> None:
    def refusals(**wishes: object) -> list[bool]:
        simulator.ask("/control/faults", method="DELETE")
        rule(simulator, action="error", code=21211, **wishes)
        refused = []
        for _ in range(9):
            try:
                send(simulator)
                refused.append(False)
            except TwilioRestException:
                refused.append(True)
        return refused

    assert refusals(every=3) == [False, False, True] * 3
    by_chance = refusals(probability=0.5, seed=7)
    assert 0 < sum(by_chance) < 9
    assert refusals(probability=0.5, seed=7) == by_chance


@pytest.mark.parametrize(
    "wrong", [{"action": "explode"}, {"action": "hang", "secs": 1}, {"action": "error", "times": "x"}, "hang"]
)
def test_a_rule_that_makes_no_sense_is_refused(simulator: Simulator, wrong: object) -> None:
    assert "error" in simulator.ask("/control/faults", [wrong])
    assert simulator.ask("/control/faults") == []


def test_latency_is_felt_and_changes_at_run_time(simulator: Simulator) -> None:
    simulator.ask("/control/settings", {"latency_ms": 120})
    begun = time.monotonic()
    send(simulator)
    assert time.monotonic() - begun >= 0.12
    assert "error" in simulator.ask("/control/settings", {"latency_ms": "slow"})
    assert "error" in simulator.ask("/control/settings", {"weather": 1})


def test_a_text_sent_twice_is_counted_as_a_duplicate(simulator: Simulator) -> None:
    send(simulator, body="Once")
    assert simulator.ask("/control/stats")["duplicates"] == 0
    for _ in range(3):
        send(simulator, body="Again")
    stats = simulator.ask("/control/stats")
    assert (stats["taken"], stats["duplicates"]) == (4, 1)
    assert simulator.ask("/control/messages")["per_phone"] == {FAMILY: 4}
    assert simulator.ask(f"/control/messages?since={time.time() + 60}")["count"] == 0
