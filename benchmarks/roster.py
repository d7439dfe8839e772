"""Rows per second of a family file's import, against bare INSERTs of the same contacts."""

import csv
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from sqlalchemy import insert

from benchmarks.community import MOST, phone
from benchmarks.deployment import Options, deploy, in_new_process
from outreach import clock
from outreach.people.models import Consent, Contact
from outreach.people.roster import CHUNK, import_families
from outreach.runtime import Runtime
from outreach.settings import Settings

ZIP = "02139"
LANGUAGES = ("English", "Spanish", "Portuguese", "Haitian Creole")
CODES = ("en", "es", "pt_BR", "ht")
COLUMNS = ("phone", "language", "name", "zip", "school", "grade", "consent", "consent_source")


def measure(options: Options) -> dict[str, object]:
    """Import a CSV of `size` families that agreed, into an empty database; then insert the same contacts bare."""
    if options.size > MOST:
        raise ValueError(f"a size from 1 to {MOST}")
    with deploy(options) as deployment:
        path = deployment.work.settings.data / "families.csv"
        _write(path, options.size)
        (added, seconds), peak = in_new_process(import_file, deployment.environment, path)
    with deploy(options) as deployment:
        bare, bare_peak = in_new_process(insert_bare, deployment.environment, options.size)
    if added != options.size:
        raise RuntimeError(f"{added} of {options.size} families were added")
    return {
        "figure": round(added / seconds),
        "unit": "rows/s",
        "limit": round(options.size / bare),
        "limit_is": f"bare INSERTs of the same contacts, {CHUNK} a statement and a transaction",
        "ratio": round(bare / seconds, 3),
        "seconds": round(seconds, 2),
        "peak_mb": peak,
        "limit_peak_mb": bare_peak,
    }


def import_file(environment: dict[str, str], path: Path) -> tuple[int, float]:
    """How many families were added, and in how many seconds."""
    work = Runtime(Settings.from_env(environment))
    started = time.perf_counter()
    report = import_families(work.database, path, consent_source="enrollment form, signed")
    seconds = time.perf_counter() - started
    work.close()
    return report.added, seconds


def insert_bare(environment: dict[str, str], size: int) -> float:
    """The same contacts without reading, checking, merging or a ledger; in how many seconds."""
    work = Runtime(Settings.from_env(environment))
    started = time.perf_counter()
    rows = _contacts(size)
    while chunk := list(islice(rows, CHUNK)):
        with work.database.writing() as session:
            session.execute(insert(Contact).execution_options(insertmanyvalues_page_size=CHUNK), chunk)
    seconds = time.perf_counter() - started
    work.close()
    return seconds


def _write(path: Path, size: int) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for number in range(1, size + 1):
            language = LANGUAGES[number % 4]
            name, local = f"Family {number}", phone(number).removeprefix("+1")
            writer.writerow((local, language, name, ZIP, "Lincoln School", "3", "yes", "form"))


def _contacts(size: int) -> Iterator[dict[str, object]]:
    now = clock.now()
    for number in range(1, size + 1):
        yield {
            "phone": phone(number),
            "language": CODES[number % 4],
            "language_known": True,
            "language_chosen": False,
            "name": f"Family {number}",
            "zip": ZIP,
            "zones": "America/New_York",
            "school": "Lincoln School",
            "grade": "3",
            "consent": Consent.SUBSCRIBED,
            "only_chosen_topics": False,
            "created_at": now,
        }
