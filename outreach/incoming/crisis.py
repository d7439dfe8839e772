"""Somebody may be in danger: looked for before anything else, in every language, in any state."""

from __future__ import annotations

from outreach.incoming.entries import Kind
from outreach.incoming.reading import Reading, longest
from outreach.incoming.vocabulary import Hit


def find_crisis(reading: Reading) -> Hit | None:
    """The words that tell of danger to oneself or another, unless an idiom explains all of them.

    No typo is corrected here: misspellings are listed. A doubt counts as danger.
    """
    alone = reading.words_alone("crisis", by_clause=True)
    return longest([*alone, *reading.of("crisis", Kind.PHRASE)])
