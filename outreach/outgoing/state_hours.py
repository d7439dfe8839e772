"""Hours that states set for calls and texts that sell: our texts keep them too, as a family's evening is the same.

Information from a school or clinic to a family that agreed is mostly outside these rules; a deployment that has asked
its counsel turns them off with OUTREACH_STATE_HOURS=off. Where sources differ the stricter hours stand. A state that is
not here has no hours of its own. A rule announced for later is a row with the date it starts.
"""

from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from outreach.outgoing.closed_days import LegalHolidays
from outreach.outgoing.week import Hours


@dataclass(frozen=True)
class StateRule:
    """`hours` as OUTREACH_QUIET_HOURS is written, on the recipient's clock; a day that is not named is closed.

    All rows of a state hold at once, each from its date `since` on.
    """

    state: str
    hours: str
    source: str
    holidays_closed: bool = False  # no texts on federal holidays nor on the state's own
    since: date = date.min


VENDORS = "two vendors' tables of calling hours, 2025-11"
NO_SUNDAY = "Mon-Sat 08:00-20:00"

RULES = (
    StateRule("AL", NO_SUNDAY, f"{VENDORS}; no holidays", holidays_closed=True),
    StateRule("CT", "09:00-20:00", VENDORS),
    StateRule("FL", "08:00-20:00", f"{VENDORS}; Fla. Stat. 501.616(6)"),
    StateRule("KY", "10:00-21:00", VENDORS),
    StateRule("LA", NO_SUNDAY, "PSC General Order R-29617 V(A): also with consent, no holidays", holidays_closed=True),
    StateRule("MA", "08:00-20:00", VENDORS),
    StateRule("MD", "08:00-20:00", VENDORS),
    StateRule("ME", "Mon-Fri 09:00-17:00", "10 M.R.S. 1498(3): automated solicitation, weekdays"),
    StateRule("MI", "09:00-21:00", VENDORS),
    StateRule("MN", "09:00-21:00", VENDORS),
    # One vendor allows holidays, a calendar of restricted dates lists them.
    StateRule("MS", NO_SUNDAY, f"{VENDORS}; dnc.com restricted dates", holidays_closed=True),
    StateRule("NJ", "08:00-20:00", "one vendor's table"),
    StateRule("NM", "09:00-21:00", VENDORS),
    StateRule("NV", "09:00-20:00", VENDORS),
    StateRule("OK", "08:00-20:00", VENDORS),
    StateRule("PA", "08:00-21:00", "73 P.S. 2245(a)(10), Act 73 of 2019: no legal holidays", holidays_closed=True),
    # Sources differ on whether more than Sunday changes: these are the hours of the bill as the Senate passed it.
    StateRule("PA", "Mon-Sat 09:00-19:00", "Senate Bill 992 of 2025, reported in force", since=date(2026, 10, 18)),
    # Vendors give Sunday the hours of Saturday; the statute leaves it out.
    StateRule(
        "RI", "Mon-Fri 09:00-18:00, Sat 10:00-17:00", "R.I. Gen. Laws 5-61-2(2): no holidays", holidays_closed=True
    ),
    StateRule("TX", "Mon-Sat 09:00-21:00, Sun 12:00-21:00", "Tex. Bus. & Com. Code ch. 302 and SB 140: texts too"),
    StateRule("UT", "Mon-Sat 08:00-21:00", "Utah Code 13-25a-103(3): no holidays", holidays_closed=True),
    StateRule("WA", "08:00-20:00", "RCW 19.158.040(2)"),
    StateRule("WY", "08:00-20:00", "one vendor's table"),
)


@cache
def state_tables() -> dict[str, tuple[Hours, ...]]:
    """The tables of hours of each state that has rules."""
    tables: dict[str, tuple[Hours, ...]] = {}
    for rule in RULES:
        hours = replace(Hours.parse(rule.hours), since=rule.since)
        if rule.holidays_closed:
            hours = replace(hours, closed=LegalHolidays(rule.state))
        tables[rule.state] = (*tables.get(rule.state, ()), hours)
    return tables
