"""POST /twilio/voice/…: the carrier asks what to play, and tells what becomes of each leg. Signature first."""

from flask import Blueprint, Response, abort, request

from outreach import clock, runtime
from outreach.calls.models import Call, CallState
from outreach.calls.record import hear
from outreach.calls.status import PRESSED
from outreach.carriers.voice import LegReport
from outreach.outgoing.webhook import verify_signature

blueprint = Blueprint("voice_webhook", __name__, url_prefix="/twilio/voice")

WRONG_KEY = "You did not press 1. The family was not called. Goodbye."
OVER = "This call is over. Goodbye."
# What staff hear when the family's leg ends and theirs still stands. Nothing names the family.
ENDINGS = {
    CallState.FAMILY_NO_ANSWER: "The family did not answer. Goodbye.",
    CallState.FAMILY_BUSY: "The family's phone is busy. Goodbye.",
    CallState.FAMILY_FAILED: "The family's phone cannot be reached. Goodbye.",
}


@blueprint.before_request
def only_the_carrier() -> None:
    """One guard for every address below: a new one cannot forget it. 503 where no number is set to call from."""
    verify_signature()
    if not runtime.current().settings.voice_number:
        abort(503)


@blueprint.post("/answered")
def ask_to_press() -> Response:
    """Staff answered, or a voicemail box did: only who presses 1 reaches the family."""
    call = _hear(_leg(), "staff:in-progress")
    if call is None or call.state is not CallState.ASKING:
        return _play(runtime.current().voice.say_goodbye(OVER))
    return _play(runtime.current().voice.ask_to_press(call.id))


@blueprint.post("/pressed")
def connect() -> Response:
    """The family is dialled here, and nowhere else."""
    voice, leg = runtime.current().voice, _leg()
    if request.form.get("Digits") != "1":
        return _play(voice.say_goodbye(WRONG_KEY))
    call = _hear(leg, PRESSED)
    # The carrier asks again when our answer got lost: the same answer, as long as nobody has picked up.
    if call is None or call.state is not CallState.RINGING_FAMILY:
        return _play(voice.say_goodbye(OVER))
    return _play(voice.connect(call.id, call.contact.phone))


@blueprint.post("/dialled")
def end() -> Response:
    """The family's leg is over, and staff are still on the line."""
    voice = runtime.current().voice
    try:
        leg = voice.read_dialled(request.form)
    except ValueError:
        abort(400)
    call = _hear(leg, f"family:{leg.status}")
    return _play(voice.say_goodbye(ENDINGS.get(call.state, "") if call else ""))


@blueprint.post("/staff")
def hear_of_staff() -> Response:
    leg = _leg()
    _hear(leg, f"staff:{leg.status}")
    return Response(status=204)


@blueprint.post("/family")
def hear_of_family() -> Response:
    leg = _leg()
    if leg.parent is None:
        abort(400)
    _hear(leg, f"family:{leg.status}")
    return Response(status=204)


def _leg() -> LegReport:
    try:
        return runtime.current().voice.read_leg(request.form)
    except ValueError:
        abort(400)


def _hear(leg: LegReport, word: str) -> Call | None:
    """In one short transaction; what the answer needs of the call is loaded in it."""
    seconds = leg.seconds if leg.parent else None
    with runtime.current().database.writing() as session:
        row = request.args.get("call", 0, type=int)
        call = hear(session, row, leg.parent or leg.sid, word, clock.now(), seconds=seconds)
        if call is not None:
            assert call.contact
        return call


def _play(markup: str) -> Response:
    return Response(markup, mimetype="text/xml")
