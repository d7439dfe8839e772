"""`outreach campaigns …`: check packs, preview, launch, and watch."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from outreach.campaigns.launch import LaunchError, launch
from outreach.campaigns.models import Campaign
from outreach.campaigns.pack_check import check_packs
from outreach.campaigns.packs import Kind, Pack, PackError, packs_at
from outreach.campaigns.plan import Plan, Request, make_plan
from outreach.campaigns.progress import Progress, StateError, cancel, measure, pause, resume
from outreach.campaigns.recipients import Recipients
from outreach.campaigns.wordings import word_pack
from outreach.cli.output import as_json, refuse, show, working
from outreach.languages import LANGUAGES, find_language
from outreach.people.audience import AudienceError
from outreach.runtime import Runtime
from outreach.settings import Settings
from outreach.staff.accounts import find_or_add_partner
from outreach.wording.catalog import CatalogError, translations_at
from outreach.wording.fields import FieldError, read_values

Pairs = tuple[str, ...]


@click.group()
def campaigns() -> None:
    """Packs and the campaigns made from them."""


@campaigns.command()
@click.argument("path", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False))
@as_json
def check(path: Path | None, as_json: bool) -> None:
    """Check every pack and its translations under PATH (campaigns/ and locales/; by default the deployment's)."""
    with working() as work:
        content, languages = path or work.settings.content, work.settings.languages
    try:
        problems = check_packs(content, languages)
    except CatalogError as error:
        problems = [str(error)]
    show(
        problems,
        json_wanted=as_json,
        words="\n".join(problems) or "every pack and every translation is in order",
    )
    if problems:
        raise SystemExit(1)


@campaigns.command()
@click.argument("pack")
@click.option(
    "--set",
    "values",
    multiple=True,
    metavar="NAME=VALUE",
    help="A field's value; samples stand in for the others.",
)
@click.option("--language", help="Only this language.")
@click.option("--sender", help="Who writes; by default the service's name.")
@as_json
def preview(pack: str, values: Pairs, language: str | None, sender: str | None, as_json: bool) -> None:
    """Show what families will read, with segments."""
    with working() as work:
        chosen = _find_pack(work.settings, pack)
        filled = {
            **{f.name: f.sample for f in (*chosen.given.values(), *chosen.fields.values())},
            **_pairs(values),
        }
        filled["sender"] = sender or work.settings.service_name
        try:
            read = read_values({**chosen.given, **chosen.fields}, filled)
        except FieldError as error:
            refuse(str(error))
        languages = [_language(language)] if language else list(work.settings.languages)
        translations = translations_at(work.settings.content / "locales")
        worded = word_pack(chosen, read, translations, languages, frozenset())
    shown: list[dict[str, Any]] = [
        {
            "step": step.step.name,
            "when": step.step.when_words,
            "language": wording.language,
            "state": str(step.state),
            "text": step.text,
            "encoding": step.count.encoding if step.count else None,
            "segments": step.count.segments if step.count else None,
            "problems": list(step.problems),
        }
        for wording in worded.values()
        for step in wording.steps
    ]
    show(shown, json_wanted=as_json, words="\n\n".join(_preview_words(row) for row in shown))


def _preview_words(row: dict[str, Any]) -> str:
    head = f"{row['language']}  {row['step']} ({row['when']}), {row['state']}"
    if not row["text"]:
        return f"{head}\n{'; '.join(row['problems'])}"
    return f"{head}, {row['segments']} segments {row['encoding']}\n{row['text']}"


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
        chosen = _find_pack(work.settings, pack)
        if chosen.kind is Kind.EVENT:
            refuse("this pack goes with an event: plan the event on the Events page and send from there")
        with work.database.writing() as session:
            plan = _plan(session, work, chosen, audience, at, values, fallbacks, partner, recurrence)
            try:
                campaign = launch(session, work.redis, work.settings, plan)
            except LaunchError as error:
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
        _language(name): chosen if chosen == "skip" else _language(chosen) for name, chosen in _pairs(fallbacks).items()
    }
    request = Request(
        pack=pack,
        recipients=recipients,
        values=_pairs(values),
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


def _find_pack(settings: Settings, name: str) -> Pack:
    try:
        packs = packs_at(settings.content / "campaigns")
    except PackError as error:
        refuse(str(error))
    found = packs.get(name) or next((p for p in packs.values() if p.id.endswith(f"/{name}")), None)
    if found is None:
        refuse(f"there is no pack {name!r}; there are {', '.join(packs)}")
    return found


def _find_campaign(session: Session, campaign_id: int) -> Campaign:
    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        refuse(f"there is no campaign {campaign_id}")
    return campaign


def _pairs(options: Pairs) -> dict[str, str]:
    pairs = {}
    for option in options:
        name, equals, value = option.partition("=")
        if not equals:
            raise click.UsageError(f"{option!r} is not NAME=VALUE")
        pairs[name] = value
    return pairs


def _language(name: str) -> str:
    code = find_language(name)
    if code is None:
        refuse(f"{name!r} is not a language we know; there are {', '.join(LANGUAGES)}")
    return code


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
