"""What families say, read from locales/LANG/words.yaml and compiled for `intent.recognise`.

A file holds, per intent, `words` (the text must say nothing else), `phrases` (anywhere in it) and `guards`
(harmless expressions that contain one of those phrases and cancel it). Resource words count anywhere. How a
phrase is written: `outreach.incoming.pattern`. Every language is searched in every text, because families
mix them and the stored language may be wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path

from outreach.incoming.automaton import Automaton, Span
from outreach.incoming.entries import (
    KINDS_ALONE,
    SITUATIONAL,
    Entry,
    Kind,
    VocabularyError,
    read_category,
    read_entries,
    read_file,
)
from outreach.incoming.keys import TokenKeys, traits_of
from outreach.incoming.normalise import Token, fold, tokenise
from outreach.incoming.pattern import Graph, PatternError, read_pattern
from outreach.incoming.typos import FORGIVEN_ROUTES, Typos
from outreach.resources.own_categories import OwnCategoryError, own_categories

CATALOG_TO_CODE = {"pt_BR": "pt", "zh_Hans": "zh-Hans"}
_CODE_TO_CATALOG = {code: catalog for catalog, code in CATALOG_TO_CODE.items()}

# Two intents may share a word when only one of them can be meant: YES answers an open invitation, and is the
# carrier's opt-in word without one; "not interested" declines an invitation, and all texts without one. Two
# languages may differ about a harmless word ("abrigo" is a coat in Spanish and a shelter in Portuguese): the
# rest of the text and the stored language decide.
_MAY_SHARE = {frozenset({"start", "rsvp_yes"}), frozenset({"stop", "rsvp_no"})}
_BEFORE_QUESTIONS = frozenset({"stop", "start", "help", "crisis"})  # a word of these never answers a question
_SAME_QUESTION = frozenset({"more", "flag"})


def external_code(language: str) -> str:
    """The code stored with contacts: "pt_BR" gives "pt", "zh_Hans" gives "zh-Hans", others stay."""
    return CATALOG_TO_CODE.get(language, language)


def catalog_code(language: str | None) -> str | None:
    """The folder name under locales/, from either form."""
    return None if language is None else _CODE_TO_CATALOG.get(language, language)


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry of the vocabulary, found at `span`."""

    entry: Entry
    span: Span


@dataclass(frozen=True, slots=True)
class _Part:
    """Entries, and the automaton whose phrase numbers count them."""

    entries: Sequence[Entry]
    automaton: Automaton
    keys: TokenKeys


class Vocabulary:
    """The compiled words of all languages. Immutable in use; safe to share between threads."""

    def __init__(self, parts: Sequence[_Part], of_languages: _Part, typos: Typos) -> None:
        """`of_languages` holds what is said of named languages, a second time: the few phrases of a second look."""
        self.entries = [entry for part in parts for entry in part.entries]
        self.typos = typos
        self.languages = frozenset(entry.language for entry in self.entries)
        self._parts = tuple(parts)
        self._of_languages = of_languages
        for part in parts:
            part.keys.keep_only(part.automaton.known)

    def with_own(self, own: Sequence[Entry]) -> Vocabulary:
        """This vocabulary and the entries of a deployment beside it, which are few: nothing is compiled again.

        Raises VocabularyError as `load_vocabulary` does, also when one of these collides with a shipped one.
        """
        if not own:
            return self
        refuse_collisions([*self.entries, *own])
        keys = TokenKeys(self._parts[0].keys)
        automaton = Automaton(_graph(entry, keys, {}) for entry in own)
        keys.forget_literals()
        return Vocabulary((*self._parts, _Part(own, automaton, keys)), self._of_languages, self.typos)

    def find(self, tokens: Sequence[Token]) -> list[Hit]:
        """Every entry found in the text, in order of its place; nothing is decided here."""
        bare = not _is_written_with_marks(tokens)
        return self._hits(self._parts, lambda keys: [keys.of(token, bare) for token in tokens])

    def find_with_languages(self, tokens: Sequence[Token], names: Sequence[Hit]) -> list[Hit]:
        """What is said of languages, found in the text with each named one as one word, "{language}".

        Spans count the tokens of the text itself.
        """
        bare = not _is_written_with_marks(tokens)
        places: list[tuple[int, int]] = []
        index = 0
        while index < len(tokens):
            name = next((hit.span for hit in names if hit.span.start == index), None)
            places.append((index, name.end if name else index + 1))
            index = places[-1][1]
        named = {hit.span.start for hit in names}
        found = self._hits(
            [self._of_languages],
            lambda keys: [("{language}",) if start in named else keys.of(tokens[start], bare) for start, _ in places],
        )
        return [
            Hit(hit.entry, Span(hit.span.phrase, places[hit.span.start][0], places[hit.span.end - 1][1]))
            for hit in found
        ]

    def knows(self, token: Token) -> bool:
        """Whether the word, as written, stands in any phrase: such a word is no misspelling of another.

        A beginning ("evict*") is not the word: "evicton" is one letter away from what is meant.
        """
        return any(not key.endswith("*") for part in self._parts for key in part.keys.of(token))

    @staticmethod
    def _hits(parts: Sequence[_Part], words_for: Callable[[TokenKeys], Sequence[Sequence[str]]]) -> list[Hit]:
        hits = [
            Hit(part.entries[span.phrase], span) for part in parts for span in part.automaton.find(words_for(part.keys))
        ]
        return hits if len(parts) == 1 else sorted(hits, key=lambda hit: (hit.span.start, -hit.span.end))


def _is_written_with_marks(tokens: Sequence[Token]) -> bool:
    """Whether a text has the accents of careful Vietnamese, so that a word without any is meant to have none."""
    marked = sum(token.marked != token.plain for token in tokens)
    return marked >= 3 and 2 * marked >= len(tokens)


def load_vocabulary(folder: Path, languages: Sequence[str] | None = None) -> Vocabulary:
    """Read and compile `folder`/LANG/words.yaml for each language (all that are there, when None).

    Raises VocabularyError, naming the file and the entry, when a file cannot be read, a phrase cannot be
    understood, or one whole text would mean two things.
    """
    names = sorted(path.parent.name for path in folder.glob("*/words.yaml"))
    if languages is not None:
        names = [catalog_code(language) or language for language in languages]
    if not names:
        raise VocabularyError(f"no words.yaml in {folder.name}")
    return _compile(folder, tuple(names))


@lru_cache(maxsize=8)
def _compile(folder: Path, names: tuple[str, ...]) -> Vocabulary:
    entries: list[Entry] = []
    keys = TokenKeys()
    typos = Typos()
    of_languages: dict[int, Graph] = {}
    automaton = Automaton(_graphs(folder, names, keys, entries, of_languages))
    refuse_collisions(entries)
    for entry in entries:
        typos.learn(entry)
    keys.forget_literals()
    second = _Part([entries[place] for place in of_languages], Automaton(of_languages.values()), keys)
    return Vocabulary([_Part(entries, automaton, keys)], second, typos)


def _graphs(
    folder: Path, names: Sequence[str], keys: TokenKeys, entries: list[Entry], of_languages: dict[int, Graph]
) -> Iterator[Graph]:
    """The phrases one after the other, as their entries join the list: all of them at once take 40 MB.

    Those that are said of languages are kept in `of_languages`, by their place in the list.
    """
    for name in names:
        data = read_file(folder / name / "words.yaml")
        keys.add_spellings(name, data.get("spellings") or {})
        sets = {key: _set(name, key, value) for key, value in (data.get("sets") or {}).items()}
        for entry in chain(read_entries(name, data), _own_entries(folder.parent, name)):
            entries.append(entry)
            graph = _graph(entry, keys, sets)
            if entry.route == "language" and entry.kind is not Kind.NAME:
                of_languages[len(entries) - 1] = graph
            yield graph


def _own_entries(content: Path, language: str) -> Iterator[Entry]:
    """The words of the kinds of help that this deployment adds, in one language."""
    try:
        for key, category in own_categories(content).items():
            yield from read_category(language, key, category.words.get(language, {}))
    except OwnCategoryError as error:
        raise VocabularyError(str(error)) from None


def _set(language: str, name: str, words: Collection[object]) -> tuple[str, ...]:
    """The words of a named set. YAML reads a bare `on` or `no` as true or false: such a word must stand in quotes."""
    kept = tuple(word for word in words if isinstance(word, str))
    if len(kept) != len(words):
        raise VocabularyError(f"{language}/words.yaml, sets: {name} has a word that must be written in quotes")
    return kept


def _graph(entry: Entry, keys: TokenKeys, sets: Mapping[str, Sequence[str]]) -> Graph:
    try:
        gap = traits_of(entry.language).gap
        return read_pattern(entry.text, lambda literal: keys.of_literal(literal, entry), sets, gap)
    except PatternError as error:
        raise VocabularyError(f"{entry.place}: {error}") from None


def refuse_collisions(entries: Sequence[Entry]) -> None:
    """Raise VocabularyError when the same whole text is listed under two intents; all such texts are named."""
    seen: dict[str, list[Entry]] = defaultdict(list)
    found: dict[str, None] = {}
    for entry in entries:
        if entry.kind in KINDS_ALONE or entry.kind is Kind.NAME:
            for form in _forms(entry):
                found |= {_collision(entry, other): None for other in seen[form] if _collide(entry, other)}
                seen[form].append(entry)
    if found:
        raise VocabularyError("; ".join(found))


def _collide(entry: Entry, other: Entry) -> bool:
    if entry.meaning == other.meaning or frozenset({entry.route, other.route}) in _MAY_SHARE:
        return False
    situational = {entry.route, other.route} & SITUATIONAL
    if situational:
        routes = {entry.route, other.route}
        return len(routes) == 1 or not routes.isdisjoint(_BEFORE_QUESTIONS) or routes == _SAME_QUESTION
    both_harmless = {entry.route, other.route} <= FORGIVEN_ROUTES
    return entry.language == other.language or not both_harmless


def _collision(entry: Entry, other: Entry) -> str:
    return f'{entry.place}: "{entry.text}" already means {other.section} in {other.language}/words.yaml'


def _forms(entry: Entry) -> set[str]:
    """The whole texts an entry stands for, as they would be compared."""
    tokens = tokenise(fold(entry.text.removeprefix("=")))
    marked = " ".join(token.marked for token in tokens)
    plain = " ".join(token.plain for token in tokens)
    if entry.text.startswith("="):
        return {marked}
    return {marked, plain} if traits_of(entry.language).strict_marks else {plain}
