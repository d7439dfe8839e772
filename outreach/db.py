"""The database: one Base, named constraints, aware-UTC times, and sessions for reading and for writing."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Executable,
    Integer,
    MetaData,
    create_engine,
    event,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, CursorResult
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

BigId = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows only for a plain INTEGER key


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant. Stored in UTC; a naive time is refused, as it would mean another instant elsewhere."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
        list[str]: JSON(),
    }


class Database:
    """One engine and its sessions.

    SQLite is opened in WAL mode with foreign keys on, and a writing transaction takes its lock at BEGIN: one that
    starts as a reader and upgrades fails at once when another process writes, whatever the timeout.
    """

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.engine = _create_engine(url, pool_size)
        self._readers = self.engine.execution_options(outreach_reading=True)
        self.reading_sessions = sessionmaker(self._readers, expire_on_commit=False)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that commits at the end of the block, or rolls back when it raises."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for looking only; nothing it holds is written."""
        with self.reading_sessions() as session:
            yield session

    def close(self) -> None:
        self.engine.dispose()


def _create_engine(url: str, pool_size: int) -> Engine:
    """Errors never show a statement's parameters: they hold phone numbers and texts.

    A page takes up to three connections, as its parts look for themselves: threads must not wait for each other's.
    """
    pool = {"pool_size": pool_size, "max_overflow": 2 * pool_size, "hide_parameters": True}
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, **pool)
    engine = create_engine(url, connect_args={"timeout": 30}, **pool)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # The driver's own BEGIN comes too late and is never IMMEDIATE: we emit it ourselves.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=30000", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get("outreach_reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def words(kind: type[StrEnum]) -> Enum:
    """The column type of a StrEnum: its values as text, with a named CHECK that no other text gets in."""
    return Enum(
        kind,
        native_enum=False,
        length=24,
        create_constraint=True,
        name=re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower(),
        values_callable=lambda members: [str(member) for member in members],
    )


def insert_new(session: Session, table: type[Base]) -> Any:
    """An INSERT that leaves rows alone which are there already, whichever unique key says so."""
    return _insert(session.get_bind().dialect.name, table).on_conflict_do_nothing()


def upsert(session: Session, table: type[Base], key: Mapping[str, object], values: Mapping[str, object]) -> None:
    """Write one row, over the one that has this primary key if there is one. Loaded objects keep what they had."""
    statement = _insert(session.get_bind().dialect.name, table).values(**key, **values)
    change(session, statement.on_conflict_do_update(index_elements=list(key), set_=values))


def insert_row(session: Session, table: type[Base], **values: object) -> int | None:
    """Insert one row by its columns, unless a unique key says that it is there. Returns its id, or None.

    What `insert_new` does, for the paths every text takes: the statement is built once, at a third of the cost. Nothing
    is flushed before it: a row it points to has to be in the database already.
    """
    statement = _insert_returning_id(session.get_bind().dialect.name, table)
    inserted: int | None = session.connection().execute(statement, values).scalar()
    return inserted


def _insert(dialect: str, table: Any) -> Any:
    return (sqlite.insert if dialect == "sqlite" else postgresql.insert)(table)


@cache
def _insert_returning_id(dialect: str, table: type[Base]) -> Any:
    return _insert(dialect, table.__table__).on_conflict_do_nothing().returning(table.__table__.c.id)


def change(session: Session, statement: Executable) -> int:
    """Run an INSERT, UPDATE or DELETE in the database alone; objects already loaded keep what they had.

    Returns how many rows it touched.
    """
    result = session.execute(statement, execution_options={"synchronize_session": False, "preserve_rowcount": True})
    assert isinstance(result, CursorResult)
    return result.rowcount
