"""What an inbound text means: the first question asked of it once it is stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Protocol

from outreach.incoming.crisis import find_crisis
from outreach.incoming.entries import Entry, Kind
from outreach.incoming.help_wanted import category_of, find_bare_resource, find_misspelled, find_resource
from outreach.incoming.languages_named import Languages, LanguageWish
from outreach.incoming.menus import (
    CALLBACK_TIME,
    LISTINGS,
    NUMBERED,
    RSVP,
    Choice,
    choose_call_time,
    choose_listing,
)
from outreach.incoming.optout import (
    CARRIER_HELP,
    CARRIER_START,
    CARRIER_STOP,
    carrier_word,
    find_help,
    find_start,
    find_stop,
)
from outreach.incoming.reading import Reading, longest
from outreach.incoming.reasons import language_of, reason_of
from outreach.incoming.rsvp import find_answer, find_opening_answer
from outreach.incoming.topics import find_topics_to_start, find_topics_to_stop
from outreach.incoming.vocabulary import Hit, Vocabulary, catalog_code, external_code

PENDING = tuple(reversed(NUMBERED))  # the questions that may be open: rsvp, listings, callback_time


class Route(StrEnum):
    """Where a text goes. INFO is for the router, which knows the events; `recognise` does not return it."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    CRISIS = "crisis"
    RESOURCE = "resource"
    CALLBACK = "callback"
    RSVP_YES = "rsvp_yes"
    RSVP_NO = "rsvp_no"
    LANGUAGE = "language"
    SERIES = "series"
    INFO = "info"
    UNKNOWN = "unknown"


Args = Mapping[str, str | bool | None]
_NO_ARGS: Args = MappingProxyType({})


@dataclass(frozen=True)
class Intent:
    """The answer, and in plain words why. `reason` may quote our vocabulary, never the family's other words.

    `args`: resource {category, zip}, and after a list of ours {more}, {listing} or {problem, listing}; callback
    {time} after our question; language {to}, an external code; series {series}; stop and start {topic}, names by
    spaces, when not all texts are meant; crisis {also: "stop"} when the text also asks for no more texts; unknown
    {automatic} when a phone answered by itself. `language`: catalog code of the words that decided, when sure.
    """

    route: Route
    args: Args = field(default_factory=lambda: _NO_ARGS)
    reason: str = ""
    language: str | None = None


@dataclass(frozen=True)
class _Case:
    reading: Reading
    pending: frozenset[str]
    numbers: str | None  # the open question that a bare number answers

    @property
    def is_asked(self) -> bool:
        """An invitation waits for an answer."""
        return RSVP in self.pending

    @cached_property
    def languages(self) -> Languages:
        return Languages(self.reading)


def recognise(
    text: str,
    vocabulary: Vocabulary,
    *,
    contact_language: str | None = None,
    pending: frozenset[str] = frozenset(),
    numbers: str | None = None,
) -> Intent:
    """Decide what a text means. Never raises for any string, and needs well under 20 ms for 1,600 characters.

    The order is the rule: crisis, stop, start, help, an open question, a bare keyword, a phrase, unknown.
    `contact_language` may be a catalog or an external code; `pending` may hold the words of PENDING, and `numbers`
    the one of them that was asked last. A bare YES with no open invitation is a start, because the carrier takes it
    as one and lifts its own block.
    """
    contact_language = catalog_code(contact_language)
    numbers = numbers or next((kind for kind in NUMBERED if kind in pending), None)
    case = _Case(Reading(text, vocabulary, contact_language), pending, numbers)
    if not case.reading.tokens:
        return Intent(Route.UNKNOWN, reason="the text has no words")
    for step in _STEPS:
        intent = step(case)
        if intent is not None:
            return intent
    return Intent(Route.UNKNOWN, reason="no word or phrase we know decides it")


def _crisis(case: _Case) -> Intent | None:
    hit = find_crisis(case.reading)
    if hit is None:
        return None
    also: Args = {"also": "stop"} if find_stop(case.reading) else {}
    return _intent(case, Route.CRISIS, hit, also)


def _stop(case: _Case) -> Intent | None:
    return (
        _carrier(case, Route.STOP, CARRIER_STOP)
        or _topics(case, Route.STOP, find_topics_to_stop(case.reading))
        or _found(case, Route.STOP, find_stop(case.reading, is_asked=case.is_asked))
    )


def _start(case: _Case) -> Intent | None:
    words = CARRIER_START - {"yes"} if case.is_asked else CARRIER_START
    hit = find_start(case.reading, is_asked=case.is_asked)
    return (
        _carrier(case, Route.START, words)
        or _topics(case, Route.START, find_topics_to_start(case.reading))
        or _found(case, Route.START, hit)
    )


def _help(case: _Case) -> Intent | None:
    return _carrier(case, Route.HELP, CARRIER_HELP) or _found(case, Route.HELP, find_help(case.reading))


def _automatic(case: _Case) -> Intent | None:
    """A phone that answers by itself: nobody reads what we would reply."""
    hit = longest(case.reading.of("automatic", Kind.PHRASE))
    return None if hit is None else _intent(case, Route.UNKNOWN, hit, {"automatic": True})


def _menu(case: _Case) -> Intent | None:
    for kind, route, choose in _MENUS:
        choice = choose(case.reading, numbered=case.numbers == kind) if kind in case.pending else None
        if choice is not None:
            return _chosen(case, route, choice)
    return None


def _answer(case: _Case) -> Intent | None:
    hit = find_answer(case.reading) if case.is_asked else None
    return None if hit is None else _found(case, Route(hit.entry.route), hit)


def _keyword(case: _Case) -> Intent | None:
    """The text is one word or name of ours, with a zip at most."""
    callback = longest(case.reading.words_alone("callback"))
    if callback is not None:
        return _intent(case, Route.CALLBACK, callback)
    language = case.languages.find_bare()
    if language is not None:
        return _language(case, language)
    series = longest(case.reading.words_alone("series"))
    if series is not None:
        return _intent(case, Route.SERIES, series, {"series": series.entry.detail})
    resource = find_bare_resource(case.reading)
    return None if resource is None else _resource(case, resource)


def _phrase(case: _Case) -> Intent | None:
    """Wording of ours somewhere in the text. Who asks for a person gets a person, whatever it is about."""
    reading = case.reading
    callback = longest(reading.of("callback", Kind.PHRASE))
    if callback is not None:
        return _intent(case, Route.CALLBACK, callback)
    language = case.languages.find_asked(reading.contact_language)
    if language is not None:
        return _language(case, language)
    series = longest(reading.of("series", Kind.PHRASE))
    if series is not None:
        return _intent(case, Route.SERIES, series, {"series": series.entry.detail})
    resource = find_resource(reading)
    return None if resource is None else _resource(case, resource)


def _misspelled(case: _Case) -> Intent | None:
    entry = find_misspelled(case.reading)
    if entry is None:
        return None
    reason = f'one letter away from "{entry.text}" ({entry.language})'
    return Intent(Route(entry.route), _args_of(case, entry), reason, entry.language)


def _opening(case: _Case) -> Intent | None:
    hit = find_opening_answer(case.reading) if case.is_asked else None
    return None if hit is None else _found(case, Route(hit.entry.route), hit)


class _Choose(Protocol):
    def __call__(self, reading: Reading, *, numbered: bool) -> Choice | None: ...


_MENUS: tuple[tuple[str, Route, _Choose], ...] = (
    (CALLBACK_TIME, Route.CALLBACK, choose_call_time),
    (LISTINGS, Route.RESOURCE, choose_listing),
)
_STEPS: tuple[Callable[[_Case], Intent | None], ...] = (
    _crisis,
    _stop,
    _start,
    _help,
    _automatic,
    _menu,
    _answer,
    _keyword,
    _phrase,
    _misspelled,
    _opening,
)


def _carrier(case: _Case, route: Route, words: frozenset[str]) -> Intent | None:
    word = carrier_word(case.reading)
    if word not in words:
        return None
    return Intent(route, reason=f'the whole text is the carrier word "{word.upper()}"', language=None)


def _found(case: _Case, route: Route, hit: Hit | None) -> Intent | None:
    return None if hit is None else _intent(case, route, hit)


def _topics(case: _Case, route: Route, hits: list[Hit]) -> Intent | None:
    topics = " ".join(sorted(str(hit.entry.detail) for hit in hits))
    return _intent(case, route, hits[0], {"topic": topics}) if hits else None


def _chosen(case: _Case, route: Route, choice: Choice) -> Intent:
    if choice.hit is None:
        return Intent(route, choice.args, "a number, as we asked for one")
    return _intent(case, route, choice.hit, choice.args)


def _resource(case: _Case, hit: Hit) -> Intent:
    return _intent(case, Route.RESOURCE, hit, _resource_args(case, hit.entry))


def _resource_args(case: _Case, entry: Entry) -> Args:
    found = case.reading.zip
    return {"category": category_of(entry), "zip": found.zip if found else None}


def _language(case: _Case, wish: LanguageWish) -> Intent:
    if wish.to is None:
        return _intent(case, Route.CALLBACK, wish.hit)
    return _intent(case, Route.LANGUAGE, wish.hit, {"to": external_code(wish.to)})


def _args_of(case: _Case, entry: Entry) -> Args:
    if entry.route == Route.RESOURCE:
        return _resource_args(case, entry)
    if entry.route == Route.SERIES:
        return {"series": entry.detail}
    if entry.route == Route.LANGUAGE and entry.detail is not None:
        return {"to": external_code(entry.detail)}
    return _NO_ARGS


def _intent(case: _Case, route: Route, hit: Hit, args: Args = _NO_ARGS) -> Intent:
    return Intent(route, args, reason_of(case.reading, hit), language_of(case.reading, hit))
