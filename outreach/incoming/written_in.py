"""In which language a text seems to be written: by its letters, its commonest words, and the words we know.

A warning for people, never a decision: it is silent about what it cannot tell.
"""

from dataclasses import dataclass

import regex

from outreach.incoming.reading import Reading
from outreach.incoming.vocabulary import Vocabulary
from outreach.languages import SHIPPED
from outreach.wording.scripts import own_script

# The commonest words of the languages that share the Latin letters. A word may stand in several: the sum decides.
_COMMON = {
    "en": "the you your we our is are to for and of at on in this that can will please not have with it be do us me i",
    "es": "el la los las de que su sus para por con una un y en es usted no se le nos nuestro este esta a al del si",
    "pt_BR": "o a os as de do da que seu sua para por com uma um e em no na é você não nos nosso este esta ao se",
    "ht": "ou nou li yo mwen pou ak nan la sa yon ki pa ap te mèsi tanpri gen ka an de jou lè se a e men",
    "fr": "le la les de du des que votre vos vous nous pour par avec une un et est ne pas dans ce cette au à je il en",
    "vi": "quý vị chúng tôi của và là có không cho được này với xin cảm ơn ngày giờ ở sẽ bạn em anh chị để một gọi",
    "so": "waa waxaan waan iyo ku ka uma u aan inaad fadlan mahadsan maalin adiga kuu baa ayaa loo soo la mid si ah",
}
_WORDS = {language: frozenset(words.split()) for language, words in _COMMON.items()}
_LETTERS = regex.compile(r"\p{L}")
_LATIN = regex.compile(r"\p{Latin}")
_WORD = regex.compile(r"[\p{L}\p{M}]+")
FEWEST_LETTERS = 6
CLEARLY = 2  # so many words more than the language that was asked about


@dataclass(frozen=True)
class Mismatch:
    """A text that seems to be in another language than it should. `seems`: a catalog code, None when only the
    letters tell."""

    seems: str | None


def find_mismatch(text: str, language: str, vocabulary: Vocabulary) -> Mismatch | None:
    """Whether a text that is meant to be in `language` seems to be in another one. None: it fits, or nobody can say.

    Never raises for any string.
    """
    letters = _LETTERS.findall(text)
    if len(letters) < FEWEST_LETTERS:
        return None
    script = _script_of(text, len(letters))
    if script is None:
        return None
    if script != own_script(language):
        return Mismatch(_best(text, script, vocabulary))
    if script != "Latin":
        return None
    scores = _scores(text, vocabulary)
    best = max(scores, key=scores.__getitem__)
    return Mismatch(best) if best != language and scores[best] >= scores.get(language, 0) + CLEARLY else None


def _script_of(text: str, letters: int) -> str | None:
    """The script of most letters, of those our languages are written in."""
    scripts = dict.fromkeys(own_script(language) for language in SHIPPED)
    counts = {script: len(regex.findall(rf"\p{{Script={script}}}", text)) for script in scripts}
    most = max(counts, key=counts.__getitem__)
    return most if 2 * counts[most] > letters else None


def _best(text: str, script: str, vocabulary: Vocabulary) -> str | None:
    """The language that a text in this script fits best, when one does."""
    if script != "Latin":
        return next((language for language in SHIPPED if own_script(language) == script), None)
    scores = _scores(text, vocabulary)
    first, second = sorted(scores.values(), reverse=True)[:2]
    return max(scores, key=scores.__getitem__) if first > second else None


def _scores(text: str, vocabulary: Vocabulary) -> dict[str, int]:
    """How many words of a text speak for each language in Latin letters."""
    words = [word.lower() for word in _WORD.findall(text) if _LATIN.search(word)]
    reading = Reading(text, vocabulary)
    return {
        language: sum(word in common for word in words) + reading.fit(language)[0]
        for language, common in _WORDS.items()
    }
