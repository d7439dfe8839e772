"""Migrations and models say the same, on both databases, up and down."""

from collections.abc import Iterator

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect
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
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, metadata))


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
