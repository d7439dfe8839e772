"""Settings: read from the environment, wrong ones named, secrets kept to themselves."""

from decimal import Decimal
from math import inf
from pathlib import Path

import pytest

from outreach.languages import SHIPPED
from outreach.settings import Settings, SettingsError

ACCOUNT = "AC" + "1" * 32


def problems(**environ: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env(environ)
    return caught.value.problems


def test_nothing_set_is_a_laptop() -> None:
    settings = Settings.from_env({})
    assert settings.database_url.startswith("sqlite:///")
    assert settings.redis_url is None
    assert settings.languages == SHIPPED
    assert settings.timezone == "America/New_York"
    assert settings.twilio_api_url == "https://api.twilio.com"
    assert settings.segment_price == Decimal("0.0113")
    assert (settings.content / "campaigns").is_dir()
    assert (settings.content / "locales").is_dir()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://user:hunter2@host/db"),
        ("DATABASE_URL", "outreach.sqlite"),
        ("REDIS_URL", "localhost:6379"),
        ("REDIS_URL", "redis://localhost:port/0"),
        ("REDIS_URL", "redis://"),
        ("PUBLIC_URL", "outreach.example.org"),
        ("PUBLIC_URL", "https:/outreach.example.org"),
        ("PUBLIC_URL", "https://["),
        ("PUBLIC_URL", "ftp://outreach.example.org"),
        ("TWILIO_API_URL", "api.twilio.com"),
        ("OUTREACH_TIMEZONE", "Eastern"),
        ("OUTREACH_TIMEZONE", "America"),
        ("OUTREACH_TIMEZONE", "../zone"),
        ("OUTREACH_TIMEZONE", "x" * 300),
        ("OUTREACH_LANGUAGES", "en,klingon"),
        ("OUTREACH_LANGUAGES", ","),
        ("OUTREACH_STATE_HOURS", "maybe"),
        ("OUTREACH_STATE_HOURS", "1"),
        ("OUTREACH_SEGMENT_PRICE", "a cent"),
        ("OUTREACH_SEGMENT_PRICE", "-1"),
        ("OUTREACH_SEGMENT_PRICE", "NaN"),
        ("OUTREACH_SEGMENT_PRICE", "Infinity"),
        ("OUTREACH_CARRIER_SECONDS", "0"),
        ("OUTREACH_CARRIER_SECONDS", "nan"),
        ("OUTREACH_CARRIER_SECONDS", "soon"),
        ("OUTREACH_CRISIS_MINUTES", "0"),
        ("OUTREACH_CRISIS_MINUTES", "nan"),
        ("OUTREACH_CRISIS_MINUTES", "a while"),
        ("OUTREACH_SMTP_URL", "mail.example.org:587"),
        ("OUTREACH_SMTP_URL", "https://mail.example.org"),
        ("OUTREACH_MAIL_FROM", "Riverside"),
        ("OUTREACH_SENDER", "10dlc"),
        ("OUTREACH_SEGMENTS_PER_SECOND", "fast"),
        ("OUTREACH_SEGMENTS_PER_SECOND", "0"),
        ("OUTREACH_SEGMENTS_PER_SECOND", "-3"),
        ("OUTREACH_SEGMENTS_PER_SECOND", "nan"),
        ("OUTREACH_SEGMENTS_PER_DAY", "23"),  # less than one long text
        ("OUTREACH_SEGMENTS_PER_DAY", "2,000"),
        ("OUTREACH_LOG_FORMAT", "xml"),
        ("OUTREACH_CONTENT", "no/such/folder"),
        ("OUTREACH_LOG_LEVEL", "bad"),
        ("OUTREACH_LOG_LEVEL", "CRITICAL"),
        ("SECRET_KEY", "short"),
        ("TWILIO_ACCOUNT_SID", "AC123"),
        ("TWILIO_ACCOUNT_SID", "MG" + "1" * 32),
        ("TWILIO_MESSAGING_SERVICE_SID", ACCOUNT),
        ("TWILIO_FROM", "Riverside"),
        ("TWILIO_FROM", "+1"),
        ("TWILIO_VOICE_FROM", "12345"),  # a short code cannot call
        ("TWILIO_VOICE_FROM", "617-555-0100"),
    ],
)
def test_a_wrong_value_is_refused_by_its_variables_name(name: str, value: str) -> None:
    (problem,) = problems(**{name: value})
    assert problem.startswith(f"{name}: ")
    assert "is not" in problem


@pytest.mark.parametrize(
    ("environ", "number"),
    [
        ({"TWILIO_FROM": "+16175550100"}, "+16175550100"),
        ({"TWILIO_FROM": "+16175550100", "TWILIO_VOICE_FROM": "+16175550109"}, "+16175550109"),
        ({"TWILIO_FROM": "12345"}, None),
        ({"TWILIO_MESSAGING_SERVICE_SID": "MG" + "1" * 32}, None),
        ({}, None),
    ],
)
def test_calls_come_from_a_number_that_can_call(environ: dict[str, str], number: str | None) -> None:
    assert Settings.from_env(environ).voice_number == number


def test_every_problem_is_told_at_once() -> None:
    told = problems(OUTREACH_TIMEZONE="Nowhere", SECRET_KEY="short", PUBLIC_URL="x")
    assert sorted(line.partition(":")[0] for line in told) == ["OUTREACH_TIMEZONE", "PUBLIC_URL", "SECRET_KEY"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "hunter2"),
        ("DATABASE_URL", "mysql://outreach:hunter2@host/db"),
        ("REDIS_URL", "http://:hunter2@host"),
        ("TWILIO_ACCOUNT_SID", "hunter2"),  # the token, pasted into the wrong line
        ("TWILIO_MESSAGING_SERVICE_SID", "hunter2"),
    ],
)
def test_a_refusal_does_not_quote_what_may_be_secret(name: str, value: str) -> None:
    assert "hunter2" not in str(problems(**{name: value}))


def test_secrets_are_not_in_what_a_log_would_show() -> None:
    settings = Settings.from_env(
        {
            "DATABASE_URL": "postgresql://outreach:hunter2@host/db",
            "REDIS_URL": "redis://:hunter2@host/0",
            "SECRET_KEY": "hunter2-hunter2-hunter2",
            "TWILIO_AUTH_TOKEN": "hunter2",
        }
    )
    assert "hunter2" not in repr(settings)


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("token-of-the-account\n", encoding="utf-8")
    settings = Settings.from_env({"TWILIO_AUTH_TOKEN_FILE": str(path), "SECRET_KEY_FILE": str(path)})
    assert settings.twilio_auth_token == settings.secret_key == "token-of-the-account"


def test_the_variable_wins_over_its_file(tmp_path: Path) -> None:
    settings = Settings.from_env({"TWILIO_AUTH_TOKEN": "set", "TWILIO_AUTH_TOKEN_FILE": str(tmp_path / "absent")})
    assert settings.twilio_auth_token == "set"


def test_a_file_that_cannot_be_read_is_named_by_its_variable(tmp_path: Path) -> None:
    garbled = tmp_path / "garbled"
    garbled.write_bytes(b"\xff\xfe\xff")
    assert problems(SECRET_KEY_FILE=str(tmp_path / "absent"))[0].startswith("SECRET_KEY_FILE: ")
    assert problems(SECRET_KEY_FILE=str(tmp_path))[0].startswith("SECRET_KEY_FILE: ")
    assert problems(SECRET_KEY_FILE=str(garbled)) == ["SECRET_KEY_FILE: the file is not UTF-8 text"]


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        ("es", ("en", "es")),
        ("Spanish, kreyòl", ("en", "es", "ht")),
        ("pt-br es EN es", ("en", "pt_BR", "es")),
        ("Tiếng", None),
        ("zh,vi,km", ("en", "zh_Hans", "vi", "km")),
    ],
)
def test_languages_go_by_many_names_and_english_is_always_there(value: str, codes: tuple[str, ...] | None) -> None:
    if codes is None:
        assert problems(OUTREACH_LANGUAGES=value)
    else:
        assert Settings.from_env({"OUTREACH_LANGUAGES": value}).languages == codes


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("postgres://u@h/d", "postgresql://u@h/d"),
        ("postgresql://u@h/d", "postgresql://u@h/d"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg://u@h/d"),
        ("sqlite:///outreach.sqlite", "sqlite:///outreach.sqlite"),
    ],
)
def test_database_urls_as_hosts_hand_them_out(given: str, kept: str) -> None:
    assert Settings.from_env({"DATABASE_URL": given}).database_url == kept


@pytest.mark.parametrize("url", ["redis://127.0.0.1:6379/0", "rediss://:word@host", "unix:///run/redis.sock"])
def test_redis_urls_that_are_fine(url: str) -> None:
    assert Settings.from_env({"REDIS_URL": url}).redis_url == url


def test_a_folder_of_its_own_content_is_taken(tmp_path: Path) -> None:
    for name in ("campaigns", "locales"):
        (tmp_path / name).mkdir()
    assert Settings.from_env({"OUTREACH_CONTENT": str(tmp_path)}).content == tmp_path.resolve()


@pytest.mark.parametrize(("value", "level"), [("", "WARNING"), ("INFO", "INFO"), ("debug", "DEBUG")])
def test_how_much_is_logged(value: str, level: str) -> None:
    assert Settings.from_env({"OUTREACH_LOG_LEVEL": value}).log_level == level


@pytest.mark.parametrize(("value", "rate"), [("", None), ("3.75", 3.75), ("0.01", 0.01), ("none", inf), ("NONE", inf)])
def test_a_pace_is_a_number_or_none(value: str, rate: float | None) -> None:
    assert Settings.from_env({"OUTREACH_SEGMENTS_PER_SECOND": value}).segments_per_second == rate


def test_kinds_of_sender_and_words_are_read_in_any_case() -> None:
    settings = Settings.from_env({"OUTREACH_SENDER": "Toll-Free", "OUTREACH_LOG_FORMAT": "JSON"})
    assert (settings.sender_kind, settings.log_format) == ("toll-free", "json")


@pytest.mark.parametrize(("value", "on"), [("", True), ("on", True), ("OFF", False)])
def test_hours_of_states_count_unless_a_person_turns_them_off(value: str, on: bool) -> None:
    assert Settings.from_env({"OUTREACH_STATE_HOURS": value}).state_hours is on


def test_three_days_of_the_year_are_closed_unless_other_days_are_named() -> None:
    assert Settings.from_env({}).closed_days == "new-year thanksgiving christmas"
    assert Settings.from_env({"OUTREACH_CLOSED_DAYS": "none"}).closed_days == "none"


def test_addresses_lose_their_last_slash() -> None:
    settings = Settings.from_env({"PUBLIC_URL": "https://texts.example.org/"})
    assert settings.public_url == "https://texts.example.org"


def test_what_follows_from_settings_can_be_kept_by_them() -> None:
    """Working hours and sending hours are cached by their settings: every callback, crises too, hangs on that."""
    one, same = Settings.from_env({}), Settings.from_env({})
    priced = Settings.from_env({"OUTREACH_PRICES": "HT=0.09"})
    assert hash(one) == hash(same)
    assert len({one, same, priced}) == 2


def test_a_process_asks_for_what_it_needs() -> None:
    settings = Settings.from_env({"TWILIO_ACCOUNT_SID": ACCOUNT})
    settings.require("TWILIO_ACCOUNT_SID")
    with pytest.raises(SettingsError, match=r"SECRET_KEY is not set: .*openssl") as caught:
        settings.require("SECRET_KEY", "REDIS_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN")
    assert len(caught.value.problems) == 3


def test_sending_needs_a_sender() -> None:
    environ = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": "token"}
    with pytest.raises(SettingsError, match="TWILIO_FROM"):
        Settings.from_env(environ).require_sending()
    Settings.from_env({**environ, "TWILIO_FROM": "12345"}).require_sending()
    Settings.from_env({**environ, "TWILIO_MESSAGING_SERVICE_SID": "MG" + "1" * 32}).require_sending()


def test_a_mail_server_needs_an_address_to_send_from_and_its_password_is_never_shown() -> None:
    url = "smtps://alerts:hunter2@mail.example.org:465"
    (problem,) = problems(OUTREACH_SMTP_URL=url)
    assert problem.startswith("OUTREACH_MAIL_FROM is not set")
    settings = Settings.from_env({"OUTREACH_SMTP_URL": url, "OUTREACH_MAIL_FROM": "Riverside <alerts@example.org>"})
    assert settings.smtp_url == url
    assert "hunter2" not in repr(settings)
    assert "hunter2" not in str(problems(OUTREACH_SMTP_URL="smtp+tls://alerts:hunter2@mail.example.org"))
