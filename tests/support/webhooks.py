"""Posting webhooks to the app as Twilio does: form-encoded and signed for the public address."""

from uuid import uuid4

from twilio.request_validator import RequestValidator

from outreach import runtime
from outreach.app import create_app
from outreach.runtime import Runtime
from outreach.settings import Settings
from tests.support.servers import SENDER


def post_signed(settings: Settings, path: str, form: dict[str, str], signature: str | None = None) -> int:
    """The status code of a signed (or, with `signature`, a forged) webhook, on an app of its own."""
    before = runtime._current
    client = create_app(settings).test_client()
    signed = RequestValidator(settings.twilio_auth_token).compute_signature(settings.public_url + path, form)
    try:
        headers = {"X-Twilio-Signature": signed if signature is None else signature}
        return client.post(path, data=form, headers=headers).status_code
    finally:
        runtime.current().close()
        runtime.use(before)


def post_inbound(
    work: Runtime, phone: str, body: str, *, sid: str | None = None, signature: str | None = None, **more: str
) -> int:
    """A family's text, as the carrier brings it."""
    form = {"MessageSid": sid or "SM" + uuid4().hex, "From": phone, "To": SENDER, "Body": body, "NumMedia": "0", **more}
    return post_signed(work.settings, "/twilio/inbound", form, signature)


def post_status(work: Runtime, sid: str, status: str, row: int | None = None, code: int | None = None) -> int:
    """A status callback."""
    form = {"MessageSid": sid, "MessageStatus": status, **({"ErrorCode": str(code)} if code else {})}
    path = "/twilio/status" + (f"?message={row}" if row else "")
    return post_signed(work.settings, path, form)
