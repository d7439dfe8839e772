"""A run's recipients are fixed a chunk at a time; what comes between two chunks loses nobody and doubles nobody."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from redis import Redis
from sqlalchemy import event, select

from outreach import clock
from outreach.campaigns import progress, runs
from outreach.campaigns.jobs import advance
from outreach.campaigns.models import Campaign, CampaignState, Run, RunState
from outreach.outgoing.models import Message, MessageStatus
from outreach.runtime import Runtime
from tests.support.campaigns import find_campaign, launch_pack, messages
from tests.support.sending import make_family

FAMILIES = 5


class KilledError(Exception):
    """A worker's death, as far as its open transaction is concerned."""


class Interrupted(Redis):
    """Does something after the first chunk's commit, when its texts may leave."""

    then: Callable[[], object]

    def set(self, *arguments: Any, **more: Any) -> Any:
        then, self.then = self.then, lambda: None
        then()
        return super().set(*arguments, **more)


@pytest.fixture
def town(work: Runtime, monkeypatch: pytest.MonkeyPatch) -> Runtime:
    """Five families, and chunks of two."""
    monkeypatch.setattr(runs, "CHUNK", 2)
    for number in range(FAMILIES):
        make_family(work, number)
    return work


@pytest.fixture
def campaign_id(town: Runtime) -> int:
    return launch_pack(town)


def fire_and(work: Runtime, campaign_id: int, then: Callable[[], object]) -> int:
    """Fire the campaign's run; `then` comes between its first two chunks."""
    redis = Interrupted.from_url(work.settings.redis_url or "")
    assert isinstance(redis, Interrupted)
    redis.then = then
    try:
        return runs.fire(work.database, redis, find_run(work, campaign_id).id, clock.now())
    finally:
        redis.close()


def find_run(work: Runtime, campaign_id: int) -> Run:
    with work.database.reading() as session:
        return session.scalars(select(Run).where(Run.campaign_id == campaign_id)).one()


def by_a_person(work: Runtime, campaign_id: int, hand: Callable[..., object]) -> None:
    with work.database.writing() as session:
        hand(session, session.get_one(Campaign, campaign_id))


def per_phone(work: Runtime) -> list[int]:
    return list(Counter(message.phone for message in messages(work)).values())


def test_every_family_is_fixed_once_whatever_the_size_of_a_chunk(town: Runtime, campaign_id: int) -> None:
    assert advance() == FAMILIES
    assert per_phone(town) == [1] * FAMILIES
    assert find_run(town, campaign_id).state is RunState.FIRED


def test_a_run_whose_worker_died_between_chunks_is_completed_by_the_next(town: Runtime, campaign_id: int) -> None:
    seen = 0

    def die_at_the_third(*arguments: Any) -> None:
        nonlocal seen
        seen += arguments[2].startswith("INSERT INTO messages")
        if seen == 3:
            raise KilledError

    event.listen(town.database.engine, "before_cursor_execute", die_at_the_third)
    with pytest.raises(KilledError):
        advance()
    event.remove(town.database.engine, "before_cursor_execute", die_at_the_third)
    assert len(messages(town)) == 4
    assert find_run(town, campaign_id).state is RunState.PLANNED
    assert advance() == 1
    assert per_phone(town) == [1] * FAMILIES
    assert find_run(town, campaign_id).state is RunState.FIRED


def test_a_pause_between_chunks_holds_and_resume_completes_the_run(town: Runtime, campaign_id: int) -> None:
    made = fire_and(town, campaign_id, lambda: by_a_person(town, campaign_id, progress.pause))
    assert made == 2
    assert {message.status for message in messages(town)} == {MessageStatus.PAUSED}
    assert advance() == 0
    by_a_person(town, campaign_id, lambda session, campaign: progress.resume(session, town.redis, campaign))
    assert advance() == 3
    assert per_phone(town) == [1] * FAMILIES
    assert {message.status for message in messages(town)} == {MessageStatus.QUEUED}


def test_a_cancel_between_chunks_is_final(town: Runtime, campaign_id: int) -> None:
    made = fire_and(town, campaign_id, lambda: by_a_person(town, campaign_id, progress.cancel))
    assert made == 2
    assert advance() == 0
    assert {message.status for message in messages(town)} == {MessageStatus.CANCELED}
    assert find_campaign(town, campaign_id).state is CampaignState.CANCELED
    assert find_run(town, campaign_id).state is RunState.CANCELED


def test_a_family_that_joins_while_a_run_fires_is_no_part_of_it(town: Runtime, campaign_id: int) -> None:
    assert fire_and(town, campaign_id, lambda: make_family(town, 40)) == FAMILIES
    with town.database.reading() as session:
        assert len(session.scalars(select(Message)).all()) == FAMILIES
