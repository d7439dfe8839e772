"""`outreach db …`: the schema."""

import click

from outreach.cli.output import working
from outreach.migrations.upgrade import newest, upgrade


@click.group("db")
def database() -> None:
    """The database's schema."""


@database.command("upgrade")
def upgrade_schema() -> None:
    """Bring the schema to this version's; running it again changes nothing."""
    with working() as work:
        work.settings.data.mkdir(parents=True, exist_ok=True)
        upgrade(work.database)
        click.echo(f"the database is at {newest()}")
