"""Whether what a person wrote to a family seems to be in another language than the family reads.

A warning for people, never a decision: it is silent about what it cannot tell.
"""

from dataclasses import dataclass

import regex

from outreach.languages import SHIPPED
from outreach.wording.identify import identify
from outreach.wording.scripts import own_script

_LETTERS = regex.compile(r"\p{L}")
FEWEST_LETTERS = 6


@dataclass(frozen=True)
class Mismatch:
    """A text that seems to be in another language than it should. `seems`: a catalog code, None when only the
    letters tell."""

    seems: str | None


def find_mismatch(text: str, language: str) -> Mismatch | None:
    """Whether a text that is meant to be in `language` seems to be in another one. None: it fits, or nobody can say.

    Never raises for any string.
    """
    letters = len(_LETTERS.findall(text))
    if letters < FEWEST_LETTERS:
        return None
    found = identify(text, SHIPPED)
    if found.sure:
        return None if found.code == language else Mismatch(found.code)
    script = _script_of(text, letters)
    return Mismatch(None) if script is not None and script != own_script(language) else None


def _script_of(text: str, letters: int) -> str | None:
    """The script of most letters, of those our languages are written in."""
    scripts = dict.fromkeys(own_script(language) for language in SHIPPED)
    counts = {script: len(regex.findall(rf"\p{{Script={script}}}", text)) for script in scripts}
    most = max(counts, key=counts.__getitem__)
    return most if 2 * counts[most] > letters else None
