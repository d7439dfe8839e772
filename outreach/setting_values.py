"""How the value of one setting is read: text in, a typed value out, ValueError or KeyError for anything else."""

import re
from collections.abc import Callable
from decimal import Decimal
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from email_validator import validate_email

from outreach.languages import find_language

PACKAGE = Path(__file__).resolve().parent


def shipped_content() -> Path:
    """campaigns/ and locales/ beside the package in a checkout, inside it in an installed wheel."""
    checkout = PACKAGE.parent
    return checkout if (checkout / "campaigns").is_dir() else PACKAGE / "_content"


def read_content(value: str) -> Path:
    path = Path(value).resolve()
    if not ((path / "campaigns").is_dir() and (path / "locales").is_dir()):
        raise ValueError(value)
    return path


def read_database_url(value: str) -> str:
    # Hosting providers still hand out postgres://, which SQLAlchemy no longer takes.
    value = value.replace("postgres://", "postgresql://", 1)
    if not value.startswith(("postgresql://", "postgresql+psycopg://", "sqlite:///")):
        raise ValueError
    return value


def read_url(*schemes: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        parts = urlsplit(value)
        where = parts.path if parts.scheme == "unix" else parts.hostname
        if parts.scheme not in schemes or not where or parts.port == 0:  # .port raises ValueError for other nonsense
            raise ValueError(value)
        return value

    return parse


def read_zone(value: str) -> str:
    ZoneInfo(value)
    return value


def read_languages(value: str) -> tuple[str, ...]:
    codes = [find_language(part) for part in value.replace(",", " ").split()]
    if not codes or None in codes:
        raise ValueError(value)
    # English is the source of every wording and the last fallback, so it is always there.
    return tuple(dict.fromkeys(["en", *(code for code in codes if code)]))


def read_switch(value: str) -> bool:
    return {"on": True, "off": False}[value.casefold()]


def read_price(value: str) -> Decimal:
    price = Decimal(value)
    if not 0 <= price < 10:
        raise ValueError(value)
    return price


def read_prices(value: str) -> tuple[tuple[str, Decimal], ...]:
    """'CA=0.0138 PR=0.042 others=0.10': countries by their two letters; the US has OUTREACH_SEGMENT_PRICE."""
    prices: dict[str, Decimal] = {}
    for part in value.replace(",", " ").split():
        name, _, price = part.partition("=")
        country = name.casefold() if name.casefold() == "others" else name.upper()
        if country in prices or country == "US" or not (country == "others" or re.fullmatch("[A-Z]{2}", country)):
            raise ValueError(value)
        prices[country] = read_price(price)
    return tuple(prices.items())


def read_seconds(value: str) -> float:
    seconds = float(value)
    if not 0.5 <= seconds <= 60:
        raise ValueError(value)
    return seconds


def read_crisis_minutes(value: str) -> float:
    minutes = float(value)
    if not 0.05 <= minutes <= 240:
        raise ValueError(value)
    return minutes


def read_mail_from(value: str) -> str:
    """ "alerts@school.example" or "Riverside <alerts@school.example>"."""
    address = parseaddr(value)[1]
    validate_email(address, check_deliverability=False, test_environment=True)  # EmailNotValidError is a ValueError
    return value


def read_secret(value: str) -> str:
    if len(value) < 16:
        raise ValueError
    return value


def read_sid(prefix: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if not (value.startswith(prefix) and len(value) == 34 and value.isalnum()):
            raise ValueError(value)
        return value

    return parse


def read_sender(value: str) -> str:
    if not (value.removeprefix("+").isdigit() and 5 <= len(value) <= 16):
        raise ValueError(value)
    return value


def read_caller(value: str) -> str:
    """A number that calls come from: a short code cannot."""
    if not (value.startswith("+") and value[1:].isdigit() and 9 <= len(value) <= 16):
        raise ValueError(value)
    return value
