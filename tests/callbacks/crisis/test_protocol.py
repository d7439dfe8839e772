"""The steps staff follow: the shipped ones are fit to be read in haste, and a deployment's own replace them."""

import pytest

from outreach import clock
from outreach.callbacks.crisis.protocol import (
    LONGEST_STEP,
    MOST_STEPS,
    SHIPPED,
    Protocol,
    ProtocolError,
    read_protocol,
    write_protocol,
)
from outreach.runtime import Runtime
from outreach.staff.accounts import add_staff
from outreach.staff.models import Role
from tests.support.factories import NOON


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def test_the_shipped_steps_begin_with_taking_it_and_name_both_numbers() -> None:
    assert len(SHIPPED) <= MOST_STEPS
    assert max(map(len, SHIPPED)) <= LONGEST_STEP
    assert "take" in SHIPPED[0]
    assert all(any(number in step for step in SHIPPED) for number in ("911", "988"))


def test_what_an_admin_writes_is_in_force_with_her_name(work: Runtime) -> None:
    with work.database.writing() as session:
        assert read_protocol(session) == Protocol(SHIPPED)
        boss = add_staff(session, "boss@example.org", Role.ADMIN, "a long password", name="Bea Boss")
        with clock.frozen(NOON):
            assert write_protocol(session, "\n  Take it. \n\nCall   the family.\n", boss)
        assert read_protocol(session) == Protocol(["Take it.", "Call the family."], NOON, "Bea Boss")
        assert not write_protocol(session, "Take it.\nCall the family.", boss), "nothing new was written"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (" \n ", "at least one step"),
        ("a step\n" * (MOST_STEPS + 1), "These are 16 steps"),
        ("fine\n" + "x" * (LONGEST_STEP + 1), "Step 2 has 301 characters"),
    ],
)
def test_steps_that_nobody_could_follow_are_refused(work: Runtime, text: str, why: str) -> None:
    with work.database.writing() as session:
        boss = add_staff(session, "boss@example.org", Role.ADMIN, "a long password")
        with pytest.raises(ProtocolError, match=why):
            write_protocol(session, text, boss)
        assert read_protocol(session) == Protocol(SHIPPED)
