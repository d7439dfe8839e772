"""The job that routes: it asks campaigns to make way when families wait, and does not rest while many do."""

import time
from datetime import timedelta

import pytest

from outreach import clock, queues
from outreach.incoming import jobs
from outreach.incoming.inbox import unrouted
from outreach.runtime import Runtime
from outreach.sample.families import sample_phone
from tests.support.webhooks import post_inbound


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.mark.parametrize(("waited", "asked"), [(jobs.TOO_LONG / 2, False), (jobs.TOO_LONG * 2, True)])
def test_a_text_that_waited_too_long_asks_campaigns_to_make_way(work: Runtime, waited: timedelta, asked: bool) -> None:
    stored_at = clock.now()
    with clock.frozen(stored_at):
        post_inbound(work, sample_phone(0), "HELP")
    with clock.frozen(stored_at + waited):
        jobs.route()
    assert queues.is_hurried(work.redis) is asked


def test_a_full_batch_is_followed_by_the_next_without_rest(work: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    rests: list[float] = []
    for number in range(2 * jobs.BATCH):
        post_inbound(work, sample_phone(number), "HELP")
    monkeypatch.setattr(jobs, "SLICE_SECONDS", 60)
    monkeypatch.setattr(time, "sleep", rests.append)
    jobs.route()
    with work.database.reading() as session:
        assert unrouted(session, clock.now()) == 0
    assert rests == []
