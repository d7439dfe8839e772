"""One wrong, missing, extra or swapped letter forgiven, for intents where a mistake does no harm.

Stop, start, help, crisis and RSVP words are never reached this way: their misspellings are listed in words.yaml.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from outreach.incoming.entries import Entry, Kind
from outreach.incoming.normalise import fold, tokenise

FORGIVEN_ROUTES = {"resource", "series", "language", "callback"}
SHORTEST_ALONE = 4
SHORTEST_IN_SENTENCE = 6


class Typos:
    """Finds the entry a misspelled word was meant to be, by deleting one letter on both sides."""

    def __init__(self) -> None:
        self._words: dict[str, list[Entry]] = defaultdict(list)
        self._by_deletion: dict[str, tuple[str, ...]] = {}

    def learn(self, entry: Entry) -> None:
        """File an entry of one word, when its intent forgives misspelling."""
        tokens = tokenise(fold(entry.text))
        alone = entry.kind in (Kind.KEYWORD, Kind.WORD, Kind.NAME)
        if entry.route not in FORGIVEN_ROUTES or not alone or len(tokens) != 1 or not entry.text.isalpha():
            return
        word = tokens[0].plain
        if len(word) >= SHORTEST_ALONE:
            if word not in self._words:
                for form in set(_deletions(word)):
                    self._by_deletion[form] = (*self._by_deletion.get(form, ()), word)
            self._words[word].append(entry)

    def meant(self, word: str) -> Entry | None:
        """The entry that `word` (without accents) misspells; None when there is none, or more than one meaning."""
        if len(word) < SHORTEST_ALONE:
            return None
        near = {
            candidate
            for form in _deletions(word)
            for candidate in self._by_deletion.get(form, ())
            if _one_edit_apart(word, candidate)
        }
        entries = [entry for candidate in sorted(near) for entry in self._words[candidate]]
        if len({entry.meaning for entry in entries}) != 1:
            return None
        return entries[0]


def _deletions(word: str) -> Iterator[str]:
    yield word
    for index in range(min(len(word), 24)):
        yield word[:index] + word[index + 1 :]


def _one_edit_apart(word: str, other: str) -> bool:
    """Whether one replaced, added, dropped or swapped letter makes one word of the other (not zero edits)."""
    if abs(len(word) - len(other)) > 1 or word == other:
        return False
    start = 0
    while start < min(len(word), len(other)) and word[start] == other[start]:
        start += 1
    left, right = word[start:], other[start:]
    swapped = left[:2] == right[:2][::-1] and left[2:] == right[2:]
    return left[1:] == right[1:] or left[1:] == right or left == right[1:] or swapped
