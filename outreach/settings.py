"""Every setting, typed, read from the environment; a process with a wrong one refuses to start and says which."""

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from math import inf
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from outreach.languages import find_language

T = TypeVar("T")
Word = TypeVar("Word", str, str | None)
PACKAGE = Path(__file__).resolve().parent
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
DEFAULT_LOG_LEVEL = "WARNING"
LOG_FORMATS = ("text", "json")
DEFAULT_QUIET_HOURS = "Mon-Sat 09:00-20:00, Sun 12:00-18:00"
DEFAULT_CLOSED_DAYS = "new-year thanksgiving christmas"
# What Twilio lets each kind of sender send, in segments a second, and a day or None: its help pages
# "Understanding Twilio Rate Limits and Message Queues", "Message throughput (MPS) and Trust Scores for A2P 10DLC in the
# US" and "T-Mobile daily message limits for long code messaging with A2P 10DLC" (see carriers/sender.py).
SENDERS: dict[str, tuple[float, int | None]] = {
    "long-code": (1, None),
    "toll-free": (3, None),
    "short-code": (100, None),
    "sole-proprietor": (1, 1000),
    "10dlc-low-mixed": (3.75, None),  # low volume, mixed use
    "10dlc-low": (12, None),  # trust score 1 to 49, or low volume standard; over all networks, as those below
    "10dlc-mid": (120, None),  # 50 to 74
    "10dlc-high": (225, None),  # 75 to 100
}
LONGEST_TEXT = 24  # segments of the longest text we store
# Secrets, or where one is pasted by mistake: messages name these and never quote them.
HIDDEN = frozenset(
    {
        "SECRET_KEY",
        "DATABASE_URL",
        "REDIS_URL",
        "TWILIO_ACCOUNT_SID",
        "TWILIO_MESSAGING_SERVICE_SID",
        "OUTREACH_METRICS_TOKEN",
    }
)


class SettingsError(Exception):
    """One or more settings are missing or malformed; the text names each variable and what was expected."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("Outreach cannot start:\n  " + "\n  ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Settings:
    """What a deployment sets. Secrets stay out of `repr`."""

    database_url: str = field(repr=False)  # it may hold a password, as REDIS_URL may
    redis_url: str | None = field(repr=False)
    data: Path
    content: Path
    public_url: str
    timezone: str
    languages: tuple[str, ...]
    quiet_hours: str
    closed_days: str
    state_hours: bool
    service_name: str
    office_phone: str
    segment_price: Decimal
    carrier_seconds: float
    sender_kind: str | None  # a name of SENDERS
    segments_per_second: float | None  # infinity: no limit; None: as the sender's kind has it
    segments_per_day: float | None
    twilio_api_url: str
    log_level: str
    log_format: str
    secret_key: str | None = field(default=None, repr=False)
    twilio_account_sid: str | None = None
    twilio_auth_token: str | None = field(default=None, repr=False)
    twilio_messaging_service_sid: str | None = None
    twilio_from: str | None = None
    metrics_token: str | None = field(default=None, repr=False)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read all settings; raises SettingsError with every problem at once."""
        return _Reader(os.environ if environ is None else environ).read()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def require(self, *variables: str) -> None:
        """Raise SettingsError for each of these variables that is not set; a process asks for what it needs."""
        missing = [name for name in variables if not getattr(self, name.lower())]
        if missing:
            raise SettingsError([f"{name} is not set: {_WHAT_FOR[name]}" for name in missing])

    def require_sending(self) -> None:
        """What a process that talks to the carrier needs."""
        self.require("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN")
        if not (self.twilio_from or self.twilio_messaging_service_sid):
            raise SettingsError(["TWILIO_MESSAGING_SERVICE_SID or TWILIO_FROM must be set: who the texts come from"])


_WHAT_FOR = {
    "SECRET_KEY": "a long random text that signs sign-ins (make one with: openssl rand -hex 32)",
    "REDIS_URL": "where workers are called; `outreach up` and `outreach demo` bring a Redis of their own",
    "TWILIO_ACCOUNT_SID": "the account's SID from the Twilio console, AC followed by 32 characters",
    "TWILIO_AUTH_TOKEN": "the account's auth token; it signs webhooks too",
}


class _Reader:
    """Reads one environment, collecting problems instead of stopping at the first."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[str] = []

    def read(self) -> Settings:
        data = Path(self.text("OUTREACH_DATA") or "data").resolve()
        settings = Settings(
            database_url=self.one(
                "DATABASE_URL",
                f"sqlite:///{data / 'outreach.sqlite'}",
                _database_url,
                "a PostgreSQL or SQLite URL",
            ),
            redis_url=self.one("REDIS_URL", None, _url("redis", "rediss", "unix"), "a redis:// URL"),
            data=data,
            content=self.one("OUTREACH_CONTENT", _shipped_content(), _content, "a folder with campaigns/ and locales/"),
            public_url=self.one(
                "PUBLIC_URL",
                "http://127.0.0.1:8000",
                _url("http", "https"),
                "this service's address, https://…",
            ).rstrip("/"),
            timezone=self.one("OUTREACH_TIMEZONE", "America/New_York", _zone, "an IANA zone such as America/New_York"),
            languages=self.one("OUTREACH_LANGUAGES", ("en", "es", "pt_BR", "ht"), _languages, "codes such as en,es,ht"),
            quiet_hours=self.text("OUTREACH_QUIET_HOURS") or DEFAULT_QUIET_HOURS,
            closed_days=self.text("OUTREACH_CLOSED_DAYS") or DEFAULT_CLOSED_DAYS,
            state_hours=self.one("OUTREACH_STATE_HOURS", True, _switch, "on or off"),
            service_name=self.text("OUTREACH_NAME") or "Outreach",
            office_phone=self.text("OUTREACH_OFFICE_PHONE") or "211",
            segment_price=self.one("OUTREACH_SEGMENT_PRICE", Decimal("0.0113"), _price, "dollars, such as 0.0113"),
            carrier_seconds=self.one("OUTREACH_CARRIER_SECONDS", 15.0, _seconds, "seconds from 0.5 to 60"),
            sender_kind=self.named("OUTREACH_SENDER", None, SENDERS),
            segments_per_second=self.limit("OUTREACH_SEGMENTS_PER_SECOND", 0.01),
            segments_per_day=self.limit("OUTREACH_SEGMENTS_PER_DAY", LONGEST_TEXT),
            twilio_api_url=self.one(
                "TWILIO_API_URL", "https://api.twilio.com", _url("http", "https"), "an http(s) address"
            ).rstrip("/"),
            log_level=self.named("OUTREACH_LOG_LEVEL", DEFAULT_LOG_LEVEL, LOG_LEVELS),
            log_format=self.named("OUTREACH_LOG_FORMAT", "text", LOG_FORMATS),
            secret_key=self.one("SECRET_KEY", None, _secret, "at least 16 characters"),
            twilio_account_sid=self.one("TWILIO_ACCOUNT_SID", None, _sid("AC"), "AC followed by 32 characters"),
            twilio_auth_token=self.text("TWILIO_AUTH_TOKEN"),
            twilio_messaging_service_sid=self.one(
                "TWILIO_MESSAGING_SERVICE_SID", None, _sid("MG"), "MG followed by 32 characters"
            ),
            twilio_from=self.one("TWILIO_FROM", None, _sender, "a number such as +16175550100, or a short code"),
            metrics_token=self.one("OUTREACH_METRICS_TOKEN", None, _secret, "at least 16 characters"),
        )
        if self.problems:
            raise SettingsError(self.problems)
        return settings

    def text(self, name: str) -> str | None:
        """The variable, or the content of the file that NAME_FILE points at (as container secrets are given)."""
        value = self.environ.get(name, "").strip()
        path = self.environ.get(f"{name}_FILE", "").strip()
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


def _shipped_content() -> Path:
    """campaigns/ and locales/ beside the package in a checkout, inside it in an installed wheel."""
    checkout = PACKAGE.parent
    return checkout if (checkout / "campaigns").is_dir() else PACKAGE / "_content"


def _content(value: str) -> Path:
    path = Path(value).resolve()
    if not ((path / "campaigns").is_dir() and (path / "locales").is_dir()):
        raise ValueError(value)
    return path


def _database_url(value: str) -> str:
    # Hosting providers still hand out postgres://, which SQLAlchemy no longer takes.
    value = value.replace("postgres://", "postgresql://", 1)
    if not value.startswith(("postgresql://", "postgresql+psycopg://", "sqlite:///")):
        raise ValueError
    return value


def _url(*schemes: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        parts = urlsplit(value)
        where = parts.path if parts.scheme == "unix" else parts.hostname
        if parts.scheme not in schemes or not where or parts.port == 0:  # .port raises ValueError for other nonsense
            raise ValueError(value)
        return value

    return parse


def _zone(value: str) -> str:
    ZoneInfo(value)
    return value


def _languages(value: str) -> tuple[str, ...]:
    codes = [find_language(part) for part in value.replace(",", " ").split()]
    if not codes or None in codes:
        raise ValueError(value)
    # English is the source of every wording and the last fallback, so it is always there.
    return tuple(dict.fromkeys(["en", *(code for code in codes if code)]))


def _switch(value: str) -> bool:
    return {"on": True, "off": False}[value.casefold()]


def _price(value: str) -> Decimal:
    price = Decimal(value)
    if not 0 <= price < 10:
        raise ValueError(value)
    return price


def _seconds(value: str) -> float:
    seconds = float(value)
    if not 0.5 <= seconds <= 60:
        raise ValueError(value)
    return seconds


def _secret(value: str) -> str:
    if len(value) < 16:
        raise ValueError
    return value


def _sid(prefix: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if not (value.startswith(prefix) and len(value) == 34 and value.isalnum()):
            raise ValueError(value)
        return value

    return parse


def _sender(value: str) -> str:
    if not (value.removeprefix("+").isdigit() and 5 <= len(value) <= 16):
        raise ValueError(value)
    return value
