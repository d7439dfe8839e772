"""Orders that come while texts are on their way: a slow carrier keeps a claimed batch waiting in the worker's hands."""

import logging
import time
from collections import Counter
from collections.abc import Iterable
from threading import Lock

from sqlalchemy.exc import SQLAlchemyError

from outreach.db import Database
from outreach.outgoing.orders import Source, is_stopped

LOOK_AGAIN = 0.5  # seconds
SEVERAL = 2  # texts of one source in a batch: a campaign. A reply alone leaves at once, and nobody pauses it

log = logging.getLogger(__name__)


class OrderWatch:
    """Whether a source was paused or canceled since its texts were claimed, asked of the database twice a second.

    While the database does not answer nothing more leaves: the text waits again, and is claimed anew.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._looked: dict[Source, tuple[float, bool]] = {}  # when, and whether it is stopped

    def expect(self, sources: Iterable[Source]) -> None:
        """These were claimed just now, with their orders asked. Others are forgotten unless they are a batch too."""
        now, counts = time.monotonic(), Counter(sources)
        with self._lock:
            recent = {one: look for one, look in self._looked.items() if now - look[0] < 10 * LOOK_AGAIN}
            self._looked = recent | {one: (now, False) for one, count in counts.items() if count >= SEVERAL}

    def says_stop(self, source: Source) -> bool:
        with self._lock:  # one asks for all threads; the others wait a moment for its answer
            look = self._looked.get(source)
            if look is None:
                return False
            looked_at, stopped = look
            if stopped or time.monotonic() - looked_at < LOOK_AGAIN:
                return stopped
            try:
                with self._database.reading() as session:
                    stopped = is_stopped(session, source)
            except SQLAlchemyError as error:  # raised, it would take the record of the whole batch along
                log.warning("orders cannot be read: %s", type(error).__name__)
                return True
            self._looked[source] = time.monotonic(), stopped
            return stopped
