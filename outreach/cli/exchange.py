"""`outreach translations export` and `import`: wording goes to translators and comes back, checked line by line."""

from collections.abc import Callable, Sequence
from pathlib import Path

import click

from outreach.campaigns.all_wording import shipped_wording
from outreach.campaigns.catalog_import import keep_in_catalogs
from outreach.campaigns.wording_exchange import give, take_back
from outreach.cli.output import as_json, refuse, show, working
from outreach.cli.wording import as_here, has_schema, present_entries
from outreach.languages import LANGUAGES, find_language
from outreach.runtime import Runtime
from outreach.wording.catalog import SOURCE_LANGUAGE
from outreach.wording.exchange.entries import Entry, Exchange, ExchangeError
from outreach.wording.exchange.files import format_of, read_file, write_file
from outreach.wording.exchange.intake import Intake
from outreach.wording.exchange.shelf import keep_as_drafts
from outreach.wording.record import WordingError

Keep = Callable[[Sequence[Entry]], None]
INTO = ("drafts", "locales")


@click.command("export")
@click.argument("language")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--shipped", is_flag=True, help="As shipped, without what was written in this deployment.")
@as_json
def export_file(language: str, file: Path, shipped: bool, as_json: bool) -> None:
    """Write every text in LANGUAGE to FILE for a translator: .po, .xlf (XLIFF 2.0) or .csv, by its ending."""
    code = read_translated(language)
    with working() as work:
        wording = shipped_wording(work.settings) if shipped else as_here(work)
        given = give(work.settings, wording, code, present_entries(work, wording, code))
        try:
            write_file(file, given)
        except ExchangeError as error:
            refuse(str(error))
    entries = given.entries
    report = {"language": code, "file": str(file), "texts": len(entries), "empty": sum(each.empty for each in entries)}
    show(report, json_wanted=as_json, words=f"{len(entries)} texts in {file}, {report['empty']} of them empty")


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--language", help="For a file that does not say which language it is in.")
@click.option(
    "--into",
    type=click.Choice(INTO),
    default=INTO[0],
    show_default=True,
    help="Drafts to be reviewed in this deployment, or the PO files of a checkout.",
)
@click.option(
    "--rejects", type=click.Path(path_type=Path, dir_okay=False), help="Where refused lines go, to be mended."
)
@click.option("--dry-run", is_flag=True, help="Check and report, keep nothing.")
@as_json
def import_file(
    file: Path, language: str | None, into: str, rejects: Path | None, dry_run: bool, as_json: bool
) -> None:
    """Take back translations from FILE. Good lines are kept, none as reviewed; refused ones end with status 1."""
    if rejects and (rejects.suffix.lower() != file.suffix.lower() or rejects.resolve() == file.resolve()):
        raise click.UsageError("--rejects names another file with the same ending as the one that is imported")
    with working() as work:
        try:
            exchange = read_file(file, read_translated(language) if language else None)
            wording = shipped_wording(work.settings) if into == "locales" else as_here(work)
            ours = present_entries(work, wording, exchange.language)
            marks = format_of(file).marks_stale
            intake = take_back(work.settings, wording, exchange, ours, marks_stale=marks)
            if not dry_run:
                _keep(work, exchange.language, intake, into)
            if rejects and intake.refused:
                write_file(rejects, Exchange(exchange.language, tuple(each.rejected for each in intake.refused)))
        except (ExchangeError, WordingError) as error:
            refuse(str(error))
    _report(file, exchange.language, intake, rejects, dry_run=dry_run, json_wanted=as_json)
    raise SystemExit(1 if intake.refused else 0)


def read_translated(name: str) -> str:
    """The code of a language that texts are translated into, as the command line names it."""
    code = find_language(name)
    if code is None:
        refuse(f"{name!r} is not a language we know; there are {', '.join(LANGUAGES)}")
    if code == SOURCE_LANGUAGE:
        refuse("English is what everything is translated from; packs and replies hold it")
    return code


def _keep(work: Runtime, language: str, intake: Intake, into: str) -> None:
    if not intake.accepted:
        return
    if into == "locales":
        keep_in_catalogs(work.settings.content, language, intake.accepted)
        return
    if not has_schema(work):
        raise ExchangeError("there is no database to keep drafts in: run outreach db upgrade, or say --into locales")
    with work.database.writing() as session:
        keep_as_drafts(session, language, intake.accepted)


def _report(
    file: Path, language: str, intake: Intake, rejects: Path | None, *, dry_run: bool, json_wanted: bool
) -> None:
    refused = [
        {"line": each.entry.line, "context": each.entry.context, "problem": each.problem, "remedy": each.remedy}
        for each in intake.refused
    ]
    for each in refused:
        place = f"{file.name}, line {each['line']}, {each['context'] or 'no context'}"
        click.echo(f"{place}: {each['problem']}. To do: {each['remedy']}.", err=True)
    report = {
        "language": language,
        "imported": len(intake.accepted),
        "unchanged": intake.unchanged,
        "unfinished": intake.unfinished,
        "refused": len(refused),
        "refusals": refused,
        "rejects": str(rejects) if rejects and refused else None,
        "dry_run": dry_run,
    }
    words = (
        f"{language}{' (dry run, nothing was kept)' if dry_run else ''}: imported {report['imported']}, "
        f"unchanged {report['unchanged']}, unfinished {report['unfinished']}, refused {report['refused']}"
    )
    if report["rejects"]:
        words += f"\nThe refused lines, each with its reason, are in {rejects}. Mend them there and import that file."
    show(report, json_wanted=json_wanted, words=words)
