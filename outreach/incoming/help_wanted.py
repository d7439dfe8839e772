"""Which kind of help a family looks for, and where."""

from __future__ import annotations

from collections.abc import Sequence

from outreach.incoming.automaton import Span
from outreach.incoming.entries import KINDS_ALONE, SERIES_CATEGORY, Entry, Kind
from outreach.incoming.reading import Reading
from outreach.incoming.typos import SHORTEST_IN_SENTENCE
from outreach.incoming.vocabulary import Hit


def find_resource(reading: Reading) -> Hit | None:
    """The kind of help named: a phrase before a word, more words before fewer, then the one named first."""
    hits = [hit for hit in reading.of("resource", *KINDS_ALONE, Kind.PHRASE) if not reading.is_explained(hit)]
    return max(
        hits,
        key=lambda hit: (
            len(hit.span),
            hit.entry.kind is Kind.PHRASE,
            -hit.span.start,
            reading.fit(hit.entry.language),
        ),
        default=None,
    )


def find_bare_resource(reading: Reading) -> Hit | None:
    """Only the kind of help and perhaps a zip; a series word counts when a zip stands beside it."""
    hits = [hit for hit in reading.words("resource") if not reading.is_explained(hit)]
    if reading.zip is not None:
        hits += reading.of("series", *KINDS_ALONE)
    alone = [hit for hit in hits if reading.is_covered([*(other.span for other in hits), *_zip_places(reading)])]
    return max(alone, key=lambda hit: (len(hit.span), -hit.span.start, reading.fit(hit.entry.language)), default=None)


def category_of(entry: Entry) -> str:
    """The category of a resource entry, or the one that stands behind a series."""
    assert entry.detail is not None
    return SERIES_CATEGORY.get(entry.detail, entry.detail)


def find_misspelled(reading: Reading) -> Entry | None:
    """The entry meant by a misspelled word: the only word of the text, or a long word in a sentence.

    In a sentence that is surely of one language no word of another is meant: "cantar" is Spanish and well spelled.
    """
    places = reading.uncovered(_zip_places(reading))
    words = [reading.tokens[place] for place in places if reading.tokens[place].plain.isalpha()]
    for word in words:
        is_long = len(word.plain) >= SHORTEST_IN_SENTENCE
        if (len(words) == 1 or is_long) and not reading.vocabulary.knows(word):
            meant = reading.vocabulary.typos.meant(word.plain)
            if meant and (len(words) == 1 or _is_meant_in_sentence(reading, meant)):
                return meant
    return None


def _is_meant_in_sentence(reading: Reading, meant: Entry) -> bool:
    return meant.route == "resource" and reading.written_in in (None, meant.language)


def _zip_places(reading: Reading) -> Sequence[Span]:
    """Where the zip stands; written as several numbers it takes several places."""
    found = reading.zip
    if found is None:
        return []
    return [Span(0, place, place + 1) for place, token in enumerate(reading.tokens) if token.plain in found.written]
