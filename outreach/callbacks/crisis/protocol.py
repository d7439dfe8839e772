"""The steps that staff follow when a crisis comes: ours until an admin writes the deployment's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.callbacks.crisis.models import ProtocolVersion
from outreach.staff.models import Staff

MOST_STEPS, LONGEST_STEP = 15, 300

# After the 988 Lifeline's "How we can all help" (ask, be there, help keep safe, help connect, follow up) and the
# Action Alliance's framework for safe messaging. A deployment's own clinicians and counsel should read and change it.
SHIPPED = (
    "Press “I take this call” first, so that nobody else is paged.",
    "Read the last texts below. If they tell of danger right now, call 911 and give what you know. Do not wait for the "
    "family to answer.",
    "Call the family, from a quiet place. If you do not speak its language, call with an interpreter on the line.",
    "Say your name and where you work, and ask whether it is a good moment to talk. Others may hear the phone: say "
    "nothing of the text before you know who is on the line.",
    "Listen. Ask openly whether somebody is in danger or thinks of suicide. Do not judge, argue, or promise to keep it "
    "secret.",
    "Offer to call 988 together. In Spanish, press 2. In other languages, say the language in English and wait for the "
    "interpreter.",
    "No answer: try again after 5 minutes, and once more. If you still fear for somebody, ask 911 for a welfare check.",
    "If a child may be in danger, report it as your state asks you to, and tell your supervisor.",
    "Write down what was agreed and who follows up, then close the call. Release campaigns only when the family is "
    "well enough to get ordinary texts.",
)


class ProtocolError(ValueError):
    """The steps cannot be kept; the text says why."""


@dataclass(frozen=True)
class Protocol:
    """The steps in force; `written_at` is None for the shipped ones."""

    steps: Sequence[str]
    written_at: datetime | None = None
    written_by: str | None = None


def read_protocol(session: Session) -> Protocol:
    newest = session.scalars(select(ProtocolVersion).order_by(ProtocolVersion.id.desc()).limit(1)).one_or_none()
    if newest is None:
        return Protocol(SHIPPED)
    return Protocol(newest.steps.splitlines(), newest.written_at, newest.written_by.name if newest.written_by else None)


def write_protocol(session: Session, text: str, by: Staff) -> bool:
    """Put these steps, one a line, in force. False when they are in force already. Raises ProtocolError."""
    steps = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if not steps:
        raise ProtocolError("Write at least one step. Staff have to know what to do.")
    if len(steps) > MOST_STEPS:
        raise ProtocolError(f"These are {len(steps)} steps. Nobody reads more than {MOST_STEPS} with a crisis at hand.")
    for number, step in enumerate(steps, 1):
        if len(step) > LONGEST_STEP:
            raise ProtocolError(f"Step {number} has {len(step)} characters; {LONGEST_STEP} are the most. Split it.")
    if steps == list(read_protocol(session).steps):
        return False
    session.add(ProtocolVersion(steps="\n".join(steps), written_at=clock.now(), written_by=by))
    session.flush()
    return True
