"""Which category words a service answers to."""

import pytest

from outreach.resources.categories import Term, categories, categorise

ASKED_FOR = (
    "food", "housing", "clothing", "jobs", "utilities", "childcare", "mental_health", "dental", "vision",
    "immigration", "parenting", "coping",
)  # fmt: skip


def test_every_word_a_family_can_ask_for_has_a_category() -> None:
    assert set(ASKED_FOR) <= set(categories())


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [
        ("BD-1800.2000", "Food Pantries", ("food",)),
        ("BH-1800.8500", "Homeless Shelter", ("housing",)),
        ("BM-6500.1500-150", "Clothing", ("clothing",)),
        ("NL-6000.2000", "Food Stamps/SNAP", ("food",)),
        ("NL-3000.1500", "Child Care Expense Assistance", ("childcare",)),
        ("PN-8100", "Support Groups", ("coping",)),
        ("PN-8100.5000", "Mental Health Related Support Groups", ("mental_health",)),
        ("LF-4900.2000", "Eye Screening", ("vision",)),
        ("FT-3600", "Immigration/Naturalization Legal Services", ("immigration",)),
        ("RP-1400.8000", "Food Allergy Counseling", ("mental_health",)),
        ("LV-9999", "Eye Care", ("vision",)),  # a 211 code that is not in the table: its name speaks
        ("", "Diapers", ("parenting",)),
        ("sample.jobs", "Job search and training", ("jobs",)),
        ("BDX-1", "Chess", ()),
    ],
)
def test_a_taxonomy_term_speaks_by_code_before_name(code: str, name: str, expected: tuple[str, ...]) -> None:
    assert categorise([Term(name, code)], "", None).categories == expected


@pytest.mark.parametrize(
    ("name", "description", "expected", "decided_by"),
    [
        ("Elm Food Pantry", "We also help with rent", ("food",), "name"),
        ("Elm Street Program", "We help with rent", ("housing",), "description"),
        ("Pet Food Bank", None, (), "excluded"),
        ("Animal Shelter", None, (), "excluded"),
        ("Wickford Chess", "A quiet game", (), "nothing"),
        ("Dental Clinic", None, ("dental", "health"), "name"),
        ("Parents under stress", None, ("parenting", "coping"), "name"),
    ],
)
def test_without_terms_the_name_speaks_and_last_the_description(
    name: str, description: str | None, expected: tuple[str, ...], decided_by: str
) -> None:
    decided = categorise([], name, description)
    assert (decided.categories, decided.decided_by) == (expected, decided_by)


def test_a_term_silences_the_name() -> None:
    assert categorise([Term("Clothing")], "Elm Food Pantry", None).categories == ("clothing",)
