"""A text that somebody needs in a language waits there until a translation goes to review."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from outreach import clock
from outreach.db import Database
from outreach.staff.accounts import add_staff
from outreach.staff.models import Role, Staff
from outreach.wording.record import WordingError
from outreach.wording.requests import ask, open_requests, settle
from outreach.wording.review import submit, write
from tests.support.factories import NOON

ENGLISH = "{sender}: Free eye check on {date}."
SPANISH = "{sender}: Examen de la vista gratis el {date}."
STEP, OTHER = "own/12:invitation", "own/12:reminder"


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    opened = Database(database_url)
    with opened.writing() as session:
        yield session
    opened.close()


def person(session: Session, role: Role) -> Staff:
    return add_staff(session, f"{role}@example.org", role, "twelve letters", languages=["es"])


def test_what_is_asked_for_waits_once_with_who_asked_and_why(session: Session) -> None:
    ana = person(session, Role.COORDINATOR)
    with clock.frozen(NOON):
        assert ask(session, "es", [(STEP, ENGLISH), (OTHER, ENGLISH)], by=ana, remark=" before  Friday ") == 2
    assert ask(session, "es", [(STEP, ENGLISH)], by=None, remark="again") == 0
    assert ask(session, "ht", [(STEP, ENGLISH)], by=None) == 1
    waiting = open_requests(session, "es")
    assert list(waiting) == [("es", STEP), ("es", OTHER)]
    found = waiting["es", STEP]
    assert (found.asked_by_id, found.asked_at, found.remark) == (ana.id, NOON, "before Friday")
    assert len(open_requests(session)) == 3


def test_a_draft_leaves_it_waiting_and_a_review_that_is_asked_for_settles_it(session: Session) -> None:
    ana = person(session, Role.COORDINATOR)
    ask(session, "es", [(STEP, ENGLISH)], by=ana)
    wording = write(session, STEP, "es", ENGLISH, SPANISH, by=ana)
    assert open_requests(session)
    submit(session, STEP, "es", by=ana, version=wording.version)
    assert open_requests(session) == {}
    assert ask(session, "es", [(STEP, ENGLISH)], by=ana) == 1, "what was settled may be asked for again"


def test_a_request_is_taken_back(session: Session) -> None:
    ask(session, "es", [(STEP, ENGLISH)], by=None)
    assert settle(session, STEP, "es") is True
    assert settle(session, STEP, "es") is False
    assert open_requests(session) == {}


@pytest.mark.parametrize(
    ("role", "language", "remark", "says"),
    [
        (Role.RESPONDER, "es", "", "the role responder may not ask for translations"),
        (Role.ADMIN, "en", "", "there are no translations into en"),
        (Role.ADMIN, "es", "x" * 401, "a remark has at most 400 characters, this one has 401"),
    ],
)
def test_what_cannot_be_asked(session: Session, role: Role, language: str, remark: str, says: str) -> None:
    with pytest.raises(WordingError, match=says):
        ask(session, language, [(STEP, ENGLISH)], by=person(session, role), remark=remark)


def test_a_text_that_is_too_long_does_not_go_to_review(session: Session) -> None:
    ana = person(session, Role.COORDINATOR)
    wording = write(session, STEP, "es", ENGLISH, SPANISH, by=ana)
    with pytest.raises(WordingError, match="four segments, longer than this text may be"):
        submit(
            session,
            STEP,
            "es",
            by=ana,
            version=wording.version,
            too_long=lambda text: "four segments, longer than this text may be" if text == SPANISH else None,
        )
