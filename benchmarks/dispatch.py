"""Texts per second from a full outbox to the carrier, against the bare SDK with as many requests in flight."""

import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from outreach import clock
from outreach.carriers.carrier import OutgoingText
from outreach.migrations.upgrade import upgrade
from outreach.outgoing import outbox
from outreach.outgoing.dispatch import IN_FLIGHT, Dispatcher, Timing
from outreach.outgoing.models import Priority
from outreach.outgoing.quiet_hours import Hours
from outreach.people.consent import Purpose
from outreach.runtime import Runtime
from outreach.settings import Settings
from tests.support.servers import ACCOUNT, SENDER, TOKEN, run_phones

BODY = "Lincoln School: Free check of your child's eyes on Saturday, December 5 at 10:00 AM."


def measure(size: int, latency: int) -> dict[str, object]:
    """One worker's dispatch of `size` texts at a carrier that takes `latency` milliseconds each."""
    with tempfile.TemporaryDirectory() as folder, run_phones(f"--latency-ms={latency}") as phones:
        work = Runtime(Settings.from_env(_environment(Path(folder), phones.url)))
        upgrade(work.database)
        limit = _rate(size, lambda: _send_bare(work, size))
        _fill(work, size)
        dispatcher = Dispatcher(work.database, work.carrier, Hours.parse("always"), "UTC", Timing(15))
        figure = _rate(size, lambda: dispatcher.run(list(Priority), 600))
        work.close()
    return {
        "name": "dispatch",
        "size": size,
        "latency_ms": latency,
        "workers": 1,
        "figure": round(figure),
        "unit": "texts/s",
        "limit": round(limit),
        "limit_is": f"bare SDK, {IN_FLIGHT} requests in flight, one process",
        "ratio": round(figure / limit, 3),
    }


def _environment(folder: Path, carrier: str) -> dict[str, str]:
    return {
        "OUTREACH_DATA": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'bench.sqlite'}",
        "TWILIO_API_URL": carrier,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_FROM": SENDER,
    }


def _rate(size: int, run: object) -> float:
    started = time.perf_counter()
    assert callable(run)
    run()
    return size / (time.perf_counter() - started)


def _phone(number: int) -> str:
    return f"+1617{2000000 + number}"


def _send_bare(work: Runtime, size: int) -> None:
    with ThreadPoolExecutor(IN_FLIGHT) as threads:
        list(threads.map(lambda n: work.carrier.send(OutgoingText(n, _phone(n), BODY)), range(size)))


def _fill(work: Runtime, size: int) -> None:
    with clock.frozen(clock.now()), work.database.writing() as session:
        for number in range(size):
            outbox.queue(
                session,
                outbox.Draft("bench", number, _phone(number), BODY, "en", Purpose.ALERT, Priority.BULK),
            )
