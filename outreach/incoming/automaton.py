"""All phrases of all languages looked for at once, in one pass over the words of a text."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
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


POSITION = 0xFFFF_FFFF
NO_EDGES = array("Q")
ROOT = 0  # the table of the words that phrases begin with


class Automaton:
    """Follows every phrase side by side: time grows with the words of the text, not with the vocabulary.

    A position is one word of one phrase. Positions that lead to the same places share a table, and a table is kept as
    numbers only: by word, sorted, 32 bits of table before 32 bits of the position it leads to.
    """

    def __init__(self, graphs: Iterable[Graph]) -> None:
        """Graphs are taken in the order of their phrase numbers, and none is kept."""
        self._table = array("I")  # by position
        self._phrase = array("i")  # by position: the phrase that may end here, or -1
        self._tables = ROOT + 1
        self._edges: dict[str, array[int]] = defaultdict(lambda: array("Q"))  # by key
        for phrase, graph in enumerate(graphs):
            self._add(phrase, graph)
        self._edges = {key: array("Q", sorted(edges)) for key, edges in self._edges.items()}
        self.known = self._edges.keys() - {ANY}

    def _add(self, phrase: int, graph: Graph) -> None:
        base = len(self._table)
        self._lead(ROOT, graph, graph.first, base)
        tables: dict[frozenset[int], int] = {}
        for position, follow in enumerate(map(frozenset, graph.follow)):
            if follow not in tables:
                tables[follow] = self._tables
                self._tables += 1
                self._lead(tables[follow], graph, follow, base)
            self._table.append(tables[follow])
            self._phrase.append(phrase if position in graph.last else -1)

    def _lead(self, table: int, graph: Graph, follow: Iterable[int], base: int) -> None:
        for position in follow:
            for key in graph.keys[position]:
                self._edges[key].append(table << 32 | base + position)

    def find(self, words: Sequence[Sequence[str]]) -> list[Span]:
        """Every phrase found in the text; `words` holds the keys of each token, spans count those tokens."""
        spans: set[Span] = set()
        active: dict[int, int] = {}  # by table, where in the text the phrase began: as early as it can have
        last = len(words) + 1
        for index, keys in enumerate(((START_OF_TEXT,), *words, (END_OF_TEXT,))):
            active[ROOT] = index
            reached: dict[int, int] = {}
            for key in (ANY, *keys) if index < last else keys:
                for edge in self._edges_from(active, key):
                    start = active.get(edge >> 32)
                    if start is not None and start < reached.get(edge & POSITION, last + 1):
                        reached[edge & POSITION] = start
            active = {}
            for position, start in reached.items():
                if self._phrase[position] >= 0:
                    spans.add(Span(self._phrase[position], max(start - 1, 0), min(index, last - 1)))
                table = self._table[position]
                if start < active.get(table, last + 1):
                    active[table] = start
        return sorted(spans, key=lambda span: (span.start, -span.end, span.phrase))

    def _edges_from(self, active: Mapping[int, int], key: str) -> Sequence[int]:
        """The edges of a key, with those of the active tables among them: where these are few, no others."""
        edges = self._edges.get(key, NO_EDGES)
        if len(edges) <= 8 * len(active):
            return edges
        found: list[int] = []
        for table in active:
            place = bisect_left(edges, table << 32)
            while place < len(edges) and edges[place] >> 32 == table:
                found.append(edges[place])
                place += 1
        return found
