"""What families say, as this deployment has it: the shipped words and its own, seen by a running process in time."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.incoming.entries import Entry, VocabularyError
from outreach.incoming.models import OwnWord, OwnWordState
from outreach.incoming.own_words import draft_of
from outreach.incoming.vocabulary import Vocabulary, load_vocabulary

LOOK_AGAIN = 20.0  # seconds: what was let in is understood that soon, by every process

log = logging.getLogger(__name__)
Stamp = tuple[int, int]


@dataclass
class _Held:
    """What a process holds for one database: `stamp` tells whether words came or went since."""

    stamp: Stamp
    vocabulary: Vocabulary
    until: float


_held: dict[tuple[str, Path], _Held] = {}


def words_in_force(session: Session, locales: Path) -> Vocabulary:
    """Shipped and own words; the database is asked every LOOK_AGAIN seconds at most."""
    key = (str(session.get_bind().engine.url), locales)
    held = _held.get(key)
    if held and time.monotonic() < held.until:
        return held.vocabulary
    stamp = _stamp(session)
    if held is None or held.stamp != stamp:
        held = _held[key] = _Held(stamp, _together(load_vocabulary(locales), session), 0.0)
    held.until = time.monotonic() + LOOK_AGAIN
    return held.vocabulary


def look_at_once() -> None:
    """This process asks the database again at its next text: somebody has just decided on a word here."""
    for held in _held.values():
        held.until = 0.0


def _stamp(session: Session) -> Stamp:
    """Ids only grow and a word comes in and goes out once: their sum and number tell any change."""
    row = session.execute(
        select(func.count(), func.coalesce(func.sum(OwnWord.id), 0)).where(OwnWord.state == OwnWordState.IN_FORCE)
    ).one()
    return int(row[0]), int(row[1])


def _together(shipped: Vocabulary, session: Session) -> Vocabulary:
    rows = session.scalars(select(OwnWord).where(OwnWord.state == OwnWordState.IN_FORCE).order_by(OwnWord.id)).all()
    try:
        return shipped.with_own([draft_of(row).entry for row in rows])
    except VocabularyError:
        return shipped.with_own(_without_collisions(shipped, rows))


def _without_collisions(shipped: Vocabulary, rows: Sequence[OwnWord]) -> list[Entry]:
    """A newer release may ship one of these words with another meaning: that one is left out, and staff are told."""
    kept: list[Entry] = []
    for row in rows:
        try:
            shipped.with_own([*kept, draft_of(row).entry])
        except VocabularyError:
            log.error("own word %s is left out: what is shipped now gives it another meaning", row.id)
        else:
            kept.append(draft_of(row).entry)
    return kept
