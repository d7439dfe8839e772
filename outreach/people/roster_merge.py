"""The rows of one file that speak of the same phone: what each may still say, and how each phone came out."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum

from outreach.people.models import Consent
from outreach.people.roster_row import FamilyRow

SINGLE = ("language", "name", "zip", "school", "grade")  # the cells of which a contact has one


class Outcome(IntEnum):
    """What the file did to a contact; the highest of its rows counts."""

    UNCHANGED = 0
    UPDATED = 1
    ADDED = 2


class Seen:
    """What the rows read so far said about each phone: a few bytes a phone, however long the file.

    The first row that fills a cell wins; later rows fill what it left empty. (If the last one won, a file
    read a second time would change a contact to and fro.)
    """

    def __init__(self) -> None:
        self.outcomes: dict[str, Outcome] = {}  # by phone
        self._said: dict[str, int] = {}
        self._bits: dict[str, int] = {}

    def has(self, phone: str, what: str) -> bool:
        return bool(self._said.get(phone, 0) & self._bits.get(what, 0))

    def is_first(self, phone: str, what: str) -> bool:
        """Whether the file says this of the phone for the first time; from now on it does not."""
        bit = self._bits.setdefault(what, 1 << len(self._bits))
        said = self._said.get(phone, 0)
        self._said[phone] = said | bit
        return not said & bit

    def settle(self, phone: str, outcome: Outcome) -> None:
        self.outcomes[phone] = max(outcome, self.outcomes.get(phone, outcome))

    def count(self, outcome: Outcome) -> int:
        return sum(1 for one in self.outcomes.values() if one is outcome)

    def count_said(self, what: str) -> int:
        return sum(1 for phone in self._said if self.has(phone, what))


@dataclass(slots=True)
class Family:
    """All that a chunk of the file says about one phone. `topics` holds, by topic, the row that named it."""

    phone: str
    has_household: bool  # an earlier chunk gave it one: the keys in this chunk join that one
    cells: dict[str, str] = field(default_factory=dict)
    households: list[str] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    topics: dict[str, FamilyRow] = field(default_factory=dict)
    spoken: FamilyRow | None = None  # the row whose yes or no counts


def merge_rows(rows: Iterable[FamilyRow], seen: Seen) -> list[Family]:
    """One family a phone, sorted by phone, so that imports at the same time lock contacts in one order."""
    families: dict[str, Family] = {}
    for row in rows:
        family = families.get(row.phone)
        if family is None:
            family = families[row.phone] = Family(row.phone, seen.has(row.phone, "household"))
        _add(family, row, seen)
    return [families[phone] for phone in sorted(families)]


def _add(family: Family, row: FamilyRow, seen: Seen) -> None:
    for column in SINGLE:
        cell = getattr(row, column)
        if cell is not None and seen.is_first(row.phone, column):
            family.cells[column] = cell
    if row.household:
        seen.is_first(row.phone, "household")
        family.households.append(row.household)
    family.tags.update(row.tags)
    _add_consent(family, row, seen)
    for topic in row.topics:
        agreed = row.consent is Consent.SUBSCRIBED
        if agreed and seen.is_first(row.phone, f"topic {topic}"):
            family.topics[topic] = row
        else:
            family.topics.setdefault(topic, row)


def _add_consent(family: Family, row: FamilyRow, seen: Seen) -> None:
    """The first yes counts, unless any row says no: then no counts."""
    phone = row.phone
    if row.consent is Consent.PENDING:
        seen.is_first(phone, "yes without evidence")
    elif row.consent is Consent.UNSUBSCRIBED:
        family.spoken = row if seen.is_first(phone, "no") else family.spoken
    elif row.consent is Consent.SUBSCRIBED and not seen.has(phone, "no") and seen.is_first(phone, "yes"):
        family.spoken = row
