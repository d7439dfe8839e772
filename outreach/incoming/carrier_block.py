"""The block a carrier keeps after a STOP: which texts of a family lift it, and whether it still stands.

The carrier knows English words alone: EMPEZAR after a STOP lifts nothing, and no text of ours could tell the family.
On a toll-free number the network decides, and YES does not lift its block either.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.carriers.sender import TOLL_FREE
from outreach.people.ledger import Source
from outreach.people.models import Consent, ConsentEvent, Contact

LIFTING = frozenset({"START", "UNSTOP", "YES"})
# A callback's reason, in our words: what the family wrote stays in its thread.
STILL_BLOCKED = "Wants our texts again; the carrier lets none through until this phone texts START. Call and say so."


@dataclass(frozen=True, slots=True)
class Said:
    """One word of the ledger about all our texts, as far as it concerns the carrier."""

    consent: Consent
    source: str
    raw_text: str | None


def lifts_block(body: str, to_phone: str, opt_out_type: str | None = None) -> bool:
    """Whether the carrier takes a text to our number as a wish to get texts again, and lets ours through.

    `opt_out_type` START: the carrier said so itself, which it does where own words were set up there.
    """
    if opt_out_type == "START":
        return True
    undoes_nothing = body.strip().upper() == "YES" and to_phone.startswith(TOLL_FREE)
    return _is_lifting(body) and not undoes_nothing


def block_stands(said: Iterable[Said]) -> bool:
    """Whether the carrier blocks us, by the words of a contact in the order they were said.

    A stop that the carrier took itself, or told us of (21610), begins a block; a bare START ends it. What the family
    told us in other words, on the web or through staff, does neither: the carrier did not hear it.
    """
    blocked = False
    for word in said:
        by_carrier = word.source == Source.CARRIER
        if word.consent is Consent.UNSUBSCRIBED and by_carrier:
            blocked = True
        elif word.consent is Consent.SUBSCRIBED and (by_carrier or _is_lifting(word.raw_text)):
            blocked = False
    return blocked


def is_blocked(session: Session, contact: Contact) -> bool:
    """Whether the carrier still blocks our texts to a contact."""
    columns = select(ConsentEvent.consent, ConsentEvent.source, ConsentEvent.raw_text)
    words = columns.where(ConsentEvent.contact_id == contact.id, ConsentEvent.topic.is_(None))
    rows = session.execute(words.order_by(ConsentEvent.happened_at, ConsentEvent.id))
    return block_stands(Said(*row) for row in rows)


def _is_lifting(text: str | None) -> bool:
    return (text or "").strip().upper() in LIFTING
