"""How hard an English text is to read: a school grade, and sentences that are too long."""

import re

HIGHEST_GRADE = 6.0
LONGEST_SENTENCE = 15  # words
FRAGMENT = 5  # words, of which a grade says nothing

SIGNED = re.compile(r"^\{(?:sender|service)\}: ")
FIELD = re.compile(r"\{\w+\}")
WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?|\d[\d-]*")


def _sentences(text: str) -> list[list[str]]:
    """Words by sentence, without who writes; a field is one short word: what stands in it is a fact, not wording."""
    plain = FIELD.sub("day", SIGNED.sub("", text))
    return [words for part in re.split(r"(?<=[.!?])\s+", plain) if (words := WORD.findall(part))]


def syllables(word: str) -> int:
    """Vowel groups, less a silent e; a number counts as one."""
    word = word.lower().split("'")[0]
    if not word[0].isalpha():
        return 1
    count = len(re.findall(r"[aeiouy]+", word))
    count += len(re.findall(r"ia|io(?!n)|eo(?!p)|iet|(?<=[a-z]{2})ea$", word))  # two sounds in one group
    if re.search(r"(?:[^aeiouylr]|[aeiou][lr])es?$", word) and not re.search(r"(?:[sxz]|ch|sh|[cg])es$", word):
        count -= 1
    if re.search(r"[^aeioudt]ed$", word):
        count -= 1
    return max(count, 1)


def grade(text: str) -> float:
    """Flesch-Kincaid grade level (Kincaid et al. 1975); 0 for a fragment, of which it says nothing."""
    said = _sentences(text)
    words = [word for sentence in said for word in sentence]
    if len(words) < FRAGMENT:
        return 0
    return 0.39 * len(words) / len(said) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def long_sentences(text: str) -> list[str]:
    """The sentences with more words than a tired reader holds, each as its words."""
    return [" ".join(words) for words in _sentences(text) if len(words) > LONGEST_SENTENCE]
