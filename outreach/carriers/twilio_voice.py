"""Twilio's voice: calls through its SDK, and the markup that asks staff to press 1 and then joins the family."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from twilio.rest import Client
from twilio.twiml.voice_response import Dial, VoiceResponse

from outreach import clock
from outreach.carriers.twilio import translated
from outreach.carriers.twilio_http import PooledHttp
from outreach.carriers.voice import CarrierCall, LegReport
from outreach.settings import Settings

WEBHOOKS = "/twilio/voice"
EVENTS = ["initiated", "ringing", "answered", "completed"]
RING_SECONDS = 25  # less than most voicemail boxes wait: a call that nobody takes says so
LONGEST_CALL = 2 * 60 * 60  # seconds
PRESS_SECONDS = 8
RECORDS = 20  # of one phone, the newest first
AT_ONCE = 4
LANGUAGE = "en-US"
WHISPER = "Outreach: press 1 to call the family back."  # it may be heard by others, or kept by a voicemail box
NOT_PRESSED = "Nobody pressed 1. The family was not called. Goodbye."


class TwilioVoice:
    """`number` is what both phones show: the service's."""

    def __init__(self, settings: Settings) -> None:
        settings.require("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN")
        if not settings.voice_number:
            raise ValueError("no number to call from: set TWILIO_VOICE_FROM")
        http = PooledHttp(AT_ONCE, settings.carrier_seconds)
        self._client = Client(settings.twilio_account_sid, settings.twilio_auth_token or "", http_client=http)
        self._client.api.base_url = settings.twilio_api_url
        self._number = settings.voice_number
        self._public_url = settings.public_url

    def start(self, row: int, phone: str) -> CarrierCall:
        with translated():
            return _carrier_call(
                self._client.calls.create(
                    to=phone,
                    from_=self._number,
                    url=self._url("answered", row),
                    status_callback=self._url("staff", row),
                    status_callback_event=EVENTS,
                    timeout=RING_SECONDS,
                    time_limit=LONGEST_CALL,
                )
            )

    def find(self, phone: str, since: datetime) -> Sequence[CarrierCall]:
        with translated():
            # By phone alone: a call that still waits there has no start time to filter by.
            found = self._client.calls.list(to=phone, from_=self._number, limit=RECORDS)
            calls = [_carrier_call(call) for call in found if str(call.direction) == "outbound-api"]
        return [call for call in calls if call.created_at >= since]

    def fetch(self, sid: str) -> CarrierCall:
        with translated():
            return _carrier_call(self._client.calls(sid).fetch())

    def legs(self, sid: str) -> Sequence[CarrierCall]:
        with translated():
            return [_carrier_call(call) for call in self._client.calls.list(parent_call_sid=sid, limit=RECORDS)]

    def ask_to_press(self, row: int) -> str:
        response = VoiceResponse()
        gather = response.gather(num_digits=1, timeout=PRESS_SECONDS, action=self._url("pressed", row))
        gather.pause(length=1)
        gather.say(WHISPER, language=LANGUAGE, loop=2)
        response.say(NOT_PRESSED, language=LANGUAGE)
        response.hangup()
        return str(response)

    def connect(self, row: int, phone: str) -> str:
        response = VoiceResponse()
        dial = Dial(
            caller_id=self._number, timeout=RING_SECONDS, time_limit=LONGEST_CALL, action=self._url("dialled", row)
        )
        dial.number(phone, status_callback=self._url("family", row), status_callback_event=" ".join(EVENTS))
        response.append(dial)
        return str(response)

    def say_goodbye(self, words: str) -> str:
        response = VoiceResponse()
        if words:
            response.say(words, language=LANGUAGE)
        response.hangup()
        return str(response)

    def read_leg(self, form: Mapping[str, str]) -> LegReport:
        sid, status = form.get("CallSid", ""), form.get("CallStatus", "")
        if not sid or not status:
            raise ValueError("a webhook of a call without CallSid or CallStatus")
        return LegReport(sid, status, form.get("ParentCallSid") or None, _seconds(form.get("CallDuration")))

    def read_dialled(self, form: Mapping[str, str]) -> LegReport:
        parent, status = form.get("CallSid", ""), form.get("DialCallStatus", "")
        if not parent or not status:
            raise ValueError("a webhook of a dialled call without CallSid or DialCallStatus")
        # "answered" is Twilio's word for a leg that was picked up; its own records call that one completed.
        status = "completed" if status == "answered" else status
        return LegReport(form.get("DialCallSid", ""), status, parent, _seconds(form.get("DialCallDuration")))

    def _url(self, name: str, row: int) -> str:
        return f"{self._public_url}{WEBHOOKS}/{name}?{urlencode({'call': row})}"


def _carrier_call(call: Any) -> CarrierCall:
    if not call.sid:
        raise ValueError("a call without a SID")
    return CarrierCall(call.sid, str(call.status), call.to, call.date_created or clock.now(), _seconds(call.duration))


def _seconds(value: Any) -> int | None:
    text = str(value) if value is not None else ""
    return int(text) if text.isdecimal() else None
