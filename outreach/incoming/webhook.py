"""POST /twilio/inbound: verify, store, call a worker. The answer is empty: replies go through the outbox."""

from flask import Blueprint, Response, abort, request

from outreach import queues, runtime
from outreach.incoming.inbox import ROUTE, store
from outreach.outgoing.webhook import verify_signature

blueprint = Blueprint("inbound_webhook", __name__)
NO_REPLY = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


@blueprint.post("/twilio/inbound")
def receive_text() -> Response:
    verify_signature()
    work = runtime.current()
    try:
        text = work.carrier.read_inbound(request.form)
    except ValueError:
        abort(400)
    with work.database.writing() as session:
        inbound_id = store(session, text)
    if inbound_id is not None:
        queues.wake(work.redis, ROUTE)
    return Response(NO_REPLY, mimetype="text/xml")
