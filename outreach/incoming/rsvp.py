"""Yes or no to an open invitation."""

from __future__ import annotations

from outreach.incoming.entries import KINDS_ALONE, Kind
from outreach.incoming.reading import Reading
from outreach.incoming.vocabulary import Hit

YES, NO = "rsvp_yes", "rsvp_no"


def find_answer(reading: Reading) -> Hit | None:
    """A clear answer: a phrase, or a yes or no that is a whole clause.

    The longest wins, then the language that fits the text, then the no.
    """
    hits = [
        hit
        for route in (YES, NO)
        for hit in (*reading.of(route, Kind.PHRASE), *reading.words_alone(route, by_clause=True))
    ]
    return max(
        hits,
        key=lambda hit: (len(hit.span), reading.fit(hit.entry.language), hit.entry.route == NO, -hit.span.start),
        default=None,
    )


def find_opening_answer(reading: Reading) -> Hit | None:
    """A text that begins with a yes or a no and goes on with something we could not read."""
    fillers = {place for hit in reading.hits if hit.entry.kind is Kind.FILLER for place in _places(hit)}
    first = next((place for place in range(len(reading.tokens)) if place not in fillers), None)
    hits = [hit for route in (YES, NO) for hit in reading.of(route, *KINDS_ALONE) if hit.span.start == first]
    hits = [hit for hit in hits if not reading.is_scrap(hit)]
    return max(hits, key=lambda hit: len(hit.span), default=None)


def _places(hit: Hit) -> range:
    return range(hit.span.start, hit.span.end)
