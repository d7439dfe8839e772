"""Texts leave as fast as the sender may send, counted in segments over all workers, and never faster."""

import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import inf
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import update

from outreach import clock, queues, runtime
from outreach.carriers.sender import Pace, day_key, used_today
from outreach.outgoing.dispatch import Dispatcher, Report
from outreach.outgoing.grant import LARGEST_GRANT, Grant, Unpaced, smallest_grant
from outreach.outgoing.jobs import dispatch, sweep
from outreach.outgoing.lone_pace import PART, LonePace
from outreach.outgoing.models import Message, MessageStatus, Priority
from outreach.outgoing.pacing import SharedPace, count_segments, make_pacer
from outreach.people.consent import Purpose
from outreach.people.models import Contact
from outreach.redis_server import RedisServer
from outreach.runtime import Runtime
from outreach.settings import Settings
from tests.support.factories import NOON
from tests.support.sending import ON_SQLITE, find_message, make_dispatcher, make_family, queue_text, standing
from tests.support.servers import SENDER, Phones

S = MessageStatus
FIVE_SEGMENTS = "x" * (4 * 153 + 1)
BEFORE_MIDNIGHT = datetime(2026, 11, 25, 7, 59, tzinfo=UTC)  # in Los Angeles


def make_pace(work: Runtime, per_second: float = inf, per_day: float = inf) -> SharedPace:
    """A worker's view of the bucket, with its own connection."""

    def count_day(since: datetime) -> int:
        with work.database.reading() as session:
            return count_segments(session, since)

    connection = queues.connect(work.settings.redis_url or "")
    return SharedPace(connection, Pace(per_second, per_day), SENDER, count_day)


def pace_dispatcher(work: Runtime, per_second: float = inf, per_day: float = inf) -> Dispatcher:
    dispatcher = make_dispatcher(work)
    dispatcher.pacer = make_pace(work, per_second, per_day)
    return dispatcher


def queue_many(work: Runtime, number: int, body: str = "A text for you", start: int = 0, **more: object) -> list[int]:
    family = make_family(work, start)
    return [queue_text(work, family, body, source_id=n, **more) for n in range(number)]  # type: ignore[arg-type]


def queue_reply(work: Runtime, family: Contact, source_id: int = 900, body: str = "an answer") -> int:
    return queue_text(work, family, body, source_id=source_id, purpose=Purpose.REPLY, priority=Priority.REPLY)


def arrivals(phones: Phones) -> list[tuple[float, int]]:
    """When each text came to the carrier, in seconds, and its segments."""
    return [(text["created_at"], text["segments"]) for text in phones.texts()]


def commands(work: Runtime) -> int:
    """How many commands Redis has had."""
    stats = work.redis.info("stats")
    assert isinstance(stats, dict)
    return int(stats["total_commands_processed"])


def most_above(arrived: list[tuple[float, int]], rate: float) -> float:
    """Over all spans of time between two texts: the segments in it beyond what the rate makes of its length."""
    most = 0.0
    for start, (begin, _) in enumerate(arrived):
        sent = 0
        for at, segments in arrived[start:]:
            sent += segments
            most = max(most, sent - rate * (at - begin))
    return most


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis to stop."""
    server = RedisServer(tmp_path / "own-redis")
    server.start()
    yield server
    server.stop()


@pytest.mark.parametrize(
    ("granted", "of_day", "texts", "taken", "owed"),
    [
        (6, inf, [1, 1, 1], [True, True, True], -3),
        (6, inf, [3, 2, 2, 1], [True, True, False, False], -1),  # in their order: none passes a longer one
        (1, inf, [5, 1], [True, False], 4),  # a long text goes, and the bucket owes the rest
        (0, inf, [1], [False], 0),
        (3, 3, [2, 2, 1], [True, False, False], 0),  # the day has no room for the next: what is left of it is let go
        (2, 2, [3, 1], [False, False], 0),
        (inf, inf, [24] * 200, [True] * 200, 0),
    ],
)
def test_a_grant_is_taken_text_by_text(
    granted: float, of_day: float, texts: list[int], taken: list[bool], owed: int
) -> None:
    grant = Grant(granted, 0, of_day)
    assert [grant.take(Priority.BULK, segments) for segments in texts] == taken
    assert grant.owed == owed


def test_campaigns_get_what_urgent_texts_leave_of_a_grant() -> None:
    grant = Grant(6, 0, 8)
    order = [(Priority.REPLY, 5), (Priority.BULK, 2), (Priority.BULK, 1)]
    assert [grant.take(*text) for text in order] == [True, True, False]
    assert (grant.paced, grant.owed) == (2, 1)
    spent = Grant(6, 0, 20)
    assert [spent.take(*text) for text in [(Priority.REPLY, 6), (Priority.BULK, 1)]] == [True, False]
    assert spent.owed == 0


def test_what_is_urgent_asks_for_no_room_and_is_charged() -> None:
    grant = Grant(0, 60, 0)
    assert [grant.take(priority, 4) for priority in (Priority.CRISIS, Priority.REPLY, Priority.ALERT)] == [True] * 3
    assert not grant.take(Priority.REMINDER, 1)
    assert grant.owed == 12


@pytest.mark.parametrize(
    ("rate", "at_first", "least"), [(0.1, 2, 1), (1, 2, 1), (3, 3, 2), (3.75, 3, 2), (12, 12, 6), (225, 128, 64)]
)
@ON_SQLITE
def test_a_bucket_holds_a_second_and_is_claimed_about_twice_in_one(
    work: Runtime, rate: float, at_first: int, least: int
) -> None:
    pace = make_pace(work, rate)
    first = pace.reserve()
    assert (first.segments, smallest_grant(rate)) == (at_first, least)
    assert at_first <= LARGEST_GRANT
    if rate < LARGEST_GRANT:
        second = pace.reserve()
        assert second.segments == 0
        assert 0 < second.wait <= least / rate + 0.01


@ON_SQLITE
def test_a_long_text_at_a_slow_pace_is_paid_for_before_the_next_one(work: Runtime) -> None:
    pace = make_pace(work, 1)
    grant = pace.reserve()
    assert grant.take(Priority.BULK, 5)
    pace.settle(grant)
    waits = pace.reserve()
    assert (waits.segments, round(waits.wait)) == (0, 4)


@ON_SQLITE
def test_what_was_granted_and_not_used_goes_back(work: Runtime) -> None:
    pace = make_pace(work, 10)
    grant = pace.reserve()
    grant.take(Priority.BULK, 3)
    pace.settle(grant)
    assert pace.reserve().segments == 7


@ON_SQLITE
def test_a_full_bucket_is_not_kept(work: Runtime) -> None:
    pace = make_pace(work, 100)
    pace.reserve()
    key = f"outreach:pace:{SENDER}"
    left = work.redis.pttl(key)
    assert isinstance(left, int)
    assert 1000 < left <= 2010


@ON_SQLITE
def test_a_bucket_is_one_for_all_who_ask(work: Runtime) -> None:
    views = [make_pace(work, 12) for _ in range(5)]
    assert [view.reserve().segments for view in views] == [12, 0, 0, 0, 0]


def test_several_workers_together_never_send_faster_than_the_sender_may(work: Runtime, phones: Phones) -> None:
    rate, texts = 40, [("short", 60), ("y" * 400, 40)]
    rows = [row for number, (body, count) in enumerate(texts) for row in queue_many(work, count, body, start=number)]
    dispatchers = [pace_dispatcher(work, rate) for _ in range(4)]
    began = time.monotonic()
    with ThreadPoolExecutor(4) as threads:
        reports = list(threads.map(lambda one: one.run(Priority, 20), dispatchers))
    took, arrived = time.monotonic() - began, arrivals(phones)
    assert sum(report.sent for report in reports) == len(arrived) == len(rows)
    segments = sum(number for _, number in arrived)
    assert segments == 60 + 40 * 3
    # A bucketful, what one claim owes for its first text, and what the carrier's clock shows late of it.
    assert most_above(arrived, rate) <= rate + 2 + 0.1 * rate
    assert took < (segments - rate) / rate * 1.3 + 1


def test_a_campaign_leaves_at_a_slow_pace_without_asking_all_the_time(work: Runtime, phones: Phones) -> None:
    queue_many(work, 5)
    dispatcher = pace_dispatcher(work, 2)
    before = commands(work)
    report = dispatcher.run(Priority, 20)
    asked = commands(work) - before
    arrived = [at for at, _ in arrivals(phones)]
    assert report == Report(sent=5)
    assert 1.2 < arrived[-1] - arrived[0] < 3
    assert all(0.3 < after - before < 0.9 for before, after in pairwise(arrived[1:]))
    assert asked < 120  # the script's own commands included


def test_a_reply_does_not_wait_and_campaigns_make_room_for_it(work: Runtime, phones: Phones) -> None:
    family = make_family(work)
    bulk = queue_text(work, family)
    dispatcher = pace_dispatcher(work, 1)
    owing = Grant(0)
    owing.take(Priority.REPLY, 30)
    dispatcher.pacer.settle(owing)
    reply = queue_reply(work, family, body=FIVE_SEGMENTS)
    began = time.monotonic()
    report = dispatcher.run(Priority, 5)
    assert time.monotonic() - began < 2
    assert (standing(work, reply)[0], standing(work, bulk)[0]) == (S.ACCEPTED, S.QUEUED)
    assert report == Report(sent=1)  # a wait this long is the sweep's
    assert round(dispatcher.pacer.reserve().wait, -1) == 30 + 5 - 5  # what it owes, less what it held


def test_urgent_dispatch_charges_without_asking(work: Runtime) -> None:
    queue_reply(work, make_family(work))
    dispatcher = pace_dispatcher(work, 10)
    dispatcher.run([Priority.CRISIS, Priority.REPLY, Priority.ALERT], 5)
    kept = work.redis.hget(f"outreach:pace:{make_pace(work, 10).sender}", "segments")
    assert isinstance(kept, bytes)
    assert float(kept) == 9, "as it was when the reply left: the bucket fills by the tenth of a second"


def test_a_wait_ends_when_its_worker_has_something_urgent_to_do(work: Runtime) -> None:
    queue_many(work, 9)
    dispatcher = pace_dispatcher(work, 1)
    dispatcher.wanted_elsewhere = lambda: True
    began = time.monotonic()
    assert dispatcher.run(Priority, 10) == Report(sent=2, more=True)
    assert time.monotonic() - began < 1


def test_nobody_waits_for_room_that_no_text_needs(work: Runtime) -> None:
    queue_many(work, 2)
    began = time.monotonic()
    assert pace_dispatcher(work, 0.5).run(Priority, 10) == Report(sent=2)
    assert time.monotonic() - began < 1.5


def test_texts_that_do_not_leave_need_no_room(work: Runtime) -> None:
    rows = queue_many(work, 60, useful=timedelta(hours=1))
    with clock.frozen(clock.now() + timedelta(hours=2)):
        assert pace_dispatcher(work, 1).run(Priority, 5) == Report(other=60)
    assert {standing(work, row)[0] for row in rows} == {S.EXPIRED}


def test_no_more_leaves_in_a_day_than_its_limit_and_the_rest_the_next_day(work: Runtime, phones: Phones) -> None:
    rows = queue_many(work, 30)
    with clock.frozen(BEFORE_MIDNIGHT):
        with work.database.writing() as session:
            session.execute(update(Message).values(not_before=clock.now()))
        dispatcher = pace_dispatcher(work, per_day=12)
        assert dispatcher.run(Priority, 5) == Report(sent=12)
        assert dispatcher.pacer.reserve().wait == 60
        assert pace_dispatcher(work, per_day=12).run(Priority, 5) == Report()
    assert [standing(work, row) for row in rows[12:]] == [(S.QUEUED, None)] * 18
    with clock.frozen(BEFORE_MIDNIGHT + timedelta(minutes=1)):
        assert dispatcher.run(Priority, 5) == Report(sent=12)
    assert len(phones.texts()) == 24


def test_a_day_that_redis_forgot_is_counted_in_the_database(work: Runtime, phones: Phones) -> None:
    queue_many(work, 30)
    reply = queue_reply(work, make_family(work, 7), body=FIVE_SEGMENTS)
    pace_dispatcher(work, per_day=20).run(Priority, 5)
    assert len(phones.texts()) == 1 + 15  # the reply's five count too
    work.redis.flushall()
    assert pace_dispatcher(work, per_day=20).run(Priority, 5) == Report()
    assert work.redis.get(day_key(SENDER, clock.now())) == b"20"
    with work.database.writing() as session:
        sent_at = find_message(work, reply).sent_at
        assert sent_at
        session.execute(update(Message).where(Message.id == reply).values(sent_at=sent_at - timedelta(days=1)))
    work.redis.flushall()
    assert pace_dispatcher(work, per_day=20).run(Priority, 5) == Report(sent=5)


def test_texts_in_a_workers_hands_count_for_the_day(work: Runtime) -> None:
    first, *_ = queue_many(work, 3, FIVE_SEGMENTS)
    with work.database.writing() as session:
        session.execute(update(Message).where(Message.id == first).values(status=S.SENDING, claimed_at=NOON))
    with work.database.reading() as session:
        assert [count_segments(session, NOON + timedelta(hours=hours)) for hours in (-1, 1)] == [5, 0]


@ON_SQLITE
def test_a_text_that_the_day_has_no_room_for_ends_the_day(work: Runtime) -> None:
    queue_many(work, 3, FIVE_SEGMENTS)
    dispatcher = pace_dispatcher(work, per_day=12)
    assert dispatcher.run(Priority, 5) == Report(sent=2)
    assert work.redis.get(day_key(SENDER, clock.now())) == b"12"
    reply = queue_reply(work, make_family(work, 7))
    assert dispatcher.run(Priority, 5) == Report(sent=1)
    assert standing(work, reply)[0] is S.ACCEPTED


@ON_SQLITE
def test_a_day_used_up_is_told_once(work: Runtime, caplog: pytest.LogCaptureFixture) -> None:
    queue_many(work, 3)
    dispatcher = pace_dispatcher(work, per_day=2)
    with caplog.at_level(logging.WARNING, "outreach.outgoing"):
        for _ in range(3):
            dispatcher.run(Priority, 5)
    assert [record.message for record in caplog.records] == ["the segments of the day are used up"]


@ON_SQLITE
def test_without_redis_a_worker_keeps_to_a_part_of_the_pace(
    work: Runtime, phones: Phones, own_redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    queue_many(work, 40)
    pace = make_pace(work, 40, per_day=36)
    pace.redis = Redis.from_url(own_redis.url, socket_timeout=1, socket_connect_timeout=1)
    pace.__post_init__()
    own_redis.stop()
    dispatcher = make_dispatcher(work)
    dispatcher.pacer = pace
    with caplog.at_level(logging.WARNING, "outreach.outgoing"):
        report = dispatcher.run(Priority, 3)
    arrived = arrivals(phones)
    assert report.sent == len(arrived) == 36 * PART
    assert most_above(arrived, 40 * PART) <= 40 * PART
    assert len(caplog.records) == 1

    own_redis.start()
    reply = queue_reply(work, make_family(work, 7))
    dispatcher.run([Priority.REPLY], 3)
    assert standing(work, reply)[0] is S.ACCEPTED
    assert pace._alone
    pace._alone.until = 0
    assert dispatcher.run(Priority, 9).sent == 36 - 36 * PART - 1  # what left meanwhile is counted in the database
    pace.redis.close()


def test_a_worker_alone_begins_with_nothing_saved_up() -> None:
    alone = LonePace(12)
    grant = alone.reserve()
    assert grant.segments == 0
    assert 0.5 < grant.wait <= 2 / (12 * PART)


@ON_SQLITE
def test_an_unpaced_sender_asks_nobody(work: Runtime) -> None:
    assert isinstance(make_pacer(work.settings, work.database), Unpaced)
    assert used_today(work.redis, work.settings) is None
    queue_many(work, 3)
    before = commands(work)
    make_dispatcher(work).run(Priority, 5)
    assert commands(work) == before + 1


@ON_SQLITE
def test_what_is_kept_to_is_said_at_the_start(
    work: Runtime, environment: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    service = {
        **environment,
        "TWILIO_API_URL": "https://api.twilio.com",
        "TWILIO_MESSAGING_SERVICE_SID": "MG" + "1" * 32,
    }
    with caplog.at_level(logging.INFO, "outreach.outgoing"):
        make_pacer(Settings.from_env(service), work.database)
        make_pacer(Settings.from_env({**service, "OUTREACH_SENDER": "10dlc-mid"}), work.database)
    told = [(record.levelname, vars(record)["segments_per_second"]) for record in caplog.records]
    assert told == [("INFO", 12), ("WARNING", 12), ("INFO", 120)]


def test_a_paced_job_is_called_again_by_itself_or_by_the_sweep(
    environment: dict[str, str], work: Runtime, phones: Phones
) -> None:
    paced = Runtime(Settings.from_env({**environment, "OUTREACH_SEGMENTS_PER_SECOND": "1"}))
    runtime.use(paced)
    queue_many(paced, 4)
    paced.redis.rpush("rq:queue:urgent", "a job that waits")
    report = dispatch("all")
    assert (report.sent, report.more) == (2, True)
    assert paced.redis.llen("rq:queue:bulk") == 1
    paced.redis.flushdb()
    owing = Grant(0)
    owing.take(Priority.REPLY, 60)
    make_pace(paced, 1).settle(owing)
    assert dispatch("all") == Report()
    assert paced.redis.llen("rq:queue:bulk") == 0
    sweep()
    assert paced.redis.llen("rq:queue:bulk") == 1
    paced.close()
