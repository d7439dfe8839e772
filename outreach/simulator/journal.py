"""Optional memory across restarts: one JSON line a change, written as it happens, replayed at the start."""

import json
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import Any


class Journal:
    """Lines of `[kind, …]`. Each reaches the operating system at once, so a killed process loses nothing."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.file: TextIOWrapper | None = None

    def replay(self) -> Iterator[list[Any]]:
        """Every entry so far, oldest first; a half-written last line, as a kill leaves it, is skipped."""
        if self.path is None or not self.path.exists():
            return
        with self.path.open(encoding="utf-8") as lines:
            for line in lines:
                if line.endswith("\n"):
                    yield json.loads(line)

    def open(self) -> None:
        if self.path is None:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        _end_last_line(self.path)
        self.file = self.path.open("a", encoding="utf-8", buffering=1)

    def write(self, *entry: Any) -> None:
        if self.file is not None:
            self.file.write(json.dumps(entry, separators=(",", ":")) + "\n")

    def clear(self) -> None:
        if self.file is not None:
            self.file.truncate(0)

    def close(self) -> None:
        if self.file is not None:
            self.file.close()
            self.file = None


def _end_last_line(path: Path) -> None:
    """Cut what a kill left after the last line break, or the next entry would run into it."""
    if not path.exists():
        return
    written = path.read_bytes()
    whole = written.rfind(b"\n") + 1
    if whole < len(written):
        with path.open("r+b") as file:
            file.truncate(whole)
