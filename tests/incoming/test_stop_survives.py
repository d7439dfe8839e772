"""Any stop or crisis word survives what phones and thumbs do to it; and no misspelling is corrected into one."""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from outreach.incoming.entries import KINDS_ALONE, Entry
from outreach.incoming.intent import Route, recognise
from outreach.incoming.typos import FORGIVEN_ROUTES
from outreach.incoming.vocabulary import Vocabulary, load_vocabulary
from outreach.setting_values import PACKAGE
from outreach.wording.language_features import unmarked

LOCALES: Path = PACKAGE.parent / "locales"
CARRIER = ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT")
AROUND = [
    "",
    " ",
    "  ",
    "\n",
    "!",
    "!!!",
    ".",
    "...",
    "?",
    " 🙏",
    "🛑 ",
    " 😡😡",
    "\u200b",
    "\ufeff",
    "“",
    "”",
    "*",
    "-",
    "\u00a0",
]
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@cache
def vocabulary() -> Vocabulary:
    return load_vocabulary(LOCALES)


@cache
def words(route: str) -> list[Entry]:
    """The single words and set expressions of an intent, patterns aside."""
    found = [entry for entry in vocabulary().entries if entry.route == route and entry.kind in KINDS_ALONE]
    return [entry for entry in found if not set("()|?*{}^$.") & set(entry.text) and any(map(str.isalpha, entry.text))]


def thumbed(word: str, how: str, before: str, after: str) -> str:
    changed = {
        "as it is": word,
        "upper": word.upper(),
        "lower": word.lower(),
        "title": word.title(),
        "mixed": "".join(letter.upper() if place % 2 else letter for place, letter in enumerate(word)),
        "wide": "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in word),
    }
    return before + changed[how] + after


HOW = st.sampled_from(["as it is", "upper", "lower", "title", "mixed", "wide"])
SIDE = st.lists(st.sampled_from(AROUND), max_size=3).map("".join)


@pytest.mark.parametrize("route", ["stop", "crisis"])
def test_there_are_words_to_try(route: str) -> None:
    assert len({entry.language for entry in words(route)}) == 10


@QUICK
@given(data=st.data(), how=HOW, before=SIDE, after=SIDE)
def test_a_stop_word_survives_case_punctuation_emoji_and_spaces(
    data: st.DataObject, how: str, before: str, after: str
) -> None:
    entry = data.draw(st.sampled_from(words("stop")))
    text = thumbed(entry.text.removeprefix("="), how, before, after)
    assert recognise(text, vocabulary(), contact_language=entry.language).route in (Route.STOP, Route.CRISIS), text


@QUICK
@given(data=st.data(), how=HOW, before=SIDE, after=SIDE)
def test_a_crisis_word_survives_case_punctuation_emoji_and_spaces(
    data: st.DataObject, how: str, before: str, after: str
) -> None:
    entry = data.draw(st.sampled_from(words("crisis")))
    text = thumbed(entry.text.removeprefix("="), how, before, after)
    assert recognise(text, vocabulary(), contact_language=entry.language).route is Route.CRISIS, text


@QUICK
@given(data=st.data(), how=HOW)
def test_a_stop_word_without_its_accents_stops(data: st.DataObject, how: str) -> None:
    """Except where the bare letters are another word ("dung" may be a yes): such an entry is marked exact. Khmer has
    no accents: its signs are letters.
    """
    entry = data.draw(
        st.sampled_from([entry for entry in words("stop") if not entry.text.startswith("=") and entry.language != "km"])
    )
    text = thumbed(unmarked(entry.text), how, "", "")
    assert recognise(text, vocabulary(), contact_language=entry.language).route in (Route.STOP, Route.CRISIS), text


@QUICK
@given(word=st.sampled_from(CARRIER), how=HOW, before=SIDE, after=SIDE, invited=st.booleans())
@example(word="CANCEL", how="lower", before="", after="", invited=True)
def test_a_carriers_stop_word_stops_also_with_an_open_invitation(
    word: str, how: str, before: str, after: str, invited: bool
) -> None:
    pending = frozenset({"rsvp"}) if invited else frozenset[str]()
    text = thumbed(word, how, before, after)
    assert recognise(text, vocabulary(), pending=pending).route is Route.STOP, text


@QUICK
@given(data=st.data())
def test_no_misspelling_is_corrected_into_or_out_of_a_stop_or_a_crisis(data: st.DataObject) -> None:
    """One letter dropped from a stop or crisis word: either it is listed so, or nothing grave is made of it."""
    entry = data.draw(st.sampled_from(words("stop") + words("crisis")))
    place = data.draw(st.integers(0, len(entry.text) - 1))
    found = recognise(entry.text[:place] + entry.text[place + 1 :], vocabulary())
    if "one letter away" in found.reason:
        assert found.route in FORGIVEN_ROUTES
