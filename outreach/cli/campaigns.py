"""`outreach campaigns …`: launch and watch; checking and previewing packs stands in packs.py."""

from datetime import datetime

import click
from sqlalchemy.orm import Session

from outreach.campaigns.launch import LaunchError, launch
from outreach.campaigns.models import Campaign
from outreach.campaigns.packs import Kind, Pack
from outreach.campaigns.plan import Plan, Request, make_plan
from outreach.campaigns.progress import Progress, StateError, cancel, measure, pause, resume
from outreach.campaigns.recipients import Recipients
from outreach.cli.output import as_json, refuse, show, working
from outreach.cli.packs import Pairs, check, find_pack, preview, read_language, read_pairs
from outreach.languages import LANGUAGES
from outreach.people.audience import AudienceError
from outreach.runtime import Runtime
from outreach.settings import Settings
from outreach.staff.accounts import AccountError, find_or_add_partner
from outreach.wording.catalog import translations_at

LARGEST_ID = 2**31 - 1  # what the column holds; databases fail on more


@click.group()
def campaigns() -> None:
    """Packs and the campaigns made from them."""


for command in (check, preview):
    campaigns.add_command(command)


@campaigns.command("launch")
@click.argument("pack")
@click.option(
    "--to",
    "audience",
    required=True,
    help='Who gets it: everyone, or filters such as "language=es zip=02139".',
)
@click.option("--at", "at", help="Local time, such as 2026-12-05T10:00; now when left out.")
@click.option("--set", "values", multiple=True, metavar="NAME=VALUE", help="A field's value.")
@click.option(
    "--fallback",
    "fallbacks",
    multiple=True,
    metavar="LANGUAGE=en|skip",
    help="What families of an unready language get.",
)
@click.option("--partner", help="Who writes: the name of a school or center.")
@click.option("--repeat", "recurrence", help="RFC 5545 rule, such as FREQ=WEEKLY;COUNT=4.")
@as_json
def launch_pack(
    pack: str,
    audience: str,
    at: str | None,
    values: Pairs,
    fallbacks: Pairs,
    partner: str | None,
    recurrence: str | None,
    as_json: bool,
) -> None:
    """Launch PACK to an audience; prints the campaign's id."""
    with working() as work:
        work.settings.require_sending()
        chosen = find_pack(work.settings, pack)
        if chosen.kind is Kind.EVENT:
            refuse("this pack goes with an event: plan the event on the Events page and send from there")
        with work.database.writing() as session:
            try:
                plan = _plan(session, work, chosen, audience, at, values, fallbacks, partner, recurrence)
                campaign = launch(session, work.redis, work.settings, plan)
            except (LaunchError, AccountError) as error:
                refuse(str(error))
        show(
            {"id": campaign.id, "families": plan.families, "segments": plan.segments, "cost": str(plan.cost)},
            json_wanted=as_json,
            words=str(campaign.id),
        )


def _plan(
    session: Session,
    work: Runtime,
    pack: Pack,
    audience: str,
    at: str | None,
    values: Pairs,
    fallbacks: Pairs,
    partner: str | None,
    recurrence: str | None,
) -> Plan:
    settings = work.settings
    try:
        recipients = Recipients.read(audience, tuple(LANGUAGES))
    except AudienceError as error:
        refuse(f"--to: {error}")
    choices = {
        read_language(name): chosen if chosen == "skip" else read_language(chosen)
        for name, chosen in read_pairs(fallbacks).items()
    }
    request = Request(
        pack=pack,
        recipients=recipients,
        values=read_pairs(values),
        at=_local_time(at, settings) if at else None,
        choices=choices,
        partner=find_or_add_partner(session, partner) if partner else None,
        recurrence=recurrence,
    )
    return make_plan(session, settings, translations_at(settings.content / "locales"), request)


@campaigns.command()
@click.argument("campaign_id", metavar="ID", type=int)
@as_json
def status(campaign_id: int, as_json: bool) -> None:
    """How far a campaign is: counts by status, and why."""
    with working() as work, work.database.reading() as session:
        campaign = _find_campaign(session, campaign_id)
        progress = measure(session, campaign)
    show(_status(campaign, progress), json_wanted=as_json, words=_status_words(campaign, progress))


@campaigns.command("pause")
@click.argument("campaign_id", metavar="ID", type=int)
def pause_campaign(campaign_id: int) -> None:
    """Hold every text that has not left."""
    with working() as work, work.database.writing() as session:
        try:
            stopped = pause(session, _find_campaign(session, campaign_id))
        except StateError as error:
            refuse(str(error))
    click.echo(f"paused; {stopped} texts wait")


@campaigns.command("resume")
@click.argument("campaign_id", metavar="ID", type=int)
def resume_campaign(campaign_id: int) -> None:
    """Let a paused campaign go on."""
    with working() as work, work.database.writing() as session:
        try:
            resumed = resume(session, work.redis, _find_campaign(session, campaign_id))
        except StateError as error:
            refuse(str(error))
    click.echo(f"resumed; {resumed} texts go on")


@campaigns.command("cancel")
@click.argument("campaign_id", metavar="ID", type=int)
def cancel_campaign(campaign_id: int) -> None:
    """End a campaign: what has not left never will."""
    with working() as work, work.database.writing() as session:
        try:
            stopped = cancel(session, _find_campaign(session, campaign_id))
        except StateError as error:
            refuse(str(error))
    click.echo(f"canceled; {stopped} texts will never leave")


def _find_campaign(session: Session, campaign_id: int) -> Campaign:
    campaign = session.get(Campaign, campaign_id) if abs(campaign_id) <= LARGEST_ID else None
    if campaign is None:
        refuse(f"there is no campaign {campaign_id}")
    return campaign


def _local_time(text: str, settings: Settings) -> datetime:
    """A wall-clock time in the deployment's zone, unless the text has an offset of its own."""
    try:
        moment = datetime.fromisoformat(text.replace(" ", "T"))
    except ValueError:
        refuse(f"--at: {text!r} is not a local time such as 2026-12-05T10:00")
    return moment if moment.tzinfo else moment.replace(tzinfo=settings.zone)


def _status(campaign: Campaign, progress: Progress) -> dict[str, object]:
    return {
        "id": campaign.id,
        "title": campaign.title,
        "state": str(campaign.state),
        "total": progress.total,
        "left": progress.left,
        "waiting": progress.waiting,
        "finished": progress.finished,
        "segments": progress.segments,
        "counts": {str(status): number for status, number in progress.counts.items()},
        "reasons": [{"status": str(s), "reason": reason, "count": number} for s, reason, number in progress.reasons],
    }


def _status_words(campaign: Campaign, progress: Progress) -> str:
    counts = ", ".join(f"{number} {status}" for status, number in progress.counts.items()) or "no texts yet"
    lines = [f"{campaign.title}: {campaign.state}, {progress.left} of {progress.total} have left ({counts})"]
    lines += [f"  {number} {status}: {reason}" for status, reason, number in progress.reasons]
    return "\n".join(lines)
