"""A family's phone texts us: the webhook, the carrier's own stop list, replies, and what a restart keeps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from twilio.base.exceptions import TwilioRestException

from outreach.simulator.optout import HELPED, STARTED, STOPPED, OptOut, read_keyword

if TYPE_CHECKING:
    from tests.simulator.conftest import Listener, Simulator

OURS, FAMILY = "+16175550100", "+16175550123"
Eventually = Callable[..., Any]


def text(simulator: Simulator, body: str, **more: object) -> dict[str, Any]:
    said: dict[str, Any] = simulator.ask("/control/inbound", {"from": FAMILY, "body": body, **more})
    return said


@pytest.mark.parametrize(
    ("body", "blocked", "expected"),
    [
        ("STOP", False, OptOut("STOP", True, STOPPED)),
        (" stopall\n", False, OptOut("STOP", True, STOPPED)),
        ("Optout", False, OptOut("STOP", True, STOPPED)),
        ("revoke", False, OptOut("STOP", True, STOPPED)),
        ("stop", True, OptOut("STOP", True, None)),
        ("STOP PLEASE", False, OptOut()),
        ("ALTO", False, OptOut()),
        ("START", True, OptOut("START", False, STARTED)),
        ("yes", True, OptOut("START", False, STARTED)),
        ("yes", False, OptOut("START")),
        ("HELP", False, OptOut("HELP", None, HELPED)),
        ("HELP", True, OptOut("HELP")),
    ],
)
def test_only_a_whole_english_word_moves_the_carrier(body: str, blocked: bool, expected: OptOut) -> None:
    assert read_keyword(body, OURS, blocked, stock_help=True) == expected


def test_yes_does_not_reopen_a_toll_free_number() -> None:
    assert read_keyword("YES", "+18335550100", True, stock_help=False) == OptOut("START")
    assert read_keyword("UNSTOP", "+18335550100", True, stock_help=False).block is False


def test_an_inbound_text_reaches_the_application_signed(simulator: Simulator, listener: Listener) -> None:
    said = text(simulator, "  ¿Dónde hay comida? 02139 ", num_media=1)
    assert (said["status"], said["carrier_answered"]) == (204, False)
    [heard] = listener.heard
    assert heard.signed
    assert heard.url == f"{listener.url}/twilio/inbound?school=kennedy"
    assert heard.form["Body"] == "  ¿Dónde hay comida? 02139 "
    assert (heard.form["From"], heard.form["To"], heard.form["NumMedia"]) == (FAMILY, OURS, "1")
    assert heard.form["MessageSid"] == heard.form["SmsSid"] == heard.form["SmsMessageSid"] == said["sid"]
    assert heard.form["FromCity"] == ""
    assert "OptOutType" not in heard.form
    assert simulator.client().messages(said["sid"]).fetch().direction == "inbound"


def test_a_replay_is_the_same_text_again(simulator: Simulator, listener: Listener) -> None:
    sid = text(simulator, "TALK")["sid"]
    assert simulator.ask("/control/inbound/replay", {"sid": sid, "times": 2})["statuses"] == [204, 204]
    assert [heard.form for heard in listener.heard] == [listener.heard[0].form] * 3
    assert "error" in simulator.ask("/control/inbound/replay", {"sid": "SMnone"})


def test_stop_blocks_answers_and_is_still_forwarded(simulator: Simulator, listener: Listener) -> None:
    client = simulator.client()
    assert text(simulator, "stop")["carrier_answered"] is True
    assert listener.heard[-1].form["Body"] == "stop"
    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(to=FAMILY, from_=OURS, body="Hello")
    assert (refused.value.status, refused.value.code) == (400, 21610)
    stock = simulator.ask("/control/messages?direction=carrier")["messages"]
    assert [message["body"] for message in stock] == [STOPPED]
    assert [message.direction for message in client.messages.list()] == ["inbound"]
    assert text(simulator, "START")["carrier_text"] == STARTED
    client.messages.create(to=FAMILY, from_=OURS, body="Hello")


def test_through_a_service_the_block_is_told_later(
    simulator: Simulator, listener: Listener, eventually: Eventually
) -> None:
    text(simulator, "STOP")
    plan = {"to": FAMILY, "messaging_service_sid": "MGx", "body": "Hello", "status_callback": listener.url}
    made = simulator.client().messages.create(**plan)
    assert made.status == "accepted"
    said = eventually(lambda: listener.forms(MessageSid=str(made.sid), MessageStatus="failed"))[0]
    assert said["ErrorCode"] == "21610"
    simulator.ask("/control/settings", {"late_service_block": False})
    with pytest.raises(TwilioRestException, match="unsubscribed"):
        simulator.client().messages.create(**plan)


def test_advanced_opt_out_names_the_wish_and_leaves_the_answer_to_us(simulator: Simulator, listener: Listener) -> None:
    simulator.ask("/control/settings", {"advanced_opt_out": True})
    assert text(simulator, "STOP")["carrier_answered"] is False
    assert listener.heard[-1].form["OptOutType"] == "STOP"
    assert simulator.ask("/control/stats")["blocks"] == 1


def test_help_is_answered_by_the_carrier_only_when_switched_on(simulator: Simulator, listener: Listener) -> None:
    assert text(simulator, "HELP")["carrier_answered"] is False
    simulator.ask("/control/settings", {"stock_help": True})
    assert text(simulator, "info")["carrier_text"] == HELPED


@pytest.mark.parametrize(
    ("content_type", "body", "replies"),
    [
        ("text/xml", "<Response><Message>Food &amp; help</Message></Response>", ["Food & help"]),
        (
            "text/xml",
            "<Response><Message><Body>One</Body></Message><Message>Two</Message></Response>",
            ["One", "Two"],
        ),
        ("text/xml", "<Response/>", []),
        ("text/plain", "ok", ["ok"]),
        ("text/html", "<p>broken", []),
        ("text/xml", "", []),
    ],
)
def test_an_answer_in_twiml_is_texted_back(
    simulator: Simulator, listener: Listener, content_type: str, body: str, replies: list[str]
) -> None:
    listener.status, listener.content_type, listener.body = 200, content_type, body
    text(simulator, "FOOD")
    sent = simulator.ask("/control/messages?direction=outbound-reply")["messages"]
    assert [message["body"] for message in sent] == replies


def test_a_refused_webhook_is_reported_and_not_repeated(simulator: Simulator, listener: Listener) -> None:
    listener.status = 403
    assert text(simulator, "FOOD")["status"] == 403
    assert len(listener.heard) == 1


def test_an_override_in_the_address_asks_for_more_tries(
    start_simulator: Callable[..., Simulator], listener: Listener
) -> None:
    listener.status = 500
    simulator = start_simulator("--inbound-url", f"{listener.url}/in#rc=2&rp=5xx")
    assert text(simulator, "FOOD")["status"] == 500
    assert [heard.url for heard in listener.heard] == [f"{listener.url}/in"] * 3
    assert len({heard.headers["I-Twilio-Idempotency-Token"] for heard in listener.heard}) == 1


def test_an_application_that_is_down_is_told_nothing(start_simulator: Callable[..., Simulator]) -> None:
    simulator = start_simulator("--inbound-url", "http://127.0.0.1:9/in")
    assert text(simulator, "FOOD")["status"] is None


def test_texts_blocks_and_phones_survive_a_kill(
    start_simulator: Callable[..., Simulator], tmp_path: Path, eventually: Eventually
) -> None:
    data = tmp_path / "carrier.jsonl"
    first = start_simulator("--data", str(data), "--delivery-ms", "60000")
    made = first.client().messages.create(to=FAMILY, from_=OURS, body="Hello")
    eventually(lambda: first.client().messages(made.sid).fetch().status == "sent")
    text(first, "STOP")
    first.ask("/control/phones", {"number": FAMILY, "name": "Rosa", "language": "es"})
    first.process.kill()
    first.stop()
    with data.open("a") as journal:
        journal.write('["message", 9, "half a li')
    second = start_simulator("--data", str(data), "--delivery-ms", "10")
    eventually(lambda: second.client().messages(made.sid).fetch().status == "delivered")
    with pytest.raises(TwilioRestException, match="unsubscribed"):
        second.client().messages.create(to=FAMILY, from_=OURS, body="Hello")
    assert second.ask("/control/phones")[0]["name"] == "Rosa"
    assert second.ask("/control/messages?direction=all")["count"] == 3
