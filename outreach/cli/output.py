"""How commands end and report: refusals on stderr with status 1, results as words or, with --json, as JSON."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import click

from outreach.runtime import Runtime, current
from outreach.settings import SettingsError

as_json = click.option("--json", "as_json", is_flag=True, help="Report as JSON.")


def refuse(reason: str) -> NoReturn:
    """End with status 1 and the reason on stderr."""
    click.echo(reason, err=True)
    raise SystemExit(1)


@contextmanager
def working() -> Iterator[Runtime]:
    """The runtime of this command, closed at its end; wrong settings are refused with their names."""
    try:
        work = current()
    except SettingsError as error:
        refuse(str(error))
    try:
        yield work
    except SettingsError as error:
        refuse(str(error))
    finally:
        work.close()


def show(data: Any, *, json_wanted: bool, words: str) -> None:
    """Print `data` as JSON, or the words."""
    click.echo(json.dumps(data, ensure_ascii=False, default=str) if json_wanted else words)
