"""`outreach campaigns …`: launch and watch; checking and previewing packs stands in packs.py."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import click
from sqlalchemy.orm import Session

from outreach.campaigns.approval import ApprovalError, approve, cancel, measure_reach
from outreach.campaigns.launch import LaunchError, launch
from outreach.campaigns.models import Campaign, CampaignState
from outreach.campaigns.own_packs import packs_for
from outreach.campaigns.packs import Kind, Pack
from outreach.campaigns.plan import Plan, Request, make_plan
from outreach.campaigns.progress import Progress, StateError, measure, pause, resume
from outreach.campaigns.recipients import Recipients
from outreach.cli.bill import bill_words, show_plan
from outreach.cli.output import as_json, counted, refuse, show, working
from outreach.cli.packs import Pairs, check, find_pack, preview, read_language, read_pairs
from outreach.languages import LANGUAGES
from outreach.people.audience import AudienceError
from outreach.runtime import Runtime
from outreach.settings import Settings
from outreach.staff.accounts import AccountError, find_or_add_partner, find_staff
from outreach.staff.models import Staff
from outreach.wording.library import read_library

LARGEST_ID = 2**31 - 1  # what the column holds; databases fail on more


@dataclass(frozen=True)
class Options:
    """What `outreach campaigns launch` was told, as it was typed; the names are those of its options."""

    audience: str
    at: str | None
    values: Pairs
    fallbacks: Pairs
    partner: str | None
    recurrence: str | None
    urgent: str | None


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
@click.option(
    "--urgent", metavar="REASON", help="Why it may arrive at any hour; a second person must approve it. Needs --by."
)
@click.option("--by", metavar="EMAIL", help="Who asks: the address she signs in with.")
@click.option("--dry-run", is_flag=True, help="Say what it would send and cost, and launch nothing.")
@as_json
def launch_pack(pack: str, as_json: bool, by: str | None, dry_run: bool, **options: Any) -> None:
    """Launch PACK to an audience; prints the campaign's id."""
    if (options["urgent"] is None) is not (by is None):
        refuse("--urgent REASON and --by EMAIL go together: a colleague must know who asks, and why")
    with working() as work:
        if not dry_run:
            work.settings.require_sending()
        with work.database.writing() as session:
            chosen = find_pack(packs_for(session, work.settings, None), pack)
            if chosen.kind is Kind.EVENT:
                refuse("this pack goes with an event: plan the event on the Events page and send from there")
            try:
                plan = _plan(session, work.settings, chosen, Options(**options))
                if dry_run:
                    session.rollback()
                    show_plan(plan, as_json=as_json)
                    return
                staff = _find_person(session, by) if by else None
                campaign = launch(session, work.redis, work.settings, plan, staff=staff)
            except (LaunchError, AccountError) as error:
                refuse(str(error))
        report = {"id": campaign.id, "families": plan.families, **plan.bill.record()}
        show(report, json_wanted=as_json, words=str(campaign.id))
        if not as_json:
            click.echo(bill_words(plan), err=True)  # scripts read the id alone from stdout


def _plan(session: Session, settings: Settings, pack: Pack, options: Options) -> Plan:
    try:
        recipients = Recipients.read(options.audience, tuple(LANGUAGES))
    except AudienceError as error:
        refuse(f"--to: {error}")
    choices = {
        read_language(name): chosen if chosen == "skip" else read_language(chosen)
        for name, chosen in read_pairs(options.fallbacks).items()
    }
    request = Request(
        pack=pack,
        recipients=recipients,
        values=read_pairs(options.values),
        at=_local_time(options.at, settings) if options.at else None,
        choices=choices,
        partner=find_or_add_partner(session, options.partner) if options.partner else None,
        recurrence=options.recurrence,
        urgent=options.urgent,
    )
    return make_plan(session, settings, read_library(session, settings.content / "locales"), request)


@campaigns.command()
@click.argument("campaign_id", metavar="ID", type=int)
@as_json
def status(campaign_id: int, as_json: bool) -> None:
    """How far a campaign is: counts by status, and why."""
    with working() as work, work.database.reading() as session:
        campaign = _find_campaign(session, campaign_id)
        progress = measure(session, campaign)
        report, words = _status(campaign, progress), _status_words(campaign, progress)
    show(report, json_wanted=as_json, words=words)


@campaigns.command("approve")
@click.argument("campaign_id", metavar="ID", type=int)
@click.option("--by", required=True, metavar="EMAIL", help="Who approves: another person than the one who asked.")
def approve_campaign(campaign_id: int, by: str) -> None:
    """Let an urgent campaign go, at any hour."""

    def act(session: Session, campaign: Campaign, work: Runtime) -> int:
        approve(session, work.redis, campaign, _find_person(session, by), by_command=True)
        return measure_reach(session, campaign).families

    families = _steer(campaign_id, act)
    click.echo(f"approved: {counted(families, 'family gets', 'families get')} it at any hour")


@campaigns.command("pause")
@click.argument("campaign_id", metavar="ID", type=int)
def pause_campaign(campaign_id: int) -> None:
    """Hold every text that has not left."""
    held = _steer(campaign_id, lambda session, campaign, _: pause(session, campaign))
    click.echo(f"paused: {counted(held, 'text waits', 'texts wait')}")


@campaigns.command("resume")
@click.argument("campaign_id", metavar="ID", type=int)
def resume_campaign(campaign_id: int) -> None:
    """Let a paused campaign go on."""
    freed = _steer(campaign_id, lambda session, campaign, work: resume(session, work.redis, campaign))
    click.echo(f"resumed: {counted(freed, 'text goes on', 'texts go on')}")


@campaigns.command("cancel")
@click.argument("campaign_id", metavar="ID", type=int)
def cancel_campaign(campaign_id: int) -> None:
    """End a campaign: what has not left never will."""
    dropped = _steer(campaign_id, lambda session, campaign, _: cancel(session, campaign))
    click.echo(f"canceled: {counted(dropped, 'text', 'texts')} will never leave")


def _steer(campaign_id: int, change: Callable[[Session, Campaign, Runtime], int]) -> int:
    """Change one campaign's state, or refuse with the state that forbids it; how many texts that concerns."""
    with working() as work, work.database.writing() as session:
        try:
            return change(session, _find_campaign(session, campaign_id), work)
        except (StateError, ApprovalError) as error:
            refuse(str(error))


def _find_person(session: Session, email: str) -> Staff:
    person = find_staff(session, email)
    if person is None:
        refuse("--by: nobody signs in with this address")
    return person


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
        "urgent_reason": campaign.urgent_reason,
        "asked_by": campaign.launched_by.email if campaign.urgent_reason and campaign.launched_by else None,
        "approved_by": campaign.approved_by.email if campaign.approved_by else None,
        "approved_at": campaign.approved_at.isoformat() if campaign.approved_at else None,
        "counts": {str(status): number for status, number in progress.counts.items()},
        "reasons": [{"status": str(s), "reason": reason, "count": number} for s, reason, number in progress.reasons],
    }


def _status_words(campaign: Campaign, progress: Progress) -> str:
    counts = ", ".join(f"{number} {status}" for status, number in progress.counts.items()) or "no texts yet"
    if campaign.state is CampaignState.AWAITING:
        return _waiting_words(campaign)
    lines = [f"{campaign.title}: {campaign.state}, {progress.left} of {progress.total} have left ({counts})"]
    lines += [f"  {number} {status}: {reason}" for status, reason, number in progress.reasons]
    return "\n".join(lines)


def _waiting_words(campaign: Campaign) -> str:
    asker = campaign.launched_by.name if campaign.launched_by else "nobody known"
    return (
        f"{campaign.title}: waits for a second person's approval; nothing has left\n"
        f"  urgent, says {asker}: {campaign.urgent_reason}\n"
        f"  another person approves it on its page, or with: outreach campaigns approve {campaign.id} --by EMAIL"
    )
