"""`outreach up | web | worker | scheduler`: all on one machine, or one process each."""

import os
import secrets
import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from outreach import queues
from outreach.cli.output import refuse, working
from outreach.cli.ports import LARGEST_PORT, require_ports
from outreach.migrations.upgrade import upgrade
from outreach.redis_server import NoRedisError, RedisServer
from outreach.supervisor import StopSignals, Supervisor
from outreach.worker import run_scheduler, run_worker

# While one routes what families wrote, another sends the replies. The third serves campaigns at low priority: on a full
# machine a family's text in its hands would wait for everybody else.
WORKERS = {
    "worker-urgent": (queues.URGENT,),
    "worker-default": (queues.URGENT, queues.DEFAULT),
    "worker-all": (queues.DEFAULT, queues.BULK),
}


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, LARGEST_PORT))
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--workers", default=2, show_default=True, help="Web processes.")
def web(port: int, host: str, workers: int) -> None:
    """Serve the pages and the webhooks (gunicorn)."""
    with working() as work:
        work.settings.require("SECRET_KEY", "REDIS_URL")
        work.settings.require_sending()
        data = work.settings.data
    require_ports(host, port, 1, "outreach web --port {port}")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(make_shared_folder(data, port))
    os.execv(  # noqa: S606 - our own interpreter, no shell
        sys.executable,
        [sys.executable, "-m", "gunicorn", f"--bind={host}:{port}", f"--workers={workers}",
         "--config=python:outreach.gunicorn_config", "outreach.wsgi:application"],
    )  # fmt: skip


def make_shared_folder(data: Path, port: int) -> Path:
    """A fresh folder for what the web processes of this server count together, whatever an earlier one left there."""
    folder = data / "metrics" / f"{socket.gethostname()}-{port}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


@click.command()
@click.argument("names", nargs=-1, metavar="[QUEUE]…", type=click.Choice(queues.QUEUES))
@click.option("--burst", is_flag=True, help="End when the queues are empty.")
def worker(names: tuple[str, ...], burst: bool) -> None:
    """Run jobs of these queues, all of them by default, most urgent first."""
    with working() as work:
        work.settings.require("REDIS_URL")
        work.settings.require_sending()
        run_worker(work, names or queues.QUEUES, burst=burst)


@click.command()
def scheduler() -> None:
    """Call for the periodic jobs. Run as many as you like: one leads, the others stand by."""
    with working() as work:
        run_scheduler(work)


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, LARGEST_PORT))
@click.option("--host", default="127.0.0.1", show_default=True)
def up(port: int, host: str) -> None:
    """Run everything on this machine: web, workers, scheduler, and a Redis server when REDIS_URL is not set."""
    with working() as work:
        settings = work.settings
        settings.require_sending()
        require_ports(host, port, 1, "outreach up --port {port}")
        settings.data.mkdir(parents=True, exist_ok=True)
        upgrade(work.database)
    with StopSignals() as signals, ExitStack() as stack:
        environment = {
            "REDIS_URL": settings.redis_url or stack.enter_context(own_redis(settings.data, signals)),
            "SECRET_KEY": settings.secret_key or keep_secret(settings.data),
        }
        supervisor = stack.enter_context(Supervisor(environment, signals))
        add_processes(supervisor, port, host)
        supervisor.start()
        click.echo(f"Outreach serves http://{host}:{port}")
        supervisor.watch()


@contextmanager
def own_redis(folder: Path, signals: StopSignals) -> Iterator[str]:
    """The URL of a Redis server of our own in this folder, or the refusal that says what to install."""
    server = RedisServer(folder / "redis")
    try:
        with signals.held():
            server.start()
        yield server.url
    except NoRedisError as error:
        refuse(str(error))
    finally:
        server.stop()


def add_processes(supervisor: Supervisor, port: int, host: str = "127.0.0.1") -> None:
    """Web, workers and scheduler; they want the schema to be there."""
    supervisor.add_outreach("web", "web", f"--port={port}", f"--host={host}")
    for name, names in WORKERS.items():
        supervisor.add_outreach(name, "worker", *names)
    supervisor.add_outreach("scheduler", "scheduler")


def keep_secret(folder: Path) -> str:
    """The secret that signs sign-ins, for who sets none: made once, kept in the data folder, for its owner's eyes."""
    path = folder / "secret_key"
    kept = path.read_text(encoding="utf-8") if path.exists() else ""
    if not kept:
        kept = secrets.token_hex(32)
        path.touch(mode=0o600)
        path.write_text(kept, encoding="utf-8")
    return kept
