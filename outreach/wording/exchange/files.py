"""Exchange files by their ending: which format to write, and how to read what came back."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from outreach.wording.exchange import po, sheet, xliff
from outreach.wording.exchange.entries import LARGEST, Exchange, ExchangeError


@dataclass(frozen=True)
class Format:
    """`marks_stale`: editors clear the mark of a stale text when somebody mends it, so one that has it is not done."""

    read: Callable[[bytes, str | None], Exchange]
    write: Callable[[Exchange], bytes]
    marks_stale: bool = False


FORMATS = {
    ".po": Format(po.read, po.write, marks_stale=True),
    ".xlf": Format(xliff.read, xliff.write),
    ".xliff": Format(xliff.read, xliff.write),
    ".csv": Format(sheet.read, sheet.write),
}


def format_of(path: Path) -> Format:
    """The format that a file's ending names. Raises ExchangeError."""
    found = FORMATS.get(path.suffix.lower())
    if found is None:
        hint = "; save the sheet as CSV UTF-8" if path.suffix.lower() in (".xlsx", ".xls", ".ods") else ""
        raise ExchangeError(f"{path.name}: the name ends in none of {', '.join(FORMATS)}{hint}")
    return found


def read_file(path: Path, language: str | None = None) -> Exchange:
    """The entries of a file; `language` is for one that does not say. Raises ExchangeError, which names the file."""
    format_of(path)
    try:
        with path.open("rb") as file:
            return read_data(path.name, file.read(LARGEST + 1), language)
    except OSError as error:
        raise ExchangeError(f"{path.name}: {error.strerror}") from None


def read_data(name: str, data: bytes, language: str | None = None) -> Exchange:
    """The same for what was uploaded under this name, read up to LARGEST + 1 bytes."""
    found = format_of(Path(name))
    try:
        if len(data) > LARGEST:
            raise ExchangeError(f"it has more than {LARGEST:,} bytes")
        return found.read(data, language)
    except ExchangeError as error:
        raise ExchangeError(f"{name}: {error}") from None


def write_file(path: Path, exchange: Exchange) -> None:
    """Raises ExchangeError, which names the file."""
    data = format_of(path).write(exchange)
    try:
        path.write_bytes(data)
    except OSError as error:
        raise ExchangeError(f"{path.name}: {error.strerror}") from None
