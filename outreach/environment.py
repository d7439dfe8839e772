"""The environment variables of a process, read one by one, with every problem kept."""

from collections.abc import Callable, Collection, Mapping
from decimal import InvalidOperation
from math import inf
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
Word = TypeVar("Word", str, str | None)
# Secrets, or where one is pasted by mistake: messages name these and never quote them.
HIDDEN = frozenset(
    {
        "SECRET_KEY",
        "DATABASE_URL",
        "REDIS_URL",
        "TWILIO_ACCOUNT_SID",
        "TWILIO_MESSAGING_SERVICE_SID",
        "OUTREACH_METRICS_TOKEN",
        "OUTREACH_TRANSLATE_KEY",
        "OUTREACH_SMTP_URL",
    }
)


class Environment:
    """One environment, whose problems are collected instead of stopping at the first."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables
        self.problems: list[str] = []

    def text(self, name: str) -> str | None:
        """The variable, or the content of the file that NAME_FILE points at (as container secrets are given)."""
        value = self.variables.get(name, "").strip()
        path = self.variables.get(f"{name}_FILE", "").strip()
        if not value and path:
            try:
                value = Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                self.problems.append(f"{name}_FILE: cannot read the file ({error.strerror})")
            except UnicodeDecodeError:
                self.problems.append(f"{name}_FILE: the file is not UTF-8 text")
        return value or None

    def one(self, name: str, default: T, parse: Callable[[str], T], expected: str) -> T:
        value = self.text(name)
        if value is None:
            return default
        try:
            return parse(value)
        except (ValueError, KeyError, InvalidOperation, OSError):  # OSError: a zone name that is a folder
            shown = "its value" if name in HIDDEN else repr(value)
            self.problems.append(f"{name}: {shown} is not {expected}")
            return default

    def named(self, name: str, default: Word, names: Collection[str]) -> Word:
        known = {each.casefold(): each for each in names}
        return self.one(name, default, lambda value: known[value.casefold()], f"one of {' '.join(names)}")

    def limit(self, name: str, least: float) -> float | None:
        """Infinity for `none`, None for a variable that is not set."""

        def parse(value: str) -> float:
            limit = inf if value.casefold() == "none" else float(value)
            if not limit >= least:  # nor is NaN
                raise ValueError(value)
            return limit

        return self.one(name, None, parse, f"a number from {least}, or none")
