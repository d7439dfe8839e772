"""What Alembic runs: our metadata, our engine, batch mode for SQLite's limited ALTER TABLE."""

from typing import Any, Literal

from alembic import context

from outreach.db import UtcDateTime
from outreach.migrations.tables import metadata


def render(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Migrations stand alone: our own types are written as what they are in the database."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


database = context.config.attributes["database"]
with database.engine.connect() as connection:
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:  # it alters a table by making it anew: rows that refer to the old one must not stand in the way
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=sqlite,
        render_item=render,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
    if sqlite:
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")
