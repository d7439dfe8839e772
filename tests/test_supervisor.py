"""The supervisor: restarts what dies, gives up on what keeps dying, and leaves nothing running behind it."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it ships no types
import pytest

from outreach import supervisor as supervising
from outreach.supervisor import DEATHS, DEATHS_WITHIN, Program, StopSignals, Supervisor

SLEEP = (sys.executable, "-c", "import time; time.sleep(60)")
WITH_A_CHILD = (
    sys.executable,
    "-c",
    "import subprocess, sys, time; "
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
    "open(sys.argv[1], 'w').write(str(child.pid)); time.sleep(60)",
)


def wait_for(condition: Callable[[], bool], meanwhile: Callable[[], None] = lambda: None) -> None:
    until = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < until
        meanwhile()
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def test_what_dies_is_started_again(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(supervising, "RESTART_AFTER", 0.05)
    with StopSignals() as signals, Supervisor({}, signals) as supervisor:
        supervisor.add("sleeper", *SLEEP)
        supervisor.start()
        (program,) = supervisor.programs
        assert program.process
        first = program.process
        first.kill()
        first.wait()
        wait_for(lambda: program.process is not first, supervisor.look_after)
        assert program.process.poll() is None
    assert "sleeper ended (-9), starting it again" in capsys.readouterr().err


def watch_a_broken_program(supervisor: Supervisor) -> None:
    supervisor.add("sleeper", *SLEEP)
    supervisor.add("broken", sys.executable, "-S", "-c", "raise SystemExit(3)")
    with supervisor:
        supervisor.start()
        supervisor.watch()


def test_what_keeps_dying_stops_everything_and_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervising, "RESTART_AFTER", 0.05)
    supervisor = Supervisor({}, StopSignals())
    with pytest.raises(SystemExit, match=f"broken ended {DEATHS} times"):
        watch_a_broken_program(supervisor)
    assert supervisor.programs[0].process
    assert supervisor.programs[0].process.returncode == -signal.SIGTERM


def test_what_dies_now_and_then_is_not_given_up() -> None:
    program = Program("fragile", ())
    for moment in range(3 * DEATHS):
        program.deaths.append(moment * DEATHS_WITHIN / (DEATHS - 1))
        assert not program.keeps_dying()
    program.deaths.append(program.deaths[-1])
    assert program.keeps_dying()


def test_what_a_killed_program_had_started_ends_with_it(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    with StopSignals() as signals, Supervisor({}, signals) as supervisor:
        supervisor.add("parent", *WITH_A_CHILD, str(note))
        supervisor.start()
        wait_for(lambda: note.exists() and bool(note.read_text()))
        child = int(note.read_text())
        assert supervisor.programs[0].process
        supervisor.programs[0].process.kill()
        supervisor.programs[0].process.wait()
        supervisor.look_after()
        wait_for(lambda: not is_running(child))


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_unwinds_the_block_and_a_second_one_changes_nothing(signum: signal.Signals) -> None:
    before = signal.getsignal(signum)
    cleaned = False
    with StopSignals():
        try:
            os.kill(os.getpid(), signum)
            time.sleep(5)
            pytest.fail("the signal did not unwind")
        finally:
            os.kill(os.getpid(), signum)
            cleaned = True
    assert cleaned
    assert signal.getsignal(signum) is before


def test_a_signal_waits_while_something_is_being_started() -> None:
    held = False
    with StopSignals() as signals:
        with signals.held():
            os.kill(os.getpid(), signal.SIGTERM)
            held = True
        pytest.fail("the signal was forgotten")
    assert held
