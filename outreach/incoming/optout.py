"""Stop, start and help: the words the law and the carriers know, and what people write instead of them."""

from __future__ import annotations

from outreach.incoming.automaton import Span
from outreach.incoming.entries import Kind
from outreach.incoming.reading import Reading, longest
from outreach.incoming.vocabulary import Hit

# Twilio's default words; the whole text must be the one word. 47 CFR 64.1200(a)(10) names the stop words too.
CARRIER_STOP = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"})
CARRIER_START = frozenset({"start", "yes", "unstop"})
CARRIER_HELP = frozenset({"help", "info"})
_WORDING = {Kind.WORD, Kind.KEYWORD, Kind.PHRASE}


def carrier_word(reading: Reading) -> str | None:
    """The text when it is one bare word, as a carrier reads it: punctuation around it ignored."""
    words = [token.plain for token in reading.tokens if not token.is_symbol]
    return words[0] if len(words) == 1 else None


def find_stop(reading: Reading, *, is_asked: bool = False) -> Hit | None:
    """A wish to get no more texts, as a reasonable person reads it: 47 CFR 64.1200(a)(10).

    A stop word counts alone or as a clause of its own; a sentence counts when its wording is listed. With an
    open invitation (`is_asked`) a word that is also a refusal declines that invitation only.
    """
    alone = reading.words_alone("stop", besides=("rsvp_yes", "rsvp_no"), by_clause=True)
    refusals = _spans(reading, "rsvp_no") if is_asked else []
    alone = [hit for hit in alone if not any(_covers(refusal, hit.span) for refusal in refusals)]
    alone = [hit for hit in alone if not _means_more(reading, hit)]
    return longest([*alone, *reading.of("stop", Kind.PHRASE)])


def find_start(reading: Reading, *, is_asked: bool) -> Hit | None:
    """A wish to get texts again. With an open invitation (`is_asked`) a yes is an answer to that instead."""
    hits = [*reading.words_alone("start"), *reading.of("start", Kind.PHRASE)]
    answers = _spans(reading, "rsvp_yes") if is_asked else []
    return longest([hit for hit in hits if not any(_covers(answer, hit.span) for answer in answers)])


def find_help(reading: Reading) -> Hit | None:
    """A question about the texts themselves: who writes, how it works, how one would leave."""
    return longest([*reading.words_alone("help"), *reading.of("help", Kind.PHRASE)])


def _means_more(reading: Reading, hit: Hit) -> bool:
    """Whether the stop word is a part of other wording ("fica para a próxima"), or courtesy beside courtesy."""
    if reading.is_whole(hit):
        return False
    others = [other for other in reading.hits if other.entry.route not in ("stop", "crisis") and other.span != hit.span]
    return any(
        _covers(other.span, hit.span)
        and (other.entry.kind is Kind.FILLER or (other.entry.kind in _WORDING and len(other.span) > len(hit.span)))
        for other in others
    )


def _spans(reading: Reading, route: str) -> list[Span]:
    return [hit.span for hit in reading.hits if hit.entry.route == route]


def _covers(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end
