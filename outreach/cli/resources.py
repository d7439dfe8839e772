"""`outreach resources …`: the directory of help."""

from dataclasses import asdict
from pathlib import Path

import click

from outreach.cli.output import as_json, refuse, show, working
from outreach.incoming.entries import VocabularyError
from outreach.incoming.vocabulary import load_vocabulary
from outreach.resources.importer import ResourceImportError, ResourceReport, import_resources
from outreach.resources.own_categories import OwnCategoryError, all_rules, kinds, own_categories


@click.group()
def resources() -> None:
    """The directory of help (Open Referral HSDS 3)."""


@resources.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Report what would happen, change nothing.")
@as_json
def import_path(path: Path, dry_run: bool, as_json: bool) -> None:
    """Import a CSV data package or JSON. Oddities are reported and mended, none stops the import."""
    with working() as work:
        try:
            report = import_resources(work.database, path, dry_run=dry_run, rules=all_rules(work.settings.content))
        except (ResourceImportError, OwnCategoryError) as error:
            refuse(str(error))
    show(asdict(report), json_wanted=as_json, words=_words(report))


@resources.command("categories")
@as_json
def list_categories(as_json: bool) -> None:
    """The kinds of help families can ask for; refuses with the reason when one of your own cannot be used."""
    with working() as work:
        content = work.settings.content
        try:
            named, own = kinds(content), own_categories(content)
            load_vocabulary(content / "locales")  # the words of each must not mean anything else
        except (OwnCategoryError, VocabularyError) as error:
            refuse(str(error))
    report = [{"key": key, "name": name, "own": key in own} for key, name in named.items()]
    words = "\n".join(f"{key}: {name}{' (your own)' if key in own else ''}" for key, name in named.items())
    show({"categories": report}, json_wanted=as_json, words=words)


def _words(report: ResourceReport) -> str:
    dry = " (dry run, nothing was changed)" if report.dry_run else ""
    lines = [
        f"{report.source}{dry}: {report.added} added, {report.changed} changed, {report.unchanged} unchanged, "
        f"{report.gone} gone, {len(report.quirks)} oddities"
    ]
    if report.kept_edits:
        lines.append(f"  {report.kept_edits} of the changed keep what staff said of them")
    for quirk in report.quirks:
        place = ", ".join(str(part) for part in (quirk.file, quirk.row and f"row {quirk.row}", quirk.column) if part)
        lines.append(f"  {place}: {quirk.problem}; {quirk.what_was_done}")
    return "\n".join(lines)
