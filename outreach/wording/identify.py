"""Which language a text is written in, told from its letters, and for Latin letters from how its words are made.

Small enough for every worker, and asked to be silent rather than wrong: docs/decisions/0007-language-of-a-text.md.
"""

import unicodedata
from collections import Counter
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from outreach.wording.language_features import FIRST_LETTER, STEPS, features_of, words_of

PROFILE = Path(__file__).with_name("language_profile.txt")
# The first word of a letter's Unicode name, and the languages we know that are written with it.
SCRIPTS = {
    "ARABIC": ("ar", "fa_AF", "ps", "ur", "ckb"),
    "BENGALI": ("bn",),
    "CJK": ("zh_Hans", "zh_Hant"),
    "CYRILLIC": ("ru", "uk"),
    "DEVANAGARI": ("hi", "ne", "mr"),
    "ETHIOPIC": ("am", "ti"),
    "GUJARATI": ("gu",),
    "HANGUL": ("ko",),
    "HIRAGANA": ("ja",),
    "KATAKANA": ("ja",),
    "KHMER": ("km",),
    "MYANMAR": ("my", "kar"),
    "THAI": ("th",),
}
NOT_ARABIC = frozenset("پچژگکیےٹڈڑںھټځڅډړښڼېۍەۆێ")  # letters of Persian, Pashto, Urdu and Kurdish
LONGEST = 400  # characters that are looked at
MOST_OF_IT = 0.6  # the share of a text's letters that must be of one script
MARGIN = 8.0 * STEPS  # how much likelier the best language must be than the next: e to the 8th
AT_HOME = 2 * STEPS  # a feature is a language's own where it is not much rarer than where it is likeliest
OWN = 0.75  # the share of a text's features that are the language's own, and half the share of its words
SHORTEST = 4  # Latin letters: "ok", "no", "si" are everybody's


class Identified(NamedTuple):
    """`code` is a catalog code, None when nothing tells; only when `sure` may something be done about it."""

    code: str | None
    sure: bool


NOTHING = Identified(None, False)


def identify(text: str, languages: Collection[str]) -> Identified:
    """The one of `languages` (catalog codes) that a text is most likely written in, and whether that is sure.

    Never raises. A language that is written in Latin letters and has no profile is never named, and where its
    writer uses words of another one, that may be named instead: ask only in deployments that expect these languages.
    """
    scripts = Counter(filter(None, map(_script, text[:LONGEST])))
    script, letters = scripts.most_common(1)[0] if scripts else ("", 0)
    mostly = letters >= MOST_OF_IT * scripts.total()
    if script == "LATIN":
        found = _by_words(text[:LONGEST], languages)
        return Identified(found.code, found.sure and mostly and letters >= SHORTEST)
    written = [code for code in SCRIPTS.get(script, ()) if code in languages]
    if not written:
        return NOTHING
    alone = len(written) == 1 and not (script == "ARABIC" and written == ["ar"] and NOT_ARABIC & set(text))
    return Identified(written[0], alone and mostly and (letters > 1 or script == "CJK"))


def _script(letter: str) -> str:
    if letter < "\x80":
        return "LATIN" if letter.isalpha() else ""
    return unicodedata.name(letter, "").partition(" ")[0] if letter.isalpha() else ""


def _by_words(text: str, languages: Collection[str]) -> Identified:
    codes, profile = _profile()
    asked = [place for place, code in enumerate(codes) if code in languages]
    words = words_of(text)
    if not asked or not words:
        return NOTHING
    features = [feature for word in words for feature in features_of(word)]
    known = [profile[feature] for feature in features if feature in profile]
    away = {place: sum(letters[place] - FIRST_LETTER for letters in known) for place in asked}
    best, *others = sorted(asked, key=away.__getitem__)
    margin = away[others[0]] - away[best] if others else 0
    own = {feature for feature in features if _is_at_home(profile.get(feature), best)}
    made = sum(feature in own for feature in features) / len(features)
    spelled = sum(f"={word}" in own for word in words) / len(words)
    return Identified(codes[best], margin >= MARGIN and made + spelled / 2 >= OWN)


def _is_at_home(letters: bytes | None, place: int) -> bool:
    return letters is not None and letters[place] - FIRST_LETTER < AT_HOME


@lru_cache(maxsize=1)
def _profile() -> tuple[tuple[str, ...], dict[str, bytes]]:
    first, *lines = PROFILE.read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines)
    return tuple(first.split()), {feature: letters.encode() for feature, letters in pairs}
