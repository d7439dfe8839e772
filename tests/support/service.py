"""The whole service as processes, as `outreach up` runs it: web, workers, scheduler, its own Redis and carrier."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from outreach.cli.processes import WORKERS
from outreach.redis_server import RedisServer, free_port
from outreach.runtime import Runtime
from outreach.settings import Settings
from tests.support.servers import ACCOUNT, SENDER, TOKEN, Phones, run_phones, run_redis


@dataclass
class Service:
    """A running deployment, and hands to hurt it with."""

    url: str
    environment: dict[str, str]
    phones: Phones
    redis: RedisServer
    runtime: Runtime
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *arguments: str) -> None:
        command = [sys.executable, "-m", "outreach.cli", *arguments]
        self.processes[name] = subprocess.Popen(command, env={**os.environ, **self.environment})

    def start_worker(self, name: str, *names: str) -> None:
        """A worker of these queues; without any, of those that `outreach up` gives a worker of this name."""
        self.start(name, "worker", *(names or WORKERS[name]))

    def kill(self, name: str) -> None:
        """kill -9, and nobody restarts it."""
        process = self.processes.pop(name)
        process.kill()
        process.wait()

    def end(self, name: str) -> None:
        """Ask one process to end, as a service manager does."""
        process = self.processes.pop(name)
        process.terminate()
        process.wait(timeout=20)

    def outreach(self, *arguments: str) -> str:
        """A command of ours in this deployment; its standard output."""
        command = [sys.executable, "-m", "outreach.cli", *arguments]
        done = subprocess.run(
            command, env={**os.environ, **self.environment}, check=True, capture_output=True, text=True, timeout=120
        )
        return done.stdout

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            process.wait(timeout=20)


@contextmanager
def run_service(database_url: str, folder: Path, web_processes: int = 2, /, **more: str) -> Iterator[Service]:
    """Serve on a migrated, empty database. `more` is added to the environment of its processes."""
    port = free_port()
    with ExitStack() as stack:
        redis = stack.enter_context(run_redis(folder / "redis"))
        phones = stack.enter_context(run_phones(f"--inbound-url=http://127.0.0.1:{port}/twilio/inbound"))
        phones.control("settings", {"delivery_ms": 50})
        environment = {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis.url,
            "OUTREACH_DATA": str(folder),
            "SECRET_KEY": "a-secret-of-tests-only",
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "TWILIO_API_URL": phones.url,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_FROM": SENDER,
            "OUTREACH_QUIET_HOURS": "always",
            "OUTREACH_NAME": "Riverside",
            "OUTREACH_CARRIER_SECONDS": "1",
            **more,
        }
        runtime = Runtime(Settings.from_env(environment))
        service = Service(f"http://127.0.0.1:{port}", environment, phones, redis, runtime)
        stack.callback(runtime.close)
        stack.callback(service.stop)
        service.start("web", "web", f"--port={port}", f"--workers={web_processes}")
        for name in WORKERS:
            service.start_worker(name)
        service.start("scheduler", "scheduler")
        wait_for(lambda: _answers(f"{service.url}/readyz"), "the service to be ready", 60)
        yield service


def wait_for(condition: Callable[[], bool], what: str, seconds: float = 30) -> None:
    """Look again and again until it is so."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"waited {seconds} s for {what}"
        time.sleep(0.2)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except OSError:
        return False
