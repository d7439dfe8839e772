"""The database: aware times only, and on SQLite writers that wait for each other and never for readers."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from outreach.db import Base, Database, change, insert_new, insert_row
from outreach.people.contacts import find_or_create_contact
from outreach.people.models import Contact
from outreach.sample.families import sample_phone
from outreach.staff.models import AuditEntry, Partner


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Database]:
    opened = Database(sqlite_url)
    yield opened
    opened.close()


def write(database: Database, *rows: Base) -> None:
    with database.writing() as session:
        for row in rows:
            session.add(row)
            session.flush()


def entry(happened_at: datetime) -> AuditEntry:
    return AuditEntry(action="tested", subject="test", subject_id=1, details={}, happened_at=happened_at)


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    naive = entry(datetime(2026, 3, 8, 2, 30))  # noqa: DTZ001 - that is the point
    with pytest.raises(StatementError, match="without a zone"):
        write(database, naive)


@pytest.mark.parametrize("hours", [0, -5, 9.5])
def test_an_instant_comes_back_as_the_same_instant_in_utc(database: Database, hours: float) -> None:
    written = datetime(2026, 11, 1, 1, 30, 15, 250, tzinfo=timezone(timedelta(hours=hours)))
    with database.writing() as session:
        session.add(entry(written))
    with database.reading() as session:
        read = session.scalars(select(AuditEntry.happened_at)).one()
        assert session.scalar(select(func.count()).where(AuditEntry.happened_at == written)) == 1
    assert read == written
    assert read.utcoffset() == timedelta()


def test_instants_compare_by_time_and_not_by_what_the_wall_clock_said(database: Database) -> None:
    earlier = datetime(2026, 5, 1, 23, 0, tzinfo=timezone(timedelta(hours=9)))
    later = datetime(2026, 5, 1, 15, 0, tzinfo=UTC)
    with database.writing() as session:
        session.add_all([entry(later), entry(earlier)])
    with database.reading() as session:
        assert session.scalars(select(AuditEntry.happened_at).order_by(AuditEntry.happened_at)).all() == [
            earlier,
            later,
        ]


def test_a_row_that_points_nowhere_is_refused(database: Database) -> None:
    lost = Contact(phone=sample_phone(1), language="en", household_id=4711, created_at=datetime.now(UTC))
    with pytest.raises(IntegrityError):
        write(database, lost)


def test_a_word_that_is_not_of_the_list_is_refused_by_the_database_itself(database: Database) -> None:
    with database.writing() as session:
        find_or_create_contact(session, sample_phone(1), language="en", language_known=True)
    with pytest.raises(IntegrityError), database.writing() as session:
        session.execute(text("UPDATE contacts SET consent = 'perhaps'"))


def test_a_block_that_raises_writes_nothing(database: Database) -> None:
    twice = [Partner(name="Lincoln School", short_name=short) for short in ("first", "second")]
    with pytest.raises(IntegrityError):
        write(database, *twice)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Partner)) == 0


def test_inserting_what_is_there_leaves_it_alone(database: Database) -> None:
    with database.writing() as session:
        for short in ("first", "second"):
            session.execute(insert_new(session, Partner).values(name="Lincoln School", short_name=short))
        assert session.scalars(select(Partner.short_name)).one() == "first"
        assert change(session, update(Partner).values(short_name="third")) == 1


def test_a_row_is_inserted_once_and_says_its_id(database: Database) -> None:
    with database.writing() as session:
        first = insert_row(session, Partner, name="Lincoln School", short_name="first")
        assert insert_row(session, Partner, name="Lincoln School", short_name="second") is None
    with database.reading() as session:
        assert session.execute(select(Partner.id, Partner.short_name)).all() == [(first, "first")]


def test_sqlite_is_opened_for_many_processes_at_once(sqlite: Database) -> None:
    with sqlite.reading() as session:
        found = {
            name: session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "foreign_keys", "synchronous")
        }
    assert found == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2}


def test_writers_wait_for_each_other_instead_of_failing(database: Database) -> None:
    """Both read, then write what they read plus one, held open a while: on SQLite a late lock would fail at once."""
    with database.writing() as session:
        session.add(Partner(name="Lincoln School", short_name="0"))

    def count_up() -> None:
        for _ in range(10):
            with database.writing() as session:
                row = session.scalars(select(Partner).with_for_update()).one()
                time.sleep(0.005)
                row.short_name = str(int(row.short_name) + 1)

    with ThreadPoolExecutor(2) as threads:
        for counting in [threads.submit(count_up) for _ in range(2)]:
            counting.result(timeout=30)
    with database.reading() as session:
        assert session.scalars(select(Partner.short_name)).one() == "20"


def test_a_reader_neither_waits_for_a_writer_nor_sees_what_is_not_committed(database: Database) -> None:
    with database.writing() as writer:
        writer.add(Partner(name="Lincoln School", short_name="Lincoln"))
        writer.flush()
        began = time.monotonic()
        assert partners(database) == 0
        assert time.monotonic() - began < 2
    assert partners(database) == 1


def test_a_reader_that_is_still_looking_does_not_hold_up_a_writer(database: Database) -> None:
    with database.reading() as reader:
        assert count_partners(reader) == 0
        with database.writing() as writer:
            writer.add(Partner(name="Lincoln School", short_name="Lincoln"))
    assert partners(database) == 1


def partners(database: Database) -> int:
    with database.reading() as session:
        return count_partners(session)


def count_partners(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Partner)) or 0


def test_two_processes_share_a_file(sqlite_url: str, tmp_path: Path) -> None:
    one, other = Database(sqlite_url), Database(sqlite_url)
    with one.writing() as session:
        session.add(Partner(name="Lincoln School", short_name="Lincoln"))
    assert partners(other) == 1
    one.close()
    other.close()
