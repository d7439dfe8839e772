"""Twilio's own SDK against the simulated carrier over HTTP: what goes out, what comes back, what never leaks."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from outreach.carriers.carrier import Action, CarrierError, IncomingText, OutgoingText, StatusReport
from outreach.carriers.twilio import Twilio
from outreach.carriers.twilio_errors import ERRORS, decide
from outreach.redis_server import free_port
from outreach.sample.families import sample_phone
from outreach.settings import Settings
from tests.support.servers import ACCOUNT, SENDER, TOKEN, Phones

PHONE, OTHER = sample_phone(0), sample_phone(1)
BODY = "Your child's eye check is on Saturday. ¿Preguntas? HABLAR"
URL = "https://texts.example.org/twilio/status?message=12"
FORM = {"MessageSid": ["SM1"], "MessageStatus": ["sent"]}


def make_carrier(url: str, **more: str) -> Twilio:
    return Twilio(
        Settings.from_env(
            {
                "TWILIO_API_URL": url,
                "TWILIO_ACCOUNT_SID": ACCOUNT,
                "TWILIO_AUTH_TOKEN": TOKEN,
                "TWILIO_FROM": SENDER,
                "PUBLIC_URL": "http://127.0.0.1:9",
                "OUTREACH_CARRIER_SECONDS": "0.5",
                **more,
            }
        )
    )


@pytest.fixture
def carrier(phones: Phones) -> Twilio:
    return make_carrier(phones.url)


def refusal(carrier: Twilio, phone: str = PHONE, body: str = BODY) -> CarrierError:
    with pytest.raises(CarrierError) as caught:
        carrier.send(OutgoingText(7, phone, body))
    return caught.value


def minutes_ago(minutes: int) -> datetime:
    return datetime.now(UTC) - timedelta(minutes=minutes)


def test_a_text_reaches_the_carrier_to_the_character(carrier: Twilio, phones: Phones) -> None:
    taken = carrier.send(OutgoingText(7, PHONE, BODY, valid_seconds=3600))
    (text,) = phones.texts(PHONE)
    assert (text["sid"], text["body"], text["from"]) == (taken.sid, BODY, SENDER)
    assert (taken.status, taken.phone, taken.body, taken.error_code) == ("queued", PHONE, BODY, None)


def test_the_carriers_records_are_found_by_phone_and_time(carrier: Twilio) -> None:
    first = carrier.send(OutgoingText(1, PHONE, "one"))
    second = carrier.send(OutgoingText(2, PHONE, "two"))
    carrier.send(OutgoingText(3, OTHER, "three"))
    assert [record.sid for record in carrier.find(PHONE, minutes_ago(1))] == [second.sid, first.sid]
    assert carrier.find(PHONE, minutes_ago(-1)) == []
    assert carrier.fetch(first.sid).body == "one"


@pytest.mark.parametrize(
    ("rule", "action", "code"),
    [
        ({"action": "error", "status": 400, "code": 21610}, Action.OPTED_OUT, 21610),
        ({"action": "error", "status": 400, "code": 21211}, Action.UNREACHABLE, 21211),
        ({"action": "error", "status": 400, "code": 21408}, Action.GIVE_UP, 21408),
        ({"action": "error", "status": 400, "code": 99999}, Action.GIVE_UP, 99999),
        ({"action": "error", "status": 400, "code": 21606}, Action.STOP_SENDING, 21606),
        ({"action": "error", "status": 429, "code": 20429}, Action.SLOW_DOWN, 20429),
        ({"action": "error", "status": 429, "code": 99999}, Action.SLOW_DOWN, 99999),
        ({"action": "error", "status": 500, "code": 20500}, Action.LOOK_UP, 20500),
        ({"action": "error", "status": 503, "code": 99999}, Action.LOOK_UP, 99999),
        ({"action": "error", "status": 401, "code": 20003}, Action.STOP_SENDING, 20003),
        ({"action": "hang", "seconds": 1.0}, Action.LOOK_UP, None),
        ({"action": "cut_after"}, Action.LOOK_UP, None),
        ({"action": "cut_before"}, Action.LOOK_UP, None),
    ],
)
def test_each_trouble_says_what_to_do(
    carrier: Twilio, phones: Phones, rule: dict[str, Any], action: Action, code: int | None
) -> None:
    phones.control("faults", [rule])
    error = refusal(carrier)
    assert (error.action, error.code) == (action, code)


@pytest.mark.parametrize(
    ("phone", "body", "action"),
    [("12345", BODY, Action.UNREACHABLE), (PHONE, "", Action.GIVE_UP), (PHONE, "a" * 1601, Action.GIVE_UP)],
)
def test_what_the_carrier_itself_refuses_says_what_to_do(
    carrier: Twilio, phone: str, body: str, action: Action
) -> None:
    assert refusal(carrier, phone, body).action is action


def test_a_refused_connection_was_provably_not_taken() -> None:
    assert refusal(make_carrier(f"http://127.0.0.1:{free_port()}")).action is Action.RETRY


def test_wrong_credentials_stop_all_sending(phones: Phones) -> None:
    error = refusal(make_carrier(phones.url, TWILIO_AUTH_TOKEN="another"))
    assert (error.action, error.code) == (Action.STOP_SENDING, 20003)


@contextmanager
def answering(status: int, body: bytes) -> Iterator[str]:
    """A server that answers everything with these bytes, as a broken proxy does."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("status", "body", "action"),
    [
        (200, b"<html>Welcome to this network</html>", Action.LOOK_UP),
        (201, b"", Action.LOOK_UP),
        (201, b"[]", Action.LOOK_UP),
        (201, b"{}", Action.LOOK_UP),
        (502, b"<html>Bad gateway</html>", Action.LOOK_UP),
        (429, b"slow down", Action.SLOW_DOWN),
        (403, b"", Action.STOP_SENDING),
    ],
)
def test_an_answer_nobody_can_read_is_looked_up(status: int, body: bytes, action: Action) -> None:
    with answering(status, body) as url:
        carrier = make_carrier(url)
        assert refusal(carrier).action is action
        with pytest.raises(CarrierError):
            carrier.find(PHONE, minutes_ago(1))
        with pytest.raises(CarrierError):
            carrier.fetch("SM1")


@pytest.mark.parametrize(
    "rule",
    [{"action": "error", "status": 400, "code": 21211}, {"action": "cut_after"}, {"action": "hang", "seconds": 1.0}],
)
def test_no_error_and_no_log_line_names_a_phone_or_a_text(
    carrier: Twilio, phones: Phones, caplog: pytest.LogCaptureFixture, rule: dict[str, Any]
) -> None:
    caplog.set_level(logging.DEBUG, "outreach")
    caplog.set_level(logging.INFO)  # the SDK tells every request at this level
    phones.control("faults", [{**rule, "times": 1}])
    error = refusal(carrier)
    refused = refusal(make_carrier(f"http://127.0.0.1:{free_port()}"))
    carrier.send(OutgoingText(8, PHONE, BODY))
    carrier.find(PHONE, minutes_ago(1))
    for one in (error, refused):
        assert one.__cause__ is None
        assert one.__suppress_context__
    told = [caplog.text, str(error), repr(error), str(refused)]
    for secret in (PHONE, PHONE[1:], PHONE[2:], "eye check", TOKEN):
        assert not any(secret in words for words in told)


@pytest.mark.parametrize(
    ("forge", "good"),
    [
        (lambda url, form, signature: (url, form, signature), True),
        (lambda url, form, signature: (url, form, ""), False),
        (lambda url, form, signature: (url, form, "bm90IGEgc2lnbmF0dXJl"), False),
        (lambda url, form, signature: (url, {**form, "MessageStatus": ["failed"]}, signature), False),
        (lambda url, form, signature: (url, {**form, "ErrorCode": ["30005"]}, signature), False),
        (lambda url, form, signature: (url, {"MessageSid": form["MessageSid"]}, signature), False),
        (lambda url, form, signature: (url.replace("12", "13"), form, signature), False),
        (lambda url, form, signature: (url.partition("?")[0], form, signature), False),
    ],
    ids=["good", "none", "forged", "changed", "added", "removed", "other query", "query dropped"],
)
def test_only_what_the_carrier_signed_is_believed(
    forge: Callable[[str, dict[str, list[str]], str], tuple[str, dict[str, list[str]], str]], good: bool
) -> None:
    carrier = make_carrier("http://127.0.0.1:9")
    signature = RequestValidator(TOKEN).compute_signature(URL, MultiDict(FORM))
    assert carrier.verify(*forge(URL, FORM, signature)) is good


@pytest.mark.parametrize(
    ("form", "query", "report"),
    [
        ({"MessageSid": "SM1", "MessageStatus": "sent"}, {}, StatusReport("SM1", "sent", None, None)),
        (
            {"MessageSid": "SM1", "MessageStatus": "failed", "ErrorCode": "30005"},
            {"message": "12"},
            StatusReport("SM1", "failed", 30005, 12),
        ),
        (
            {"MessageSid": "SM1", "MessageStatus": "sent", "ErrorCode": ""},
            {"message": "x"},
            StatusReport("SM1", "sent", None, None),
        ),
    ],
)
def test_a_status_callback_is_read(form: dict[str, str], query: dict[str, str], report: StatusReport) -> None:
    assert make_carrier("http://127.0.0.1:9").read_status(form, query) == report


@pytest.mark.parametrize("form", [{}, {"MessageSid": "SM1"}, {"MessageStatus": "sent"}, {"MessageSid": ""}])
def test_a_status_callback_with_a_hole_is_refused(form: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="MessageStatus"):
        make_carrier("http://127.0.0.1:9").read_status(form, {})


@pytest.mark.parametrize(
    ("more", "media", "opt_out_type", "carrier_answered"),
    [
        ({"Body": "HELP", "NumMedia": "0"}, 0, None, False),
        ({"Body": "", "NumMedia": "2"}, 2, None, False),
        ({}, 0, None, False),
        ({"Body": " stop "}, 0, None, True),
        ({"Body": "Revoke"}, 0, None, True),
        ({"Body": "please stop"}, 0, None, False),
        ({"Body": "ALTO", "OptOutType": "STOP"}, 0, "STOP", True),
    ],
)
def test_a_familys_text_is_read(
    more: dict[str, str], media: int, opt_out_type: str | None, carrier_answered: bool
) -> None:
    read = make_carrier("http://127.0.0.1:9").read_inbound({"MessageSid": "SM1", "From": PHONE, "To": SENDER, **more})
    assert read == IncomingText("SM1", PHONE, SENDER, more.get("Body", ""), media, opt_out_type, carrier_answered)


@pytest.mark.parametrize("form", [{}, {"MessageSid": "SM1"}, {"From": PHONE, "Body": "HELP"}])
def test_a_familys_text_with_a_hole_is_refused(form: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="MessageSid or From"):
        make_carrier("http://127.0.0.1:9").read_inbound(form)


@pytest.mark.parametrize(
    ("code", "http_status", "action"),
    [
        (None, None, Action.GIVE_UP),
        (99999, None, Action.GIVE_UP),
        (99999, 404, Action.GIVE_UP),
        (99999, 429, Action.SLOW_DOWN),
        (None, 401, Action.STOP_SENDING),
        (None, 403, Action.STOP_SENDING),
        (None, 500, Action.LOOK_UP),
        (99999, 504, Action.LOOK_UP),
        (21610, 500, Action.OPTED_OUT),
    ],
)
def test_every_code_has_an_answer_also_the_unlisted(code: int | None, http_status: int | None, action: Action) -> None:
    assert decide(code, http_status)[0] is action


def test_every_meaning_fits_the_reason_of_a_message() -> None:
    assert all(0 < len(meaning) <= 80 for meaning in (row.meaning for row in ERRORS.values()))
    assert make_carrier("http://127.0.0.1:9").action_for(30005) == ERRORS[30005]
