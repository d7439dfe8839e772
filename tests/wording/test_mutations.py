"""Every shipped translation passes the checks; damaged in five hundred ways, hardly one does."""

import unicodedata
from collections import Counter
from random import Random
from typing import NamedTuple

import pytest

from outreach.wording.checks import check_translation
from outreach.wording.told_keywords import find_given, find_told, shipped_keywords
from tests.support.wordings import Worded, sample_wordings, shipped_wordings
from tests.wording.mutations import MUTATIONS, Mutation, meaning

DAMAGES = 500
CAUGHT = 0.98
SEED = 1847
AFTER_A_QUESTION = ("more", "flag", "call_time", "topic")  # words the router takes only in a conversation of theirs
WORDINGS = [*sample_wordings(), *shipped_wordings()]


class Damaged(NamedTuple):
    """A translation and what became of it."""

    how: str
    worded: Worded
    text: str


def same(one: str, other: str) -> bool:
    """Whether two texts read the same once spaces are counted once: then nothing was damaged."""
    return " ".join(one.split()) == " ".join(other.split())


def damage(mutation: Mutation, random: Random) -> Damaged | None:
    """One wording that the mutation can spoil; half of them samples, which hold what shipped wordings seldom do."""
    pool = sample_wordings() if random.random() < 0.5 else WORDINGS
    for worded in random.sample(pool, len(pool)):  # all of them: isolates and months stand in few
        text = mutation(worded, random)
        if text is not None and not same(text, worded.text):
            return Damaged(mutation.__name__, worded, text)
    return None


def damages(seed: int, number: int) -> list[Damaged]:
    random = Random(seed)
    found: list[Damaged] = []
    while len(found) < number:
        found += filter(None, [damage(mutation, random) for mutation in MUTATIONS])
    return found[:number]


def is_caught(damaged: Damaged) -> bool:
    worded = damaged.worded
    return any(problem.stops for problem in check_translation(worded.english, damaged.text, worded.language))


@pytest.mark.parametrize("worded", WORDINGS, ids=lambda worded: f"{worded.language} {worded.context}")
def test_no_translation_has_a_problem(worded: Worded) -> None:
    assert check_translation(worded.english, worded.text, worded.language) == []


def test_damaged_translations_are_caught() -> None:
    spoiled = damages(SEED, DAMAGES)
    missed = [damaged for damaged in spoiled if not is_caught(damaged)]
    said = "\n".join(f"{d.how} ({d.worded.language}): {d.worded.text}\n  -> {d.text}" for d in missed)
    assert len(missed) <= (1 - CAUGHT) * DAMAGES, said


def test_every_kind_of_damage_has_its_share() -> None:
    spoiled = damages(SEED, DAMAGES)
    kinds = Counter(damaged.how for damaged in spoiled)
    assert set(kinds) == {mutation.__name__ for mutation in MUTATIONS}
    assert min(kinds.values()) >= 10
    assert {damaged.worded.language for damaged in spoiled} == {worded.language for worded in WORDINGS}


def test_the_damage_is_damage() -> None:
    """No text that reads as before counts, and accents stored apart are told from accents."""
    for damaged in damages(SEED, DAMAGES):
        assert not same(damaged.text, damaged.worded.text)
        if damaged.how != "decompose":
            assert not same(unicodedata.normalize("NFC", damaged.text), damaged.worded.text)


@pytest.mark.parametrize("language", sorted({worded.language for worded in WORDINGS}))
def test_the_words_the_checks_accept_are_those_the_router_knows(language: str) -> None:
    """The checks read words.yaml themselves; the router, which compiles it, must agree about every told keyword."""
    keywords = shipped_keywords()
    for worded in WORDINGS:
        wanted = {one for told in find_told(worded.english, keywords) for one in told.meanings}
        given = find_given(worded.text, language, keywords) if worded.language == language else []
        for word, meanings in [(told.word, told.meanings) for told in given if told.meanings & wanted]:
            if not any(one.startswith(AFTER_A_QUESTION) for one in meanings):
                assert ":".join(filter(None, meaning(word, language) or ())) in meanings, (word, meanings)
