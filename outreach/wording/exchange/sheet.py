"""Exchange as a spreadsheet: CSV that Excel, LibreOffice and Google Sheets open as it stands, one row a text.

A cell that begins with = + - @ would run as a formula on somebody's computer (OWASP, "CSV injection"): it gets an
apostrophe in front, which reading takes away again.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO

from outreach.wording.catalog import ReviewState
from outreach.wording.exchange.entries import Entry, Exchange, ExchangeError, decode, language_of

COLUMNS = ("context", "language", "english", "translation", "state", "about", "comments", "reviewer", "exported")
PLURAL_COLUMNS = ("english_plural", "form")  # only where a text has plural forms: then it has a row for each
NEEDED = COLUMNS[:4]
LONGEST_CELL = 100_000  # characters; no text is nearly that long
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_GUARDED = re.compile(r"''*[=+\-@\t\r\n＝＋－＠]")


def guard(cell: str) -> str:
    """The cell so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguard(cell: str) -> str:
    """What `guard` was given."""
    return cell[1:] if _GUARDED.match(cell) else cell


def write(exchange: Exchange) -> bytes:
    """The entries as CSV with a byte order mark, by which Excel knows UTF-8."""
    plural = any(entry.plural for entry in exchange.entries)
    out = StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS + (PLURAL_COLUMNS if plural else ()))
    for entry in exchange.entries:
        for number, form in enumerate(entry.forms):
            row = [entry.context, exchange.language, entry.english, form, entry.state]
            row += ["\n".join(entry.notes), "\n".join(entry.comments), entry.reviewer, entry.exported]
            row += [entry.plural, str(number)] if plural else []
            writer.writerow([guard(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def read(data: bytes, language: str | None = None) -> Exchange:
    """A CSV with our columns in any order, parted by comma, semicolon or tab. Raises ExchangeError."""
    rows = list(_rows(decode(data)))
    names = {row["language"].strip() for _, row in rows if row["language"].strip()}
    if len(names) > 1:
        raise ExchangeError(f"it holds several languages ({', '.join(sorted(names))}); make a file for each")
    entries: list[Entry] = []
    for line, row in rows:
        entry = _entry(line, row)
        if row.get("form", "0") not in ("", "0") and entries and entries[-1].context == entry.context:
            entries[-1] = _with_form(entries[-1], entry.text)
        else:
            entries.append(entry)
    return Exchange(language_of(names.pop() if names else "", language), tuple(entries))


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with the line it begins on."""
    first = text.partition("\n")[0]
    reader = csv.reader(StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    try:
        header = [name.strip().casefold() for name in next(reader, [])]
        lacking = [name for name in NEEDED if name not in header]
        if lacking:
            raise ExchangeError(f"the first row must name the columns {', '.join(NEEDED)}; {lacking[0]} is missing", 1)
        begins = reader.line_num + 1
        for cells in reader:
            # Python's own limit is one for the whole process, and the directory of help has raised it.
            if any(len(cell) > LONGEST_CELL for cell in cells):
                raise csv.Error(f"a cell is longer than {LONGEST_CELL} characters; a quotation mark may be missing")
            if any(cells):
                cells += [""] * (len(header) - len(cells))
                yield begins, {name: unguard(cell) for name, cell in zip(header, cells, strict=False)}
            begins = reader.line_num + 1
    except csv.Error as error:
        raise ExchangeError(f"it is no CSV: {error}", reader.line_num) from None


def _entry(line: int, row: dict[str, str]) -> Entry:
    text, state = row["translation"], row.get("state", "").strip().casefold()
    return Entry(
        context=row["context"],
        english=row["english"],
        forms=(text,),
        plural=row.get("english_plural", ""),
        state=_state(text, state),
        reviewer=row.get("reviewer", ""),
        exported=row.get("exported", "").strip(),
        notes=_lines(row.get("about", "")),
        comments=_lines(row.get("comments", "")),
        line=line,
    )


def _state(text: str, word: str) -> ReviewState:
    """People rarely touch this column: a new text whose state still says missing is a translation all the same."""
    if not text:
        return ReviewState.MISSING
    return next((state for state in ReviewState if state == word and word != "missing"), ReviewState.AWAITING)


def _with_form(entry: Entry, form: str) -> Entry:
    return replace(entry, forms=(*entry.forms, form))


def _lines(cell: str) -> tuple[str, ...]:
    return tuple(cell.replace("\r\n", "\n").split("\n")) if cell else ()
