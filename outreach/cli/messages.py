"""`outreach messages …`: what left, and what nobody knows."""

from dataclasses import asdict

import click

from outreach import clock
from outreach.cli.output import as_json, show, working
from outreach.outgoing.dispatch import Timing
from outreach.outgoing.lookup import look_up_overdue
from outreach.outgoing.reconcile import reconcile, release_dead_claims


@click.group()
def messages() -> None:
    """The outbox."""


@messages.command("reconcile")
@as_json
def reconcile_now(as_json: bool) -> None:
    """Settle with the carrier's own records: texts whose fate is unknown, and receipts that never came."""
    with working() as work:
        timing = Timing(work.settings.carrier_seconds)
        with work.database.writing() as session:
            released = release_dead_claims(session, timing)
        settled = reconcile(work.database, work.carrier, timing, everything=True)
        overdue = look_up_overdue(work.database, work.carrier, clock.now())
    show(
        {"released": released, **asdict(settled), **asdict(overdue)},
        json_wanted=as_json,
        words=f"{released} claims of dead workers released; the carrier had {settled.taken}, "
        f"never took {settled.never_taken}, {settled.open} are still open; "
        f"{overdue.looked_up} without a receipt looked up, {overdue.moved} of them moved",
    )
