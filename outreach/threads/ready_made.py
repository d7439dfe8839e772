"""The ready-made texts a person may send to a family, in its language: those that somebody answers for."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from outreach.settings import Settings
from outreach.wording.acceptance import accepted_languages
from outreach.wording.canned import CANNED, CONTEXT, Canned
from outreach.wording.catalog import ReviewState
from outreach.wording.library import reply_library


@dataclass(frozen=True)
class Offer:
    """One ready-made text in one language. `wording` is empty where nobody has reviewed or accepted it."""

    key: str
    canned: Canned
    wording: str
    state: ReviewState


def offers(session: Session, settings: Settings, language: str) -> Iterator[Offer]:
    """All of them in their order, also those that may not be sent, so that a page can say why."""
    library = reply_library(session, settings.content / "locales")
    sendable = {ReviewState.REVIEWED}
    if language in accepted_languages(session):
        sendable.add(ReviewState.AWAITING)
    for key, one in CANNED.items():
        found = library.find(language, CONTEXT + key, one.english)
        yield Offer(key, one, found.text if found.state in sendable else "", found.state)
