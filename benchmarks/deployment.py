"""What a benchmark runs against: a database, Redis, the simulated carrier and our own processes, all on loopback."""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import psutil  # type: ignore[import-untyped]

from outreach.migrations.upgrade import upgrade
from outreach.redis_server import free_port
from outreach.runtime import Runtime
from outreach.settings import Settings
from tests.support.servers import ACCOUNT, SENDER, TOKEN, Phones, Postgres, find_postgres, run_phones, run_redis

T = TypeVar("T")

# A commit is on disk before it counts, as in production; memory and log as on a small server.
DURABLE = {"fsync": "on", "synchronous_commit": "on", "shared_buffers": "512MB", "max_wal_size": "4GB"}
NO_CALLBACKS_MS = 86_400_000  # texts stay in the carrier's queue, so that it has nothing to call back about


@dataclass(frozen=True)
class Options:
    """What to measure: see `python -m benchmarks --help`."""

    size: int
    workers: int = 1
    latency: int = 50
    database: str = "postgresql"
    callbacks: bool = False
    campaign: int = 0


@dataclass
class Deployment:
    """A running deployment with an empty, migrated database."""

    work: Runtime
    phones: Phones
    environment: dict[str, str]
    web_url: str
    processes: list[psutil.Popen] = field(default_factory=list)

    def start(self, *arguments: str) -> psutil.Popen:
        """One of our processes: `outreach …`."""
        command = [sys.executable, "-m", "outreach.cli", *arguments]
        process = psutil.Popen(command, env={**os.environ, **self.environment})
        self.processes.append(process)
        return process

    def start_web(self) -> None:
        """Two gunicorn processes; returns when they answer."""
        self.start("web", f"--port={self.web_url.rpartition(':')[2]}", "--workers=2")
        wait_for(lambda: _answers(f"{self.web_url}/healthz"), "the web process", 60)

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(timeout=20)
            except psutil.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes.clear()


@contextmanager
def deploy(options: Options) -> Iterator[Deployment]:
    """With `callbacks` the carrier tells our web process what becomes of texts; without, it keeps them in its queue."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="outreach-bench-")))
        redis = stack.enter_context(run_redis(folder / "redis"))
        phones = stack.enter_context(run_phones(f"--latency-ms={options.latency}"))
        phones.control("settings", {"sending_ms": 20 if options.callbacks else NO_CALLBACKS_MS})
        url = f"sqlite:///{folder / 'bench.sqlite'}"
        if options.database == "postgresql":
            url = stack.enter_context(run_durable_postgres()).url("postgres")
        web_url = f"http://127.0.0.1:{free_port()}"
        environment = {
            "DATABASE_URL": url,
            "REDIS_URL": redis.url,
            "OUTREACH_DATA": str(folder),
            "SECRET_KEY": "a-secret-of-benchmarks-only",
            "PUBLIC_URL": web_url,
            "TWILIO_API_URL": phones.url,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_FROM": SENDER,
            "OUTREACH_QUIET_HOURS": "always",
            "OUTREACH_NAME": "Riverside",
        }
        work = Runtime(Settings.from_env(environment))
        stack.callback(work.close)
        upgrade(work.database)
        deployment = Deployment(work, phones, environment, web_url)
        stack.callback(deployment.stop)
        yield deployment


@contextmanager
def run_durable_postgres() -> Iterator[Postgres]:
    """A cluster of its own that keeps what it commits; it trusts loopback."""
    binaries = find_postgres()
    if binaries is None:
        sys.exit("PostgreSQL is not installed; try --database sqlite")
    folder, port = Path(tempfile.mkdtemp(prefix="outreach-bench-pg-")), free_port()
    as_root = os.geteuid() == 0
    shutil.chown(folder, "postgres") if as_root else None
    options = {"port": str(port), "listen_addresses": "127.0.0.1", "unix_socket_directories": str(folder), **DURABLE}

    def control(*arguments: str) -> None:
        command = [str(binaries / "pg_ctl"), f"--pgdata={folder / 'data'}", "--silent", "-w", *arguments]
        user = ["runuser", "-u", "postgres", "--"] if as_root else []  # the server refuses to run as root
        subprocess.run([*user, *command], check=True, cwd=folder, stdout=subprocess.DEVNULL)

    try:
        control("--options=-U postgres -A trust -E UTF8", "initdb")
        control(f"--log={folder / 'log'}", "--options", " ".join(f"-c {k}={v}" for k, v in options.items()), "start")
        try:
            yield Postgres(port)
        finally:
            control("--mode=immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Memory:
    """Resident megabytes of processes, looked at twice a second: of the largest at first, at last, and at most."""

    processes: list[psutil.Process]
    first: float = 0
    last: float = 0
    most: float = 0
    _done: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Memory":
        self.first = self._look()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()
        self.last = self._look()

    def _watch(self) -> None:
        while not self._done.wait(0.5):
            self._look()

    def _look(self) -> float:
        sizes = [process.memory_info().rss / 1e6 for process in self.processes if process.is_running()]
        largest = round(max(sizes, default=0), 1)
        self.most = max(self.most, largest)
        return largest


def in_new_process(function: Callable[..., T], *arguments: object) -> tuple[T, float]:
    """What the function returned in a process of its own, and that process's largest resident size in megabytes."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_with_peak, (function, arguments))


def _with_peak(function: Callable[..., T], arguments: tuple[object, ...]) -> tuple[T, float]:
    return function(*arguments), peak_mb()


def peak_mb() -> float:
    """This process's largest resident size so far. Not getrusage's: that one begins with the parent's."""
    status = Path("/proc/self/status")
    if not status.exists():
        return float(round(psutil.Process().memory_info().rss / 1e6, 1))
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return round(int(line.split()[1]) * 1.024 / 1000, 1)


def wait_for(condition: Callable[[], bool], what: str, seconds: float) -> None:
    """Look again and again until it is so; a benchmark that hangs ends with the reason."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            sys.exit(f"waited {seconds:.0f} s for {what}")
        time.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own address
            return True
    except OSError:
        return False
