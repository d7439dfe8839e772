"""One family in a draft: exactly what it would get, in its own language, or why it would get nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.admin.family_search import Search
from outreach.admin.forms.draft import Draft
from outreach.campaigns.plan import PlannedStep
from outreach.campaigns.wordings import LEAVE_OUT, StepText
from outreach.people.consent import skip_reason
from outreach.people.destinations import destination_of
from outreach.people.models import Contact

MOST = 4  # more than that is no answer to "what does this family get"


@dataclass(frozen=True)
class OneFamily:
    """`reason` is why the family may not be texted, or "" when it may; `left_out` that a person decided so."""

    contact: Contact
    in_audience: bool
    reason: str
    left_out: bool
    texts: tuple[tuple[PlannedStep, StepText], ...]
    price: Decimal | None  # of a segment to this number


@dataclass(frozen=True)
class FamiliesFound:
    """Who fits the words typed; `more` when there are others beside them."""

    words: str
    families: Sequence[OneFamily]
    more: bool


def find_families_in(session: Session, draft: Draft, words: str) -> FamiliesFound | None:
    """Families by name, or by digits of their number, those of the audience first; None for no words."""
    words = words.strip()
    if not words:
        return None
    request = draft.request
    inside = request.recipients.where()
    rows = session.execute(
        select(Contact, skip_reason(request.pack.topic), inside.label("inside"))
        .where(*Search(words=words).where())
        .order_by(inside.desc(), Contact.name, Contact.id)
        .limit(MOST + 1)
    ).all()
    families = [_read(draft, contact, reason or "", bool(within)) for contact, reason, within in rows[:MOST]]
    return FamiliesFound(words, families, len(rows) > MOST)


def _read(draft: Draft, contact: Contact, reason: str, inside: bool) -> OneFamily:
    sent = draft.plan.sent_language(contact.language)
    steps = draft.plan.wordings[sent].steps if sent and inside and not reason else ()
    pairs = zip(draft.plan.steps, steps, strict=False)
    texts = tuple((planned, text.for_family(contact.name)) for planned, text in pairs if not planned.too_late)
    left_out = draft.request.choices.get(contact.language) == LEAVE_OUT
    return OneFamily(contact, inside, reason, left_out, texts, draft.plan.prices.of(destination_of(contact.phone)))
