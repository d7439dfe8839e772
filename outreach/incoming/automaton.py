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
NOWHERE = 0  # nothing leads back to the root
_NEVER = 1 << 30  # a place in a text that none has
Waits = tuple[tuple[int, int], ...]  # tables, and how many words may stand before theirs


class Automaton:
    """Follows every phrase side by side: time grows with the words of the text, not with the vocabulary.

    A position is one word of one phrase. Positions that lead to the same places share a table, and a table is kept as
    numbers only: by word, sorted, 32 bits of table before 32 bits of the position it leads to. A gap is no position:
    the table behind it waits for its word, and costs nothing while it does.
    """

    def __init__(self, graphs: Iterable[Graph]) -> None:
        """Graphs are taken in the order of their phrase numbers, and none is kept."""
        self._table = array("I")  # by position: the table of the very next word
        self._phrase = array("i")  # by position: the phrase that may end here, or -1
        self._waits: dict[int, Waits] = {}  # by position, where a gap follows
        self._tables = ROOT + 1
        self._edges: dict[str, array[int]] = defaultdict(lambda: array("Q"))  # by key
        for phrase, graph in enumerate(graphs):
            self._add(phrase, graph)
        self._edges = {key: array("Q", sorted(edges)) for key, edges in self._edges.items()}
        self.known = self._edges.keys()

    def _add(self, phrase: int, graph: Graph) -> None:
        base = len(self._table)
        words = [position for position, keys in enumerate(graph.keys) if ANY not in keys]
        number = {position: base + place for place, position in enumerate(words)}
        self._lead(ROOT, graph, graph.first, number)
        tables: dict[frozenset[int], int] = {frozenset(): NOWHERE}
        behind = _Gaps(graph)
        for position in words:
            waits: list[tuple[int, int]] = []
            self._table.append(NOWHERE)
            for gap, follow in behind.follow(position).items():
                if follow not in tables:
                    tables[follow] = self._tables
                    self._tables += 1
                    self._lead(tables[follow], graph, follow, number)
                if gap:
                    waits.append((tables[follow], gap))
                else:
                    self._table[-1] = tables[follow]
            if waits:
                self._waits[number[position]] = tuple(waits)
            self._phrase.append(phrase if position in graph.last else -1)

    def _lead(self, table: int, graph: Graph, follow: Iterable[int], number: Mapping[int, int]) -> None:
        for position in follow:
            for key in graph.keys[position]:
                self._edges[key].append(table << 32 | number[position])

    def find(self, words: Sequence[Sequence[str]]) -> list[Span]:
        """Every phrase found in the text; `words` holds the keys of each token, spans count those tokens."""
        spans: set[Span] = set()
        active: dict[int, int] = {}  # by table, where in the text the phrase began: as early as it can have
        waiting = _Waiting()
        phrases, tables, waits = self._phrase, self._table, self._waits  # a thousand steps a text pass here
        last = len(words) + 1
        for index, keys in enumerate(((START_OF_TEXT,), *words, (END_OF_TEXT,))):
            active[ROOT] = index
            reached = self._step(keys, waiting.join(active, index))
            active = {}
            for position, start in reached.items():
                if phrases[position] >= 0:
                    spans.add(Span(phrases[position], max(start - 1, 0), min(index, last - 1)))
                table = tables[position]
                if table and start < active.get(table, _NEVER):
                    active[table] = start
                if position in waits:
                    for table, gap in waits[position]:
                        waiting.add(table, start, index + 1 + gap)
        return sorted(spans, key=lambda span: (span.start, -span.end, span.phrase))

    def _step(self, keys: Sequence[str], active: Mapping[int, int]) -> dict[int, int]:
        """The positions that a word leads to, and where the phrases began that come there."""
        reached: dict[int, int] = {}
        began = active.get
        for key in keys:
            for edge in self._edges_from(active, key):
                start = began(edge >> 32)
                if start is not None:
                    position = edge & POSITION
                    if start < reached.get(position, _NEVER):
                        reached[position] = start
        return reached

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


class _Waiting:
    """The tables that wait behind a gap, each with the places where its phrase began and until when."""

    def __init__(self) -> None:
        self._began: dict[int, int] = {}  # by table, as early as it can have
        self._kept: dict[int, list[tuple[int, int]]] = {}  # by table, in the order of both
        self._ends: dict[int, list[int]] = defaultdict(list)  # by place in the text: tables to look at there

    def add(self, table: int, start: int, until: int) -> None:
        """What began no later and waits as long is all that counts."""
        kept = [one for one in self._kept.get(table, ()) if one[0] < start or one[1] > until]
        self._kept[table] = sorted([*kept, (start, until)])
        self._began[table] = self._kept[table][0][0]
        self._ends[until + 1].append(table)

    def join(self, active: Mapping[int, int], index: int) -> Mapping[int, int]:
        """The active tables and those that wait still at this place of the text."""
        self._give_up(index)
        if not self._began:
            return active
        joined = dict(self._began)
        for table, start in active.items():
            if start < joined.get(table, _NEVER):
                joined[table] = start
        return joined

    def _give_up(self, index: int) -> None:
        for table in self._ends.pop(index, ()):
            kept = [one for one in self._kept.get(table, ()) if one[1] >= index]
            if kept:
                self._kept[table], self._began[table] = kept, kept[0][0]
            else:
                self._kept.pop(table, None)
                self._began.pop(table, None)


class _Gaps:
    """Of one graph: the words that may follow a word, by how many others may stand between."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._through: dict[int, dict[int, int]] = {}

    def follow(self, position: int) -> dict[int, frozenset[int]]:
        """By the longest gap, the positions behind it."""
        groups: dict[int, set[int]] = defaultdict(set)
        for behind, gap in self._reach(position).items():
            groups[gap].add(behind)
        return {gap: frozenset(group) for gap, group in groups.items()}

    def _reach(self, position: int) -> dict[int, int]:
        """The words behind a position, through whatever gaps, and the longest way there in words."""
        found: dict[int, int] = {}
        for behind in self._graph.follow[position]:
            if ANY not in self._graph.keys[behind]:
                found[behind] = max(0, found.get(behind, 0))
                continue
            if behind not in self._through:
                self._through[behind] = self._reach(behind)
            for word, gap in self._through[behind].items():
                found[word] = max(gap + 1, found.get(word, 0))
        return found
