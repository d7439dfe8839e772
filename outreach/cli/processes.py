"""`outreach up | web | worker | scheduler`: all on one machine, or one process each."""

import os
import secrets
import sys
from pathlib import Path

import click

from outreach import queues
from outreach.cli.output import refuse, working
from outreach.outgoing.hours import sending_hours
from outreach.redis_server import NoRedisError, RedisServer
from outreach.settings import Settings, SettingsError
from outreach.supervisor import Supervisor

# One worker is kept for what is urgent, so that a reply never waits behind a slice of a campaign.
WORKERS = {"worker-urgent": (queues.URGENT, queues.DEFAULT), "worker-all": queues.QUEUES}


@click.command()
@click.option("--port", default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--workers", default=2, show_default=True, help="Web processes.")
def web(port: int, host: str, workers: int) -> None:
    """Serve the pages and the webhooks (gunicorn)."""
    with working() as work:
        work.settings.require("SECRET_KEY", "REDIS_URL")
        work.settings.require_sending()
    os.execv(  # noqa: S606 - our own interpreter, no shell
        sys.executable,
        [sys.executable, "-m", "gunicorn", f"--bind={host}:{port}", f"--workers={workers}", "--log-level=warning",
         "outreach.wsgi:application"],
    )  # fmt: skip


@click.command()
@click.argument("names", nargs=-1, metavar="[QUEUE]…", type=click.Choice(queues.QUEUES))
@click.option("--burst", is_flag=True, help="End when the queues are empty.")
def worker(names: tuple[str, ...], burst: bool) -> None:
    """Run jobs of these queues, all of them by default, most urgent first."""
    from outreach.worker import run_worker

    with working() as work:
        work.settings.require_sending()
        run_worker(work, names or queues.QUEUES, burst=burst)


@click.command()
def scheduler() -> None:
    """Call for the periodic jobs. Run as many as you like: one leads, the others stand by."""
    from outreach.worker import run_scheduler

    with working() as work:
        run_scheduler(work)


@click.command()
@click.option("--port", default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
def up(port: int, host: str) -> None:
    """Run everything on this machine: web, workers, scheduler, and a Redis server when REDIS_URL is not set."""
    try:
        settings = Settings.from_env()
        settings.require_sending()
        sending_hours(settings)
    except SettingsError as error:
        refuse(str(error))
    settings.data.mkdir(parents=True, exist_ok=True)
    supervisor = Supervisor(_environment(settings))
    redis = start_redis(settings.data) if settings.redis_url is None else None
    if redis:
        supervisor.environment = {**supervisor.environment, "REDIS_URL": redis.url}
    try:
        run_processes(supervisor, port, host)
        click.echo(f"Outreach serves http://{host}:{port}")
        supervisor.watch()
    finally:
        supervisor.stop()
        if redis:
            redis.stop()


def start_redis(folder: Path) -> RedisServer:
    """A Redis of our own in this folder, or the refusal that says what to install."""
    server = RedisServer(folder / "redis")
    try:
        server.start()
    except NoRedisError as error:
        refuse(str(error))
    return server


def run_processes(supervisor: Supervisor, port: int, host: str = "127.0.0.1") -> None:
    """Web, workers and scheduler, after the schema is there."""
    import subprocess

    environment = {**os.environ, **supervisor.environment}
    subprocess.run(
        [sys.executable, "-m", "outreach.cli", "db", "upgrade"],
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    supervisor.add_outreach("web", "web", f"--port={port}", f"--host={host}")
    for name, names in WORKERS.items():
        supervisor.add_outreach(name, "worker", *names)
    supervisor.add_outreach("scheduler", "scheduler")
    supervisor.start()


def _environment(settings: Settings) -> dict[str, str]:
    """What the processes get beside ours: a secret kept in the data folder when none is set."""
    if settings.secret_key:
        return {}
    path = settings.data / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32), encoding="utf-8")
    return {"SECRET_KEY_FILE": str(path)}
