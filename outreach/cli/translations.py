"""`outreach translations …`: how far each language is, its way to translators and back, and what is accepted."""

import getpass

import click

from outreach.campaigns.all_wording import Coverage, measure_coverage, shipped_wording
from outreach.campaigns.catalog_update import update
from outreach.campaigns.packs import PackError
from outreach.cli.drafting import draft_texts
from outreach.cli.exchange import export_file, import_file
from outreach.cli.output import as_json, refuse, show, working
from outreach.cli.wording import as_here
from outreach.languages import LANGUAGES, find_language
from outreach.wording.acceptance import accept_language
from outreach.wording.catalog import SOURCE_LANGUAGE, CatalogError, ReviewState

Row = dict[str, str | int | float]


@click.group()
def translations() -> None:
    """What families read, language by language."""


translations.add_command(export_file)
translations.add_command(import_file)
translations.add_command(draft_texts)


@translations.command("status")
@click.option("--shipped", is_flag=True, help="As shipped, without what was written in this deployment.")
@click.option(
    "--require-complete", is_flag=True, help="End with status 1 unless all is there, not stale, not too long."
)
@as_json
def status(shipped: bool, require_complete: bool, as_json: bool) -> None:
    """Per language: how much is there, reviewed, stale, too long."""
    with working() as work:
        wording = shipped_wording(work.settings) if shipped else as_here(work)
        rows = [_count(measure_coverage(wording, language)) for language in work.settings.languages]
    words = "\n".join(
        f"{row['language']:8} {row['complete']:5.1f} % complete, {row['reviewed']} reviewed, "
        f"{row['awaiting']} awaiting native review, {row['in_review']} in review, {row['draft']} draft, "
        f"{row['stale']} stale, {row['missing']} missing, {row['too_long']} too long"
        for row in rows
    )
    show(rows, json_wanted=as_json, words=words)
    behind = [str(row["language"]) for row in rows if row["complete"] != 100 or row["stale"] or row["too_long"]]
    if require_complete and behind:
        refuse(f"not complete: {', '.join(behind)}")


def _count(found: Coverage) -> Row:
    return {
        "language": found.language,
        "complete": found.complete,
        "reviewed": found.states[ReviewState.REVIEWED],
        "awaiting": found.states[ReviewState.AWAITING],
        "in_review": found.states[ReviewState.IN_REVIEW],
        "draft": found.states[ReviewState.DRAFT],
        "stale": found.states[ReviewState.STALE],
        "missing": found.states[ReviewState.MISSING],
        "too_long": len(found.too_long),
    }


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
