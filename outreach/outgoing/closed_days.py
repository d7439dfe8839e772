"""Days on which no text leaves: holidays by name, a school's own dates, and the legal holidays of a state."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import holidays

NONE, FEDERAL = "none", "federal"
NAMES = {  # as a setting has them: as the `holidays` package does
    "new-year": "New Year's Day",
    "martin-luther-king": "Martin Luther King Jr. Day",
    "presidents-day": "Washington's Birthday",
    "memorial-day": "Memorial Day",
    "juneteenth": "Juneteenth National Independence Day",
    "independence-day": "Independence Day",
    "labor-day": "Labor Day",
    "columbus-day": "Columbus Day",
    "veterans-day": "Veterans Day",
    "thanksgiving": "Thanksgiving Day",
    "christmas": "Christmas Day",
}
_OBSERVED = " (observed)"
_YEARS = 16  # kept; a text is decided for this year and the next


@dataclass(frozen=True)
class ClosedDays:
    """Dates, and US federal holidays of every year: the day itself, and the workday it is observed on instead."""

    names: frozenset[str] = frozenset()  # as in `holidays`
    dates: frozenset[date] = frozenset()
    federal: bool = False  # all federal holidays

    @classmethod
    def parse(cls, text: str) -> "ClosedDays":
        """Read a setting: 'new-year thanksgiving 2027-03-01', 'federal, 2027-03-01', or 'none'.

        Names and dates stand between spaces or commas. ValueError says which one is not known, and what is.
        """
        words = text.casefold().replace(",", " ").split()
        if not words:
            raise ValueError(f"it is empty; for no closed day write {NONE!r}")
        if NONE in words and len(words) > 1:
            raise ValueError(f"{NONE!r} stands alone or not at all")
        dates = {word: day for word in words if (day := _parse_date(word))}
        for word in words:
            if word not in dates and word not in NAMES and word not in (NONE, FEDERAL):
                raise ValueError(f"{word!r} is not known; expected {NONE}, {FEDERAL}, {', '.join(NAMES)} or YYYY-MM-DD")
        names = frozenset(NAMES[word] for word in words if word in NAMES)
        return cls(names, frozenset(dates.values()), FEDERAL in words)

    def __contains__(self, day: object) -> bool:
        if not isinstance(day, date):
            return False
        names = _federal(day.year).get(day, frozenset()) if self.federal or self.names else frozenset()
        return day in self.dates or (bool(names) if self.federal else not names.isdisjoint(self.names))


@dataclass(frozen=True)
class LegalHolidays:
    """The federal holidays and those of one state (two letters), observed days included."""

    state: str

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and (day in _federal(day.year) or day in _of_state(self.state, day.year))


@lru_cache(_YEARS)
def _federal(year: int) -> dict[date, frozenset[str]]:
    """The names of each federal holiday of a year; New Year's Day of the next may be observed in it."""
    # The language is named, else the one of the machine is looked for.
    found = holidays.country_holidays("US", years=year, language="en_US", expand=False)
    return {day: frozenset(name.removesuffix(_OBSERVED) for name in found.get_list(day)) for day in found}


@lru_cache(_YEARS * 8)
def _of_state(state: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("US", subdiv=state, years=year, language="en_US", expand=False))


def _parse_date(word: str) -> date | None:
    """A date as YYYY-MM-DD; ValueError for one that no calendar has."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", word):
        return None
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise ValueError(f"{word!r} is not a day of the calendar") from None
