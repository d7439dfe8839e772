"""The carrier, its callbacks and the clock go wrong in the middle of a campaign. Every family still gets one text."""

import time

import pytest

from outreach.cli.processes import WORKERS
from tests.faults.conftest import Fault, Ground
from tests.faults.trial import HOUR, Trial

SENDS = "worker-all"


def errors_hangs_and_cuts(trial: Trial) -> None:
    """Each for twenty texts. What hangs is answered after 2.5 s; we wait for one (OUTREACH_CARRIER_SECONDS)."""
    some: dict[str, object] = {"probability": 0.1, "times": 20}
    trial.trouble(
        {"action": "error", "status": 500, "code": 20500, **some},
        {"action": "error", "status": 429, "code": 20429, **some},
        {"action": "hang", "seconds": 2.5, **some},
        {"action": "hang", "seconds": 2.5, "take": False, **some},
        {"action": "cut_after", **some},
        {"action": "cut_before", **some},
    )


def callbacks_lost_doubled_reordered(trial: Trial) -> None:
    trial.trouble(
        {"action": "lose_callbacks", "probability": 0.15},
        {"action": "double_callbacks", "probability": 0.3},
        {"action": "reorder_callbacks", "probability": 0.3},
    )


def clock_jumps(trial: Trial, seconds: float) -> None:
    """And of some texts nobody knows whether they were taken: answers cut, a worker killed, no callback to tell."""
    trial.trouble(
        {"action": "cut_after", "probability": 0.1, "times": 20},
        {"action": "cut_before", "probability": 0.1, "times": 20},
        {"action": "lose_callbacks", "probability": 0.2},
    )
    trial.wait_until_under_way()
    trial.clock.move(seconds)
    trial.service.kill(SENDS)
    trial.service.start_worker(SENDS, *WORKERS[SENDS])
    trial.assert_under_way()


def clock_jumps_ahead(trial: Trial) -> None:
    clock_jumps(trial, HOUR)


def clock_jumps_ahead_and_back(trial: Trial) -> None:
    clock_jumps(trial, HOUR)
    trial.wait_until_taken(trial.size * 3 // 4)
    trial.clock.move(0)


def clock_jumps_back_and_comes_right(trial: Trial) -> None:
    clock_jumps(trial, -HOUR)
    time.sleep(3)
    trial.clock.move(0)


FAULTS = {
    "500s, 429s, hung and cut connections": Fault(errors_hangs_and_cuts),
    "callbacks lost, doubled and reordered": Fault(callbacks_lost_doubled_reordered),
    "the clock jumps an hour ahead": Fault(clock_jumps_ahead),
    "the clock jumps an hour ahead, then back": Fault(clock_jumps_ahead_and_back),
    "the clock jumps an hour back, then comes right": Fault(clock_jumps_back_and_comes_right),
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", FAULTS)
def test_every_family_gets_one_text(name: str, on_postgres: Ground) -> None:
    on_postgres.endure(name, FAULTS[name])
