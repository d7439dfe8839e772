"""The file a school exports: its encoding, delimiter and columns found out, its rows read one at a time."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

BLOCK = 1 << 20
SAMPLE = 1 << 16
LONGEST_CELL = 131_072  # characters; an open quote swallows the file, and no cell of a family is as long
DELIMITERS = ",;\t|"
REJECT_COLUMNS = ("row", "column", "value", "reason")  # a rejects file, corrected, comes back with these

# What exports call our columns. Of two columns that mean the same, the name further left here is taken.
COLUMNS = {
    "phone": "phone, cell, cell phone, cellphone, cell number, mobile, mobile phone, mobile number, celular, "
    "text number, sms, phone number, telephone, telephone number, tel, phone 1, primary phone, "
    "contact phone, contact number, parent phone, guardian phone, parent phone number, home phone, "
    "telefono, telefone",
    "language": "language, home language, preferred language, contact language, correspondence language, "
    "language preference, primary language, lang, language code, idioma, lengua, lingua",
    "name": "name, contact name, parent name, guardian name, parent guardian name, parent guardian, parent, "
    "guardian, full name, nombre, nome",
    "zip": "zip, zip code, zipcode, postal code, postal, postcode, home zip, codigo postal",
    "household": "household, household id, household number, household key, family id, family number, family",
    "school": "school, school name, building, escuela, escola",
    "grade": "grade, grade level, current grade, grado",
    "tags": "tags, tag, labels, groups",
    "topics": "topics, topic, interests",
    "consent": "consent, text consent, texting consent, sms consent, consent to text, agreed to texts, "
    "opt in, optin, opted in, permission, consentimiento",
    "consent_source": "consent source, source of consent, consent evidence, consent form, opt in source",
    "consented_at": "consented at, consented on, consent date, date of consent, date consented, opt in date",
}


class RosterError(Exception):
    """The file as a whole cannot be imported; the text tells the person who exported it what to do."""


@dataclass(frozen=True)
class RosterFile:
    """One open file. `places` tells where our columns stand; `length` is about its rows."""

    header: tuple[str, ...]
    places: dict[str, int]
    unknown: dict[int, str]
    own: int  # how many columns at the left are ours, when this is a rejects file come back
    length: int
    rows: Iterator[tuple[int, list[str]]]  # the row number a spreadsheet shows, and the cells; no blank rows


@contextmanager
def open_roster(path: Path) -> Iterator[RosterFile]:
    """Open a CSV of whatever encoding and delimiter; raises RosterError when it cannot be one."""
    try:
        encoding = _find_encoding(path)
        sample, length = _survey(path, encoding)
        delimiter = _find_delimiter(sample)
        # Whatever a legacy code page cannot say becomes a mark in a name, not a lost family.
        with path.open(encoding=encoding, errors="replace", newline="") as file:
            yield _read_header(file, delimiter, length)
    except OSError as error:
        raise RosterError(f"The file cannot be read: {error.strerror}.") from None


def _find_encoding(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(SAMPLE)
    if not start.strip():
        raise RosterError("The file is empty.")
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise RosterError("This is an Excel workbook. Save it as CSV UTF-8 and import that file.")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if _is_utf8(path):
        return "utf-8-sig"
    best = from_bytes(start, cp_isolation=["utf_16_le", "utf_16_be", "cp1252"]).best()
    return best.encoding if best else "cp1252"


def _is_utf8(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8") as file:
            # NUL is valid UTF-8, and every other byte of UTF-16.
            return all("\0" not in block for block in iter(lambda: file.read(BLOCK), ""))
    except UnicodeDecodeError:
        return False


def _survey(path: Path, encoding: str) -> tuple[str, int]:
    """The first characters, and how many lines follow the header."""
    with path.open(encoding=encoding, errors="replace") as file:
        sample = block = file.read(SAMPLE)
        lines = 0
        while block:
            lines += block.count("\n")
            block = file.read(BLOCK)
    if "\0" in sample:
        raise RosterError("This is not a text file. Export the families as CSV UTF-8 and import that file.")
    return sample, lines - 1


def _find_delimiter(sample: str) -> str:
    """The delimiter that makes most sense of the header."""
    return max(DELIMITERS, key=lambda delimiter: _score(sample, delimiter))


def _score(sample: str, delimiter: str) -> tuple[int, int]:
    _, header = _first_row(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter))
    return len(find_columns(header)), len(header)


def _read_header(file: io.TextIOBase, delimiter: str, length: int) -> RosterFile:
    csv.field_size_limit(LONGEST_CELL)  # one for the whole process: the import of resources sets its own
    reader = csv.reader(file, delimiter=delimiter)
    number, cells = _first_row(reader)
    header = tuple(" ".join(cell.replace("\0", "").split()) for cell in cells)
    places = find_columns(cells)
    if not places:
        # Nothing is quoted here: without a header, the first row is a family.
        raise RosterError("The first row names no column we know: give the file a header row, one of it phone.")
    if "phone" not in places:
        found = ", ".join(name for name in header[:12] if name) or "none"
        raise RosterError(f"No column holds the phone: name one of them phone. Columns found: {found}.")
    own = len(REJECT_COLUMNS) if header[: len(REJECT_COLUMNS)] == REJECT_COLUMNS else 0
    skipped = {*places.values(), *range(own)}
    unknown = {place: name for place, name in enumerate(header) if name and place not in skipped}
    return RosterFile(header, places, unknown, own, length, _rows(reader, number))


def _first_row(reader: Iterator[list[str]]) -> tuple[int, list[str]]:
    """The number and the cells of the first row that says something; Excel's own "sep=;" line is no row."""
    number = 0
    try:
        for cells in reader:
            if number == 0 and "".join(cells).startswith("sep="):
                continue
            number += 1
            if any(cell.strip() for cell in cells):
                return number, cells
    except csv.Error:
        raise RosterError(_UNREADABLE.format(number + 1)) from None
    return number, []


def _rows(reader: Iterator[list[str]], number: int) -> Iterator[tuple[int, list[str]]]:
    """The rows after the header. A blank row is passed over but counted, as a spreadsheet counts it."""
    try:
        for cells in reader:
            number += 1
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error:
        raise RosterError(_UNREADABLE.format(number + 1)) from None


_UNREADABLE = "Row {} cannot be read: a quotation mark may open there and never close."


def find_columns(header: list[str] | tuple[str, ...]) -> dict[str, int]:
    """Where our columns stand in a header, by the names people give them."""
    places: dict[str, int] = {}
    keys = [_key(name) for name in header]
    for column, names in _NAMES.items():
        place = next((keys.index(name) for name in names if name in keys), None)
        if place is not None:
            places[column] = place
    return places


def _key(name: str) -> str:
    """ "Home_Language " and "Teléfono" as the aliases above are written."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", " ", plain).strip()


_NAMES = {column: names.split(", ") for column, names in COLUMNS.items()}
