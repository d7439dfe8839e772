"""`outreach messages …`: what left, and what nobody knows."""

from dataclasses import asdict

import click

from outreach.cli.output import as_json, show, working
from outreach.outgoing.dispatch import Timing
from outreach.outgoing.reconcile import reconcile, release_dead_claims


@click.group()
def messages() -> None:
    """The outbox."""


@messages.command("reconcile")
@as_json
def reconcile_now(as_json: bool) -> None:
    """Settle texts whose fate is unknown with the carrier's own records."""
    with working() as work:
        timing = Timing(work.settings.carrier_seconds)
        with work.database.writing() as session:
            released = release_dead_claims(session, timing)
        report = reconcile(work.database, work.carrier, timing)
    show(
        {"released": released, **asdict(report)},
        json_wanted=as_json,
        words=f"{released} claims of dead workers released; the carrier had {report.taken}, "
        f"never took {report.never_taken}, {report.open} are still open",
    )
