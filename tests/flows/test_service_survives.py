"""The whole service on an ordinary day: launched from the command line, two thousand families get one text each."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

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
def service(sqlite_url: str, tmp_path: Path) -> Iterator[Service]:
    with run_service(sqlite_url, tmp_path) as running:
        roster = tmp_path / "families.csv"
        write_families(roster, FAMILIES, everyone_agrees=True)
        import_families(running.runtime.database, roster, consent_source=None)
        running.outreach("translations", "accept", "es", "pt_BR", "ht", "--by", "a test")
        yield running


def delivered(service: Service, campaign: str) -> bool:
    with service.runtime.database.reading() as session:
        counts = measure(session, session.get_one(Campaign, int(campaign))).counts
    return counts.get(MessageStatus.DELIVERED) == FAMILIES


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_two_thousand_families_in_four_languages_get_one_text_each(service: Service) -> None:
    campaign = service.outreach(*LAUNCH).strip()
    wait_for(lambda: delivered(service, campaign), "every receipt", 120)
    assert Counter(service.phones.per_phone().values()) == {1: FAMILIES}
    assert f'"delivered": {FAMILIES}' in service.outreach("campaigns", "status", campaign, "--json")
    assert len({text["body"] for text in service.phones.texts()}) == 4
