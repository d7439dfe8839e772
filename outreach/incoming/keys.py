"""The forms under which one word of a text is looked up, and one word of the vocabulary is filed.

"~hambre" is a word without its accents, "đừng" one with them, "suicid*" a beginning, "≈waxan" a Somali word
with double letters written once, "?dung" a Vietnamese word whose marks were left out. A word of the text offers
all its forms; an entry asks for one or two.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from outreach.incoming.entries import KINDS_ALONE, Entry, VocabularyError
from outreach.incoming.letters import arabic_stems, is_arabic
from outreach.incoming.normalise import Token, fold, tokenise
from outreach.incoming.pattern import GAP_LETTERS, GAP_WORDS

SHORTEST_STEM = 3
_RUN = re.compile(r"(\D)\1{2,}")
_DOUBLE = re.compile(r"([^\W\d_])\1")


@dataclass(frozen=True, slots=True)
class Traits:
    """What sets a written language apart when words are compared."""

    strict_marks: bool = False  # an accent makes another word: a word typed with accents must have the right ones
    loose_doubles: bool = False  # long vowels are often typed short
    gap: int = GAP_WORDS


_TRAITS = {
    "vi": Traits(strict_marks=True),
    "so": Traits(loose_doubles=True),
    "zh_Hans": Traits(gap=GAP_LETTERS),
    "km": Traits(gap=GAP_LETTERS),
}


def traits_of(language: str) -> Traits:
    return _TRAITS.get(language, Traits())


class TokenKeys:
    """Makes keys; knows the spellings ("u" for "you") and the stems ("suicid*") of the vocabulary.

    Those of words added later share the spellings of `others`.
    """

    def __init__(self, others: TokenKeys | None = None) -> None:
        self._spellings: dict[str, set[str]] = others._spellings if others else {}
        self._stems: set[str] = set()
        self._known: Set[str] | None = None
        self.of = lru_cache(maxsize=2_000)(self._of)
        self._of_words = lru_cache(maxsize=None)(_filed_words)  # the files say the same words again and again

    def add_spellings(self, language: str, spellings: Mapping[object, object]) -> None:
        """Other spellings of single words, from the file of one language: the short form first, then the full.

        Raises VocabularyError when either side is more than one word.
        """
        for short, full in spellings.items():
            written, meant = tokenise(fold(str(short))), tokenise(fold(str(full)))
            if len(written) != 1 or len(meant) != 1:
                raise VocabularyError(f"{language}/words.yaml, spellings: {short} is not one word for one word")
            forms = self._spellings.setdefault(written[0].marked, set())
            forms |= {"~" + meant[0].plain, meant[0].marked, "≈" + _undouble(meant[0].plain)}

    def of_literal(self, literal: str, entry: Entry) -> Sequence[frozenset[str]]:
        """The keys under which each word of a literal of an entry is filed."""
        traits = traits_of(entry.language)
        exact = literal.startswith("=")
        if literal.endswith("*"):
            stem = "".join(token.plain for token in tokenise(fold(literal[:-1])))
            if len(stem) < SHORTEST_STEM:
                raise VocabularyError(f"{entry.place}: {literal} is too short a stem")
            self._stems.add(stem)
            return [frozenset({stem + "*"})]
        loose = traits.loose_doubles and entry.kind not in KINDS_ALONE
        return self._of_words(literal.removeprefix("="), exact, traits.strict_marks, loose)

    def forget_literals(self) -> None:
        """All entries are filed: what was kept to file them faster may go."""
        self._of_words.cache_clear()

    def keep_only(self, known: Set[str]) -> None:
        """From now on `of` leaves out forms that no entry asks for."""
        self._known = known

    def _of(self, token: Token, marks_left_out: bool = True) -> tuple[str, ...]:
        """The forms a word of the text offers. `marks_left_out`: a word typed without accents may lack some."""
        forms = {token.marked} | self._spellings.get(token.marked, set())
        for plain in [token.plain] if token.is_symbol else _plain_forms(token.plain):
            forms |= {"~" + plain, "≈" + _undouble(plain)}
            if token.marked == token.plain:
                forms |= {plain} | self._spellings.get(plain, set())
                forms |= {"?" + plain} if marks_left_out else set()
            stems = (plain[:length] for length in range(SHORTEST_STEM, len(plain) + 1))
            forms |= {stem + "*" for stem in stems if stem in self._stems}
        if token.plain.isdigit():
            forms.add("{number}")
        return tuple(forms if self._known is None else forms & self._known)


def _filed_words(literal: str, exact: bool, strict: bool, loose: bool) -> Sequence[frozenset[str]]:
    return [frozenset(_filed_under(token, exact, strict, loose)) for token in tokenise(fold(literal))]


def _filed_under(token: Token, exact: bool, strict: bool, loose: bool) -> set[str]:
    if exact:
        return {token.marked}
    if strict:
        return {token.marked, "?" + token.plain} if token.marked != token.plain else {token.marked}
    if loose:
        return {"≈" + _undouble(token.plain)}
    return {
        "~" + token.plain,
        *("~" + stem for stem in (token.plain.removeprefix("ال"),) if is_arabic(stem) and len(stem) >= 3),
    }


def _plain_forms(plain: str) -> list[str]:
    """A word, its drawn-out letters shortened ("stooop"), and an Arabic word without what is written onto it."""
    forms = [plain]
    if _RUN.search(plain):
        forms += [_RUN.sub(r"\1\1", plain), _RUN.sub(r"\1", plain)]
    return forms + arabic_stems(plain) if is_arabic(plain) else forms


def _undouble(plain: str) -> str:
    return _DOUBLE.sub(r"\1", plain)
