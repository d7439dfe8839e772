"""Which texts a person should read: decided when a text is routed, after it was answered."""

from datetime import timedelta

from sqlalchemy import exists, or_, select

from outreach import clock
from outreach.callbacks.models import Callback, is_open
from outreach.incoming.conversation import Conversation
from outreach.incoming.intent import Route
from outreach.threads import waiting
from outreach.threads.models import WaitsFor

AFTER_CALL = timedelta(days=3)  # what is said so soon after a call may be about it
# What an answer to a person's question may be taken for. A wish of its own (food, a language) is answered by itself.
MAY_ANSWER = frozenset({Route.UNKNOWN, Route.RSVP_YES, Route.RSVP_NO, Route.START, Route.HELP, Route.INFO})


def why_waits(route: Route, *, automatic: bool, media: bool, staff_wrote: bool, call_promised: bool) -> WaitsFor | None:
    """Why a person should read a text of this intent, or None. Pure."""
    if automatic:
        return None
    if staff_wrote and route in MAY_ANSWER:
        return WaitsFor.ANSWER
    if route is not Route.UNKNOWN:
        return None
    if media:
        return WaitsFor.MEDIA
    return WaitsFor.AFTER_CALLBACK if call_promised else WaitsFor.NOT_UNDERSTOOD


def put_before_staff(talk: Conversation) -> None:
    """Let the text wait for a person when it needs one. A call that was promised takes all that waited before."""
    route = Route(talk.inbound.intent or Route.UNKNOWN)
    if route in (Route.CALLBACK, Route.CRISIS):
        waiting.settle(talk.session, talk.contact.id, talk.inbound.id)
        return
    if route not in MAY_ANSWER:
        return
    why = why_waits(
        route,
        automatic=bool(talk.intent.args.get("automatic")),
        media=talk.inbound.media > 0,
        staff_wrote=talk.staff_wrote,
        call_promised=route is Route.UNKNOWN and _has_call(talk),
    )
    if why:
        waiting.add(talk.session, talk.contact.id, talk.inbound.id, why)


def _has_call(talk: Conversation) -> bool:
    recent = or_(is_open(), Callback.closed_at > clock.now() - AFTER_CALL)
    return bool(talk.session.scalar(select(exists().where(Callback.contact_id == talk.contact.id, recent))))
