"""Why a text was taken for what it is: in our words, never in the family's, and in which language that was said."""

from __future__ import annotations

from collections.abc import Iterator

from outreach.incoming.entries import Kind
from outreach.incoming.reading import Reading
from outreach.incoming.vocabulary import Hit

LONGEST_QUOTE = 80  # characters of a pattern in a reason: enough to find it in words.yaml


def reason_of(reading: Reading, hit: Hit) -> str:
    """ "the whole text is the stop word "alto" (es)"."""
    where = "the whole text is" if reading.is_covered([hit.span]) else "the text holds"
    what = {Kind.PHRASE: "phrase", Kind.ASK: "phrase", Kind.REFUSAL: "phrase", Kind.NAME: "language name"}
    text = hit.entry.text if len(hit.entry.text) <= LONGEST_QUOTE else f"{hit.entry.text[: LONGEST_QUOTE - 1]}…"
    return f'{where} the {hit.entry.section} {what.get(hit.entry.kind, "word")} "{text}" ({hit.entry.language})'


def language_of(reading: Reading, hit: Hit) -> str | None:
    """The language of the words that decided, or None when several languages write them so."""
    languages = set(_languages_beside(reading, hit))
    return hit.entry.language if languages == {hit.entry.language} and _has_letters(reading, hit) else None


def _languages_beside(reading: Reading, hit: Hit) -> Iterator[str]:
    yield hit.entry.language
    for other in reading.hits:
        if other.entry.meaning == hit.entry.meaning and (other.span.start, other.span.end) == (
            hit.span.start,
            hit.span.end,
        ):
            yield other.entry.language


def _has_letters(reading: Reading, hit: Hit) -> bool:
    return any(reading.tokens[place].plain.isalpha() for place in range(hit.span.start, hit.span.end))
