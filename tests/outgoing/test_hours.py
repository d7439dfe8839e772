"""The deployment's hours, its closed days and the rules of states together, as dispatch asks them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from outreach.outgoing.closed_days import NAMES, ClosedDays, LegalHolidays
from outreach.outgoing.decision import ANY_HOUR, Decision, decide_sending
from outreach.outgoing.hours import SendingHours, sending_hours
from outreach.outgoing.models import MessageStatus
from outreach.outgoing.quiet_hours import Hours, QuietDecision, QuietReason, Verdict, decide
from outreach.outgoing.state_hours import RULES, state_tables
from outreach.people.consent import Permission, Purpose
from outreach.settings import Settings, SettingsError

NEW_YORK, CHICAGO = "America/New_York", "America/Chicago"
DAILY = Hours.parse("08:00-21:00")
WITH_STATES = SendingHours(DAILY, state_tables())


def ask(
    local: str,
    *states: str,
    hours: SendingHours = WITH_STATES,
    zones: tuple[str, ...] = (NEW_YORK,),
    expires: str | None = None,
    urgent: bool = False,
) -> QuietDecision:
    """At an instant with its offset, such as 2026-07-01T20:30-04:00."""
    ends = datetime.fromisoformat(expires) if expires else None
    return hours.decide(datetime.fromisoformat(local), zones=zones, states=states, expires=ends, urgent=urgent)


def made_of(**environ: str) -> SendingHours:
    return sending_hours(Settings.from_env({f"OUTREACH_{name}": value for name, value in environ.items()}))


def wait(until: str, reason: QuietReason) -> QuietDecision:
    return QuietDecision(Verdict.DEFER, datetime.fromisoformat(until), reason)


OPEN = QuietDecision(Verdict.SEND, None, QuietReason.OPEN)
STATE, QUIET, CLOSED = QuietReason.STATE, QuietReason.QUIET, QuietReason.CLOSED_DAY


def test_hours_alone_know_no_state_and_no_closed_day() -> None:
    hours = SendingHours(DAILY)
    assert ask("2026-12-25T20:30-05:00", "RI", "AL", hours=hours) == OPEN
    assert ask("2026-12-25T21:00-05:00", hours=hours) == wait("2026-12-26T08:00-05:00", QUIET)


@pytest.mark.parametrize(
    ("local", "states", "expected"),
    [
        ("2026-07-01T17:59-04:00", ["RI"], OPEN),
        ("2026-07-01T18:00-04:00", ["RI"], wait("2026-07-02T09:00-04:00", STATE)),
        ("2026-07-01T18:00-04:00", ["XX"], OPEN),
        ("2026-07-01T18:00-04:00", [], OPEN),
        ("2026-07-01T22:00-04:00", ["RI"], wait("2026-07-02T09:00-04:00", QUIET)),  # our own night, too
        ("2026-07-01T19:59-04:00", ["FL", "MD", "OK", "MA", "NJ", "WY", "WA"], OPEN),
        ("2026-07-01T20:00-04:00", ["FL"], wait("2026-07-02T08:00-04:00", STATE)),
        ("2026-07-01T08:30-04:00", ["CT"], wait("2026-07-01T09:00-04:00", STATE)),
        ("2026-07-01T08:30-04:00", ["NV"], wait("2026-07-01T09:00-04:00", STATE)),
        ("2026-07-01T09:30-04:00", ["KY"], wait("2026-07-01T10:00-04:00", STATE)),
        ("2026-07-01T20:59-04:00", ["KY", "MI", "MN", "NM", "TX"], OPEN),
        ("2026-07-05T11:00-04:00", ["TX"], wait("2026-07-05T12:00-04:00", STATE)),
        ("2026-07-05T14:00-04:00", ["AL"], wait("2026-07-06T08:00-04:00", STATE)),  # Sunday
        ("2026-07-04T18:00-04:00", ["ME"], wait("2026-07-06T09:00-04:00", STATE)),  # Saturday
        ("2026-07-01T08:30-04:00", ["MA", "RI", "CT"], wait("2026-07-01T09:00-04:00", STATE)),  # the strictest counts
    ],
)
def test_a_text_waits_for_every_state_it_may_go_to(local: str, states: list[str], expected: QuietDecision) -> None:
    assert ask(local, *states) == expected


@pytest.mark.parametrize("state", ["AL", "LA", "MS", "PA", "RI", "UT"])
def test_states_that_keep_holidays_are_closed_on_them_and_others_are_not(state: str) -> None:
    labor_day = "2026-09-07T12:00-04:00"
    decision = ask(labor_day, state)
    assert (decision.verdict, decision.reason) == (Verdict.DEFER, STATE)
    assert decision.until
    assert decision.until.astimezone(UTC).date() == date(2026, 9, 8)
    assert ask(labor_day, "MA", "TX") == OPEN


def test_a_state_keeps_its_own_holidays_too() -> None:
    assert date(2026, 8, 10) in LegalHolidays("RI")  # Victory Day
    assert date(2026, 8, 10) not in LegalHolidays("AL")
    assert date(2026, 10, 12) in LegalHolidays("LA")  # federal alone
    assert "2026-10-12" not in LegalHolidays("LA")


def test_a_rule_counts_from_the_day_it_starts() -> None:
    assert ask("2026-10-11T14:00-04:00", "PA") == OPEN  # a Sunday before
    assert ask("2026-10-18T14:00-04:00", "PA") == wait("2026-10-19T09:00-04:00", STATE)
    assert ask("2026-10-17T20:30-04:00", "PA") == OPEN  # the evening before
    assert ask("2026-10-17T21:00-04:00", "PA") == wait("2026-10-19T09:00-04:00", QUIET)


def test_hours_of_a_state_are_kept_in_every_zone_of_the_number() -> None:
    assert ask("2026-07-01T09:30-04:00", "AL", zones=(NEW_YORK, CHICAGO)) == OPEN
    early = ask("2026-07-01T08:30-04:00", "AL", zones=(NEW_YORK, CHICAGO))
    assert early == wait("2026-07-01T09:00-04:00", QUIET)
    late = ask("2026-07-01T20:30-04:00", "AL", zones=(NEW_YORK, CHICAGO))  # 19:30 in Chicago
    assert late == wait("2026-07-02T09:00-04:00", STATE)


def test_a_state_that_shares_no_hour_with_ours_lapses_and_says_so() -> None:
    early = SendingHours(Hours.parse("08:00-09:30"), state_tables())
    assert ask("2026-07-01T08:30-04:00", "KY", hours=early).reason is QuietReason.NO_COMMON_HOUR


def test_urgent_texts_and_lapsed_ones_do_not_look_at_states() -> None:
    night = "2026-07-01T23:00-04:00"
    assert ask(night, "RI", urgent=True).reason is QuietReason.URGENT
    assert ask(night, "RI", urgent=True, expires=night).reason is QuietReason.EXPIRED
    assert ask("2026-07-01T19:00-04:00", "RI", expires="2026-07-02T09:00-04:00").reason is QuietReason.EXPIRES_WAITING
    assert ask("2026-07-01T19:00-04:00", "RI", expires="2026-07-02T09:01-04:00").verdict is Verdict.DEFER


def test_a_naive_time_or_no_zone_is_an_error() -> None:
    with pytest.raises(ValueError, match="aware"):
        ask("2026-07-01T12:00")
    with pytest.raises(ValueError, match="zone"):
        ask("2026-07-01T12:00-04:00", zones=())


def test_an_answer_that_was_kept_is_that_of_its_minute_only() -> None:
    hours = SendingHours(DAILY)
    start = datetime(2026, 7, 1, 11, 58, tzinfo=UTC)
    for second in range(0, 300, 7):
        now = start + timedelta(seconds=second, microseconds=3)
        kept = hours.decide(now, zones=[NEW_YORK], states=[], expires=None, urgent=False)
        assert kept == decide(now, [NEW_YORK], DAILY, expires=None, urgent=False)


# --- closed days


def test_a_closed_day_is_told_from_a_night() -> None:
    hours = made_of(QUIET_HOURS="08:00-21:00")
    assert ask("2026-11-26T12:00-05:00", hours=hours) == wait("2026-11-27T08:00-05:00", CLOSED)  # Thanksgiving
    assert ask("2026-11-25T22:00-05:00", hours=hours) == wait("2026-11-27T08:00-05:00", QUIET)
    assert ask("2026-09-07T12:00-04:00", hours=hours) == OPEN  # Labor Day is not among the usual three


def test_new_years_day_is_closed_where_it_is_already_that_day() -> None:
    hours = made_of(QUIET_HOURS="00:00-24:00")
    eve = "2026-12-31T23:30-06:00"
    assert ask(eve, hours=hours, zones=(CHICAGO,)) == OPEN
    assert ask(eve, hours=hours, zones=(NEW_YORK, CHICAGO)) == wait("2027-01-02T00:00-06:00", CLOSED)


@pytest.mark.parametrize(
    ("setting", "closed", "not_closed"),
    [
        ("none", [], ["2026-12-25", "2027-01-01"]),
        ("federal", ["2026-06-19", "2026-07-03", "2026-07-04", "2026-10-12", "2027-12-31"], ["2026-07-02"]),
        ("new-year, thanksgiving christmas", ["2027-01-01", "2026-11-26", "2027-12-24", "2027-12-25"], ["2026-07-04"]),
        ("New-Year", ["2028-01-01", "2027-12-31"], ["2026-12-25"]),  # observed in the year before
        ("2027-03-01,2027-03-02", ["2027-03-01", "2027-03-02"], ["2026-03-01", "2026-12-25"]),
        ("federal 2027-03-01", ["2027-03-01", "2026-12-25"], ["2027-03-02"]),
        *((name, [], ["2026-12-24"]) for name in NAMES),
    ],
)
def test_closed_days_are_read_from_a_setting(setting: str, closed: list[str], not_closed: list[str]) -> None:
    days = ClosedDays.parse(setting)
    assert [day for day in closed if date.fromisoformat(day) not in days] == []
    assert [day for day in not_closed if date.fromisoformat(day) in days] == []
    assert "2026-12-25" not in days


def test_every_name_is_a_day_of_every_year() -> None:
    for year in range(2026, 2036):
        days = [date(year, 1, 1) + timedelta(days=day) for day in range(365)]
        assert [name for name in NAMES if not any(day in ClosedDays.parse(name) for day in days)] == []


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("halloween", "'halloween' is not known; expected none, federal, new-year,"),
        ("christmas easter", "'easter' is not known"),
        ("none christmas", "'none' stands alone"),
        ("2027-02-29", "'2027-02-29' is not a day of the calendar"),
        ("20270301", "YYYY-MM-DD"),
        ("2027-3-1", "YYYY-MM-DD"),
        (",", "it is empty"),
    ],
)
def test_closed_days_that_cannot_be_read_stop_the_process_with_what_is_possible(setting: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words) as caught:
        made_of(CLOSED_DAYS=setting)
    assert caught.value.problems[0].startswith("OUTREACH_CLOSED_DAYS: ")


def test_both_settings_are_told_when_both_are_wrong() -> None:
    with pytest.raises(SettingsError) as caught:
        made_of(CLOSED_DAYS="easter", QUIET_HOURS="at noon")
    assert [line.partition(":")[0] for line in caught.value.problems] == [
        "OUTREACH_QUIET_HOURS",
        "OUTREACH_CLOSED_DAYS",
    ]


# --- what a deployment sets


@pytest.mark.parametrize("always", ["always", " Always "])
def test_always_turns_off_states_and_closed_days_too(always: str) -> None:
    hours = made_of(QUIET_HOURS=always, CLOSED_DAYS="federal")
    assert ask("2026-12-25T03:00-05:00", "RI", "AL", hours=hours) == OPEN


def test_every_hour_of_the_day_is_not_always() -> None:
    hours = made_of(QUIET_HOURS="00:00-24:00")
    assert ask("2026-07-01T03:00-04:00", hours=hours) == OPEN
    assert ask("2026-07-01T03:00-04:00", "RI", hours=hours) == wait("2026-07-01T09:00-04:00", STATE)
    assert ask("2026-12-25T12:00-05:00", hours=hours).reason is CLOSED


def test_states_can_be_turned_off_alone() -> None:
    hours = made_of(STATE_HOURS="off", QUIET_HOURS="08:00-21:00")
    assert ask("2026-07-01T20:30-04:00", "RI", hours=hours) == OPEN
    assert ask("2026-12-25T12:00-05:00", "RI", hours=hours).reason is CLOSED


def test_every_rule_has_hours_and_a_source_and_stands_in_the_order_of_states() -> None:
    assert all(rule.source and len(rule.state) == 2 for rule in RULES)
    assert [rule.state for rule in RULES] == sorted(rule.state for rule in RULES)
    assert len(state_tables()["PA"]) == 2
    nights = Hours.parse("21:00-08:00")
    for tables in state_tables().values():  # none is laxer than the federal hours
        for hours in (replace(table, closed=frozenset(), since=date.min) for table in tables):
            week = [datetime(2026, 7, 6) + timedelta(minutes=15 * step) for step in range(7 * 96)]  # noqa: DTZ001
            assert not any(hours.open_at(wall) and nights.open_at(wall) for wall in week)


# --- the decision on a message


def decided(local: str, *states: str, purpose: Purpose = Purpose.CAMPAIGN, expires: str | None = None) -> Decision:
    return decide_sending(
        datetime.fromisoformat(local),
        purpose=purpose,
        permission=Permission(True),
        zones=[NEW_YORK],
        states=states,
        hours=made_of(QUIET_HOURS="08:00-21:00"),
        expires_at=datetime.fromisoformat(expires) if expires else None,
    )


@pytest.mark.parametrize(
    ("local", "states", "reason"),
    [
        ("2026-07-01T22:00-04:00", [], "quiet_hours"),
        ("2026-07-01T22:00-04:00", ["MA"], "quiet_hours"),
        ("2026-07-01T20:00-04:00", ["MA"], "state_hours"),
        ("2026-12-25T12:00-05:00", [], "closed_day"),
        ("2026-12-25T12:00-05:00", ["RI"], "closed_day"),
    ],
)
def test_a_held_message_says_what_it_waits_for(local: str, states: list[str], reason: str) -> None:
    decision = decided(local, *states)
    assert (decision.status, decision.reason) == (MessageStatus.HELD, reason)
    assert decision.until


@pytest.mark.parametrize("purpose", Purpose)
def test_only_answers_and_safety_pass_at_night(purpose: Purpose) -> None:
    status = decided("2026-07-01T22:00-04:00", "RI", purpose=purpose).status
    assert status is (MessageStatus.SENDING if purpose in ANY_HOUR else MessageStatus.HELD)
    assert Purpose.URGENT in ANY_HOUR


def test_a_message_past_its_use_is_never_sent() -> None:
    late = decided("2026-07-01T22:00-04:00", expires="2026-07-02T08:00-04:00")
    assert late == Decision(MessageStatus.EXPIRED, "past_its_use")
    night = "2026-07-01T22:00-04:00"
    assert decided(night, purpose=Purpose.URGENT, expires=night) == Decision(MessageStatus.EXPIRED, "past_its_use")
