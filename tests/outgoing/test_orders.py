"""Pause, resume and cancel: they hold from their commit on, however many texts they are about."""

import threading
import time

import pytest
from sqlalchemy import text

from outreach import clock
from outreach.db import Database
from outreach.outgoing import orders
from outreach.outgoing.claims import find_due, put_aside, source_of
from outreach.outgoing.dispatch import Timing
from outreach.outgoing.jobs import follow_orders
from outreach.outgoing.models import Message, MessageStatus, Priority
from outreach.outgoing.order_watch import LOOK_AGAIN, OrderWatch
from outreach.outgoing.outbox import count
from outreach.runtime import Runtime
from tests.support.sending import make_dispatcher, make_family, queue_text, send_due
from tests.support.servers import Phones

S = MessageStatus
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def queue_campaign(work: Runtime, size: int, first: int = 0, source_id: int = 1) -> None:
    for number in range(first, first + size):
        queue_text(work, make_family(work, number), source_id=source_id)


def give(work: Runtime, order: str, source_id: int = 1) -> int:
    with work.database.writing() as session:
        hand = {"pause": orders.pause, "resume": orders.resume, "cancel": orders.cancel}[order]
        return hand(session, "test", [source_id])


def counts(work: Runtime, source_id: int = 1) -> dict[str, int]:
    with work.database.reading() as session:
        return {f"{status}": number for status, _, number in count(session, "test", [source_id])}


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orders, "CHUNK", 4)


def test_nothing_of_a_large_campaign_leaves_once_it_is_paused(
    work: Runtime, phones: Phones, small_chunks: None
) -> None:
    queue_campaign(work, 10)
    queue_campaign(work, 2, first=20, source_id=2)
    assert give(work, "pause") == 10
    assert counts(work) == {"paused": 4, "queued": 6}  # the rest has yet to follow
    assert send_due(work).sent == 2  # another campaign's
    assert counts(work) == {"paused": 10}
    assert len(phones.texts()) == 2


@pytest.mark.parametrize(("order", "after"), [("pause", "paused"), ("cancel", "canceled")])
def test_a_job_lets_the_rows_of_a_large_campaign_follow(
    work: Runtime, small_chunks: None, order: str, after: str
) -> None:
    queue_campaign(work, 10)
    give(work, order)
    follow_orders()
    assert counts(work) == {after: 10}
    with work.database.reading() as session:
        assert orders.open_orders(session) == []
        assert orders.is_stopped(session, ("test", 1))  # for what comes back from a worker or the carrier


def test_a_large_campaign_is_resumed_whole_and_leaves_once(work: Runtime, phones: Phones, small_chunks: None) -> None:
    queue_campaign(work, 10)
    give(work, "pause")
    follow_orders()
    assert give(work, "resume") == 10
    assert counts(work) == {"paused": 6, "queued": 4}
    follow_orders()
    send_due(work)
    assert sorted(phones.per_phone().values()) == [1] * 10
    with work.database.reading() as session:
        assert not orders.is_stopped(session, ("test", 1))


def test_the_last_word_counts(work: Runtime, phones: Phones, small_chunks: None) -> None:
    queue_campaign(work, 10)
    for order in ("pause", "resume", "pause", "cancel"):
        give(work, order)
    follow_orders()
    send_due(work)
    assert counts(work) == {"canceled": 10}
    assert phones.texts() == []


def test_what_comes_back_after_a_cancel_never_leaves(work: Runtime, phones: Phones) -> None:
    queue_campaign(work, 1)
    with work.database.writing() as session:
        session.execute(text("UPDATE messages SET status = 'sending'"))
    assert give(work, "cancel") == 0
    with work.database.writing() as session:
        session.execute(text("UPDATE messages SET status = 'queued'"))
    send_due(work)
    assert counts(work) == {"canceled": 1}
    assert phones.texts() == []


@ON_POSTGRESQL
def test_a_pause_reaches_texts_that_a_slow_carrier_keeps_waiting_in_a_workers_hands(
    work: Runtime, phones: Phones
) -> None:
    queue_campaign(work, 150)
    phones.control("settings", {"latency_ms": 900})
    dispatcher = make_dispatcher(work, timing=Timing(20))
    sending = threading.Thread(target=dispatcher.run, args=(list(Priority), 30))
    sending.start()
    try:
        while not counts(work).get("sending"):
            time.sleep(0.02)
        give(work, "pause")
        paused = time.monotonic()
    finally:
        sending.join(60)
    phones.control("settings", {"latency_ms": 0})
    assert time.monotonic() - paused < 5
    left = len(phones.texts())
    assert 0 < left <= 64, "only the requests that were under way"
    assert counts(work) == {"accepted": left, "paused": 150 - left}


def test_while_the_database_is_away_nothing_more_of_a_batch_leaves(caplog: pytest.LogCaptureFixture) -> None:
    away = Database("postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=2")
    watch = OrderWatch(away)
    watch.expect([("test", 1), ("test", 1)])
    assert not watch.says_stop(("test", 1)), "it was asked when they were claimed"
    time.sleep(LOOK_AGAIN)
    assert watch.says_stop(("test", 1))
    assert "orders cannot be read: OperationalError" in caplog.text
    away.close()


@ON_POSTGRESQL
def test_a_row_put_aside_by_a_claim_is_found_by_whoever_resumes(work: Runtime) -> None:
    """A claim that obeyed the pause commits after the resumption was asked for: nothing may stay paused for ever."""
    queue_campaign(work, 3)
    with work.database.writing() as session:
        orders.pause(session, "test", [1])
        session.execute(text("UPDATE messages SET status = 'queued'"))  # as if they had come back
    resuming = threading.Thread(target=give, args=(work, "resume"))
    with work.database.writing() as claim:
        now = clock.now()
        rows = find_due(claim, list(Priority), now, 10)
        ordered = orders.standing_orders(claim, {source_of(row) for row in rows})
        resuming.start()
        time.sleep(0.3)
        assert resuming.is_alive(), "it waits for the claim"
        for row in rows:
            aside = put_aside(row, ordered[source_of(row)], now)
            claim.get_one(Message, row.id).status = aside["status"]
    resuming.join(10)
    assert counts(work) == {"queued": 3}


def test_what_is_withdrawn_ends_and_what_is_queued_later_leaves(work: Runtime, phones: Phones) -> None:
    queue_campaign(work, 2)
    with work.database.writing() as session:
        assert orders.withdraw(session, "test", [1]) == 2
    queue_campaign(work, 1, first=5)
    send_due(work)
    assert counts(work) == {"canceled": 2, "accepted": 1}
