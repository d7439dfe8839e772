"""Personal texts per second, as a wording is filled for one family after the other, against Python's own filling."""

import time
from collections.abc import Callable
from datetime import date
from datetime import time as clock_time

from benchmarks.deployment import Options
from outreach.languages import SHIPPED
from outreach.wording.fields import Value, fill

WORDING = "{sender}: {name}, {date}, {time}, {place}. STOP."
VALUES: dict[str, Value] = {
    "sender": "Lincoln School", "date": date(2026, 12, 5), "time": clock_time(10), "place": "Lincoln School gym",
}  # fmt: skip


def measure(options: Options) -> dict[str, object]:
    """Fill the same wording for `size` families on one core, a tenth of them in each language."""
    each = max(1, options.size // len(SHIPPED))
    bare = _time(each, lambda family, _language: WORDING.format_map({**VALUES, "name": family}))
    ours = _time(each, lambda family, language: fill(WORDING, {**VALUES, "name": family}, language))
    made = each * len(SHIPPED)
    return {
        "figure": round(made / ours),
        "unit": "texts/s",
        "limit": round(made / bare),
        "limit_is": "str.format_map of the same wording, dates as Python prints them",
        "ratio": round(bare / ours, 3),
        "seconds": round(ours, 2),
    }


def _time(each: int, write: Callable[[str, str], str]) -> float:
    started = time.perf_counter()
    for language in SHIPPED:
        for number in range(each):
            write(f"Family {number}", language)
    return time.perf_counter() - started
