"""Several processes as one: started together, restarted when one dies, stopped together by Ctrl-C."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

RESTART_AFTER = 1.0
STOP_SECONDS = 10.0


@dataclass
class Program:
    """One process to keep running."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    restart_at: float = 0.0


@dataclass
class Supervisor:
    """Runs programs with one environment. Stops them in reverse order, so that what others need goes last."""

    environment: Mapping[str, str]
    programs: list[Program] = field(default_factory=list)
    stopping: bool = False

    def add(self, name: str, *command: str) -> None:
        self.programs.append(Program(name, command))

    def add_outreach(self, name: str, *arguments: str) -> None:
        """One of our own commands, run by this Python."""
        self.add(name, sys.executable, "-m", "outreach.cli", *arguments)

    def start(self) -> None:
        for program in self.programs:
            self._start(program)

    def watch(self) -> None:
        """Until a signal asks to stop: restart what dies."""
        for signum in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, self._ask_to_stop)
        while not self.stopping:
            for program in self.programs:
                self._look_after(program)
            time.sleep(0.2)

    def stop(self) -> None:
        """Ask all to end, then end what did not."""
        running = [program.process for program in reversed(self.programs) if program.process]
        for process in running:
            process.terminate()
        until = time.monotonic() + STOP_SECONDS
        for process in running:
            try:
                process.wait(timeout=max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _ask_to_stop(self, _signum: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _start(self, program: Program) -> None:
        # A group of its own: Ctrl-C reaches us alone, and we end the others in order.
        program.process = subprocess.Popen(
            program.command, env={**os.environ, **self.environment}, start_new_session=True
        )
        program.restart_at = 0.0

    def _look_after(self, program: Program) -> None:
        if program.process is None or program.process.poll() is None:
            return
        if not program.restart_at:
            print(f"{program.name} ended ({program.process.returncode}), starting it again", file=sys.stderr)
            program.restart_at = time.monotonic() + RESTART_AFTER
        elif time.monotonic() >= program.restart_at:
            self._start(program)
