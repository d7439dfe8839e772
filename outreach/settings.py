"""Every setting, typed, read from the environment; a process with a wrong one refuses to start and says which."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from outreach import setting_values as values
from outreach.environment import Environment
from outreach.languages import SHIPPED

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
    # Of a segment to other countries (campaigns/prices.py). Not hashed: what follows from settings is cached by them.
    prices: Mapping[str, Decimal] = field(hash=False)
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
    twilio_voice_from: str | None = None
    metrics_token: str | None = field(default=None, repr=False)
    translate_url: str | None = None
    translate_key: str | None = field(default=None, repr=False)
    crisis_minutes: float = 15.0  # a crisis that nobody took for so long is paged again, to the supervisor too
    smtp_url: str | None = field(default=None, repr=False)
    mail_from: str | None = None

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read all settings; raises SettingsError with every problem at once."""
        return _read(Environment(os.environ if environ is None else environ))

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def voice_number(self) -> str | None:
        """What phones show when staff call from a page: a number of our account; a short code cannot call."""
        sender = self.twilio_from or ""
        return self.twilio_voice_from or (sender if sender.startswith("+") else None)

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


def _read(given: Environment) -> Settings:
    """Every setting; raises SettingsError with all that is wrong."""
    data = Path(given.text("OUTREACH_DATA") or "data").resolve()
    settings = Settings(
        database_url=given.one(
            "DATABASE_URL",
            f"sqlite:///{data / 'outreach.sqlite'}",
            values.read_database_url,
            "a PostgreSQL or SQLite URL",
        ),
        redis_url=given.one("REDIS_URL", None, values.read_url("redis", "rediss", "unix"), "a redis:// URL"),
        data=data,
        content=given.one(
            "OUTREACH_CONTENT", values.shipped_content(), values.read_content, "a folder with campaigns/ and locales/"
        ),
        public_url=given.one(
            "PUBLIC_URL",
            "http://127.0.0.1:8000",
            values.read_url("http", "https"),
            "this service's address, https://…",
        ).rstrip("/"),
        timezone=given.one(
            "OUTREACH_TIMEZONE", "America/New_York", values.read_zone, "an IANA zone such as America/New_York"
        ),
        languages=given.one("OUTREACH_LANGUAGES", SHIPPED, values.read_languages, "codes such as en,es,ht"),
        quiet_hours=given.text("OUTREACH_QUIET_HOURS") or DEFAULT_QUIET_HOURS,
        closed_days=given.text("OUTREACH_CLOSED_DAYS") or DEFAULT_CLOSED_DAYS,
        state_hours=given.one("OUTREACH_STATE_HOURS", True, values.read_switch, "on or off"),
        service_name=given.text("OUTREACH_NAME") or "Outreach",
        office_phone=given.text("OUTREACH_OFFICE_PHONE") or "211",
        segment_price=given.one(
            "OUTREACH_SEGMENT_PRICE", Decimal("0.0113"), values.read_price, "dollars, such as 0.0113"
        ),
        prices=given.one(
            "OUTREACH_PRICES", {}, values.read_prices, "countries with dollars, such as CA=0.0138 HT=0.09 others=0.10"
        ),
        carrier_seconds=given.one("OUTREACH_CARRIER_SECONDS", 15.0, values.read_seconds, "seconds from 0.5 to 60"),
        sender_kind=given.named("OUTREACH_SENDER", None, SENDERS),
        segments_per_second=given.limit("OUTREACH_SEGMENTS_PER_SECOND", 0.01),
        segments_per_day=given.limit("OUTREACH_SEGMENTS_PER_DAY", LONGEST_TEXT),
        twilio_api_url=given.one(
            "TWILIO_API_URL", "https://api.twilio.com", values.read_url("http", "https"), "an http(s) address"
        ).rstrip("/"),
        log_level=given.named("OUTREACH_LOG_LEVEL", DEFAULT_LOG_LEVEL, LOG_LEVELS),
        log_format=given.named("OUTREACH_LOG_FORMAT", "text", LOG_FORMATS),
        secret_key=given.one("SECRET_KEY", None, values.read_secret, "at least 16 characters"),
        twilio_account_sid=given.one("TWILIO_ACCOUNT_SID", None, values.read_sid("AC"), "AC followed by 32 characters"),
        twilio_auth_token=given.text("TWILIO_AUTH_TOKEN"),
        twilio_messaging_service_sid=given.one(
            "TWILIO_MESSAGING_SERVICE_SID", None, values.read_sid("MG"), "MG followed by 32 characters"
        ),
        twilio_from=given.one(
            "TWILIO_FROM", None, values.read_sender, "a number such as +16175550100, or a short code"
        ),
        twilio_voice_from=given.one(
            "TWILIO_VOICE_FROM", None, values.read_caller, "a number of the account such as +16175550100"
        ),
        metrics_token=given.one("OUTREACH_METRICS_TOKEN", None, values.read_secret, "at least 16 characters"),
        translate_url=given.one("OUTREACH_TRANSLATE_URL", None, values.read_url("http", "https"), "an http(s) address"),
        translate_key=given.text("OUTREACH_TRANSLATE_KEY"),
        crisis_minutes=given.one(
            "OUTREACH_CRISIS_MINUTES", 15.0, values.read_crisis_minutes, "minutes from 0.05 to 240"
        ),
        smtp_url=given.one(
            "OUTREACH_SMTP_URL", None, values.read_url("smtp", "smtps"), "smtp[s]://user:password@host:port"
        ),
        mail_from=given.one("OUTREACH_MAIL_FROM", None, values.read_mail_from, "an e-mail address such as a@b.org"),
    )
    if settings.smtp_url and not settings.mail_from and not given.problems:
        given.problems.append("OUTREACH_MAIL_FROM is not set: the address that OUTREACH_SMTP_URL sends mail from")
    if given.problems:
        raise SettingsError(given.problems)
    return settings
