"""Planning and launching a shipped pack in one line."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from outreach import clock
from outreach.campaigns.events import invite, plan_event
from outreach.campaigns.jobs import advance
from outreach.campaigns.launch import launch
from outreach.campaigns.models import Campaign, Event, Run
from outreach.campaigns.packs import read_packs
from outreach.campaigns.plan import Plan, Request, make_plan
from outreach.campaigns.recipients import Recipients
from outreach.languages import LANGUAGES
from outreach.outgoing.models import Message
from outreach.runtime import Runtime
from outreach.wording.catalog import read_translations
from tests.support.sending import send_due

VISION = "screenings/vision"
FAIR = "health_fairs/fair"
SERIES = "parenting/school_routines"
VALUES = {"place": "Lincoln School gym", "date": "2099-12-05", "time": "10:00"}


def plan_pack(
    work: Runtime,
    pack: str = VISION,
    audience: str = "everyone",
    values: Mapping[str, str] | None = None,
    *,
    content: Path | None = None,
    event: Event | None = None,
    **more: object,
) -> Plan:
    """The plan of a pack; for an event, its invited families are the audience."""
    folder = content or work.settings.content
    recipients = Recipients.invited_to(event) if event else Recipients.read(audience, tuple(LANGUAGES))
    filled = (VALUES if pack == VISION else {}) if values is None else values
    chosen = read_packs(folder / "campaigns")[pack]
    with work.database.writing() as session:
        request = Request(chosen, recipients, filled, event=event, **more)  # type: ignore[arg-type]
        return make_plan(session, work.settings, read_translations(folder / "locales"), request)


def launch_plan(work: Runtime, plan: Plan, launch_key: str | None = None) -> int:
    with work.database.writing() as session:
        return launch(session, work.redis, work.settings, plan, launch_key=launch_key).id


def launch_pack(work: Runtime, pack: str = VISION, audience: str = "everyone", **more: object) -> int:
    return launch_plan(work, plan_pack(work, pack, audience, **more))  # type: ignore[arg-type]


TITLES = {"es": "la Feria de Salud", "ar": "المعرض الصحي"}
PLACES = {"es": "Alcaldía", "ar": "دار البلدية"}


def make_event(work: Runtime, starts: datetime, audience: str = "everyone", **words: Mapping[str, str]) -> Event:
    """An event at an aware time, with its families invited; `words` are its titles and places in other languages."""
    with work.database.writing() as session:
        local = starts.astimezone(work.settings.zone).replace(tzinfo=None)
        event = plan_event(
            session, work.settings, title="Health Fair", place="City Hall", starts_local=local, capacity=None,
            organizer=None, **words,
        )  # fmt: skip
        invite(session, event, Recipients.read(audience, tuple(LANGUAGES)))
        return event


def tick(work: Runtime, at: datetime) -> int:
    """What the scheduler calls for at this moment: runs fire, due texts leave. Returns how many texts left."""
    with clock.frozen(at):
        advance()
        return send_due(work).sent


def runs(work: Runtime, campaign_id: int) -> list[Run]:
    with work.database.reading() as session:
        return list(session.scalars(select(Run).where(Run.campaign_id == campaign_id).order_by(Run.due_at, Run.id)))


def messages(work: Runtime) -> list[Message]:
    with work.database.reading() as session:
        return list(session.scalars(select(Message).order_by(Message.id)))


def find_campaign(work: Runtime, campaign_id: int) -> Campaign:
    with work.database.reading() as session:
        return session.get_one(Campaign, campaign_id)


def days(number: float) -> timedelta:
    return timedelta(days=number)
