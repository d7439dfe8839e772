"""What may happen on any day: a worker is killed, Redis forgets everything. Every family still gets one text."""

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from outreach.campaigns.models import Campaign
from outreach.campaigns.progress import measure
from outreach.outgoing.models import MessageStatus
from outreach.people.roster import import_families
from outreach.sample.families import write_families
from tests.support.service import Service, run_service, wait_for

FAMILIES = 2000
LAUNCH = ("campaigns", "launch", "screenings/vision", "--to", "everyone", "--set", "place=Lincoln School gym",
          "--set", "date=2099-12-05", "--set", "time=10:00")  # fmt: skip


@pytest.fixture
def service(database_url: str, tmp_path: Path) -> Iterator[Service]:
    with run_service(database_url, tmp_path) as running:
        roster = tmp_path / "families.csv"
        write_families(roster, FAMILIES, everyone_agrees=True)
        import_families(running.runtime.database, roster, consent_source=None)
        running.outreach("translations", "accept", "es", "pt_BR", "ht", "--by", "a test")
        yield running


def launched(service: Service) -> str:
    return service.outreach(*LAUNCH).strip()


def count(service: Service) -> int:
    taken: int = service.phones.stats()["taken"]
    return taken


def delivered(service: Service, campaign: str) -> bool:
    with service.runtime.database.reading() as session:
        counts = measure(session, session.get_one(Campaign, int(campaign))).counts
    return counts.get(MessageStatus.DELIVERED) == FAMILIES


def everyone_has_one(service: Service) -> bool:
    return Counter(service.phones.per_phone().values()) == {1: FAMILIES}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the killed worker shows the same on PostgreSQL
@pytest.mark.timeout(240)
def test_two_thousand_families_in_four_languages_get_one_text_each(service: Service) -> None:
    campaign = launched(service)
    wait_for(lambda: delivered(service, campaign), "every receipt", 120)
    assert everyone_has_one(service)
    assert f'"delivered": {FAMILIES}' in service.outreach("campaigns", "status", campaign, "--json")
    assert len({text["body"] for text in service.phones.texts()}) == 4


@pytest.mark.timeout(240)
def test_a_worker_killed_in_the_middle_doubles_and_loses_nothing(service: Service) -> None:
    service.phones.control("settings", {"latency_ms": 100})
    campaign = launched(service)
    wait_for(lambda: count(service) > FAMILIES // 10, "the campaign to be under way")
    service.kill("worker-all")
    assert count(service) < FAMILIES, "it was killed in the middle"
    time.sleep(1)
    service.start_worker("worker-all")
    wait_for(lambda: delivered(service, campaign), "every receipt", 150)
    assert everyone_has_one(service)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # Redis knows nothing of the database
@pytest.mark.timeout(240)
def test_redis_losing_everything_in_the_middle_doubles_and_loses_nothing(service: Service) -> None:
    service.phones.control("settings", {"latency_ms": 100})
    campaign = launched(service)
    wait_for(lambda: count(service) > FAMILIES // 10, "the campaign to be under way")
    with Redis.from_url(service.redis.url) as client:
        client.flushall()
    assert count(service) < FAMILIES, "it was forgotten in the middle"
    wait_for(lambda: delivered(service, campaign), "every receipt", 150)
    assert everyone_has_one(service)
