"""The small language in which words.yaml writes phrases, read into a shape the automaton can follow.

stop                     the word
me quiero (matar|morir)  one of several
please? stop             a word that may be missing
no mas ... mensajes      up to five words in between (eight letters where no spaces are written)
{i} want to die          any entry of the set named "i"
{number} of us           digits; {language} is a named language, in the language section only
suicid*                  any word that begins so
=đúng                    only with exactly these accents
^ stop now $             at the very beginning, at the very end of the text
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

# Filled from the text, not from a set.
SLOTS = frozenset({"{language}", "{number}"})
GAP_WORDS = 5
GAP_LETTERS = 8
ANY = "any word"
START_OF_TEXT = "^"
END_OF_TEXT = "$"

_PIECE = re.compile(r"\.\.\.|…|[()|?^$]|\{\w+\}|[^\s()|?^${}]+")


class PatternError(ValueError):
    """A phrase that cannot be read; the message quotes our own entry."""


@dataclass
class Graph:
    """Positions numbered from 0: the keys a token may have there, and the positions that may follow."""

    keys: list[frozenset[str]] = field(default_factory=list)
    follow: list[set[int]] = field(default_factory=list)
    first: frozenset[int] = frozenset()
    last: frozenset[int] = frozenset()


@dataclass(frozen=True)
class _Part:
    first: frozenset[int]
    last: frozenset[int]
    may_be_missing: bool


_NOT_WORDS = {"...", "…", START_OF_TEXT, END_OF_TEXT, *SLOTS}
_NOTHING = _Part(frozenset(), frozenset(), True)
KeysOf = Callable[[str], Sequence[frozenset[str]]]


def read_pattern(text: str, keys_of: KeysOf, sets: Mapping[str, Sequence[str]], gap: int = GAP_WORDS) -> Graph:
    """Read one phrase. `keys_of` turns a literal into the keys of its tokens, one set per token.

    Raises PatternError for unbalanced brackets, an unknown set, or a phrase that matches nothing or everything.
    """
    reader = _Reader(text, keys_of, sets, gap)
    whole = reader.alternatives(_pieces(text, sets))
    if whole.may_be_missing or not whole.first:
        raise PatternError(f'"{text}" would match an empty text')
    if any(ANY in reader.graph.keys[position] for position in whole.first):
        raise PatternError(f'"{text}" may not begin with a gap')
    reader.graph.first, reader.graph.last = whole.first, whole.last
    return reader.graph


def _pieces(text: str, sets: Mapping[str, Sequence[str]], within: tuple[str, ...] = ()) -> list[str]:
    """The pieces of a phrase, its named sets written out as alternatives."""
    pieces: list[str] = []
    for piece in _PIECE.findall(text):
        name = piece[1:-1] if piece.startswith("{") else None
        if name is None or piece in SLOTS:
            pieces.append(piece)
            continue
        if name not in sets or name in within:
            raise PatternError(f'"{text}" names the set {piece}, which is not there or names itself')
        pieces += ["(", *_pieces("|".join(sets[name]), sets, (*within, name)), ")"]
    return pieces


class _Reader:
    """Recursive descent; each method gives the positions a part begins and ends with (Glushkov's construction)."""

    def __init__(self, text: str, keys_of: KeysOf, sets: Mapping[str, Sequence[str]], gap: int) -> None:
        self.text, self.keys_of, self.sets, self.gap = text, keys_of, sets, gap
        self.graph = Graph()

    def alternatives(self, pieces: list[str]) -> _Part:
        words, others = self._single_words(_split(pieces, self.text))
        branches = [self._sequence(branch) for branch in others]
        if words:
            branches.append(self._position(words))
        return _Part(
            frozenset().union(*(branch.first for branch in branches)),
            frozenset().union(*(branch.last for branch in branches)),
            any(branch.may_be_missing for branch in branches),
        )

    def _single_words(self, branches: list[list[str]]) -> tuple[frozenset[str], list[list[str]]]:
        """The branches of one word, which share one position, and the others as they are."""
        words: frozenset[str] = frozenset()
        others = []
        for branch in branches:
            is_word = len(branch) == 1 and branch[0] not in _NOT_WORDS
            keys = self.keys_of(branch[0]) if is_word else []
            if len(keys) == 1:
                words |= keys[0]
            else:
                others.append(branch)
        return words, others

    def _sequence(self, pieces: list[str]) -> _Part:
        whole = _NOTHING
        for group, is_optional in _groups(pieces, self.text):
            part = self.alternatives(group[1:-1]) if group[0] == "(" else self._literal(group[0])
            whole = self._join(whole, _Part(part.first, part.last, part.may_be_missing or is_optional))
        return whole

    def _literal(self, piece: str) -> _Part:
        if piece in ("...", "…"):
            whole = _NOTHING
            for _ in range(self.gap):
                anything = self._position(frozenset({ANY}))
                whole = self._join(whole, _Part(anything.first, anything.last, True))
            return whole
        keys = [frozenset({piece})] if piece in "^$" or piece in SLOTS else self.keys_of(piece)
        if not keys:
            raise PatternError(f'"{self.text}" holds "{piece}", which has no letters')
        whole = _NOTHING
        for token_keys in keys:
            whole = self._join(whole, self._position(token_keys))
        return whole

    def _position(self, keys: frozenset[str]) -> _Part:
        self.graph.keys.append(keys)
        self.graph.follow.append(set())
        here = frozenset({len(self.graph.keys) - 1})
        return _Part(here, here, False)

    def _join(self, left: _Part, right: _Part) -> _Part:
        for position in left.last:
            self.graph.follow[position] |= right.first
        return _Part(
            left.first | right.first if left.may_be_missing else left.first,
            right.last | left.last if right.may_be_missing else right.last,
            left.may_be_missing and right.may_be_missing,
        )


def _split(pieces: list[str], text: str) -> list[list[str]]:
    """Split at each "|" outside brackets."""
    branches: list[list[str]] = [[]]
    depth = 0
    for piece in pieces:
        depth += {"(": 1, ")": -1}.get(piece, 0)
        if piece == "|" and depth == 0:
            branches.append([])
        else:
            branches[-1].append(piece)
    if depth:
        raise PatternError(f'"{text}" has a bracket too many or too few')
    return branches


def _groups(pieces: list[str], text: str) -> Iterator[tuple[list[str], bool]]:
    """Each literal or bracketed group, and whether a "?" follows it."""
    index = 0
    while index < len(pieces):
        end = index + 1
        depth = {"(": 1, ")": -1}.get(pieces[index], 0)
        while depth > 0 and end < len(pieces):
            depth += {"(": 1, ")": -1}.get(pieces[end], 0)
            end += 1
        if depth or pieces[index] == "?":
            raise PatternError(f'"{text}" has a bracket or a question mark out of place')
        is_optional = end < len(pieces) and pieces[end] == "?"
        yield pieces[index:end], is_optional
        index = end + is_optional
