"""Several processes as one: started together, restarted when one dies, stopped together by Ctrl-C."""

import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType, TracebackType
from typing import Any, Self

RESTART_AFTER = 1.0
STOP_SECONDS = 10.0
DEATHS = 5  # so many within DEATHS_WITHIN seconds, and a program will not come to life by another try
DEATHS_WITHIN = 30.0


ASKED_BY = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # Ctrl-C, a service manager, a closed terminal


class StopAskedError(BaseException):
    """Somebody asks us to stop. Not an Exception: nothing on the way out may take it for a failure to survive."""


class StopSignals:
    """For a block that starts processes: a signal of ASKED_BY unwinds it, so that all it opened is closed, and end it.

    Only the first one does; a second Ctrl-C does not cut the tidying up short.
    """

    def __init__(self) -> None:
        self._asked = self._held = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        self._before = {signum: signal.signal(signum, self._ask) for signum in ASKED_BY}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> bool:
        for signum, handler in self._before.items():
            signal.signal(signum, handler)
        return kind is StopAskedError

    @contextmanager
    def held(self) -> Iterator[None]:
        """Signals wait for the end of this block: a process half started would be one that nobody stops."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
        if self._asked:
            raise StopAskedError

    def _ask(self, _signum: int, _frame: FrameType | None) -> None:
        if self._asked:
            return
        self._asked = True
        if not self._held:
            raise StopAskedError


@dataclass
class Program:
    """One process to keep running."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    restart_at: float = 0.0
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=DEATHS))  # the last ones, monotonic seconds

    def keeps_dying(self) -> bool:
        return len(self.deaths) == DEATHS and self.deaths[-1] - self.deaths[0] < DEATHS_WITHIN


@dataclass
class Supervisor:
    """Runs programs with one environment, for the block it is entered for; all have ended when the block has."""

    environment: Mapping[str, str]
    signals: StopSignals
    programs: list[Program] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def add(self, name: str, *command: str) -> None:
        self.programs.append(Program(name, command))

    def add_outreach(self, name: str, *arguments: str) -> None:
        """One of our own commands, run by this Python."""
        self.add(name, sys.executable, "-m", "outreach.cli", *arguments)

    def start(self) -> None:
        for program in self.programs:
            self._start(program)

    def watch(self) -> None:
        """Look after the programs until a signal unwinds the block of StopSignals."""
        while True:
            self.look_after()
            time.sleep(0.2)

    def look_after(self) -> None:
        """Restart what died. SystemExit (status 1, the reason on stderr) when a program keeps dying."""
        for program in self.programs:
            self._look_after(program)

    def stop(self) -> None:
        """Ask all to end, the last one first, then end what did not."""
        running = [program.process for program in reversed(self.programs) if program.process]
        with self.signals.held():
            for process in running:
                process.terminate()
            until = time.monotonic() + STOP_SECONDS
            for process in running:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=max(0.1, until - time.monotonic()))
                _end_group(process)

    def _start(self, program: Program) -> None:
        with self.signals.held():
            # A group of its own: Ctrl-C reaches us alone, and we end the others in order.
            program.process = subprocess.Popen(
                program.command, env={**os.environ, **self.environment}, start_new_session=True
            )
        program.restart_at = 0.0

    def _look_after(self, program: Program) -> None:
        if program.process is None or program.process.poll() is None:
            return
        if not program.restart_at:
            self._note_death(program, program.process)
        elif time.monotonic() >= program.restart_at:
            self._start(program)

    def _note_death(self, program: Program, process: subprocess.Popen[bytes]) -> None:
        _end_group(process)
        program.deaths.append(time.monotonic())
        if program.keeps_dying():
            raise SystemExit(
                f"{program.name} ended {DEATHS} times within {DEATHS_WITHIN:.0f} seconds: its reason stands above. "
                "Everything is stopped."
            )
        print(f"{program.name} ended ({process.returncode}), starting it again", file=sys.stderr)
        program.restart_at = time.monotonic() + RESTART_AFTER


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """End a program and what it forked: a web process that was killed leaves children that hold its port."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
