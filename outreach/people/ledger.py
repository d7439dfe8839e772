"""The ledger of consent: what a new word about it weighs against what a contact said before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from outreach.people.models import Consent


class Source(StrEnum):
    """Where a word about consent came from."""

    KEYWORD = "keyword"
    CARRIER = "carrier"
    WEB = "web"
    STAFF = "staff"
    IMPORT = "import"


FAMILY = frozenset({Source.KEYWORD, Source.CARRIER, Source.WEB})  # the family itself spoke
CLOCKS_DIFFER = timedelta(minutes=2)  # so far apart the clocks of two hosts may be


@dataclass(frozen=True)
class Word:
    """One statement about consent, as the rule of the ledger sees it.

    `dated` False: nobody said when the family spoke, and `happened_at` is when we heard of it.
    `inbound_id` is the stored text it was said in, if it was: these ids tell which of two texts came first.
    """

    consent: Consent
    source: Source
    happened_at: datetime
    evidence: str | None = None
    dated: bool = True
    inbound_id: int | None = None

    def is_before(self, other: "Word", apart: timedelta = timedelta()) -> bool:
        """Whether the other word was said after this one; by their clocks, only when more than `apart` later.

        The database numbers texts as it stores them; the times beside them are those of the hosts' own clocks.
        """
        if self.inbound_id is not None and other.inbound_id is not None:
            return self.inbound_id < other.inbound_id
        return self.happened_at + apart < other.happened_at

    @property
    def may_lift_stop(self) -> bool:
        """Only the family itself, or staff who can show how the family agreed, undoes a stop."""
        return self.source in FAMILY or (self.source is Source.STAFF and bool(self.evidence))


class Weight(StrEnum):
    """What a new word does to the ledger and to the projection."""

    COUNTS = "counts"  # written; the projection follows it
    OUTLIVED = "outlived"  # written; a word that happened later already stands
    REPEATS = "repeats"  # not written: the last import said the same
    CANNOT_LIFT_STOP = "cannot_lift_stop"  # not written: it would claim a consent that was withdrawn

    @property
    def is_written(self) -> bool:
        return self in (Weight.COUNTS, Weight.OUTLIVED)


def weigh(word: Word, *, present: Consent | None, history: Sequence[Word]) -> Weight:
    """What a new word weighs against what the contact said before on the same topic.

    `present` is the projection (None: no row for the topic); `history` holds earlier words in the order
    they were recorded. An import is heard only when it says what the import before it did not: the same
    file, read again after the family changed its mind by text, is no news. No import undoes a stop,
    whatever date it gives. A family's stop is outlived only by a yes that certainly came after it.
    """
    if word.source is Source.IMPORT and _repeats(word, present, history):
        return Weight.REPEATS
    stops = word.consent is Consent.UNSUBSCRIBED
    if present is Consent.UNSUBSCRIBED and not stops and not word.may_lift_stop:
        return Weight.CANNOT_LIFT_STOP
    apart = CLOCKS_DIFFER if stops and word.source in FAMILY else timedelta()
    later = [past for past in history if word.is_before(past, apart)]
    if stops:
        outlived = any(past.consent is Consent.SUBSCRIBED and past.may_lift_stop for past in later)
    else:
        outlived = any(past.consent is Consent.UNSUBSCRIBED for past in later)
    return Weight.OUTLIVED if outlived else Weight.COUNTS


def _repeats(word: Word, present: Consent | None, history: Sequence[Word]) -> bool:
    if word.consent is Consent.PENDING and present is not None:
        return True  # a file that knows of no consent takes none away
    last = next((past for past in reversed(history) if past.source is Source.IMPORT), None)
    if last is None or (last.consent, last.evidence) != (word.consent, word.evidence):
        return False
    return not word.dated or word.happened_at <= last.happened_at
