"""Collects what was odd while records are read, and does what every table needs: renaming, ids, plain
texts."""

import json
from hashlib import blake2b
from typing import Any, TypeVar

from outreach.resources.hsds_quirks import Cell, Quirk, clean_text, is_placeholder
from outreach.resources.hsds_tables import COLUMNS, RENAMED, Record

T = TypeVar("T")


class Remarks:
    """The quirks of one import, in the order they were met."""

    def __init__(self, quirks: list[Quirk]) -> None:
        self.quirks = quirks
        self._seen: set[Quirk] = set()

    def note(self, record: Record, column: str | None, problem: str, done: str) -> None:
        """Once, however often a JSON export nests the same object."""
        quirk = Quirk(record.file, record.row, record.id or None, column, problem, done)
        if quirk not in self._seen:
            self._seen.add(quirk)
            self.quirks.append(quirk)

    def take(self, record: Record, column: str, cell: Cell[T]) -> T:
        """The cell's value; its quirk, when it has one, is noted."""
        if cell.problem:
            self.note(record, column, cell.problem, cell.done)
        return cell.value

    def text(self, record: Record, column: str, limit: int = 4000) -> str | None:
        """A plain text of the record, or None; a placeholder counts as nothing."""
        raw = record.get(column)
        if raw and is_placeholder(column, raw):
            self.note(record, column, "a placeholder", "left empty")
            return None
        return self.take(record, column, clean_text(raw, limit)) if raw else None

    def prepare(self, records: list[Record]) -> list[Record]:
        """The records with 3.0's column names, an id each, and no id twice."""
        ready: dict[tuple[str, ...], Record] = {}
        for record in records:
            self._rename(record)
            self._remark_on_columns(record)
            if not record.id:
                record.values["id"] = f"made:{digest(record.values)}"
                self.note(record, "id", "no id", "made one from the content")
            first = ready.setdefault((record.id[:120], *owners(record)), record)
            if first is not record:
                self.note(record, "id", "an id twice in one table", "kept the first")
        return list(ready.values())

    def _rename(self, record: Record) -> None:
        for old, new in RENAMED.get(record.kind, {}).items():
            if record.get(old) and not record.get(new):
                record.values[new] = record.get(old)
                if old not in ("fees", "licenses"):  # deprecated, but still columns of 3.0
                    self.note(record, old, "a column of HSDS 2.x", f"read as {new}")

    def _remark_on_columns(self, record: Record) -> None:
        known = COLUMNS.get(record.kind)
        for column in () if known is None else sorted(record.values.keys() - known):
            whole = Record(record.kind, record.file, None, {})
            self.note(whole, column, "a column HSDS does not know", "left out")


def owners(record: Record) -> tuple[str, ...]:
    """What a shared child hangs on; in JSON one phone is met under a service and under its location."""
    if record.kind in (
        "organization",
        "service",
        "location",
        "service_at_location",
        "taxonomy_term",
        "taxonomy",
    ):
        return ()
    columns = (
        "service_at_location_id",
        "service_id",
        "location_id",
        "organization_id",
        "link_id",
        "taxonomy_term_id",
    )
    return tuple(record.get(column) for column in columns)


def digest(content: Any) -> str:
    """32 hex digits of anything JSON can write; equal for equal content, in any order of keys."""
    text = json.dumps(content, sort_keys=True, default=str, ensure_ascii=False)
    return blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()
