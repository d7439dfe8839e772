"""The states a family may be in: of its ZIP, else of its area code; the small tables agree with the large ones."""

import pytest
import zipcodes
from phonenumbers import parse
from phonenumbers.geocoder import description_for_number

from outreach.people.area_codes import AREA_CODES, states_of
from outreach.people.zip_codes import find_zip

BOSTON = "+16175550100"
ARMED_FORCES = {"AA", "AE", "AP"}


@pytest.mark.parametrize(
    ("phone", "zip_code", "states"),
    [
        (BOSTON, None, ("MA",)),
        (BOSTON, "02903", ("RI",)),  # moved, and kept the number
        (BOSTON, "02903-1234", ("RI",)),
        (BOSTON, "", ("MA",)),
        (BOSTON, "029", ("MA",)),
        (BOSTON, "00000", ("MA",)),
        (BOSTON, "09012", ("MA",)),  # a post office of the army: nobody knows where
        (BOSTON, "٠٢٩٠٣", ("MA",)),
        ("+14015550100", None, ("CT", "MA", "RI")),
        ("+14095550100", None, ("LA", "TX")),
        ("+13295550100", None, ("NY",)),  # an overlay younger than the ZIP table
        ("+18005550100", None, ()),
        ("+15005550100", None, ()),
        ("+14165550100", None, ()),  # Toronto
        ("+18765550100", None, ()),  # Jamaica
        ("+50937101234", None, ()),  # Haiti
        ("741741", None, ()),
        ("", None, ()),
        ("", "06390", ("NY",)),  # an island with the prefix of the next state
        ("", "96799", ("AS",)),
    ],
)
def test_the_zip_names_the_state_and_else_the_area_code_names_all_it_may_be(
    phone: str, zip_code: str | None, states: tuple[str, ...]
) -> None:
    assert states_of(phone, zip_code) == states


def test_the_state_of_every_zip_is_that_of_the_whole_table() -> None:
    wrong, found = [], 0
    for digit in "0123456789":
        for row in zipcodes.similar_to(digit):
            place = find_zip(row["zip_code"])
            found += place is not None
            if place and states_of("", place.zip) != (place.state,):
                wrong.append((place.zip, place.state))
            if row["state"] in ARMED_FORCES and states_of("", row["zip_code"]):
                wrong.append((row["zip_code"], row["state"]))
    assert wrong == []
    assert found > 40_000


def test_the_state_that_most_zips_of_an_area_code_lie_in_is_always_among_its_states() -> None:
    states: dict[str, dict[str, int]] = {}
    for digit in "0123456789":
        for row in zipcodes.similar_to(digit):
            for code in row["area_codes"] if row["state"] not in ARMED_FORCES else ():
                counts = states.setdefault(code, {})
                counts[row["state"]] = counts.get(row["state"], 0) + 1
    missing = {
        code: counts
        for code, counts in states.items()
        if states_of(f"+1{code}5550100", None)
        and max(counts, key=lambda state: counts[state]) not in states_of(f"+1{code}5550100", None)
    }
    assert missing == {}
    american = {code for code in states if sum(states[code].values()) > 40}  # Canadian ones reach fewer, at the border
    assert {code for code in american if not states_of(f"+1{code}5550100", None)} == set()


def test_every_area_code_is_one_that_the_numbering_plan_does_not_give_to_canada() -> None:
    codes = {code for line in AREA_CODES.strip().splitlines() for code in line.split()[1:]}
    provinces = ("Ontario", "Quebec", "Alberta", "Manitoba", "Saskatchewan", "Columbia", "Nova", "Brunswick", "Newf")
    placed = {code: description_for_number(parse(f"+1{code}5550100"), "en") for code in codes}
    assert [code for code, place in placed.items() if place != "Washington D.C." and place.startswith(provinces)] == []
