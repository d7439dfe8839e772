"""The pace of a sender: as it was set, as its kind has it, or as its own address tells."""

from datetime import UTC, datetime
from math import inf

import pytest

from outreach.carriers.sender import Pace, day_began, day_key, next_day, pace_of, sender_of
from outreach.settings import SENDERS, Settings

SERVICE = "MG" + "1" * 32
SIMULATOR = "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("environ", "pace"),
    [
        ({"TWILIO_FROM": "+16175550100"}, Pace(1)),
        ({"TWILIO_FROM": "+18335550100"}, Pace(3)),
        ({"TWILIO_FROM": "+18005550100"}, Pace(3)),
        ({"TWILIO_FROM": "+18085550100"}, Pace(1)),  # Hawaii
        ({"TWILIO_FROM": "12345"}, Pace(100)),
        ({"TWILIO_FROM": "123456"}, Pace(100)),
        ({"TWILIO_MESSAGING_SERVICE_SID": SERVICE}, Pace(12, guessed=True)),
        ({"TWILIO_MESSAGING_SERVICE_SID": SERVICE, "TWILIO_FROM": "12345"}, Pace(12, guessed=True)),
        ({"TWILIO_MESSAGING_SERVICE_SID": SERVICE, "OUTREACH_SENDER": "10dlc-high"}, Pace(225)),
        ({"TWILIO_MESSAGING_SERVICE_SID": SERVICE, "OUTREACH_SEGMENTS_PER_SECOND": "none"}, Pace()),
        ({"TWILIO_MESSAGING_SERVICE_SID": SERVICE, "OUTREACH_SEGMENTS_PER_DAY": "2000"}, Pace(12, 2000, guessed=True)),
        ({"TWILIO_FROM": "+16175550100", "OUTREACH_SENDER": "sole-proprietor"}, Pace(1, 1000)),
        (
            {"TWILIO_FROM": "+16175550100", "OUTREACH_SENDER": "sole-proprietor", "OUTREACH_SEGMENTS_PER_DAY": "none"},
            Pace(1),
        ),
        ({"TWILIO_FROM": "+16175550100", "TWILIO_API_URL": "https://api.dublin.ie1.twilio.com"}, Pace(1)),
        ({"TWILIO_FROM": "+16175550100", "TWILIO_API_URL": SIMULATOR}, Pace()),
        ({"TWILIO_FROM": "+16175550100", "TWILIO_API_URL": "https://nottwilio.com"}, Pace()),
        ({"TWILIO_API_URL": SIMULATOR, "OUTREACH_SENDER": "10dlc-low-mixed"}, Pace(3.75)),
        ({"TWILIO_API_URL": SIMULATOR, "OUTREACH_SEGMENTS_PER_DAY": "500"}, Pace(inf, 500)),
    ],
)
def test_a_sender_has_the_pace_that_was_set_else_that_of_its_kind(environ: dict[str, str], pace: Pace) -> None:
    found = pace_of(Settings.from_env(environ))
    assert found == pace
    assert found.limited is (pace != Pace())


def test_texts_come_from_the_service_before_the_number() -> None:
    assert sender_of(Settings.from_env({"TWILIO_FROM": "12345", "TWILIO_MESSAGING_SERVICE_SID": SERVICE})) == SERVICE
    assert sender_of(Settings.from_env({"TWILIO_FROM": "12345"})) == "12345"


@pytest.mark.parametrize(
    ("now", "began", "ends", "key"),
    [
        ((2026, 11, 25, 7, 59), (2026, 11, 24, 8), (2026, 11, 25, 8), "2026-11-24"),
        ((2026, 11, 25, 8, 0), (2026, 11, 25, 8), (2026, 11, 26, 8), "2026-11-25"),
        ((2026, 3, 8, 20, 0), (2026, 3, 8, 8), (2026, 3, 9, 7), "2026-03-08"),  # a day of 23 hours
        ((2026, 11, 1, 20, 0), (2026, 11, 1, 7), (2026, 11, 2, 8), "2026-11-01"),  # one of 25
    ],
)
def test_a_carriers_day_is_the_pacific_one(
    now: tuple[int, ...], began: tuple[int, ...], ends: tuple[int, ...], key: str
) -> None:
    moment = datetime(*now, tzinfo=UTC)  # type: ignore[misc, arg-type]
    assert day_began(moment) == datetime(*began, tzinfo=UTC)  # type: ignore[misc, arg-type]
    assert next_day(moment) == datetime(*ends, tzinfo=UTC)  # type: ignore[misc, arg-type]
    assert day_key("12345", moment).endswith(f":12345:{key}")


def test_every_kind_of_sender_sends_something() -> None:
    assert all(rate >= 1 and (day is None or day >= 1000) for rate, day in SENDERS.values())
