"""On SQLite, where one writes at a time, workers die while others wait. Every family still gets one text."""

import pytest

from tests.faults.conftest import Fault, Ground
from tests.faults.trial import Trial


def kills(trial: Trial) -> None:
    trial.kill_workers(4)


FAULTS = {"a worker is killed 4 times, on SQLite": Fault(kills, 500)}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", FAULTS)
def test_every_family_gets_one_text(name: str, on_sqlite: Ground) -> None:
    on_sqlite.endure(name, FAULTS[name])
