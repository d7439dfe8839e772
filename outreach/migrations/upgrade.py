"""Running Alembic from our own command line, against the database of the settings."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from outreach.db import Database


def config(database: Database | None = None) -> Config:
    """Alembic's configuration, without an ini file; `database` goes to env.py as an open engine."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent))
    settings.attributes["database"] = database
    return settings


def upgrade(database: Database) -> None:
    """Bring the schema to the newest revision. Running it again changes nothing."""
    command.upgrade(config(database), "head")


def newest() -> str:
    """The revision this code expects."""
    head = ScriptDirectory.from_config(config()).get_current_head()
    assert head
    return head
