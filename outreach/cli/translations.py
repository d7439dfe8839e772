"""`outreach translations …`: how far each language is, and what this deployment sends."""

import getpass
from collections import Counter

import click

from outreach.campaigns.catalog_update import update
from outreach.campaigns.packs import PackError, packs_at
from outreach.cli.output import as_json, refuse, show, working
from outreach.languages import LANGUAGES, find_language
from outreach.settings import Settings
from outreach.wording.acceptance import accept_language
from outreach.wording.catalog import SOURCE_LANGUAGE, CatalogError, ReviewState, translations_at
from outreach.wording.replies import CATEGORY_NAMES, REPLIES


@click.group()
def translations() -> None:
    """What families read, language by language."""


@translations.command("status")
@as_json
def status(as_json: bool) -> None:
    """Per language: how much is there, reviewed, stale."""
    with working() as work:
        rows = [_count(work.settings, language) for language in work.settings.languages]
    words = "\n".join(
        f"{row['language']:8} {row['complete']:5.1f} % complete, {row['reviewed']} reviewed, "
        f"{row['awaiting']} awaiting native review, {row['stale']} stale, {row['missing']} missing"
        for row in rows
    )
    show(rows, json_wanted=as_json, words=words)


def _count(settings: Settings, language: str) -> dict[str, object]:
    found = translations_at(settings.content / "locales")
    states = Counter(found.find(language, context, english).state for context, english in _texts(settings).items())
    total = states.total()
    there = states[ReviewState.REVIEWED] + states[ReviewState.AWAITING]
    return {
        "language": language,
        "complete": round(100 * there / total, 1) if total else 100.0,
        "reviewed": states[ReviewState.REVIEWED],
        "awaiting": states[ReviewState.AWAITING],
        "stale": states[ReviewState.STALE],
        "missing": states[ReviewState.MISSING],
    }


def _texts(settings: Settings) -> dict[str, str]:
    """Everything families can read, by context."""
    try:
        packs = packs_at(settings.content / "campaigns")
    except PackError as error:
        refuse(str(error))
    texts = {step.context: step.english for pack in packs.values() for step in pack.steps}
    texts |= {f"reply:{key}": text for key, text in REPLIES.items()}
    return texts | {f"category:{key}": text for key, text in CATEGORY_NAMES.items()}


@translations.command("update")
@click.option("--check", is_flag=True, help="Change nothing; end with status 1 when a PO file is behind the English.")
def update_catalogs(check: bool) -> None:
    """Bring locales/LANG/LC_MESSAGES/*.po up to date with packs and replies."""
    behind = []
    with working() as work:
        for language in work.settings.languages:
            if language == SOURCE_LANGUAGE:
                continue
            try:
                files = update(work.settings.content, language)
            except (PackError, CatalogError) as error:
                refuse(str(error))
            for path, wanted in files.items():
                if path.exists() and path.read_bytes() == wanted:
                    continue
                behind.append(f"{language}/{path.name}")
                if not check:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(wanted)
    if check and behind:
        refuse(f"behind the English: {', '.join(behind)}; run outreach translations update")
    click.echo(f"updated {', '.join(behind)}" if behind else "every catalog is up to date")


@translations.command("accept")
@click.argument("languages", nargs=-1, required=True)
@click.option("--by", default=getpass.getuser, help="Who decides; kept on record.")
def accept(languages: tuple[str, ...], by: str) -> None:
    """Send shipped wording in LANGUAGES although a native speaker has yet to review it. Kept on record."""
    codes = {name: find_language(name) for name in languages}
    for name, code in codes.items():
        if code is None:
            refuse(f"{name!r} is not a language we know; there are {', '.join(LANGUAGES)}")
    with working() as work, work.database.writing() as session:
        for code in filter(None, codes.values()):
            new = accept_language(session, code, accepted_by=by)
            click.echo(f"{code}: {'accepted, on record' if new else 'was accepted before'}")
