"""`outreach demo | up | web`: a busy port is refused before anything starts; a signal at any moment leaves nothing."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it ships no types
import pytest

from outreach import runtime
from outreach.cli.demo import demo_environment
from outreach.redis_server import free_port
from tests.cli.conftest import outreach


@contextmanager
def taken_port() -> Iterator[int]:
    """A port that somebody listens on; the one before it is free."""
    port = free_port(neighbors=1) + 1
    with socket.create_server(("127.0.0.1", port)):
        yield port


@contextmanager
def running_demo(folder: Path) -> Iterator[tuple[psutil.Popen, int]]:
    """The demo, as far as its first line, and its port."""
    port = free_port(neighbors=1)
    command = [sys.executable, "-m", "outreach.cli", "demo", f"--port={port}", f"--data={folder}", "--families=40"]
    process = psutil.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert "Preparing" in process.stdout.readline()
        yield process, port
    finally:
        for left in (*process.children(recursive=True), process) if process.is_running() else ():
            left.kill()
        process.wait()
        process.stdout.close()


def wait_until_ready(port: int) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
                return
        except OSError:
            assert time.monotonic() < until
            time.sleep(0.2)


def processes_of(folder: Path) -> list[str]:
    """Whatever runs in this folder or was told of it, wherever it hangs in the tree of processes."""
    found = []
    for process in psutil.process_iter():
        try:
            told = [*process.cmdline(), process.cwd(), process.environ().get("OUTREACH_DATA", "")]
        except psutil.Error:
            continue
        if process.pid != os.getpid() and any(str(folder) in word for word in told):
            found.append(process.name())
    return found


@pytest.mark.timeout(90)
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("seconds", [0.0, 0.5, 1.5])
def test_a_demo_that_is_stopped_while_it_prepares_leaves_nothing_running(
    tmp_path: Path, signum: signal.Signals, seconds: float
) -> None:
    with running_demo(tmp_path) as (demo, _):
        time.sleep(seconds)
        demo.send_signal(signum)
        assert demo.wait(timeout=20) == 0
    assert processes_of(tmp_path) == []


@pytest.mark.slow
@pytest.mark.timeout(90)
def test_a_demo_that_is_stopped_when_it_is_ready_leaves_nothing_running(tmp_path: Path) -> None:
    with running_demo(tmp_path) as (demo, port):
        wait_until_ready(port)
        children = demo.children(recursive=True)
        assert len(children) >= 7  # Redis, phones, web and what it forks, two workers, the scheduler
        assert len(processes_of(tmp_path)) > len(children)
        demo.send_signal(signal.SIGINT)
        assert demo.wait(timeout=20) == 0
    assert [child for child in children if child.is_running()] == []
    assert processes_of(tmp_path) == []


def test_the_demo_wants_its_port_and_the_next() -> None:
    with taken_port() as port:
        ended = outreach("demo", f"--port={port}")
        assert (ended.status, ended.out) == (1, "")
        assert ended.err.startswith(f"port {port} is taken; choose another: make demo PORT=")
        ended = outreach("demo", f"--port={port - 1}")
        assert (ended.status, ended.out) == (1, "")
        assert f"port {port} is taken" in ended.err


@pytest.mark.parametrize("command", ["up", "web"])
def test_a_busy_port_is_refused_before_anything_starts(
    command: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    runtime.use(None)
    for name, value in demo_environment(tmp_path, 8000, "redis://127.0.0.1:1/0").items():
        monkeypatch.setenv(name, value)
    with taken_port() as port:
        ended = outreach(command, f"--port={port}")
    runtime.use(None)
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith(f"port {port} is taken; choose another: outreach {command} --port ")


def test_a_host_that_is_not_ours_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    runtime.use(None)
    for name, value in demo_environment(tmp_path, 8000, "redis://127.0.0.1:1/0").items():
        monkeypatch.setenv(name, value)
    ended = outreach("web", "--host=192.0.2.1")
    runtime.use(None)
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith("cannot serve at 192.0.2.1, port 8000: ")


def test_the_demo_refuses_a_setting_that_its_processes_would(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OUTREACH_LOG_LEVEL", "bad")
    ended = outreach("demo", f"--port={free_port(neighbors=1)}", f"--data={tmp_path}")
    assert ended.status == 1
    assert "OUTREACH_LOG_LEVEL" in ended.err
    assert processes_of(tmp_path) == []


def test_the_demos_processes_live_at_the_towns_time(tmp_path: Path) -> None:
    environment = demo_environment(tmp_path, 8000, "redis://127.0.0.1:1/0")
    assert environment["TZ"] == environment["OUTREACH_TIMEZONE"]


def test_the_secret_of_a_data_folder_is_made_once_and_for_nobody_else(tmp_path: Path) -> None:
    first = demo_environment(tmp_path, 8000, "redis://127.0.0.1:1/0")["SECRET_KEY"]
    assert demo_environment(tmp_path, 8001, "redis://127.0.0.1:1/0")["SECRET_KEY"] == first
    assert len(first) == 64
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
