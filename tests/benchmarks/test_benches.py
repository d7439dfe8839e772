"""Each benchmark runs to its end at a tiny size, and ends with the JSON line that others read."""

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import missing
from tests.support.servers import find_postgres

KEYS = {"name", "size", "figure", "unit", "limit", "limit_is", "ratio", "workers", "latency_ms", "database"}


@pytest.mark.parametrize(
    ("command", "more"),
    [
        ("expansion --size 300 --database sqlite", {"seconds", "peak_mb"}),
        ("import --size 50 --database sqlite", {"seconds", "peak_mb"}),
        ("receipts --size 20 --database sqlite", {"verify_only"}),
        ("rendering --size 100 --database sqlite", {"seconds"}),
        ("lookup --size 200 --database sqlite", {"p99_ms", "lookups"}),
        ("lookup --size 200", {"p99_ms", "lookups"}),
        ("dispatch --size 50 --workers 1 --latency 0", {"recorded_per_second", "worker_mb"}),
        (
            "inbound --size 10 --latency 0 --database sqlite",
            {"answer_p50_ms", "reply_p50_ms", "reply_p99_ms", "replies"},
        ),
    ],
)
def test_a_benchmark_ends_with_its_figure_and_its_limit(command: str, more: set[str]) -> None:
    if "sqlite" not in command and find_postgres() is None:
        missing("PostgreSQL")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *command.split()],
        capture_output=True,
        text=True,
        timeout=60,
        env={key: value for key, value in os.environ.items() if not key.startswith(("OUTREACH_", "TWILIO_"))},
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said.keys() >= KEYS | more
    assert said["name"] == command.split()[0]
    assert said["figure"] > 0
    assert said["limit"] > 0
