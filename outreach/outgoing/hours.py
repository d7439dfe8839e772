"""The hours of this deployment in which texts may leave: its own, its closed days, and the rules of states."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache

from outreach.outgoing.closed_days import ClosedDays
from outreach.outgoing.quiet_hours import QuietDecision, decide_by_clock, decide_early, within_use
from outreach.outgoing.state_hours import state_tables
from outreach.outgoing.week import Hours, is_always
from outreach.settings import Settings, SettingsError

_KEPT = 4096  # answers; the families of a town share a handful of zones and states


class SendingHours:
    """Our own hours with our closed days (`hours.closed`), and the tables of states that have rules.

    Answers are kept for the minute they were worked out for, so that a campaign asks the calendar once a minute for
    each place and not once a text. Windows therefore begin and end on whole minutes, as settings write them.
    """

    def __init__(self, hours: Hours, states: Mapping[str, Sequence[Hours]] | None = None) -> None:
        self.hours = hours
        self.states = {state: tuple(tables) for state, tables in (states or {}).items()}
        self._kept = lru_cache(_KEPT)(self._decide_minute)

    def decide(
        self, now: datetime, *, zones: Sequence[str], states: Sequence[str], expires: datetime | None, urgent: bool
    ) -> QuietDecision:
        """Whether a text may go at `now` to somebody who may be in any of these zones and states (two letters).

        Our hours and those of every state must be open in every zone at once; else as `quiet_hours.decide`.
        """
        early = decide_early(now, zones, expires, urgent=urgent)
        if early:
            return early
        minute = now.astimezone(UTC).replace(second=0, microsecond=0)
        return within_use(self._kept(minute, tuple(zones), tuple(states)), expires)

    def _decide_minute(self, minute: datetime, zones: tuple[str, ...], states: tuple[str, ...]) -> QuietDecision:
        rules = [hours for state in dict.fromkeys(states) for hours in self.states.get(state, ())]
        return decide_by_clock(minute, zones, [self.hours, *rules])


def sending_hours(settings: Settings) -> SendingHours:
    """As the settings have them; OUTREACH_QUIET_HOURS=always is a person's word that no closed day and no state counts.

    Raises SettingsError when they cannot be read: else every text would wait, and nobody knew why.
    """
    problems: list[str] = []
    hours, closed = Hours.parse("always"), ClosedDays()
    try:
        hours = Hours.parse(settings.quiet_hours)
    except ValueError as error:
        problems.append(f"OUTREACH_QUIET_HOURS: {error}")
    try:
        closed = ClosedDays.parse(settings.closed_days)
    except ValueError as error:
        problems.append(f"OUTREACH_CLOSED_DAYS: {error}")
    if problems:
        raise SettingsError(problems)
    if is_always(settings.quiet_hours):
        return SendingHours(hours)
    return SendingHours(replace(hours, closed=closed), state_tables() if settings.state_hours else None)
