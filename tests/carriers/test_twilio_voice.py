"""Calls through Twilio's own SDK against the simulated carrier over HTTP: what is asked, what comes back."""

import logging
import time
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest

from outreach.carriers.carrier import Action, CarrierError
from outreach.carriers.twilio_voice import TwilioVoice
from outreach.carriers.voice import LegReport
from outreach.redis_server import free_port
from outreach.sample.families import sample_phone
from outreach.settings import Settings
from tests.support.servers import ACCOUNT, SENDER, TOKEN, Phones

STAFF, FAMILY = "+16175550150", sample_phone(0)
PUBLIC_URL = "http://127.0.0.1:9"  # nobody listens: a phone that is answered hears the carrier's apology


def make_voice(url: str, **more: str) -> TwilioVoice:
    environ = {
        "TWILIO_API_URL": url,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_FROM": SENDER,
        "PUBLIC_URL": PUBLIC_URL,
        "OUTREACH_CARRIER_SECONDS": "0.5",
    }
    return TwilioVoice(Settings.from_env({**environ, **more}))


@pytest.fixture
def voice(phones: Phones) -> TwilioVoice:
    return make_voice(phones.url)


def refusal(voice: TwilioVoice, phone: str = STAFF) -> CarrierError:
    with pytest.raises(CarrierError) as caught:
        voice.start(7, phone)
    return caught.value


def ago() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=1)


def test_a_call_is_taken_and_found_by_its_sid_and_by_its_phone(voice: TwilioVoice) -> None:
    first, second = voice.start(7, STAFF), voice.start(8, STAFF)
    voice.start(9, "+16175550151")
    assert (first.status, first.phone, first.seconds) == ("queued", STAFF, None)
    assert first.sid.startswith("CA")
    assert [call.sid for call in voice.find(STAFF, ago())] == [second.sid, first.sid]
    assert voice.find(STAFF, datetime.now(UTC) + timedelta(minutes=1)) == []
    assert voice.fetch(first.sid).phone == STAFF
    assert voice.legs(first.sid) == []


def test_the_phone_shows_the_number_that_calls_are_set_to_come_from(phones: Phones) -> None:
    make_voice(phones.url, TWILIO_FROM="12345", TWILIO_VOICE_FROM=SENDER).start(7, STAFF)
    assert [leg["from"] for leg in phones.calls(STAFF)] == [SENDER]


def test_without_a_number_to_call_from_there_is_no_voice() -> None:
    with pytest.raises(ValueError, match="TWILIO_VOICE_FROM"):
        make_voice("http://127.0.0.1:9", TWILIO_FROM="12345")


def test_a_call_that_is_over_tells_how_it_ended(voice: TwilioVoice, phones: Phones) -> None:
    call = voice.start(7, STAFF)
    until = time.monotonic() + 10
    while phones.calls(STAFF)[0]["status"] != "ringing":
        assert time.monotonic() < until
        time.sleep(0.02)
    assert voice.fetch(call.sid).status == "ringing"
    phones.act(STAFF, "decline")
    while voice.fetch(call.sid).status != "busy":
        assert time.monotonic() < until
        time.sleep(0.02)
    assert voice.fetch(call.sid).seconds == 0


@pytest.mark.parametrize(
    ("rule", "action"),
    [
        ({"action": "error", "status": 401, "code": 20003}, Action.STOP_SENDING),
        ({"action": "error", "status": 429, "code": 10004}, Action.SLOW_DOWN),
        ({"action": "error", "status": 400, "code": 21215}, Action.GIVE_UP),
        ({"action": "error", "status": 400, "code": 99999}, Action.GIVE_UP),
        ({"action": "error", "status": 503, "code": 99999}, Action.LOOK_UP),
        ({"action": "hang", "seconds": 1.5}, Action.LOOK_UP),
        ({"action": "cut_after"}, Action.LOOK_UP),
        ({"action": "cut_before"}, Action.LOOK_UP),
    ],
)
def test_trouble_comes_back_as_a_decision(
    voice: TwilioVoice, phones: Phones, rule: dict[str, object], action: Action
) -> None:
    phones.control("faults", [{**rule, "times": 1}])
    assert refusal(voice).action is action


def test_what_the_carrier_itself_refuses(phones: Phones) -> None:
    assert refusal(make_voice(phones.url, TWILIO_VOICE_FROM="+16175550999")).code == 21210
    assert refusal(make_voice(phones.url), "+1617").code == 21211
    nobody = refusal(make_voice(f"http://127.0.0.1:{free_port()}"))
    assert nobody.action is Action.RETRY  # it provably never left
    assert phones.calls() == []


def test_a_call_that_nobody_knows_is_not_in_the_records(voice: TwilioVoice) -> None:
    with pytest.raises(CarrierError) as caught:
        voice.fetch("CA" + "0" * 32)
    assert caught.value.code == 20404


def test_no_error_and_no_log_line_names_a_phone(
    voice: TwilioVoice, phones: Phones, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    phones.control("faults", [{"action": "error", "status": 400, "code": 21211, "times": 1}])
    error = refusal(voice)
    voice.start(7, STAFF)
    voice.find(STAFF, ago())
    assert error.__cause__ is None
    assert STAFF[2:] not in caplog.text + str(error) + repr(error)


def test_the_family_is_dialled_with_the_services_number_and_told_of_by_row(voice: TwilioVoice) -> None:
    (dial,) = ElementTree.fromstring(voice.connect(7, FAMILY))
    (number,) = dial
    assert dial.get("callerId") == SENDER
    assert dial.get("action") == f"{PUBLIC_URL}/twilio/voice/dialled?call=7"
    assert number.text == FAMILY
    assert number.get("statusCallback") == f"{PUBLIC_URL}/twilio/voice/family?call=7"
    assert number.get("statusCallbackEvent") == "initiated ringing answered completed"


def test_whoever_answers_first_is_asked_for_1_and_hung_up_on_without(voice: TwilioVoice) -> None:
    gather, goodbye, end = ElementTree.fromstring(voice.ask_to_press(7))
    assert (gather.tag, gather.get("numDigits")) == ("Gather", "1")
    assert gather.get("action") == f"{PUBLIC_URL}/twilio/voice/pressed?call=7"
    assert (goodbye.tag, end.tag) == ("Say", "Hangup")


@pytest.mark.parametrize(
    ("form", "report"),
    [
        ({"CallSid": "CA1", "CallStatus": "ringing"}, LegReport("CA1", "ringing")),
        (
            {"CallSid": "CA2", "CallStatus": "completed", "ParentCallSid": "CA1", "CallDuration": "61"},
            LegReport("CA2", "completed", "CA1", 61),
        ),
    ],
)
def test_a_webhook_about_a_leg_is_read(voice: TwilioVoice, form: dict[str, str], report: LegReport) -> None:
    assert voice.read_leg(form) == report


@pytest.mark.parametrize("form", [{}, {"CallSid": "CA1"}, {"CallStatus": "ringing"}])
def test_a_webhook_with_a_hole_is_refused(voice: TwilioVoice, form: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="CallStatus"):
        voice.read_leg(form)
    with pytest.raises(ValueError, match="DialCallStatus"):
        voice.read_dialled(form)


def test_what_came_of_the_familys_leg_is_read(voice: TwilioVoice) -> None:
    form = {"CallSid": "CA1", "DialCallSid": "CA2", "DialCallStatus": "answered", "DialCallDuration": "61"}
    assert voice.read_dialled(form) == LegReport("CA2", "completed", "CA1", 61)
    assert voice.read_dialled({"CallSid": "CA1", "DialCallStatus": "failed"}) == LegReport("", "failed", "CA1")
