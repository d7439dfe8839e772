"""Sending what is due: in which order, at which hour, to whom not, and what a refusal leads to."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select, update

from outreach import clock
from outreach.outgoing.dispatch import BATCH, Report
from outreach.outgoing.models import Message, MessageStatus, Priority
from outreach.outgoing.settle import MOST_ATTEMPTS, OPERATOR_PAUSE
from outreach.people.consent import Purpose, record_consent
from outreach.people.models import Consent, ConsentEvent, Contact, ContactTopic
from outreach.runtime import Runtime
from tests.support.factories import NOON
from tests.support.sending import (
    ON_SQLITE,
    find_message,
    make_dispatcher,
    make_family,
    make_lease,
    queue_text,
    send_due,
    settle,
    standing,
)
from tests.support.servers import Phones

S = MessageStatus
NIGHT = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)  # 23:00 in New York, 20:00 in Los Angeles
DAYTIME = "09:00-20:00"
OPENS = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)  # 9:00 in New York


def fail(phones: Phones, **rule: Any) -> None:
    phones.control("faults", [{"action": "error", **rule}])


def find_contact(work: Runtime, contact: Contact) -> Contact:
    with work.database.reading() as session:
        return session.get_one(Contact, contact.id)


def test_a_reply_goes_before_a_campaign(work: Runtime, phones: Phones) -> None:
    family = make_family(work)
    order = [(Priority.BULK, Purpose.CAMPAIGN), (Priority.REMINDER, Purpose.CAMPAIGN), (Priority.ALERT, Purpose.ALERT),
             (Priority.REPLY, Purpose.REPLY), (Priority.CRISIS, Purpose.CRISIS)]  # fmt: skip
    rows = [queue_text(work, family, str(n), source_id=n, priority=p, purpose=u) for n, (p, u) in enumerate(order, 1)]
    with work.database.writing() as session:
        _, claimed = make_dispatcher(work)._claim(session, sorted(Priority), make_lease())
    assert [one.id for one in claimed] == rows[::-1]


def test_a_full_batch_of_campaign_texts_never_keeps_a_reply_waiting(work: Runtime, phones: Phones) -> None:
    family = make_family(work)
    for number in range(BATCH + 5):
        queue_text(work, family, "campaign", source_id=number)
    queue_text(work, make_family(work, 1), "reply", purpose=Purpose.REPLY, priority=Priority.REPLY)
    with work.database.writing() as session:
        seen, claimed = make_dispatcher(work)._claim(session, sorted(Priority), make_lease())
    assert (seen, claimed[0].text.body) == (BATCH, "reply")


def test_only_the_priorities_asked_for_are_sent(work: Runtime) -> None:
    family = make_family(work)
    bulk = queue_text(work, family)
    reply = queue_text(work, family, source_id=2, purpose=Purpose.REPLY, priority=Priority.REPLY)
    make_dispatcher(work).run([Priority.CRISIS, Priority.REPLY], 5)
    assert (standing(work, bulk)[0], standing(work, reply)[0]) == (S.QUEUED, S.ACCEPTED)


def test_a_text_at_night_waits_and_leaves_when_the_hours_open(work: Runtime, phones: Phones) -> None:
    with clock.frozen(NIGHT):
        row = queue_text(work, make_family(work), useful=timedelta(hours=24))
        send_due(work, DAYTIME)
    assert (standing(work, row), find_message(work, row).not_before) == ((S.HELD, "quiet_hours"), OPENS)
    with clock.frozen(OPENS - timedelta(seconds=1)):
        assert send_due(work, DAYTIME).sent == 0
    with clock.frozen(OPENS):
        assert send_due(work, DAYTIME).sent == 1
    assert standing(work, row) == (S.ACCEPTED, None)
    assert len(phones.texts()) == 1


@ON_SQLITE
@pytest.mark.parametrize(
    ("zones", "until"),
    [
        ("America/Los_Angeles", OPENS + timedelta(hours=3)),
        ("America/New_York America/Los_Angeles", OPENS + timedelta(hours=3)),
        ("", OPENS),  # nobody knows: the deployment's own
    ],
)
def test_the_hours_are_those_of_every_zone_a_phone_may_be_in(work: Runtime, zones: str, until: datetime) -> None:
    with clock.frozen(NIGHT):
        row = queue_text(work, make_family(work, zones=zones), useful=timedelta(hours=24))
        send_due(work, DAYTIME)
    assert find_message(work, row).not_before == until


@ON_SQLITE
@pytest.mark.parametrize(
    ("purpose", "after"),
    [
        (Purpose.REPLY, S.ACCEPTED),
        (Purpose.CONFIRMATION, S.ACCEPTED),
        (Purpose.CRISIS, S.ACCEPTED),
        (Purpose.ALERT, S.ACCEPTED),
        (Purpose.STAFF, S.HELD),
        (Purpose.CAMPAIGN, S.HELD),
    ],
)
def test_at_night_only_answers_and_alarms_leave(work: Runtime, purpose: Purpose, after: MessageStatus) -> None:
    with clock.frozen(NIGHT):
        row = queue_text(work, make_family(work), purpose=purpose)
        send_due(work, DAYTIME)
    assert standing(work, row)[0] is after


@ON_SQLITE
@pytest.mark.parametrize(
    ("now", "useful", "hours"),
    [
        (NOON, timedelta(hours=1), "always"),
        (NIGHT, timedelta(hours=2), DAYTIME),  # of no more use when the hours open
        (NIGHT, OPENS - NIGHT, DAYTIME),
    ],
)
def test_a_text_past_its_use_is_not_sent(work: Runtime, now: datetime, useful: timedelta, hours: str) -> None:
    ahead = timedelta(hours=1) if hours == "always" else timedelta()
    with clock.frozen(now - ahead):
        row = queue_text(work, make_family(work), useful=useful)
    with clock.frozen(now):
        assert send_due(work, hours).sent == 0
    message = find_message(work, row)
    assert (message.status, message.reason, message.settled_at) == (S.EXPIRED, "past_its_use", now)


def stop(session: Any, contact: Contact, topic: str | None = None) -> None:
    record_consent(session, session.merge(contact), Consent.UNSUBSCRIBED, source="keyword", topic=topic)


@ON_SQLITE
@pytest.mark.parametrize(
    ("topic", "purpose", "after"),
    [
        (None, Purpose.CAMPAIGN, (S.SKIPPED, "said_stop")),
        (None, Purpose.REPLY, (S.SKIPPED, "said_stop")),
        (None, Purpose.STAFF, (S.SKIPPED, "said_stop")),
        (None, Purpose.CONFIRMATION, (S.ACCEPTED, None)),
        (None, Purpose.CRISIS, (S.ACCEPTED, None)),
        ("screenings", Purpose.CAMPAIGN, (S.SKIPPED, "said_stop_to_topic")),
        ("parenting", Purpose.CAMPAIGN, (S.ACCEPTED, None)),
    ],
)
def test_a_stop_between_queueing_and_sending_counts(
    work: Runtime, topic: str | None, purpose: Purpose, after: tuple[MessageStatus, str | None]
) -> None:
    family = make_family(work)
    row = queue_text(work, family, purpose=purpose, topic="screenings")
    with work.database.writing() as session:
        stop(session, family, topic)
    send_due(work)
    assert standing(work, row) == after


@ON_SQLITE
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"consent": Consent.PENDING}, "no_consent_yet"),
        ({"only_chosen_topics": True}, "topic_not_chosen"),
        ({"unreachable_at": NOON}, "unreachable"),
    ],
)
def test_consent_is_asked_again_at_the_moment_of_sending(work: Runtime, change: dict[str, Any], reason: str) -> None:
    row = queue_text(work, make_family(work), topic="screenings")
    with work.database.writing() as session:
        session.execute(update(Contact).values(change))
    send_due(work)
    assert standing(work, row) == (S.SKIPPED, reason)


def test_a_family_that_chose_the_topic_gets_it(work: Runtime) -> None:
    family = make_family(work, only_chosen_topics=True)
    with work.database.writing() as session:
        session.add(ContactTopic(contact_id=family.id, topic="screenings", consent=Consent.SUBSCRIBED))
    row = queue_text(work, family, topic="screenings")
    send_due(work)
    assert standing(work, row)[0] is S.ACCEPTED


def test_two_dispatchers_at_once_never_send_a_text_twice(work: Runtime, phones: Phones) -> None:
    families = [make_family(work, number) for number in range(10)]
    for family in families:
        for number in range(30):
            queue_text(work, family, f"text {number}", source_id=number)
    with ThreadPoolExecutor(3) as threads:
        reports = list(threads.map(lambda _: send_due(work), range(3)))
    assert sum(report.sent for report in reports) == 300
    assert Counter(phones.per_phone().values()) == {30: 10}
    assert phones.stats()["duplicates"] == 0


@pytest.mark.parametrize(
    ("asleep", "slow"),
    [(timedelta(), 5.0), (timedelta(minutes=10), 0.0)],
    ids=["the worker was slow", "the machine slept, and its monotonic clock with it"],
)
def test_a_claim_too_old_to_begin_is_put_back(work: Runtime, phones: Phones, asleep: timedelta, slow: float) -> None:
    row = queue_text(work, make_family(work))
    dispatcher = make_dispatcher(work)
    lease = make_lease(slow=slow)
    with work.database.writing() as session:
        _, claimed = dispatcher._claim(session, sorted(Priority), lease)
    assert standing(work, row)[0] is S.SENDING
    with clock.frozen(clock.now() + asleep):
        dispatcher._land(dispatcher._launch(claimed, lease), report := Report())
    message = find_message(work, row)
    assert (message.status, message.claim, message.attempts, report.sent) == (S.QUEUED, None, 0, 0)
    assert phones.texts() == []
    assert send_due(work).sent == 1


def test_a_phone_that_stopped_at_the_carrier_goes_into_the_ledger(work: Runtime, phones: Phones) -> None:
    family = make_family(work)
    row = queue_text(work, family)
    phones.send(family.phone, "STOP")
    send_due(work)
    assert standing(work, row) == (S.FAILED, "the phone said stop")
    assert find_message(work, row).error_code == 21610
    assert find_contact(work, family).consent is Consent.UNSUBSCRIBED
    with work.database.reading() as session:
        entry = session.scalars(select(ConsentEvent).order_by(ConsentEvent.id.desc())).first()
    assert entry is not None
    assert (entry.consent, entry.source) == (Consent.UNSUBSCRIBED, "carrier")
    later = queue_text(work, family, source_id=2)
    send_due(work)
    assert standing(work, later) == (S.SKIPPED, "said_stop")


def test_a_number_that_cannot_be_reached_is_marked_and_left_alone(work: Runtime, phones: Phones) -> None:
    family = make_family(work)
    row = queue_text(work, family)
    fail(phones, status=400, code=21211)
    send_due(work)
    assert standing(work, row) == (S.FAILED, "not a valid phone number")
    marked = find_contact(work, family)
    assert marked.unreachable_at is not None
    assert (marked.unreachable_reason, marked.consent) == ("not a valid phone number", Consent.SUBSCRIBED)
    later = queue_text(work, family, source_id=2)
    send_due(work)
    assert standing(work, later) == (S.SKIPPED, "unreachable")


def test_too_many_requests_are_tried_again_ever_later_five_times_at_most(work: Runtime, phones: Phones) -> None:
    with clock.frozen(NOON):
        row = queue_text(work, make_family(work))
    fail(phones, status=429, code=20429)
    tried, waits = NOON, []
    for attempt in range(1, MOST_ATTEMPTS + 1):
        with clock.frozen(tried):
            assert send_due(work).sent == 0
            assert send_due(work).other == 0  # not before its time
        message = find_message(work, row)
        assert message.attempts == attempt
        waits.append((message.not_before - tried).total_seconds())
        tried = max(message.not_before, tried)
    assert waits[:-1] == [20, 40, 80, 160]
    assert all(later == 2 * before for before, later in pairwise(waits[:-1]))
    assert standing(work, row) == (S.FAILED, "too many requests at once")


def test_after_too_many_requests_the_text_leaves_once(work: Runtime, phones: Phones) -> None:
    with clock.frozen(NOON):
        row = queue_text(work, make_family(work))
        fail(phones, status=429, code=20429, times=1)
        send_due(work)
    with clock.frozen(NOON + timedelta(seconds=20)):
        send_due(work)
    assert standing(work, row) == (S.ACCEPTED, None)
    assert find_message(work, row).error_code is None
    assert len(phones.texts()) == 1


def test_wrong_credentials_stop_the_slice_and_lose_nothing(work: Runtime, phones: Phones) -> None:
    with clock.frozen(NOON):
        rows = [queue_text(work, make_family(work, number)) for number in range(BATCH + 2)]
        fail(phones, status=401, code=20003)
        report = send_due(work)
        assert (report.sent, report.stopped) == (0, "the account's credentials were refused")
    assert {find_message(work, row).attempts for row in rows} == {0}
    phones.control("faults", method="DELETE")
    with clock.frozen(NOON + OPERATOR_PAUSE):  # one text tries first, then the others follow
        assert send_due(work).sent == BATCH + 2
    assert Counter(phones.per_phone().values()) == {1: BATCH + 2}


@ON_SQLITE
def test_one_bad_number_never_stops_the_rest(work: Runtime, phones: Phones) -> None:
    families = [make_family(work, number) for number in range(9)]
    troubles: list[dict[str, Any]] = [
        {"action": "error", "status": 400, "code": 21211},
        {"action": "error", "status": 500, "code": 20500},
        {"action": "error", "status": 400, "code": 99999},
        {"action": "cut_before"},
    ]
    phones.control("faults", [{**rule, "to": family.phone} for rule, family in zip(troubles, families, strict=False)])
    rows = [queue_text(work, family) for family in families]
    report = send_due(work)
    assert (report.sent, report.other, report.stopped) == (5, 4, None)
    assert [standing(work, row)[0] for row in rows[:4]] == [S.FAILED, S.UNKNOWN, S.FAILED, S.UNKNOWN]


def test_a_carrier_that_is_away_is_tried_again(work: Runtime) -> None:
    row = queue_text(work, make_family(work))
    away = Runtime(replace(work.settings, twilio_api_url="http://127.0.0.1:1"))
    send_due(away)
    away.close()
    assert standing(work, row) == (S.QUEUED, "no connection to the carrier")
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        assert send_due(work).sent == 1


@ON_SQLITE
def test_a_slice_that_runs_out_of_time_says_so(work: Runtime) -> None:
    queue_text(work, make_family(work))
    report = make_dispatcher(work).run(Priority, -1)
    assert (report.sent, report.more) == (0, True)


def test_an_alert_to_staff_needs_no_contact(work: Runtime, phones: Phones) -> None:
    family = make_family(work, consent=Consent.UNSUBSCRIBED)
    row = queue_text(work, family, purpose=Purpose.ALERT, priority=Priority.ALERT)
    with work.database.writing() as session:
        session.execute(update(Message).values(contact_id=None))
    with clock.frozen(NIGHT):
        send_due(work, DAYTIME)
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        send_due(work, DAYTIME)
    assert standing(work, row)[0] is S.ACCEPTED


def test_nothing_is_open_after_a_smooth_slice(work: Runtime) -> None:
    queue_text(work, make_family(work))
    send_due(work)
    assert settle(work, timedelta(hours=1)).open == 0
