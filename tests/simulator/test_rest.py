"""Twilio's own SDK against the simulator: create, fetch, list, cancel, and every refusal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from twilio.base.exceptions import TwilioRestException

if TYPE_CHECKING:
    from tests.simulator.conftest import Listener, Simulator

OURS, FAMILY, OTHER = "+16175550100", "+16175550123", "+16175550124"
Eventually = Callable[..., Any]


def test_a_new_text_is_queued_then_delivered(simulator: Simulator, eventually: Eventually) -> None:
    client = simulator.client()
    made = client.messages.create(to=FAMILY, from_=OURS, body="Flu shots on Saturday")
    assert (made.status, made.direction) == ("queued", "outbound-api")
    assert (made.num_segments, made.num_media) == ("1", "0")
    assert len(made.sid) == 34
    assert made.sid.startswith("SM")
    assert (made.price, made.error_code, made.date_sent) == (None, None, None)
    assert abs(datetime.now(UTC) - made.date_created) < timedelta(seconds=5)
    eventually(lambda: client.messages(made.sid).fetch().status == "delivered")
    assert client.messages(made.sid).fetch().date_sent is not None


def test_a_service_accepts_and_names_its_sender_later(simulator: Simulator, eventually: Eventually) -> None:
    client = simulator.client()
    made = client.messages.create(to=FAMILY, messaging_service_sid="MG" + "2" * 32, body="Hello")
    assert (made.status, made.from_, made.num_segments) == ("accepted", None, "0")
    eventually(lambda: client.messages(made.sid).fetch().status == "delivered")
    seen = client.messages(made.sid).fetch()
    assert (seen.from_, seen.num_segments, seen.messaging_service_sid) == (OURS, "1", "MG" + "2" * 32)


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"to": "617-555-0123", "from_": OURS, "body": "x"}, 21211),
        ({"to": "+1617555", "from_": OURS, "body": "x"}, 21211),
        ({"to": FAMILY, "from_": OURS, "body": "x" * 1601}, 21617),
        ({"to": FAMILY, "from_": OURS}, 21602),
        ({"to": "", "from_": OURS, "body": "x"}, 21604),
        ({"to": FAMILY, "body": "x"}, 21603),
        ({"to": FAMILY, "from_": OTHER, "body": "x"}, 21606),
        ({"to": FAMILY, "from_": OURS, "body": "x", "status_callback": "not a url"}, 21609),
    ],
)
def test_what_twilio_refuses_is_refused_with_its_code(simulator: Simulator, params: dict[str, str], code: int) -> None:
    with pytest.raises(TwilioRestException) as refused:
        simulator.client().messages.create(**params)
    assert (refused.value.status, refused.value.code) == (400, code)
    assert simulator.ask("/control/stats")["taken"] == 0


def test_a_wrong_token_is_not_let_in(simulator: Simulator) -> None:
    with pytest.raises(TwilioRestException) as refused:
        simulator.client("wrong").messages.create(to=FAMILY, from_=OURS, body="x")
    assert (refused.value.status, refused.value.code) == (401, 20003)


def test_an_unknown_message_is_not_found(simulator: Simulator) -> None:
    with pytest.raises(TwilioRestException) as refused:
        simulator.client().messages("SM" + "0" * 32).fetch()
    assert (refused.value.status, refused.value.code) == (404, 20404)


def test_the_list_pages_through_everything_newest_first(simulator: Simulator) -> None:
    client = simulator.client()
    sent = [client.messages.create(to=FAMILY, from_=OURS, body=f"Text {n}").sid for n in range(7)]
    pages = list(client.messages.stream(page_size=3))
    assert [message.sid for message in pages] == sent[::-1]
    first = client.messages.page(page_size=3)
    client.messages.create(to=FAMILY, from_=OURS, body="Arrives between two pages")
    second = first.next_page()
    assert second is not None
    assert [message.sid for message in second] == sent[::-1][3:6]


def test_the_list_filters_by_phone_and_time(simulator: Simulator, eventually: Eventually) -> None:
    client = simulator.client()
    to_one = client.messages.create(to=FAMILY, from_=OURS, body="One")
    client.messages.create(to=OTHER, from_=OURS, body="Two")
    now, hour = datetime.now(UTC), timedelta(hours=1)
    assert [m.sid for m in client.messages.list(to=FAMILY)] == [to_one.sid]
    assert [m.sid for m in client.messages.list(to=FAMILY, date_sent_after=now - hour)] == [to_one.sid]
    assert client.messages.list(to=FAMILY, date_sent_after=now + hour) == []
    assert client.messages.list(date_sent_before=now - hour) == []
    assert len(client.messages.list(from_=OURS, date_sent=now)) == 2
    assert client.messages.list(from_=FAMILY) == []


def test_only_a_text_that_waits_can_be_canceled(simulator: Simulator, eventually: Eventually) -> None:
    client = simulator.client()
    simulator.ask("/control/settings", {"sending_ms": 600})
    waiting = client.messages.create(to=FAMILY, from_=OURS, body="Wait")
    assert client.messages(waiting.sid).update(status="canceled").status == "canceled"
    simulator.ask("/control/settings", {"sending_ms": 0})
    gone = client.messages.create(to=FAMILY, from_=OURS, body="Go")
    eventually(lambda: client.messages(gone.sid).fetch().status == "delivered")
    with pytest.raises(TwilioRestException):
        client.messages(gone.sid).update(status="canceled")
    assert client.messages(waiting.sid).fetch().status == "canceled"


def test_a_scheduled_text_waits_and_can_be_canceled(simulator: Simulator) -> None:
    client = simulator.client()
    plan = {"to": FAMILY, "body": "Later", "schedule_type": "fixed"}
    soon, later = datetime.now(UTC) + timedelta(seconds=60), datetime.now(UTC) + timedelta(hours=1)
    made = client.messages.create(**plan, messaging_service_sid="MGx", send_at=later)
    assert made.status == "scheduled"
    assert client.messages(made.sid).update(status="canceled").status == "canceled"
    with pytest.raises(TwilioRestException, match="SendAt"):
        client.messages.create(**plan, messaging_service_sid="MGx", send_at=soon)


def test_callbacks_are_signed_and_keep_the_query_they_were_given(
    simulator: Simulator, listener: Listener, eventually: Eventually
) -> None:
    callback = f"{listener.url}/twilio/status?message=17&note=a%20b"
    made = simulator.client().messages.create(to=FAMILY, from_=OURS, body="Hi", status_callback=callback)
    eventually(lambda: len(listener.heard) == 2)
    assert [heard.form["MessageStatus"] for heard in listener.heard] == ["sent", "delivered"]
    for heard in listener.heard:
        assert heard.signed
        assert heard.url == callback
        assert heard.form["MessageSid"] == heard.form["SmsSid"] == made.sid
        assert heard.form["SmsStatus"] == heard.form["MessageStatus"]
        assert (heard.form["From"], heard.form["To"]) == (OURS, FAMILY)
        assert heard.form["ApiVersion"] == "2010-04-01"
        assert "ErrorCode" not in heard.form


def test_a_campaign_of_texts_gets_all_its_callbacks(
    simulator: Simulator, listener: Listener, eventually: Eventually
) -> None:
    client = simulator.client()
    for n in range(120):
        client.messages.create(to=FAMILY, from_=OURS, body=f"Text {n}", status_callback=listener.url)
    eventually(lambda: len(listener.forms(MessageStatus="delivered")) == 120)
    stats = simulator.ask("/control/stats")
    assert (stats["taken"], stats["by_status"], stats["duplicates"]) == (120, {"delivered": 120}, 0)
    assert all(heard.signed for heard in listener.heard)


def test_an_address_that_leads_nowhere_stops_no_other_callback(
    simulator: Simulator, listener: Listener, eventually: Eventually
) -> None:
    client = simulator.client()
    for n in range(40):
        client.messages.create(to=FAMILY, from_=OURS, body=f"Lost {n}", status_callback="http://[::1/status")
    client.messages.create(to=OTHER, from_=OURS, body="Heard", status_callback=f"{listener.url}/status")
    assert eventually(lambda: listener.forms(To=OTHER, MessageStatus="delivered"))
    assert simulator.ask("/control/stats")["callbacks"]["failed"] > 0
