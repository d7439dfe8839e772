"""How the languages of Latin letters are learned: from the translations we ship and from what families say.

    python -m outreach.wording.language_learning locales outreach/wording/language_profile.txt

writes the file that `identify` reads; run it after large changes to either. One line a feature: the feature, a tab,
and for each language of the first line a letter that says how much less likely it is there than where it is likeliest.
"""

import math
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from babel.messages.pofile import read_po

from outreach.wording.language_features import FIRST_LETTER, STEPS, features_of, words_of

LATIN = ("en", "es", "fr", "ht", "pt_BR", "so", "vi")
MOST = 8_000  # features kept: more gain little and cost memory
SEEN, SMOOTHING = 3, 0.3
_PATTERN = re.compile(r"[()|?^$….*=]|\{\w+\}")


def learn(locales: Path) -> Iterator[str]:
    """The lines of the profile."""
    counts = {language: Counter(_features(locales, language)) for language in LATIN}
    totals = {language: sum(count.values()) for language, count in counts.items()}
    seen: Counter[str] = sum(counts.values(), Counter())
    often = [feature for feature, times in seen.items() if times >= SEEN]
    share = {
        f: [(counts[code][f] + SMOOTHING) / (totals[code] + SMOOTHING * len(seen)) for code in LATIN] for f in often
    }
    kept = sorted(often, key=lambda feature: (-_usefulness(share[feature]), feature))[:MOST]
    yield " ".join(LATIN)
    for feature in sorted(kept):
        yield f"{feature}\t{''.join(_letter(part, max(share[feature])) for part in share[feature])}"


def _usefulness(shares: list[float]) -> float:
    """Features that are frequent in one language and rare in the others tell most."""
    rising = sorted(shares)
    return rising[-1] - rising[-2] + rising[-1] * math.log(rising[-1] / rising[0]) / 5


def _letter(share: float, best: float) -> str:
    return chr(FIRST_LETTER + min(round(math.log(best / share) * STEPS), 126 - FIRST_LETTER))


def _features(locales: Path, language: str) -> Iterator[str]:
    for text in (*_said_by_us(locales, language), *_said_by_families(locales, language)):
        for word in words_of(text):
            yield from features_of(word)


def _said_by_us(locales: Path, language: str) -> Iterator[str]:
    """Translations; for English the texts that were translated."""
    for path in sorted((locales / ("es" if language == "en" else language) / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                text = message.id if language == "en" else message.string
                yield text if isinstance(text, str) else " ".join(text or ())


def _said_by_families(locales: Path, language: str) -> Iterator[str]:
    """The phrases of words.yaml, save the names of languages, which every language spells."""
    data = yaml.safe_load((locales / language / "words.yaml").read_bytes())
    data["language"] = {part: texts for part, texts in data["language"].items() if part != "names"}
    for text in _strings(data):
        yield _PATTERN.sub(" ", text)


def _strings(node: Mapping[str, Any] | list[Any] | str) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from _strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from _strings(value)


if __name__ == "__main__":
    Path(sys.argv[2]).write_text("\n".join(learn(Path(sys.argv[1]))) + "\n", encoding="utf-8")
