"""`outreach demo`: everything on this machine, with a sample community and simulated phones. Nothing leaves it."""

import os
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from outreach.cli.output import refuse
from outreach.cli.ports import LARGEST_PORT, require_ports
from outreach.cli.processes import add_processes, keep_secret, own_redis
from outreach.db import Database
from outreach.migrations.upgrade import upgrade
from outreach.sample.community import PASSWORD, STAFF, load_community, write_phones
from outreach.sample.partners import CALLERS
from outreach.settings import Settings, SettingsError
from outreach.supervisor import StopSignals, Supervisor

ZONE = "America/New_York"
NUMBER = "+18335550100"
READY_SECONDS = 60


@click.command()
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(1, LARGEST_PORT - 1),
    help="Where the pages are; the phones are on the next port.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep the data here; else it is temporary.",
)
@click.option(
    "--families",
    default=300,
    show_default=True,
    type=click.IntRange(20, 2000),
    help="How many sample families.",
)
def demo(port: int, data: Path | None, families: int) -> None:
    """Serve a demo with a sample community, on embedded defaults."""
    require_ports("127.0.0.1", port, 2, "make demo PORT={port}")
    if data:
        data.mkdir(parents=True, exist_ok=True)
        _run(port, data.resolve(), families)
        return
    with tempfile.TemporaryDirectory(prefix="outreach-demo-") as folder:
        _run(port, Path(folder), families)


def _run(port: int, folder: Path, families: int) -> None:
    with StopSignals() as signals, ExitStack() as stack:
        click.echo("Preparing the sample community …")
        environment = demo_environment(folder, port, stack.enter_context(own_redis(folder, signals)))
        _prepare(environment, folder, families)
        supervisor = stack.enter_context(Supervisor(environment, signals))
        supervisor.add("phones", sys.executable, "-m", "outreach.simulator", *_simulator(folder, port, environment))
        add_processes(supervisor, port)
        supervisor.start()
        _wait_until_ready(f"http://127.0.0.1:{port}/readyz", supervisor)
        _greet(port, folder)
        stack.callback(click.echo, "\nStopping …")
        supervisor.watch()


def _prepare(environment: Mapping[str, str], folder: Path, families: int) -> None:
    """The schema and the community, with the settings that the processes will read."""
    try:
        settings = Settings.from_env({**os.environ, **environment})
    except SettingsError as error:
        refuse(str(error))
    database = Database(settings.database_url)
    upgrade(database)
    load_community(database, settings, folder, families)
    write_phones(database, folder / "phones.json")
    database.close()


def demo_environment(folder: Path, port: int, redis_url: str) -> dict[str, str]:
    """The settings of a deployment whose carrier is on the next port."""
    return {
        "OUTREACH_DATA": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'outreach.sqlite'}",
        "REDIS_URL": redis_url,
        "SECRET_KEY": keep_secret(folder),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TWILIO_API_URL": f"http://127.0.0.1:{port + 1}",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "demo-token-of-the-simulated-carrier",
        "TWILIO_FROM": NUMBER,
        "OUTREACH_TIMEZONE": ZONE,
        "TZ": ZONE,  # the phones show the hour of the town, wherever somebody looks at the demo
        "OUTREACH_QUIET_HOURS": open_now(datetime.now(ZoneInfo(ZONE))),
        "OUTREACH_CLOSED_DAYS": "none",  # who tries it on a holiday, or at night, sees texts leave too
        "OUTREACH_STATE_HOURS": "off",
        "OUTREACH_NAME": "Riverside Outreach",
        "OUTREACH_OFFICE_PHONE": "617-555-0100",
    }


def open_now(local: datetime) -> str:
    """Hours that are open now and for the next nine, and closed where it is five hours earlier."""
    start = local - timedelta(hours=2)
    end = local + timedelta(hours=9)
    return f"{start:%H}:00-{end:%H}:00"


def _simulator(folder: Path, port: int, environment: dict[str, str]) -> list[str]:
    return [
        f"--port={port + 1}",
        f"--account-sid={environment['TWILIO_ACCOUNT_SID']}",
        f"--auth-token={environment['TWILIO_AUTH_TOKEN']}",
        f"--number={NUMBER}",
        f"--inbound-url=http://127.0.0.1:{port}/twilio/inbound",
        f"--phones={folder / 'phones.json'}",
        f"--data={folder / 'phones.jsonl'}",
        "--latency-ms=150",
        "--delivery-ms=1500",
    ]


def _wait_until_ready(url: str, supervisor: Supervisor) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own address
                return
        except OSError:  # urllib.error.URLError is one
            supervisor.look_after()
            time.sleep(0.2)
    refuse(f"the demo did not become ready within {READY_SECONDS} seconds")


def _greet(port: int, folder: Path) -> None:
    click.echo(
        f"\nOutreach:  http://127.0.0.1:{port}\nPhones:    http://127.0.0.1:{port + 1}\n\n"
        f"Sign in with the password {PASSWORD}:"
    )
    people = [*(row[:4] for row in STAFF), *(row[:4] for row in CALLERS)]
    for role, email, _name, partner in people:
        click.echo(f"  {email:24} {role:12} {partner}")
    click.echo(f"\nData: {folder}\nCtrl-C stops everything.")
