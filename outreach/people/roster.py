"""Importing the families of a school: a file in, contacts out, every refused row back with its reason."""

import csv
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from itertools import islice
from pathlib import Path

from outreach.db import Database
from outreach.people.roster_chunk import write_chunk
from outreach.people.roster_file import REJECT_COLUMNS, RosterError, RosterFile, open_roster
from outreach.people.roster_merge import Outcome, Seen
from outreach.people.roster_row import FamilyRow, Problem, RowReader

__all__ = ["TOPICS", "RosterError", "RosterReport", "import_families"]

CHUNK = 1000  # rows a transaction: short enough that a text coming in never waits for long
TOPICS = ("screenings", "health_fairs", "parenting", "coping_skills")

Chunk = list[tuple[int, list[str]]]


@dataclass
class RosterReport:
    """What an import did, or would do; rows = added + updated + unchanged + merged + rejected.

    A merged row spoke of a phone the file had named before. `without_evidence` counts contacts with a yes
    that nothing shows: it is no consent yet. `stops_kept` counts those with a yes in the file who said stop.
    `rejected_by` counts the refused cells of each column.
    """

    rows: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    merged: int = 0
    rejected: int = 0
    without_evidence: int = 0
    stops_kept: int = 0
    rejected_by: dict[str, int] = field(default_factory=dict)
    ignored_columns: tuple[str, ...] = ()
    dry_run: bool = False


Reject = Callable[[int, list[Problem], list[str]], None]  # row number, what is wrong, the cells


def import_families(
    database: Database,
    path: Path,
    *,
    consent_source: str | None,
    keep_unknown_as_tags: bool = False,
    dry_run: bool = False,
    rejects: Path | None = None,
    default_language: str = "en",
    topics: Collection[str] = TOPICS,
    zone: tzinfo = UTC,
    progress: Callable[[int, int], None] | None = None,
) -> RosterReport:
    """Import a CSV of families (columns: roster_file.COLUMNS); the same file twice changes nothing.

    Rows are committed a thousand at a time: after a crash, a second run completes the first. A dry run
    writes nothing but `rejects`, and reports the same numbers. `consent_source` is the evidence for a yes
    whose row names none; `zone` is that of dates in the file; `progress` gets the rows done and about how
    many there are. Raises RosterError when the file as a whole is no good.
    """
    if rejects is not None and rejects.resolve() == path.resolve():
        raise RosterError("The rejects cannot go into the file that is imported: name another file.")
    seen, report = Seen(), RosterReport(dry_run=dry_run)
    with open_roster(path) as file, _open_rejects(rejects, file) as reject:
        reader = RowReader(file, consent_source, topics, zone, keep_unknown_as_tags)
        for chunk in _chunks(file.rows):
            families = _read_chunk(reader, chunk, reject, report)
            with database.writing() as session:
                write_chunk(session, families, seen, default_language=default_language)
                if dry_run:
                    session.rollback()
            if progress:
                done = chunk[-1][0] - 1
                progress(done, max(file.length, done))
        if not keep_unknown_as_tags:
            report.ignored_columns = tuple(file.unknown.values())
    _count(report, seen)
    return report


def _chunks(rows: Iterator[tuple[int, list[str]]]) -> Iterator[Chunk]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _read_chunk(reader: RowReader, chunk: Chunk, reject: Reject, report: RosterReport) -> list[FamilyRow]:
    families = []
    refused: Counter[str] = Counter(report.rejected_by)
    for number, cells in chunk:
        read = reader.read(cells)
        if isinstance(read, FamilyRow):
            families.append(read)
        else:
            reject(number, read, cells)
            report.rejected += 1
            refused.update(problem.column for problem in read)
    report.rows += len(chunk)
    report.rejected_by = dict(refused)
    return families


def _count(report: RosterReport, seen: Seen) -> None:
    report.added = seen.count(Outcome.ADDED)
    report.updated = seen.count(Outcome.UPDATED)
    report.unchanged = seen.count(Outcome.UNCHANGED)
    report.merged = report.rows - report.rejected - len(seen.outcomes)
    report.without_evidence = seen.count_said("yes without evidence")
    report.stops_kept = seen.count_said("stop kept")


@contextmanager
def _open_rejects(path: Path | None, file: RosterFile) -> Iterator[Reject]:
    """A writer of refused rows: one line a row, with the original cells, to be corrected and imported."""
    if path is None:
        yield lambda _number, _problems, _cells: None
        return
    try:
        out = path.open("w", encoding="utf-8-sig", newline="")  # the mark makes Excel read accents right
    except OSError as error:
        raise RosterError(f"The rejects cannot be written: {error.strerror}.") from None
    with out:
        writer = csv.writer(out)
        writer.writerow([*REJECT_COLUMNS, *file.header[file.own :]])

        def reject(number: int, problems: list[Problem], cells: list[str]) -> None:
            columns = "; ".join(problem.column for problem in problems)
            values = "; ".join(problem.value for problem in problems)
            reasons = "; ".join(problem.reason for problem in problems)
            writer.writerow([number, columns, values, reasons, *cells[file.own :]])

        yield reject
