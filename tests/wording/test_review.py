"""A wording written here reaches families only when somebody else, who reads its language, has let it go."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy.orm import Session

from outreach import clock
from outreach.db import Database
from outreach.staff.accounts import add_staff
from outreach.staff.models import Role, Staff
from outreach.wording.models import Origin, WordingAct, WordingState
from outreach.wording.record import ConflictError, WordingError, find_wording, history, in_review
from outreach.wording.review import approve, approve_shipped, send_back, submit, withdraw, write
from tests.support.factories import NOON

ENGLISH = "{sender}: Free eye check on {date}."
SPANISH = "{sender}: Examen de la vista gratis el {date}."
BETTER = "{sender}: Examen gratis de los ojos el {date}."
STEP = "own/12:invitation"
LONG_REASON = "Dr. Ortiz read it on paper"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as opened:
        yield opened


def person(session: Session, name: str, role: Role = Role.COORDINATOR, *languages: str) -> Staff:
    return add_staff(session, f"{name}@example.org", role, "twelve letters", name=name, languages=languages)


@pytest.fixture
def ana(session: Session) -> Staff:
    """She writes."""
    return person(session, "Ana", Role.COORDINATOR, "es")


@pytest.fixture
def rosa(session: Session) -> Staff:
    """She calls families back in Spanish."""
    return person(session, "Rosa", Role.RESPONDER, "es")


def put_in_review(session: Session, by: Staff, text: str = SPANISH) -> int:
    """Written and submitted; its version."""
    seen = find_wording(session, STEP, "es")
    wording = write(session, STEP, "es", ENGLISH, text, by=by, version=seen.version if seen else 0)
    return submit(session, STEP, "es", by=by, version=wording.version).version


def test_a_text_is_written_reviewed_and_on_record(session: Session, ana: Staff, rosa: Staff) -> None:
    with clock.frozen(NOON):
        version = put_in_review(session, ana)
        assert [wording.context for wording in in_review(session)] == [STEP]
    with clock.frozen(NOON + timedelta(days=1)):
        wording = approve(session, STEP, "es", ENGLISH, by=rosa, version=version)
    assert (wording.state, wording.released, wording.reviewed_by_id) == (WordingState.REVIEWED, SPANISH, rosa.id)
    assert wording.reviewed_at == NOON + timedelta(days=1)
    assert in_review(session) == []
    assert [(event.act, event.text, name) for event, name in history(session, STEP, "es")] == [
        (WordingAct.REVIEWED, SPANISH, "Rosa"),
        (WordingAct.SUBMITTED, SPANISH, "Ana"),
        (WordingAct.WRITTEN, SPANISH, "Ana"),
    ]


def test_an_edit_of_a_reviewed_text_is_a_draft_again_and_the_reviewed_one_stays_in_force(
    session: Session, ana: Staff, rosa: Staff
) -> None:
    approve(session, STEP, "es", ENGLISH, by=rosa, version=put_in_review(session, ana))
    found = find_wording(session, STEP, "es")
    assert found
    wording = write(session, STEP, "es", ENGLISH, BETTER, by=ana, version=found.version)
    assert (wording.state, wording.text, wording.released) == (WordingState.DRAFT, BETTER, SPANISH)


def test_the_same_text_again_changes_nothing(session: Session, ana: Staff, rosa: Staff) -> None:
    approve(session, STEP, "es", ENGLISH, by=rosa, version=put_in_review(session, ana))
    wording = write(session, STEP, "es", ENGLISH, f"  {SPANISH}\n", by=ana, version=1)
    assert (wording.state, wording.version) == (WordingState.REVIEWED, 3)
    assert len(history(session, STEP, "es")) == 3


@pytest.mark.parametrize(
    ("role", "languages", "says"),
    [
        (Role.VIEWER, ["es"], "the role viewer may not review wording"),
        (Role.ORGANIZER, ["es"], "the role organizer may not review wording"),
        (Role.COORDINATOR, [], "Spanish is not among the languages of your account"),
        (Role.RESPONDER, ["vi"], "Spanish is not among the languages of your account"),
        (
            Role.ADMIN,
            [],
            "Spanish is not among the languages of your account, or you say in at least 10 characters why",
        ),
    ],
)
def test_a_reviewer_has_the_role_and_the_language(
    session: Session, ana: Staff, role: Role, languages: list[str], says: str
) -> None:
    version = put_in_review(session, ana)
    with pytest.raises(WordingError, match=says):
        approve(session, STEP, "es", ENGLISH, by=person(session, "Pat", role, *languages), version=version)


def test_nobody_reviews_her_own_text_but_an_admin_who_says_why(session: Session, ana: Staff) -> None:
    version = put_in_review(session, ana)
    with pytest.raises(WordingError, match="you wrote this text yourself; somebody else must review it"):
        approve(session, STEP, "es", ENGLISH, by=ana, version=version, reason=LONG_REASON)
    boss = person(session, "Boss", Role.ADMIN, "es")
    version = put_in_review(session, boss, BETTER)
    with pytest.raises(WordingError, match="you wrote this text yourself"):
        approve(session, STEP, "es", ENGLISH, by=boss, version=version, reason="ok")
    approve(session, STEP, "es", ENGLISH, by=boss, version=version, reason=LONG_REASON)
    assert history(session, STEP, "es")[0][0].remark == LONG_REASON


def test_a_reviewer_who_changes_the_text_is_its_writer_now(session: Session, ana: Staff, rosa: Staff) -> None:
    berta = person(session, "Berta", Role.COORDINATOR, "es")
    put_in_review(session, ana)
    version = put_in_review(session, berta, BETTER)
    with pytest.raises(WordingError, match="you wrote this text yourself"):
        approve(session, STEP, "es", ENGLISH, by=berta, version=version)
    assert approve(session, STEP, "es", ENGLISH, by=rosa, version=version).released == BETTER


def test_a_machines_draft_is_a_draft_and_not_reviewed_by_who_asked_for_it(session: Session, ana: Staff) -> None:
    wording = write(session, STEP, "es", ENGLISH, SPANISH, by=ana, origin=Origin.MACHINE)
    assert (wording.state, wording.origin) == (WordingState.DRAFT, Origin.MACHINE)
    wording = submit(session, STEP, "es", by=ana, version=wording.version)
    with pytest.raises(WordingError, match="you wrote this text yourself"):
        approve(session, STEP, "es", ENGLISH, by=ana, version=wording.version)


def test_what_is_no_draft_is_not_submitted_and_what_nobody_submitted_is_not_approved(
    session: Session, ana: Staff, rosa: Staff
) -> None:
    with pytest.raises(WordingError, match="there is no such text here yet"):
        submit(session, STEP, "es", by=ana, version=1)
    write(session, STEP, "es", ENGLISH, SPANISH, by=ana)
    with pytest.raises(WordingError, match="this text is a draft, not in review"):
        approve(session, STEP, "es", ENGLISH, by=rosa, version=1)
    submit(session, STEP, "es", by=ana, version=1)
    with pytest.raises(WordingError, match="this text is in review, not a draft"):
        submit(session, STEP, "es", by=ana, version=2)


def test_a_translation_of_another_english_is_not_approved(session: Session, ana: Staff, rosa: Staff) -> None:
    version = put_in_review(session, ana)
    with pytest.raises(WordingError, match="the English changed after this was translated"):
        approve(session, STEP, "es", ENGLISH + " Come!", by=rosa, version=version)


def test_a_text_that_loses_a_field_is_kept_as_a_draft_and_goes_no_further(session: Session, ana: Staff) -> None:
    wording = write(session, STEP, "es", ENGLISH, "{sender}: Examen gratis de la vista.", by=ana)
    with pytest.raises(WordingError, match="date"):
        submit(session, STEP, "es", by=ana, version=wording.version)
    assert wording.state is WordingState.DRAFT


def test_a_text_is_sent_back_with_a_remark(session: Session, ana: Staff, rosa: Staff) -> None:
    version = put_in_review(session, ana)
    with pytest.raises(WordingError, match="say in 3 to 400 characters what is wrong with it"):
        send_back(session, STEP, "es", by=rosa, version=version, remark=" ")
    wording = send_back(session, STEP, "es", by=rosa, version=version, remark="Too formal")
    assert wording.state is WordingState.DRAFT
    assert history(session, STEP, "es")[0][0].remark == "Too formal"


@pytest.mark.parametrize(
    ("role", "language", "text", "says"),
    [
        (Role.RESPONDER, "es", SPANISH, "the role responder may not change wording"),
        (Role.VIEWER, "es", SPANISH, "the role viewer may not change wording"),
        (Role.COORDINATOR, "en", SPANISH, "there are no translations into en"),
        (Role.COORDINATOR, "xx", SPANISH, "there are no translations into xx"),
        (Role.COORDINATOR, "es", " \u200b ", "a wording has 1 to 1600 characters, this one has 0"),
        (Role.COORDINATOR, "es", "x" * 1601, "this one has 1601"),
    ],
)
def test_what_is_not_stored_says_why(session: Session, role: Role, language: str, text: str, says: str) -> None:
    with pytest.raises(WordingError, match=says):
        write(session, STEP, language, ENGLISH, text, by=person(session, "Pat", role))
    assert find_wording(session, STEP, language) is None


def test_the_command_line_writes_without_a_person(session: Session, rosa: Staff) -> None:
    wording = write(session, STEP, "es", ENGLISH, SPANISH, by=None, origin=Origin.UPLOAD)
    wording = submit(session, STEP, "es", by=None, version=wording.version)
    assert approve(session, STEP, "es", ENGLISH, by=rosa, version=wording.version).released == SPANISH
    assert [name for _, name in history(session, STEP, "es")] == ["Rosa", None, None]


def test_two_who_edit_at_once_do_not_overwrite_each_other(session: Session, ana: Staff) -> None:
    write(session, STEP, "es", ENGLISH, SPANISH, by=ana)
    with pytest.raises(ConflictError) as new:
        write(session, STEP, "es", ENGLISH, BETTER, by=ana)
    assert (new.value.stored, new.value.typed) == (SPANISH, BETTER)
    write(session, STEP, "es", ENGLISH, BETTER, by=ana, version=1)
    with pytest.raises(ConflictError):
        write(session, STEP, "es", ENGLISH, "{sender}: {date}, gratis.", by=ana, version=1)
    with pytest.raises(ConflictError):
        submit(session, STEP, "es", by=ana, version=1)
    assert SPANISH not in str(new.value)


def test_a_reader_puts_her_name_to_a_shipped_translation(session: Session, rosa: Staff) -> None:
    wording = approve_shipped(session, "screenings/vision:invitation", "es", ENGLISH, SPANISH, by=rosa)
    assert (wording.state, wording.origin, wording.released) == (WordingState.REVIEWED, Origin.SHIPPED, SPANISH)
    with pytest.raises(ConflictError):  # it is reviewed already
        approve_shipped(session, "screenings/vision:invitation", "es", ENGLISH, SPANISH, by=rosa)
    again = approve_shipped(
        session, "screenings/vision:invitation", "es", ENGLISH + " Come.", SPANISH + " Venga.", by=rosa
    )
    assert again.released == SPANISH + " Venga."


def test_what_may_not_be_approved_leaves_no_row(session: Session, ana: Staff) -> None:
    viewer = person(session, "Vi", Role.VIEWER, "es")
    with pytest.raises(WordingError, match="may not review"):
        approve_shipped(session, STEP, "es", ENGLISH, SPANISH, by=viewer)
    with pytest.raises(WordingError, match="date"):
        approve_shipped(session, STEP, "es", ENGLISH, "{sender}: Hola.", by=ana)
    assert find_wording(session, STEP, "es") is None


def test_a_text_is_taken_out_of_force_at_once(session: Session, ana: Staff, rosa: Staff) -> None:
    version = approve(session, STEP, "es", ENGLISH, by=rosa, version=put_in_review(session, ana)).version
    write(session, STEP, "es", ENGLISH, BETTER, by=ana, version=version)
    wording = withdraw(session, STEP, "es", ENGLISH, SPANISH, by=ana, version=version + 1, remark="Says the wrong day")
    assert (wording.released, wording.text, wording.state) == (None, BETTER, WordingState.DRAFT)
    event = history(session, STEP, "es")[0][0]
    assert (event.act, event.text, event.remark) == (WordingAct.WITHDRAWN, SPANISH, "Says the wrong day")
    with pytest.raises(ConflictError):
        withdraw(session, STEP, "es", ENGLISH, SPANISH, by=ana, version=version, remark="Again")


@pytest.mark.parametrize("seen", [0, 1])
def test_of_two_who_save_in_the_same_moment_one_is_told(database: Database, seen: int) -> None:
    if seen:
        with database.writing() as session:
            write(session, STEP, "es", ENGLISH, "{sender}: {date}.", by=None)
    ready = Barrier(2)

    def save(text: str) -> str | None:
        ready.wait()
        try:
            with database.writing() as session:
                write(session, STEP, "es", ENGLISH, text, by=None, version=seen)
                time.sleep(0.05)
        except ConflictError as conflict:
            return conflict.stored
        return None

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(save, (SPANISH, BETTER)))
    with database.reading() as session:
        stored = find_wording(session, STEP, "es")
        assert stored
        assert sorted(told, key=str) == sorted([None, stored.text], key=str)
        assert stored.version == seen + 1
