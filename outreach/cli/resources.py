"""`outreach resources …`: the directory of help."""

from dataclasses import asdict
from pathlib import Path

import click

from outreach.cli.output import as_json, refuse, show, working
from outreach.resources.importer import ResourceImportError, ResourceReport, import_resources


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
            report = import_resources(work.database, path, dry_run=dry_run)
        except ResourceImportError as error:
            refuse(str(error))
    show(asdict(report), json_wanted=as_json, words=_words(report))


def _words(report: ResourceReport) -> str:
    dry = " (dry run, nothing was changed)" if report.dry_run else ""
    lines = [
        f"{report.source}{dry}: {report.added} added, {report.changed} changed, {report.unchanged} unchanged, "
        f"{report.gone} gone, {len(report.quirks)} oddities"
    ]
    for quirk in report.quirks:
        place = ", ".join(str(part) for part in (quirk.file, quirk.row and f"row {quirk.row}", quirk.column) if part)
        lines.append(f"  {place}: {quirk.problem}; {quirk.what_was_done}")
    return "\n".join(lines)
