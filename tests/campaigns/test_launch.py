import pytest
from sqlalchemy import func, select

from outreach.campaigns.launch import LaunchError, launch
from outreach.campaigns.models import Campaign, CampaignStep, CampaignWording, Enrolment, Run
from outreach.queues import QUEUES
from outreach.runtime import Runtime
from outreach.staff.models import AuditEntry
from outreach.wording.models import Text
from tests.support.campaigns import SERIES, VISION, find_campaign, launch_pack, launch_plan, plan_pack
from tests.support.jobs import run_jobs
from tests.support.sending import make_family
from tests.support.servers import Phones

TABLES = (Campaign, CampaignStep, CampaignWording, Run, Enrolment, AuditEntry, Text)


def counts(work: Runtime) -> list[int]:
    with work.database.reading() as session:
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES]


def jobs_waiting(work: Runtime) -> int:
    return sum(work.redis.llen(f"rq:queue:{name}") for name in QUEUES)  # type: ignore[misc]


def test_the_same_key_twice_launches_once(work: Runtime, phones: Phones) -> None:
    make_family(work)
    plan = plan_pack(work)
    first = launch_plan(work, plan, "a form sent twice")
    assert launch_plan(work, plan, "a form sent twice") == first
    assert launch_plan(work, plan_pack(work, values={}), "a form sent twice") == first
    run_jobs(work)
    assert len(phones.texts()) == 1
    assert launch_plan(work, plan, "another form") != first


def test_without_a_key_two_launches_are_two(work: Runtime) -> None:
    make_family(work)
    assert launch_pack(work) != launch_pack(work)


@pytest.mark.parametrize("pack", [VISION, SERIES])
def test_a_refused_launch_leaves_nothing_behind(work: Runtime, pack: str) -> None:
    make_family(work, language="es")
    before = counts(work)
    with pytest.raises(LaunchError, match="Spanish, 1 family"):
        launch_pack(work, pack)
    assert counts(work) == before
    assert jobs_waiting(work) == 0


def test_a_launch_that_rolls_back_wakes_nobody(work: Runtime) -> None:
    make_family(work)
    plan = plan_pack(work)
    before = counts(work)
    with work.database.writing() as session:
        launch(session, work.redis, work.settings, plan)
        session.rollback()
    assert (counts(work), jobs_waiting(work)) == (before, 0)


def test_a_launch_is_on_record(work: Runtime) -> None:
    make_family(work)
    plan = plan_pack(work, choices={"es": "skip"})
    campaign_id = launch_plan(work, plan)
    with work.database.reading() as session:
        entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.subject, entry.subject_id) == ("campaign.launched", "campaign", campaign_id)
    assert entry.details == {
        "pack": VISION, "audience": "everyone", "families": 1, "segments": plan.segments, "cost": str(plan.cost),
        "choices": {"es": "skip"},
    }  # fmt: skip


def test_a_campaign_keeps_what_it_was_launched_with(work: Runtime) -> None:
    make_family(work)
    campaign = find_campaign(work, launch_pack(work))
    assert campaign.fields == {
        "sender": "Riverside", "place": "Lincoln School gym", "date": "2099-12-05", "time": "10:00:00",
    }  # fmt: skip
    assert (campaign.pack, campaign.timezone) == (VISION, "America/New_York")


def test_everybody_in_the_audience_joins_a_series(work: Runtime) -> None:
    make_family(work), make_family(work, 1, zip="02139"), make_family(work, 2, zip="02139")
    launch_pack(work, SERIES, "zip=02139")
    assert counts(work)[TABLES.index(Enrolment)] == 2
