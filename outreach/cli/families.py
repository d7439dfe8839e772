"""`outreach families …`: who we may write to."""

from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from outreach.cli.output import as_json, refuse, show, working
from outreach.people.roster import RosterError, RosterReport, import_families


@click.group()
def families() -> None:
    """Families and their phones."""


@families.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--format", "kind", type=click.Choice(["csv"]), default="csv", show_default=True, expose_value=False)
@click.option("--consent-source", help="What shows the consent of rows that say yes but name no source.")
@click.option("--unknown-as-tags", is_flag=True, help="Keep columns we do not know as tags.")
@click.option("--dry-run", is_flag=True, help="Report what would happen, change nothing.")
@click.option("--rejects", type=click.Path(path_type=Path), help="Where refused rows go [default: FILE.rejects.csv].")
@as_json
def import_file(
    file: Path,
    consent_source: str | None,
    unknown_as_tags: bool,
    dry_run: bool,
    rejects: Path | None,
    as_json: bool,
) -> None:
    """Import a CSV of families. Good rows go in; refused ones are written with row, column and reason."""
    rejects = rejects or file.with_suffix(".rejects.csv")
    if rejects.resolve() == file.resolve():
        raise click.UsageError("--rejects names the file that is imported")
    with working() as work, Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Families", total=None)
        try:
            report = import_families(
                work.database,
                file,
                consent_source=consent_source,
                keep_unknown_as_tags=unknown_as_tags,
                dry_run=dry_run,
                rejects=rejects,
                zone=work.settings.zone,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )
        except RosterError as error:
            refuse(str(error))
    if not report.rejected:
        rejects.unlink(missing_ok=True)
    show(
        {**asdict(report), "rejects": str(rejects) if report.rejected else None},
        json_wanted=as_json,
        words=_words(report, rejects),
    )


def _words(report: RosterReport, rejects: Path) -> str:
    lines = [
        f"{report.rows} rows{' (dry run, nothing was changed)' if report.dry_run else ''}: {report.added} added, "
        f"{report.updated} updated, {report.unchanged} unchanged, {report.merged} merged, {report.rejected} refused"
    ]
    if report.rejected:
        lines.append(
            f"The refused rows, each with its reason, are in {rejects}. Correct them there and import that file."
        )
    if report.without_evidence:
        lines.append(
            f"{report.without_evidence} say yes to texts but nothing shows it: they wait as pending and get nothing. "
            "Name the evidence with --consent-source."
        )
    if report.stops_kept:
        lines.append(f"{report.stops_kept} say yes in the file but had said stop: they get nothing.")
    if report.ignored_columns:
        lines.append(f"Columns not used: {', '.join(report.ignored_columns)} (--unknown-as-tags keeps them).")
    return "\n".join(lines)
