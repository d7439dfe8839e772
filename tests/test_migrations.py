"""Migrations and models say the same, on both databases, up and down."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Time,
    inspect,
    select,
    types,
)
from sqlalchemy.engine import Connection

from outreach.db import Database
from outreach.migrations.tables import metadata
from outreach.migrations.upgrade import config, newest, upgrade


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """On the newest revision, as `outreach db upgrade` leaves it."""
    opened = Database(database_url)
    yield opened
    opened.close()


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": compare_default}
    )
    return list(compare_metadata(context, metadata))


def compare_default(
    _context: MigrationContext, _found: Column[Any], model: Column[Any], found: str | None, _default: Any, wanted: str
) -> bool | None:
    """Whether the defaults differ; None lets the database say. PostgreSQL cannot compare two of type json."""
    if not isinstance(model.type, types.JSON):
        return None
    return (found or "").removesuffix("::json") != (wanted or "")


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names()) - {"alembic_version"}


def test_the_migrations_lead_to_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        assert differences(connection) == []
    assert tables(database) == set(metadata.tables)


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    upgrade(database)
    with database.engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == newest()


def test_down_to_nothing_and_up_again_is_the_same_schema(database: Database) -> None:
    command.downgrade(config(database), "base")
    assert tables(database) == set()
    upgrade(database)
    with database.engine.connect() as connection:
        assert differences(connection) == []


def test_every_constraint_has_a_name_by_which_a_later_migration_finds_it(database: Database) -> None:
    look = inspect(database.engine)
    for table in metadata.tables:
        keys = [look.get_pk_constraint(table), *look.get_foreign_keys(table), *look.get_unique_constraints(table)]
        found = [*keys, *look.get_check_constraints(table), *look.get_indexes(table)]
        assert [key for key in found if not key["name"]] == [], table


def test_the_checks_of_the_models_are_in_the_database(database: Database) -> None:
    """A comparison leaves CHECK constraints out, so they are compared by name here."""
    look = inspect(database.engine)
    for name, table in metadata.tables.items():
        wanted = {str(one.name) for one in table.constraints if type(one).__name__ == "CheckConstraint"}
        assert {check["name"] for check in look.get_check_constraints(name)} == wanted, name


# Whatever a column asks for, by its type; words that a CHECK asks for are read from it.
SAMPLES: tuple[tuple[type[Any], Any], ...] = (
    (Boolean, True),
    (Integer, 1),
    (Float, 1.5),
    (DateTime, datetime(2026, 11, 24, 17, 0, tzinfo=UTC)),
    (Date, date(2026, 11, 24)),
    (Time, time(9, 30)),
    (String, "x"),
)
PHONE, JSON = "+16175550100", ["es"]
CHECKED = re.compile(r"\W*(\w+)\W.*?(?:IN|ANY).*?'(\w+)'", re.DOTALL)


def make_row(table: Table, chosen: dict[str, str]) -> dict[str, Any]:
    """One row with a value in every column but those that point at the same table."""
    own = {key.parent.name for key in table.foreign_keys if key.column.table is table}
    return {column.name: make_value(column, chosen) for column in table.columns if column.name not in own}


def make_value(column: Column[Any], chosen: dict[str, str]) -> Any:
    if column.name == "phone":
        return PHONE
    if column.name in chosen:
        return chosen[column.name]
    return next((sample for kind, sample in SAMPLES if isinstance(column.type, kind)), JSON)


def read_tables(connection: Connection) -> list[Table]:
    """The tables as they stand, each after those it refers to."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def read_rows(connection: Connection) -> dict[str, dict[str, Any]]:
    """The one row of each table."""
    return {table.name: dict(connection.execute(select(table)).mappings().one()) for table in read_tables(connection)}


def fill_tables(connection: Connection) -> dict[str, dict[str, Any]]:
    """Put a row into every table; what was put there, as the database gives it back."""
    for table in read_tables(connection):
        checks = inspect(connection).get_check_constraints(table.name)
        found = [CHECKED.match(check["sqltext"]) for check in checks]
        words = {match[1]: match[2] for match in found if match}
        connection.execute(table.insert().values(make_row(table, words)))
    return read_rows(connection)


def test_rows_of_the_first_schema_live_through_every_migration_and_back(database: Database) -> None:
    command.downgrade(config(database), "0001")
    with database.engine.begin() as connection:
        before = fill_tables(connection)
    upgrade(database)
    with database.engine.connect() as connection:
        tables_now = {table.name: table for table in read_tables(connection)}
        for name, row in before.items():
            now = connection.execute(select(tables_now[name])).mappings().one()
            assert {column: now[column] for column in row} == row, name
    command.downgrade(config(database), "0001")
    with database.engine.connect() as connection:
        assert read_rows(connection) == before
