"""From files to one neutral stream of records, whether the export is CSV tables or JSON of any shape.

A record is one row of one HSDS table, all values text, links by id columns: nested JSON is flattened to the
same.
"""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from outreach.resources.hsds_files import HsdsFile, ResourceImportError, decode, open_files, table_names
from outreach.resources.hsds_json import read_json
from outreach.resources.hsds_quirks import Quirk
from outreach.resources.hsds_tables import Record, table_kind

LONGEST_CELL = 50_000_000  # a service area's polygon is one cell


@dataclass(slots=True)
class Export:
    """All records of an export, by table. `complete` is False when it says itself that pages are missing."""

    records: dict[str, list[Record]] = field(default_factory=dict)
    quirks: list[Quirk] = field(default_factory=list)
    complete: bool = True

    def add(self, record: Record) -> None:
        self.records.setdefault(record.kind, []).append(record)

    def of(self, kind: str) -> list[Record]:
        return self.records.get(kind, [])


def read_export(path: Path) -> Export:
    """Read a folder of CSVs (with or without datapackage.json), JSON, a folder of JSON, or a zip of either.

    Raises ResourceImportError when there is nothing HSDS in it. What is only odd becomes a quirk.
    """
    export = Export()
    files = open_files(path)
    names = table_names(files)
    documents: list[tuple[str, Any]] = []
    for file in files:
        if file.name.lower().endswith(".csv"):
            _read_table(file, names.get(file.name), export)
        elif file.name != "datapackage.json":
            documents.extend(_parse(file, export))
    if documents:
        export.complete = read_json(documents, export.add, export.quirks)
    if not any(export.of(kind) for kind in ("organization", "service", "location")):
        raise ResourceImportError(f"{path.name!r} holds no organizations, services or locations of HSDS")
    return export


def _read_table(file: HsdsFile, package_name: str | None, export: Export) -> None:
    kind = table_kind(file.name) or (table_kind(package_name) if package_name else None)
    if kind is None:
        export.quirks.append(Quirk(file.name, None, None, None, "not an HSDS table", "left out"))
        return
    if kind == "unused":
        return
    text, encoding = decode(file.content)
    if encoding:
        export.quirks.append(Quirk(file.name, None, None, None, f"{encoding}, not UTF-8", "converted"))
    try:
        for row, values in enumerate(_rows(text), start=1):
            export.add(Record(kind, file.name, row, values))
    except csv.Error:
        export.quirks.append(Quirk(file.name, None, None, None, "broken CSV", "read as far as possible"))


def _rows(text: str) -> Iterator[dict[str, str]]:
    csv.field_size_limit(LONGEST_CELL)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, restkey="", restval="")
    for row in reader:
        values = {
            name.strip().casefold(): value.strip()
            for name, value in row.items()
            if name and isinstance(value, str) and value.strip()
        }
        if values:
            yield values


def _parse(file: HsdsFile, export: Export) -> Iterator[tuple[str, Any]]:
    text, encoding = decode(file.content)
    if encoding:
        export.quirks.append(Quirk(file.name, None, None, None, f"{encoding}, not UTF-8", "converted"))
    try:
        yield file.name, json.loads(text)
    except (ValueError, RecursionError):
        export.complete = False
        export.quirks.append(Quirk(file.name, None, None, None, "broken JSON", "left out"))
