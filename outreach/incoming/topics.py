"""One topic of ours, named beside a stop or a start: "STOP FAIR" ends the texts about fairs and no others."""

from __future__ import annotations

from collections.abc import Sequence

from outreach.incoming.automaton import Span
from outreach.incoming.entries import KINDS_ALONE, Kind
from outreach.incoming.reading import Reading
from outreach.incoming.vocabulary import Hit

TOPIC = "topic"


def find_topics_to_stop(reading: Reading) -> list[Hit]:
    """The topics a family wants no texts about, when the text says a stop, topics and courtesy, and nothing else.

    Whatever else it says, the stop is for all our texts: nobody loses a stop to a topic that was only mentioned.
    """
    return _topics_beside(reading, _verbs(reading, "stop"))


def find_topics_to_start(reading: Reading) -> list[Hit]:
    """The topics a family wants texts about again. "YES FAIR" is no start: a yes answers something."""
    answers = [hit.span for hit in reading.hits if hit.entry.route == "rsvp_yes"]
    verbs = [hit for hit in _verbs(reading, "start") if not any(hit.span.overlaps(span) for span in answers)]
    return _topics_beside(reading, verbs)


def _verbs(reading: Reading, route: str) -> list[Hit]:
    """What asks for the stop or the start; "para" is a stop in Spanish, and courtesy in "para la feria"."""
    courtesy = [hit.span for hit in reading.hits if hit.entry.kind is Kind.FILLER]
    hits = reading.of(route, *KINDS_ALONE, Kind.PHRASE)
    return [
        hit for hit in hits if not any(span.start <= hit.span.start and hit.span.end <= span.end for span in courtesy)
    ]


def _topics_beside(reading: Reading, verbs: Sequence[Hit]) -> list[Hit]:
    # A phrase with a gap may run over the topic: what stands inside it asks for the same in fewer words.
    short = [verb.span for verb in verbs if not any(_is_inside(other.span, verb.span) for other in verbs)]
    named = [hit for hit in reading.of(TOPIC, *KINDS_ALONE) if not any(hit.span.overlaps(verb) for verb in short)]
    if not verbs or not named:
        return []
    beside = [hit for hit in reading.hits if hit.entry.kind is Kind.BESIDE and hit.entry.route == TOPIC]
    covered = reading.is_covered([hit.span for hit in (*verbs, *named, *beside)])
    return _one_of_each(named) if covered else []


def _one_of_each(hits: Sequence[Hit]) -> list[Hit]:
    return list({hit.entry.detail: hit for hit in hits}.values())


def _is_inside(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end and len(inner) < len(outer)
