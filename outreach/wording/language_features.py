"""What is counted of a text to tell its language: its words, and three and four letters in a row of them."""

import re
import unicodedata
from collections.abc import Iterator

# In the profile a letter says how much less likely a feature is in a language than where it is likeliest.
STEPS, FIRST_LETTER = 8, 33  # eighths of a nat, from "!" on

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_NOT_WORDS = re.compile(r"\{\w+\}|https?:\S+|\S+@\S+")


def words_of(text: str) -> list[str]:
    """The words of a text in small letters, accents kept; links and our own placeholders left out."""
    plain = unicodedata.normalize("NFC", _NOT_WORDS.sub(" ", text)).casefold().replace("’", "'")
    return _WORD.findall(plain)


def features_of(word: str) -> Iterator[str]:
    """What is counted of one word, as written and without its accents: families often leave them out."""
    for form in {word, unmarked(word)}:
        yield f"={form}"
        ends = f" {form} "
        for length in (3, 4):
            yield from (ends[start : start + length] for start in range(len(ends) - length + 1))


def unmarked(word: str) -> str:
    """A word of Latin letters without accents: "không" gives "khong", "đi" gives "di"."""
    letters = unicodedata.normalize("NFD", word.replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
