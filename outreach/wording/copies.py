"""English that stayed in a translation, and translations of a length that makes one wonder."""

from collections.abc import Iterator, Sequence

import regex

from outreach.wording.problems import Check, Problem

LONGEST_RUN = 4  # words in a row that both may share: names, "ZIP code"
_SHORT = 30  # letters of English below which a length says nothing
_BOUNDS = (0.35, 2.5)
_OWN_BOUNDS = {"zh_Hans": (0.12, 1.1)}  # a Chinese letter says what three or four of ours say

_BRACES = regex.compile(r"\{\w*\}")
_WORD = regex.compile(r"\p{Latin}[\p{Latin}\p{M}]*(?:['’]\p{Latin}+)?")
_SENTENCE = regex.compile(r"[.!?:;]+\s+|\n+|[.!?:;]+$")
_SMALL = frozenset({"a", "an", "and", "at", "by", "for", "in", "of", "on", "the", "to", "&"})
# Words of English that are none in our other Latin languages.
_ENGLISH = frozenset(
    """
    about again and another are baby bring call calls can't cannot care check child child's children clothing come
    day days doctor does each easy eyes families family feel first follow food for free from give good grow have
    health hear heat help helps here housing how if it it's its jobs join keep know last let light like little look
    love many may month more near need needs new next not now number of one open opens our parents people person
    pick place play please questions read ready say school see send sleep small some someone something start still
    stop take talk teeth tell text texts than thank thanks that the their them there these they things this those
    time times today together tomorrow try understand until us visit wait walk want water way we week weeks welcome
    well went what when where which who will with work would year years yes you your
    """.split()  # noqa: SIM905 - a list of a hundred and fifty words reads best as a paragraph
)


def check_copies(english: str, text: str) -> Iterator[Problem]:
    """The whole English text, one of its sentences, or a run of its words, found in the translation."""
    if _words(english) == _words(text) and _looks_english(_words(text)):
        yield Problem(Check.ENGLISH, "this is the English text; it waits for a translation")
        return
    yield from (Problem(Check.ENGLISH, f'"{run}" is left in English; translate it') for run in _runs(english, text))


def check_length(english: str, text: str, language: str) -> Iterator[Problem]:
    """A translation much shorter or longer than its English lacks something, or says something else."""
    asked, given = (len(" ".join(_BRACES.sub(" ", wording).split())) for wording in (english, text))
    low, high = _OWN_BOUNDS.get(language, _BOUNDS)
    if asked < _SHORT:
        return
    if given < low * asked:
        yield Problem(Check.LENGTH, f"much shorter than the English ({given} letters to {asked}); is all of it there?")
    elif given > high * asked:
        yield Problem(Check.LENGTH, f"much longer than the English ({given} letters to {asked}); does it say more?")


def _words(text: str) -> list[str]:
    """Words as written, braces and words in capitals left out: those are fields and keywords."""
    return [word for word in _WORD.findall(_BRACES.sub(" ", text)) if not (word.isupper() and len(word) > 1)]


def _looks_english(words: Sequence[str]) -> bool:
    """Two words that are the same are no cognate; one may be ("Immigration"), unless only English has it."""
    return len(words) > 1 or any(word.lower() in _ENGLISH for word in words)


def _runs(english: str, text: str) -> Iterator[str]:
    asked = [word.lower() for word in _words(english)]
    sentences = {tuple(word.lower() for word in _words(part)) for part in _SENTENCE.split(english)}
    given = _words(text)
    start = 0
    while start < len(given):
        length = _longest([word.lower() for word in given[start:]], asked)
        run = given[start : start + length]
        if run and _is_left(run, sentences):
            yield " ".join(run)
        start += max(length, 1)


def _longest(given: Sequence[str], asked: Sequence[str]) -> int:
    """How many words at the beginning of one list stand in a row in the other."""
    best = 0
    for place in range(len(asked)):
        length = 0
        while place + length < len(asked) and length < len(given) and asked[place + length] == given[length]:
            length += 1
        best = max(best, length)
    return best


def _is_left(run: Sequence[str], sentences: set[tuple[str, ...]]) -> bool:
    if _is_name(run):
        return False
    english = sum(word.lower() in _ENGLISH for word in run)
    whole = len(run) > 1 and tuple(word.lower() for word in run) in sentences
    return len(run) > LONGEST_RUN or (len(run) >= 3 and english >= 2) or (whole and english >= 1)


def _is_name(run: Sequence[str]) -> bool:
    """ "Boys and Girls Club of Lawrence": every word begins with a capital, the small ones aside."""
    return len(run) > 1 and all(word[0].isupper() or word.lower() in _SMALL for word in run)
