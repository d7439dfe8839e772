"""The servers tests run against: PostgreSQL, Redis, and the simulated carrier, each a real process on loopback."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from outreach.redis_server import RedisServer, free_port

ACCOUNT = "AC" + "1" * 32
TOKEN = "test-token-of-the-simulated-carrier"
SENDER = "+18335550100"


def find_postgres() -> Path | None:
    """The folder with initdb and postgres, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


def _server_user() -> str | None:
    """PostgreSQL refuses to run as root: there it runs as its own user."""
    return "postgres" if os.geteuid() == 0 else None


@dataclass
class Postgres:
    """A cluster of its own in a temporary folder; it trusts loopback."""

    port: int
    folder: Path | None = None
    command: Sequence[str] = ()
    process: subprocess.Popen[bytes] | None = None

    def url(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def run(self, statement: str) -> None:
        dsn = f"host=127.0.0.1 port={self.port} user=postgres dbname=postgres"
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute(statement)

    def start(self) -> None:
        """Start it and wait until it answers."""
        assert self.folder
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command, stdout=log, stderr=log, cwd=self.folder, user=_server_user(), group=_server_user()
            )
        _wait_for_postgres(self)

    def crash(self) -> None:
        """End it as `pg_ctl stop -m immediate` does: every connection is cut, nothing is tidied up."""
        assert self.process
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(timeout=20)

    def stop(self) -> None:
        """End it in order, whoever is still connected."""
        if self.process:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=20)


@contextmanager
def run_postgres(binaries: Path) -> Iterator[Postgres]:
    folder = Path(tempfile.mkdtemp(prefix="outreach-pg-"))
    user = _server_user()
    shutil.chown(folder, user) if user else None
    data, port = folder / "data", free_port()
    initdb = [str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8"]
    subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd=folder, user=user, group=user)
    options = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": str(folder),
        "fsync": "off",
        "port": str(port),
    }
    serve = [str(binaries / "postgres"), "-D", str(data)]
    serve += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    server = Postgres(port, folder, serve)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for_postgres(server: Postgres) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            return server.run("SELECT 1")
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


@contextmanager
def run_redis(folder: Path) -> Iterator[RedisServer]:
    server = RedisServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@dataclass
class Phones:
    """The simulated carrier, spoken to over HTTP as its control pages have it."""

    url: str

    def control(self, path: str, data: Any = None, method: str | None = None) -> Any:
        body = json.dumps(data).encode() if data is not None else None
        request = urllib.request.Request(
            f"{self.url}/control/{path}",
            data=body,
            headers={"Content-Type": "application/json"},
            method=method or ("POST" if body is not None else "GET"),
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def reset(self) -> None:
        self.control("reset", {})
        self.control("settings", {"latency_ms": 0, "delivery_ms": 50})

    def texts(self, phone: str | None = None) -> list[dict[str, Any]]:
        """What reached the carrier for a phone (or all), oldest first."""
        query = f"?to={phone.replace('+', '%2B')}" if phone else ""
        messages: list[dict[str, Any]] = self.control(f"messages{query}")["messages"]
        return messages

    def per_phone(self) -> dict[str, int]:
        counts: dict[str, int] = self.control("messages")["per_phone"]
        return counts

    def stats(self) -> dict[str, Any]:
        stats: dict[str, Any] = self.control("stats")
        return stats

    def calls(self, phone: str | None = None) -> list[dict[str, Any]]:
        """The legs that the carrier knows, of a phone or all, oldest first."""
        found: list[dict[str, Any]] = self.control("calls" + (f"?to={phone.replace('+', '%2B')}" if phone else ""))
        return found

    def act(self, phone: str, do: str) -> None:
        """Somebody at a phone that has a call: answer, decline, ignore, fail, hang_up, or a key."""
        self.control("calls/act", {"to": phone, "do": do})

    def send(self, phone: str, body: str, **more: Any) -> dict[str, Any]:
        """A family texts us."""
        answer: dict[str, Any] = self.control("inbound", {"from": phone, "body": body, **more})
        return answer


@contextmanager
def run_phones(*arguments: str) -> Iterator[Phones]:
    command = [
        sys.executable, "-m", "outreach.simulator", "--port=0", f"--account-sid={ACCOUNT}", f"--auth-token={TOKEN}",
        f"--number={SENDER}", *arguments,
    ]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        line = process.stdout.readline()
        yield Phones(line.strip().rpartition(" ")[2])
    finally:
        process.terminate()
        process.wait(timeout=15)
        process.stdout.close()
