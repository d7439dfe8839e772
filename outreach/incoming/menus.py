"""Answers to a list or a question of ours: "2", "MORE", "CLOSED 2" after places to go; "1" or "morning" after TALK."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from outreach.incoming.automaton import Span
from outreach.incoming.entries import KINDS_ALONE, Kind
from outreach.incoming.reading import Reading, longest
from outreach.incoming.vocabulary import Hit

RSVP, LISTINGS, CALLBACK_TIME = "rsvp", "listings", "callback_time"
# Which open question a bare number answers, when nobody says which was asked last: those with the shorter life first.
NUMBERED = (CALLBACK_TIME, LISTINGS, RSVP)
MORE, FLAG, CALL_TIME = "more", "flag", "call_time"  # routes of words.yaml
DAY_PARTS = ("morning", "afternoon", "evening")

_HOUR = re.compile(r"(?P<hour>\d{1,2})(?P<mark>am|pm|a|p|h|e)?")  # a word as it is folded: "5", "5pm", "17h", "4è"
_MARKS = frozenset({"am", "pm", "a", "p", "m", "h"})


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen, as arguments of an intent; `hit` is the word that said so, None for a number."""

    args: Mapping[str, str | bool | None]
    hit: Hit | None = None


def choose_listing(reading: Reading, *, numbered: bool) -> Choice | None:
    """What a text asks about the places we listed: {problem, listing}, {more} or {listing}.

    `listing` is a number as the family wrote it ("2"), or None when it names none. `numbered` False: a bare number
    answers another question.
    """
    number, places = _number(reading)
    flag = _said(reading, FLAG, places)
    if flag is not None:
        return Choice({"problem": flag.entry.detail, "listing": number}, flag)
    more = None if number else _said(reading, MORE, places)
    if more is not None:
        return Choice({"more": True}, more)
    return Choice({"listing": number}) if numbered and number else None


def choose_call_time(reading: Reading, *, numbered: bool) -> Choice | None:
    """When the family would like to be called: {time: morning, afternoon or evening}, said so or by an hour."""
    number, places = _number(reading)
    said = _said(reading, CALL_TIME, places)
    if said is not None:
        return Choice({"time": said.entry.detail}, said)
    if numbered and number and int(number) <= len(DAY_PARTS):
        return Choice({"time": DAY_PARTS[int(number) - 1]})
    part = read_hour(reading)
    return Choice({"time": part}) if part else None


def read_hour(reading: Reading) -> str | None:
    """The time of day of "after 5", "4:30 pm", "a las 3 de la tarde", "depois das 17h"; None when the text says more.

    A number alone is no hour: it may answer anything.
    """
    places = [place for place, token in enumerate(reading.tokens) if token.plain[:1].isdecimal()]
    marks = [place for place, token in enumerate(reading.tokens) if token.plain in _MARKS]
    little = [hit.span for hit in reading.hits if hit.entry.kind is Kind.BESIDE and hit.entry.route == CALL_TIME]
    beside = [span for span in little if not any(span.start <= place < span.end for place in places)]  # "2" for "to"
    words = reading.of(CALL_TIME, *KINDS_ALONE)
    spans = [*(Span(0, place, place + 1) for place in (*places, *marks)), *beside, *(hit.span for hit in words)]
    written = [found for place in places if (found := _HOUR.fullmatch(reading.tokens[place].plain))]
    if not written or len(written) < len(places) or not reading.is_covered(spans):
        return None
    said = longest(words)
    if said is not None:
        return said.entry.detail
    mark = "".join([*(found["mark"] or "" for found in written), *(reading.tokens[place].plain for place in marks)])
    return _part_of_day(int(written[0]["hour"]), mark) if mark or beside else None


def _part_of_day(hour: int, mark: str) -> str | None:
    """Without am or pm an hour up to 7 is after noon: nobody asks to be called at five in the morning."""
    if not 1 <= hour <= 23:
        return None
    if "a" not in mark and (hour <= 7 or ("p" in mark and hour < 12)):
        hour += 12
    return DAY_PARTS[0] if hour < 12 else DAY_PARTS[1] if hour < 17 else DAY_PARTS[2]


def _number(reading: Reading) -> tuple[str | None, Sequence[Span]]:
    """The one number from 1 to 9 of a text that else holds words of ours and courtesy only, and where it stands."""
    places = [place for place, token in enumerate(reading.tokens) if token.plain in "123456789"]
    if len(places) != 1:
        return None, ()
    spans = [Span(0, place, place + 1) for place in places]
    known = [hit.span for route in (FLAG, MORE, CALL_TIME) for hit in reading.of(route, *KINDS_ALONE, Kind.PHRASE)]
    if not reading.is_covered([*spans, *known, *_beside(reading)]):
        return None, ()
    return reading.tokens[places[0]].plain, spans


def _said(reading: Reading, route: str, number: Sequence[Span]) -> Hit | None:
    """A phrase of the route anywhere, or its words when the text says nothing else but a number."""
    phrase = longest(reading.of(route, Kind.PHRASE))
    words = reading.of(route, *KINDS_ALONE)
    spans = [*(hit.span for hit in words), *number, *_beside(reading)]
    return phrase or (longest(words) if words and reading.is_covered(spans) else None)


def _beside(reading: Reading) -> list[Span]:
    return [hit.span for hit in reading.hits if hit.entry.kind is Kind.BESIDE and hit.entry.route == "listing"]
