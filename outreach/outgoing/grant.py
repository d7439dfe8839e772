"""What one claim may take of the sender's pace: asked for before it, settled after it."""

from dataclasses import dataclass
from math import ceil, inf
from typing import Protocol

from outreach.outgoing.models import Priority

LARGEST_GRANT = 128  # segments: one for each text that a claim looks at
SMALLEST_BUCKET = 2.0  # segments: the one that a slow sender may send, and one that comes while it is asked


@dataclass(slots=True)
class Grant:
    """Segments that paced texts may use now, and what texts have taken of it since.

    With none granted, `wait` says after how many seconds to ask again. No paced text may go beyond `of_day`.
    """

    segments: float = inf
    wait: float = 0.0
    of_day: float = inf
    paced: int = 0
    urgent: int = 0
    full: bool = False
    ends_day: bool = False

    def take(self, priority: int, segments: int) -> bool:
        """Whether this text may leave. After the first paced one that may not, none that follows may either."""
        if not is_paced(priority):
            self.urgent += segments
            return True
        self.full = self.full or not self._has_room(segments)
        if not self.full:
            self.paced += segments
        return not self.full

    def _has_room(self, segments: int) -> bool:
        """The first text goes whatever its length, and the bucket owes the rest: else a long one never would."""
        before = self.urgent + self.paced
        self.ends_day = before + segments > self.of_day
        fits = before + segments <= self.segments or not self.paced
        return before < self.segments and fits and not self.ends_day

    @property
    def owed(self) -> int:
        """What was used beyond what was granted; below zero what goes back.

        Where the day has no room for the next text, nothing goes back: the little that is left ends the day.
        """
        if self.segments == inf:
            return 0
        owed = self.urgent + self.paced - int(self.segments)
        return max(0, owed) if self.ends_day else owed


class Pacer(Protocol):
    """Asked for a grant before each claim, told afterwards what became of it."""

    def reserve(self) -> Grant: ...

    def settle(self, grant: Grant) -> None: ...


class Unpaced:
    """For a carrier without limits: costs nothing."""

    def reserve(self) -> Grant:
        return Grant()

    def settle(self, grant: Grant) -> None:
        pass


def is_paced(priority: int) -> bool:
    """Campaigns and reminders wait for their turn; replies, crisis answers and alerts never do."""
    return priority > Priority.ALERT


def bucket_size(rate: float) -> float:
    """Segments that a sender may have saved up: about a second of its pace."""
    return max(rate, SMALLEST_BUCKET)


def smallest_grant(rate: float) -> int:
    """Half a second of the pace: workers claim about twice a second, and not text by text."""
    return min(max(1, ceil(rate / 2)), LARGEST_GRANT // 2)
