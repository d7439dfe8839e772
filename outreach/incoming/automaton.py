"""All phrases of all languages looked for at once, in one pass over the words of a text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from outreach.incoming.pattern import ANY, END_OF_TEXT, START_OF_TEXT, Graph


@dataclass(frozen=True, slots=True)
class Span:
    """Phrase number `phrase` covers the tokens from `start` up to, not including, `end`."""

    phrase: int
    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end


class Automaton:
    """Follows every phrase side by side: time grows with the words of the text, not with the vocabulary."""

    def __init__(self, graphs: Sequence[Graph]) -> None:
        self._root: dict[str, list[int]] = defaultdict(list)
        self._after: list[dict[str, tuple[int, ...]]] = []
        self._ends: list[int | None] = []
        for phrase, graph in enumerate(graphs):
            self._add(phrase, graph)
        self.known = set(self._root).union(*self._after) - {ANY}

    def _add(self, phrase: int, graph: Graph) -> None:
        base = len(self._after)
        tables: dict[frozenset[int], dict[str, tuple[int, ...]]] = {}
        for position, follow in enumerate(map(frozenset, graph.follow)):
            # The words of one choice lead to the same place: they share one table.
            if follow not in tables:
                tables[follow] = _table(graph, follow, base)
            self._after.append(tables[follow])
            self._ends.append(phrase if position in graph.last else None)
        for position in graph.first:
            for key in graph.keys[position]:
                self._root[key].append(base + position)

    def find(self, words: Sequence[Sequence[str]]) -> list[Span]:
        """Every phrase found in the text; `words` holds the keys of each token, spans count those tokens."""
        spans: set[Span] = set()
        active: dict[int, int] = {}
        last = len(words) + 1
        for index, keys in enumerate(((START_OF_TEXT,), *words, (END_OF_TEXT,))):
            reached: dict[int, int] = {}
            for position, start in active.items():
                table = self._after[position]
                if index < last and ANY in table:
                    for following in table[ANY]:
                        reached.setdefault(following, start)
                for key in keys:
                    for following in table.get(key, ()):
                        reached.setdefault(following, start)
            for key in keys:
                for position in self._root.get(key, ()):
                    reached.setdefault(position, index)
            for position, start in reached.items():
                phrase = self._ends[position]
                if phrase is not None:
                    spans.add(Span(phrase, max(start - 1, 0), min(index, last - 1)))
            active = reached
        return sorted(spans, key=lambda span: (span.start, -span.end, span.phrase))


def _table(graph: Graph, follow: frozenset[int], base: int) -> dict[str, tuple[int, ...]]:
    """Which positions a word leads to, by its key."""
    table: dict[str, tuple[int, ...]] = {}
    for following in follow:
        here = (base + following,)
        for key in graph.keys[following]:
            table[key] = table.get(key, ()) + here
    return table
