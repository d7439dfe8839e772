"""The first journey: a pack is launched, every family gets it once in its own language, receipts come back."""

from collections import Counter

from sqlalchemy import select

from outreach.campaigns.launch import launch
from outreach.campaigns.models import Campaign
from outreach.campaigns.packs import packs_at
from outreach.campaigns.plan import Plan, Request, make_plan
from outreach.campaigns.progress import measure
from outreach.campaigns.recipients import Recipients
from outreach.languages import LANGUAGES
from outreach.outgoing.models import Message, MessageStatus
from outreach.people.models import Consent
from outreach.runtime import Runtime
from outreach.wording.acceptance import accept_language
from outreach.wording.catalog import translations_at
from tests.support.factories import make_contact
from tests.support.jobs import run_jobs
from tests.support.servers import Phones

VALUES = {"place": "Lincoln School gym", "date": "2099-12-05", "time": "10:00"}


def plan_vision(work: Runtime) -> Plan:
    content = work.settings.content
    with work.database.writing() as session:
        return make_plan(
            session,
            work.settings,
            translations_at(content / "locales"),
            Request(
                packs_at(content / "campaigns")["screenings/vision"],
                Recipients.read("everyone", tuple(LANGUAGES)),
                VALUES,
            ),
        )


def launch_vision(work: Runtime) -> int:
    plan = plan_vision(work)
    with work.database.writing() as session:
        return launch(session, work.redis, work.settings, plan).id


def make_community(work: Runtime) -> None:
    with work.database.writing() as session:
        for language in ("es", "pt_BR", "ht"):
            accept_language(session, language, accepted_by="a test")
        for number in range(40):
            make_contact(session, number, ("en", "es", "pt_BR", "ht")[number % 4])
        make_contact(session, 90, consent=Consent.PENDING)
        make_contact(session, 91, consent=Consent.UNSUBSCRIBED)


def test_every_family_gets_the_campaign_once_in_its_own_language(work: Runtime, phones: Phones) -> None:
    make_community(work)
    launch_vision(work)
    run_jobs(work)
    texts = phones.texts()
    assert Counter(phones.per_phone().values()) == {1: 40}
    bodies = Counter(text["body"] for text in texts)
    assert len(bodies) == 4
    assert set(bodies.values()) == {10}
    assert any("sábado 5 de diciembre" in body for body in bodies)
    assert any("samdi 5 desanm" in body for body in bodies)


def test_those_who_may_not_be_texted_are_counted_with_the_reason(work: Runtime) -> None:
    make_community(work)
    campaign_id = launch_vision(work)
    run_jobs(work)
    with work.database.reading() as session:
        skipped = session.execute(
            select(Message.phone, Message.reason).where(Message.status == MessageStatus.SKIPPED)
        ).all()
        assert sorted(str(reason) for _, reason in skipped) == ["no_consent_yet", "said_stop"]
        progress = measure(session, session.get_one(Campaign, campaign_id))
    assert (progress.total, progress.left, progress.finished) == (40, 40, True)
