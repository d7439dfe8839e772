"""POST /twilio/status: receipts. Signature first; then one short transaction; one more stops a source in trouble."""

from flask import Blueprint, Response, abort, request

from outreach import clock, runtime
from outreach.outgoing import breaker
from outreach.outgoing.receipts import record_receipt

blueprint = Blueprint("status_webhook", __name__)


def verify_signature() -> None:
    """Refuse with 403 what the carrier did not sign for our public address; nothing of it is stored."""
    work = runtime.current()
    url = work.settings.public_url + request.full_path.removesuffix("?")
    signature = request.headers.get("X-Twilio-Signature", "")
    if not work.carrier.verify(url, request.form.to_dict(flat=False), signature):
        abort(403)


@blueprint.post("/twilio/status")
def receive_status() -> Response:
    verify_signature()
    work = runtime.current()
    try:
        report = work.carrier.read_status(request.form, request.args)
    except ValueError:
        abort(400)
    with work.database.writing() as session:
        heard = record_receipt(session, work.carrier, report, clock.now())
    if heard.tripped:
        with work.database.writing() as session:
            breaker.stop(session, heard.tripped)
    return Response(status=204)
