"""The command line: `outreach …`. Exit status 0 done, 1 refused with a reason on stderr, 2 wrong usage."""

import logging

import click

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
from outreach.settings import DEFAULT_LOG_LEVEL, Settings, SettingsError


@click.group()
@click.version_option(package_name="outreach")
def main() -> None:
    """Outreach: texts for families, planned by schools and health centers."""
    logging.basicConfig(level=_log_level(), format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for chatty in ("twilio", "urllib3"):  # they log addresses with phone numbers in them
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _log_level() -> str:
    """The setting's; when settings are wrong, what needs one refuses by itself, and help answers all the same."""
    try:
        return Settings.from_env().log_level
    except SettingsError:
        return DEFAULT_LOG_LEVEL


for command in (
    demo, up, web, worker, scheduler, database, staff, families, resources, campaigns, translations, explain, messages,
):  # fmt: skip
    main.add_command(command)
