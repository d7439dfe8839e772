"""The command line: `outreach …`. Exit status 0 done, 1 refused with a reason on stderr, 2 wrong usage."""

import click

from outreach import logs
from outreach.cli.campaigns import campaigns
from outreach.cli.database import database
from outreach.cli.demo import demo
from outreach.cli.explain import explain
from outreach.cli.families import families
from outreach.cli.messages import messages
from outreach.cli.processes import scheduler, up, web, worker
from outreach.cli.resources import resources
from outreach.cli.staff import staff
from outreach.cli.translations import translations
from outreach.settings import Settings, SettingsError


@click.group()
@click.version_option(package_name="outreach")
def main() -> None:
    """Outreach: texts for families, planned by schools and health centers."""
    logs.set_up(_settings())


def _settings() -> Settings | None:
    """When settings are wrong, what needs one refuses by itself, and help answers all the same."""
    try:
        return Settings.from_env()
    except SettingsError:
        return None


for command in (
    demo, up, web, worker, scheduler, database, staff, families, resources, campaigns, translations, explain, messages,
):  # fmt: skip
    main.add_command(command)
