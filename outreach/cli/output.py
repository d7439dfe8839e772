"""How commands end and report: refusals on stderr with status 1, results as words or, with --json, as JSON."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from outreach.campaigns.packs import PackError
from outreach.outgoing.hours import sending_hours
from outreach.runtime import Runtime, current
from outreach.settings import SettingsError
from outreach.wording.catalog import CatalogError

as_json = click.option("--json", "as_json", is_flag=True, help="Report as JSON.")


def refuse(reason: str) -> NoReturn:
    """End with status 1 and the reason on stderr."""
    click.echo(reason, err=True)
    raise SystemExit(1)


@contextmanager
def working() -> Iterator[Runtime]:
    """The runtime of this command, closed at its end. What a deployment has to mend is refused with its name."""
    try:
        work = current()
        sending_hours(work.settings)
    except SettingsError as error:
        refuse(str(error))
    try:
        yield work
    except (SettingsError, PackError, CatalogError) as error:
        refuse(str(error))
    except (OperationalError, ProgrammingError) as error:  # its text holds values, its name does not
        refuse(f"the database is away or has no schema ({type(error).__name__}): see DATABASE_URL, outreach db upgrade")
    finally:
        work.close()


def show(data: Any, *, json_wanted: bool, words: str) -> None:
    """Print `data` as JSON, or the words."""
    click.echo(json.dumps(data, ensure_ascii=False, default=str) if json_wanted else words)


def counted(number: int, one: str, many: str) -> str:
    """`1 text`, `2 texts`."""
    return f"{number} {one if number == 1 else many}"
