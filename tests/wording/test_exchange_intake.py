"""What of a translator's file may be kept, line by line."""

from dataclasses import replace

import pytest

from outreach.wording.catalog import ReviewState
from outreach.wording.exchange.entries import Entry, Exchange
from outreach.wording.exchange.intake import take

STALE, DRAFT = ReviewState.STALE, ReviewState.DRAFT
AWAITING, REVIEWED = ReviewState.AWAITING, ReviewState.REVIEWED

OURS = {
    "a:done": Entry("a:done", "Done", ("Hecho",), state=AWAITING),
    "a:new": Entry("a:new", "New {x}"),
    "a:old": Entry("a:old", "Old", ("Viejo",), state=STALE),
    "a:here": Entry("a:here", "Here", ("Acá",), state=DRAFT),
}
LEFT = replace(OURS["a:here"], forms=("Aquí",)).mark  # the text of a:here when the file was exported


def check(_context: str, english: str, text: str) -> list[str]:
    return [f"{mark} is missing" for mark in ("{x}",) if mark in english and mark not in text]


@pytest.mark.parametrize(
    ("entry", "outcome"),
    [
        (Entry("a:done", "Done", ("Hecho",), state=REVIEWED), "unchanged"),
        (Entry("a:done", "Done", ("Terminado",), state=REVIEWED), "accepted"),
        (Entry("a:done", "Done", (" Hecho\n",), state=AWAITING), "unchanged"),
        (Entry("a:done", "Done", ("",)), "unfinished"),
        (Entry("a:done", "Done!", ("Hecho",), state=AWAITING), "the English is not ours"),
        (Entry("a:done", "Done", ("Hecho", "Hechos"), plural="Dones", state=AWAITING), "the English is not ours"),
        (Entry("a:new", "New {x}", ("Nuevo {x}",), state=AWAITING), "accepted"),
        (Entry("a:new", "New {x}", ("Nuevo",), state=AWAITING), "{x} is missing"),
        (Entry("a:none", "None", ("Nada",), state=AWAITING), "no text of ours has this context"),
        (Entry("", "None", ("Nada",), state=AWAITING), "no text of ours has this context"),
        (Entry("a:none", "None", ("Nada",), state=AWAITING, obsolete=True), "left out"),
        (Entry("a:old", "Old", ("Viejo",), state=STALE), "unfinished"),
        (Entry("a:old", "Old", ("Viejo",), state=AWAITING), "accepted"),
        (Entry("a:old", "Old", ("Viejo",), state=AWAITING, exported=OURS["a:old"].mark), "accepted"),
        (Entry("a:here", "Here", ("Aquí",), state=AWAITING, exported=LEFT), "unchanged"),
        (Entry("a:here", "Here", ("Aquí mismo",), state=AWAITING, exported=LEFT), "was changed here since the export"),
        (Entry("a:here", "Here", ("Aquí mismo",), state=AWAITING), "accepted"),
    ],
)
def test_each_line_is_held_against_what_we_have(entry: Entry, outcome: str) -> None:
    intake = take(Exchange("es", (entry,)), OURS, check, marks_stale=True)
    assert len(intake.accepted) + intake.unchanged + intake.unfinished + len(intake.refused) == (outcome != "left out")
    if outcome == "accepted":
        assert [(kept.forms, kept.state, kept.reviewer) for kept in intake.accepted] == [(entry.forms, AWAITING, "")]
    elif outcome in ("unchanged", "unfinished"):
        assert getattr(intake, outcome) == 1
    elif outcome != "left out":
        assert outcome in intake.refused[0].problem
        assert intake.refused[0].remedy
        assert intake.refused[0].rejected.notes[0].startswith("refused: ")


def test_a_new_text_counts_without_its_mark_where_editors_leave_marks_alone() -> None:
    entry = Entry("a:old", "Old", ("Más viejo",), state=STALE)
    assert take(Exchange("es", (entry,)), OURS, check, marks_stale=True).unfinished == 1
    assert take(Exchange("es", (entry,)), OURS, check, marks_stale=False).accepted


def test_one_bad_line_does_not_keep_out_the_others() -> None:
    good = Entry("a:new", "New {x}", ("Nuevo {x}",), state=AWAITING, comments=("reviewed by me", "bonito"))
    intake = take(Exchange("es", (good, good, Entry("b", "?"))), OURS, check, marks_stale=False)
    assert [kept.comments for kept in intake.accepted] == [("bonito",)]
    assert [each.problem for each in intake.refused] == [
        "this context stands in the file before",
        "no text of ours has this context",
    ]
