"""What staff read of a call from a page: how far it is, what came of it, and what to know before calling."""

from datetime import datetime, timedelta

from outreach import runtime
from outreach.admin.times import show_moment
from outreach.calls.hours import hours_at
from outreach.calls.models import Call, CallState
from outreach.outgoing.quiet_hours import Verdict
from outreach.people.models import Contact

MINE = {  # while it is under way, for who calls
    CallState.STARTING: "We are starting the call.",
    CallState.UNKNOWN: "The carrier gave no answer. We look up whether it calls you, and call nobody twice. Your phone "
    "may still ring.",
    CallState.RINGING_STAFF: "Your phone rings. Answer it and press 1.",
    CallState.ASKING: "Press 1 on your phone, and we call the family.",
    CallState.RINGING_FAMILY: "The family's phone rings. Stay on the line.",
    CallState.TALKING: "You are on the phone with the family.",
}
ENDED = {
    CallState.ANSWERED: "The call was answered",
    CallState.FAMILY_BUSY: "The family's phone was busy",
    CallState.FAMILY_NO_ANSWER: "The family did not answer",
    CallState.FAMILY_FAILED: "The family's phone could not be reached",
    CallState.HUNG_UP: "The call ended before the family answered",
    CallState.NOT_PRESSED: "Nobody pressed 1, so the family was not called",
    CallState.STAFF_BUSY: "The phone of staff was busy, so the family was not called",
    CallState.STAFF_NO_ANSWER: "The phone of staff was not answered, so the family was not called",
    CallState.STAFF_FAILED: "The phone of staff could not be reached, so the family was not called",
    CallState.REFUSED: "The carrier refused the call, and nobody was called",
    CallState.NOT_TAKEN: "The carrier did not take the call, and nobody was called",
}
REACHED_THE_FAMILY = frozenset(
    {CallState.ANSWERED, CallState.FAMILY_BUSY, CallState.FAMILY_NO_ANSWER, CallState.FAMILY_FAILED, CallState.HUNG_UP}
)
MINUTE = 60


def say_state(call: Call, *, mine: bool) -> str:
    """One or two sentences: "The family did not answer." """
    if call.ended_at is None:
        return MINE[call.state] if mine else f"{call.staff.name} is calling this family now."
    words = ENDED[call.state]
    if mine:
        words = words.replace("The phone of staff", "Your phone")
    if call.state is CallState.ANSWERED and call.seconds:
        words += f" and lasted {_say_length(call.seconds)}"
    if call.reason:
        words += f": {call.reason}"
    return f"{words}."


def warn(contact: Contact, now: datetime, *, asked: bool, crisis: bool) -> list[str]:
    """What to weigh before calling. Nothing here forbids a call: a person decides."""
    warnings = []
    settings = runtime.current().settings
    if not crisis and hours_at(settings, contact, now).verdict is not Verdict.SEND:
        clocks = {show_moment(now, zone) for zone in contact.zones.split() or [settings.timezone]}
        where = f"it is {clocks.pop()}" if len(clocks) == 1 else "we do not know the hour for certain"
        warnings.append(
            f"This is not a decent hour to call where the family lives ({where}). Call now only if it cannot wait."
        )
    if contact.consent == "unsubscribed" and not asked:
        warnings.append("This family wants no texts, and it has not asked for a call.")
    return warnings


def _say_length(seconds: int) -> str:
    if seconds < MINUTE:
        return f"{seconds} seconds"
    minutes = round(timedelta(seconds=seconds) / timedelta(minutes=1))
    return "1 minute" if minutes == 1 else f"{minutes} minutes"
