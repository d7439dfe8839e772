"""One text with everything our vocabulary finds in it; the intents ask it their questions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property

from outreach.incoming.automaton import Span
from outreach.incoming.entries import KINDS_ALONE, Kind
from outreach.incoming.keys import traits_of
from outreach.incoming.normalise import Message, Token, normalise
from outreach.incoming.vocabulary import Hit, Vocabulary
from outreach.incoming.zip_in_text import FoundZip, find_zip
from outreach.wording.identify import identify

SCRAP = 3  # letters


class Reading:
    """A text, its words and the entries found. Pure: reading twice gives the same answers."""

    def __init__(self, text: str, vocabulary: Vocabulary, contact_language: str | None = None) -> None:
        self.vocabulary = vocabulary
        self.contact_language = contact_language
        self._text = text
        self.message: Message = normalise(text)
        self.hits: list[Hit] = vocabulary.find(self.tokens)
        self.hits = [hit for hit in self.hits if not self._is_unmarked_guess(hit)]

    @property
    def tokens(self) -> Sequence[Token]:
        return self.message.tokens

    @cached_property
    def zip(self) -> FoundZip | None:
        return find_zip(self.message.clean)

    @cached_property
    def _words_of_language(self) -> dict[str, int]:
        """How many words of the text our files know in each language."""
        return {language: len(places) for language, places in places_by_language(self.hits).items()}

    @cached_property
    def _known_in(self) -> dict[str, set[int]]:
        """The places of the words that our files know, by language."""
        return places_by_language(self.hits)

    def _is_unmarked_guess(self, hit: Hit) -> bool:
        """Whether bare letters ("no da") were read as Vietnamese in a text that fits another language better."""
        if not traits_of(hit.entry.language).strict_marks:
            return False
        words = self.tokens[hit.span.start : hit.span.end]
        own = self.fit(hit.entry.language)
        is_bare = all(word.marked == word.plain for word in words)
        return is_bare and any(self.fit(language) > own for language in self._words_of_language)

    def fit(self, language: str) -> tuple[int, bool]:
        """How well a language fits the text, then the contact: "abrigo" differs in es and pt_BR."""
        return self._words_of_language.get(language, 0), language == self.contact_language

    def is_explained(self, hit: Hit) -> bool:
        """Whether another language fits the text better and knows these words too, with another meaning.

        "La parada está cerrada hoy" is Spanish: the Somali "hoy", a shelter, is not meant.
        """
        if self.is_scrap(hit):
            return True
        own = self.fit(hit.entry.language)
        better = [places for language, places in self._known_in.items() if self.fit(language) > own]
        return bool(better) and all(
            self.tokens[place].is_symbol or any(place in places for places in better)
            for place in range(hit.span.start, hit.span.end)
        )

    def is_scrap(self, hit: Hit) -> bool:
        """Whether a few letters of a sentence happen to be a word elsewhere: the Spanish "dan" is a tooth in Haitian.

        English ones stay: WIC, TPS and GED are said in every language.
        """
        letters = sum(len(self.tokens[place].plain) for place in range(hit.span.start, hit.span.end))
        if hit.entry.kind not in KINDS_ALONE or letters > SCRAP or hit.entry.language == "en":
            return False
        return self.written_in not in (None, hit.entry.language)

    @cached_property
    def written_in(self) -> str | None:
        """The language of the whole text when that is sure."""
        seems = identify(self._text, self.vocabulary.languages)
        return seems.code if seems.sure else None

    def of(self, route: str, *kinds: Kind) -> list[Hit]:
        """The hits of one intent that no guard of that intent overlaps, in order of their place."""
        guards = [hit.span for hit in self.hits if hit.entry.route == route and hit.entry.kind is Kind.GUARD]
        return [
            hit
            for hit in self.hits
            if hit.entry.route == route
            and hit.entry.kind in kinds
            and not any(hit.span.overlaps(guard) and not self._outweighs(hit, guard) for guard in guards)
        ]

    def _outweighs(self, hit: Hit, guard: Span) -> bool:
        """Whether a hit stands beside a guard: cut off from it, or, for help nearby, wording that says more than it.

        "La casa" alone asks for no shelter; "me quieren quitar la casa" does.
        """
        says_more = hit.span.start <= guard.start and guard.end <= hit.span.end and len(hit.span) > len(guard)
        is_wording = hit.entry.kind is Kind.PHRASE and hit.entry.route == "resource"
        return self._is_cut_off(hit, guard) or (is_wording and says_more)

    def _is_cut_off(self, hit: Hit, guard: Span) -> bool:
        """Whether punctuation parts a single word from the rest of its guard: "STOP! My kid left" stops."""
        return hit.entry.kind in KINDS_ALONE and not self._clauses(guard) <= self._clauses(hit.span)

    def words_alone(self, route: str, *, besides: Collection[str] = (), by_clause: bool = False) -> list[Hit]:
        """The words of an intent that are all the text says, courtesy and symbols aside.

        `besides` names intents whose words may stand beside it. `by_clause`: one clause, between two marks of
        punctuation, is enough ("ok thanks, STOP. we moved").
        """
        routes = {route, *besides}
        covers = [hit.span for hit in self.hits if hit.entry.route in routes and hit.entry.kind in KINDS_ALONE]
        left = self.uncovered(covers)
        busy = {self.tokens[place].clause for place in left}
        alone = [
            hit
            for hit in self.of(route, *KINDS_ALONE)
            if not left or (by_clause and busy.isdisjoint(self._clauses(hit.span)))
        ]
        return [*alone, *(hit for hit in self._whole(route) if hit not in alone)]

    def is_clause(self, hit: Hit) -> bool:
        """Whether the hit and courtesy are all there is between two marks of punctuation."""
        clauses = self._clauses(hit.span)
        return not [place for place in self.uncovered([hit.span]) if self.tokens[place].clause in clauses]

    def words(self, route: str) -> list[Hit]:
        """The words of an intent anywhere in the text: unguarded, or the text to the letter."""
        hits = self.of(route, *KINDS_ALONE)
        return [*hits, *(hit for hit in self._whole(route) if hit not in hits)]

    def _whole(self, route: str) -> list[Hit]:
        """The words of an intent that are the text to the letter: no guard can mean anything else."""
        hits = [hit for hit in self.hits if hit.entry.route == route and hit.entry.kind in KINDS_ALONE]
        return [hit for hit in hits if self.is_whole(hit)]

    def is_whole(self, hit: Hit) -> bool:
        """Whether the text says nothing else, not even courtesy; symbols do not count."""
        first, last = self._outermost_words
        return hit.span.start <= first and last < hit.span.end

    @cached_property
    def _outermost_words(self) -> tuple[int, int]:
        places = self._uncovered(range(len(self.tokens)), []) or [0]
        return places[0], places[-1]

    def is_covered(self, spans: Collection[Span]) -> bool:
        """Whether the spans, courtesy and symbols are all there is in the text."""
        covered = {place for span in spans for place in range(span.start, span.end)}
        return all(place in covered for place in self._telling)

    def uncovered(self, spans: Collection[Span]) -> list[int]:
        """The places of the words that neither the spans nor courtesy explain."""
        return self._uncovered(self._telling, spans)

    @cached_property
    def _telling(self) -> list[int]:
        """The places of the words that are neither courtesy nor symbols: looked at again and again."""
        fillers = [hit.span for hit in self.hits if hit.entry.kind is Kind.FILLER]
        return self._uncovered(range(len(self.tokens)), fillers)

    def _clauses(self, span: Span) -> set[int]:
        return {self.tokens[place].clause for place in range(span.start, span.end)}

    def _uncovered(self, places: Iterable[int], covers: Collection[Span]) -> list[int]:
        covered = {place for span in covers for place in range(span.start, span.end)}
        return [place for place in places if place not in covered and not self.tokens[place].is_symbol]


def longest(hits: Sequence[Hit]) -> Hit | None:
    """The hit that covers most words; of equals, the first."""
    return max(hits, key=lambda hit: (len(hit.span), -hit.span.start), default=None)


def places_by_language(hits: Iterable[Hit]) -> dict[str, set[int]]:
    """The places that the hits of each language cover."""
    places: dict[str, set[int]] = {}
    for hit in hits:
        places.setdefault(hit.entry.language, set()).update(range(hit.span.start, hit.span.end))
    return places
