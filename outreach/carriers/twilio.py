"""Twilio as our carrier, through its own SDK with timeouts set; TWILIO_API_URL points it elsewhere for a local one."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError
from werkzeug.datastructures import MultiDict

from outreach import clock
from outreach.carriers.carrier import (
    Action,
    CarrierError,
    CarrierMessage,
    Failure,
    IncomingText,
    OutgoingText,
    StatusReport,
)
from outreach.carriers.twilio_errors import decide, explain
from outreach.carriers.twilio_http import PooledHttp
from outreach.settings import Settings

# Whole texts that Twilio acts on and answers by itself; the last two since 2025-04-29.
STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
# What the SDK raises; the last three over a body that is no message, such as a proxy's page.
TROUBLE = (TwilioException, HTTPError, ValueError, TypeError, AttributeError)
RECORDS = 100  # of one phone, the newest first: far more than a family gets in the time we look back
IN_FLIGHT = 64  # kept-alive connections, one for each request a worker may have under way


class Twilio:
    """The carrier of production, and of the demo, where the same SDK talks to the simulator."""

    def __init__(self, settings: Settings) -> None:
        settings.require_sending()
        sid, token = settings.twilio_account_sid or "", settings.twilio_auth_token or ""
        self._client = Client(sid, token, http_client=PooledHttp(IN_FLIGHT, settings.carrier_seconds))
        self._client.api.base_url = settings.twilio_api_url
        self._validator = RequestValidator(token)
        self._sender: dict[str, str] = (
            {"messaging_service_sid": settings.twilio_messaging_service_sid}
            if settings.twilio_messaging_service_sid
            else {"from_": settings.twilio_from or ""}
        )
        self._status_url = f"{settings.public_url}/twilio/status"

    def send(self, text: OutgoingText) -> CarrierMessage:
        with translated():
            return _carrier_message(
                self._client.messages.create(
                    to=text.phone,
                    body=text.body,
                    status_callback=f"{self._status_url}?{urlencode({'message': text.row})}",
                    **({"validity_period": text.valid_seconds} if text.valid_seconds else {}),
                    **self._sender,
                )
            )

    def find(self, phone: str, since: datetime) -> Sequence[CarrierMessage]:
        with translated():
            # By phone alone: a filter by date would hide a text that is still queued there and has no date yet.
            found = self._client.messages.list(to=phone, limit=RECORDS)
            sent = [_carrier_message(message) for message in found if str(message.direction) != "inbound"]
        return [message for message in sent if message.created_at >= since]

    def fetch(self, sid: str) -> CarrierMessage:
        with translated():
            return _carrier_message(self._client.messages(sid).fetch())

    def verify(self, url: str, form: Mapping[str, Sequence[str]], signature: str) -> bool:
        return bool(self._validator.validate(url, MultiDict(form), signature))

    def read_status(self, form: Mapping[str, str], query: Mapping[str, str]) -> StatusReport:
        sid, status = form.get("MessageSid", ""), form.get("MessageStatus", "")
        if not sid or not status:
            raise ValueError("a status callback without MessageSid or MessageStatus")
        row = query.get("message", "")
        return StatusReport(sid, status, _number(form.get("ErrorCode")), int(row) if row.isdecimal() else None)

    def read_inbound(self, form: Mapping[str, str]) -> IncomingText:
        sid, phone = form.get("MessageSid", ""), form.get("From", "")
        if not sid or not phone:
            raise ValueError("an inbound webhook without MessageSid or From")
        return IncomingText(
            sid=sid,
            phone=phone,
            to_phone=form.get("To", ""),
            body=form.get("Body", ""),
            media=_number(form.get("NumMedia")) or 0,
            opt_out_type=form.get("OptOutType") or None,
            carrier_answered=bool(form.get("OptOutType")) or form.get("Body", "").strip().upper() in STOP_WORDS,
        )

    def action_for(self, code: int | None) -> Failure:
        return explain(code)


@contextmanager
def translated() -> Iterator[None]:
    """Trouble of the SDK and of the connection, raised as CarrierError."""
    try:
        yield
    except TROUBLE as error:
        raise _translate(error) from None


def _translate(error: Exception) -> CarrierError:
    """The SDK's and the connection's errors as ours; the originals hold phone numbers and are not chained."""
    if isinstance(error, TwilioRestException):
        action, meaning = decide(error.code, error.status)
        return CarrierError(action, error.code, meaning)
    if isinstance(error, NewConnectionError | ConnectTimeoutError):  # the request provably never left
        return CarrierError(Action.RETRY, None, "no connection to the carrier")
    # Sent, but no answer that we could read: it may have been taken.
    return CarrierError(Action.LOOK_UP, None, "no answer from the carrier")


def _carrier_message(message: Any) -> CarrierMessage:
    if not message.sid:
        raise ValueError("a message without a SID")
    return CarrierMessage(
        sid=message.sid,
        status=str(message.status),
        phone=message.to,
        body=message.body or "",
        error_code=message.error_code,
        created_at=message.date_created or clock.now(),
    )


def _number(value: str | None) -> int | None:
    return int(value) if value and value.isdecimal() else None
