"""What waits for a person behind one entry of the bar."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Waiting:
    """How many things wait, and how many of them may be about danger to life."""

    count: int
    crises: int = 0
