"""What is shipped and what was written here, side by side: which of them families get."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from outreach import clock
from outreach.db import Database
from outreach.staff.accounts import add_staff
from outreach.staff.models import Role, Staff
from outreach.wording.catalog import ReviewState, Translation, Translations, read_translations
from outreach.wording.library import Entry, Library, Place, read_library, reply_library
from outreach.wording.models import WordingState
from outreach.wording.record import find_wording
from outreach.wording.review import approve, submit, withdraw, write
from outreach.wording.texts import digest
from tests.support.factories import NOON

ENGLISH, OLD = "Free check on {date}.", "Free check."
SHIPPED, OURS, NEWER = "Examen gratis el {date}.", "Revisión gratis el {date}.", "Revisión gratuita el {date}."
VISION, OWN = "screenings/vision:invitation", "own/12:invitation"
M, ST, D, IN, A, R = (
    ReviewState.MISSING, ReviewState.STALE, ReviewState.DRAFT, ReviewState.IN_REVIEW, ReviewState.AWAITING,
    ReviewState.REVIEWED,
)  # fmt: skip


def catalog(folder: Path, english: str | None, *comments: str, context: str = VISION) -> Path:
    """A locales folder whose Spanish has one entry, or none."""
    path = folder / "es" / "LC_MESSAGES" / "packs.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    marks = "".join(f"# {comment}\n" for comment in comments)
    entry = f'{marks}msgctxt "{context}"\nmsgid "{english}"\nmsgstr "{SHIPPED}"\n' if english else ""
    path.write_text(f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n{entry}', encoding="utf-8")
    return folder


def row(state: WordingState, english: str = ENGLISH, *, released: str | None = None, withdrawn: bool = False) -> Entry:
    """A row; `released` is the English of the text in force, if there is one."""
    newer = state is not WordingState.REVIEWED and released
    entry = Entry(digest(english), NEWER if newer else OURS, state, None, None, withdrawn)
    return replace(entry, released=OURS, released_digest=digest(released)) if released else entry


DRAFT, IN_REVIEW, REVIEWED = WordingState.DRAFT, WordingState.IN_REVIEW, WordingState.REVIEWED


@pytest.mark.parametrize(
    ("shipped", "marks", "entry", "found"),
    [
        # nothing shipped
        (None, (), None, Translation("es", "", M)),
        (None, (), row(DRAFT), Translation("es", "", D, OURS)),
        (None, (), row(IN_REVIEW), Translation("es", "", IN, OURS)),
        (None, (), row(REVIEWED, released=ENGLISH), Translation("es", OURS, R)),
        (None, (), row(REVIEWED, OLD, released=OLD), Translation("es", "", ST)),
        (None, (), row(DRAFT, OLD), Translation("es", "", ST)),
        # a newer text is worked on: what is in force stays so
        (None, (), row(DRAFT, released=ENGLISH), Translation("es", OURS, R, NEWER)),
        (None, (), row(IN_REVIEW, released=ENGLISH), Translation("es", OURS, R, NEWER)),
        (None, (), row(DRAFT, released=OLD), Translation("es", "", D, NEWER)),
        # shipped, and awaiting native review
        (ENGLISH, (), None, Translation("es", SHIPPED, A)),
        (ENGLISH, (), row(DRAFT), Translation("es", SHIPPED, A, OURS)),
        (ENGLISH, (), row(REVIEWED, released=ENGLISH), Translation("es", OURS, R)),
        (ENGLISH, (), row(REVIEWED, OLD, released=OLD), Translation("es", SHIPPED, A)),
        (ENGLISH, (), row(DRAFT, OLD), Translation("es", SHIPPED, A)),
        # shipped and reviewed
        (ENGLISH, ("reviewed by Ana",), row(IN_REVIEW), Translation("es", SHIPPED, R, OURS)),
        (ENGLISH, ("reviewed by Ana",), row(REVIEWED, released=ENGLISH), Translation("es", OURS, R)),
        # shipped for another English
        (OLD, (), None, Translation("es", "", ST)),
        (OLD, (), row(REVIEWED, released=ENGLISH), Translation("es", OURS, R)),
        (OLD, (), row(DRAFT), Translation("es", "", D, OURS)),
        (OLD, (), row(REVIEWED, OLD, released=OLD), Translation("es", "", ST)),
        # withdrawn: not the shipped text either, until the English is another
        (ENGLISH, ("reviewed by Ana",), row(DRAFT, withdrawn=True), Translation("es", "", D, OURS)),
        (ENGLISH, (), row(DRAFT, OLD, withdrawn=True), Translation("es", SHIPPED, A)),
    ],
)
def test_the_reviewed_text_of_here_goes_then_the_shipped_one_and_a_draft_never(
    tmp_path: Path, shipped: str | None, marks: tuple[str, ...], entry: Entry | None, found: Translation
) -> None:
    entries: dict[Place, Entry] = {("es", VISION): entry} if entry else {}
    library = Library(read_translations(catalog(tmp_path, shipped, *marks)), entries)
    assert library.find("es", VISION, ENGLISH) == found
    assert library.find("en", VISION, ENGLISH) == Translation("en", ENGLISH, R)
    assert library.find("vi", VISION, ENGLISH).state is M


def test_a_step_taken_over_word_for_word_has_the_translation_it_had(tmp_path: Path) -> None:
    shipped = read_translations(catalog(tmp_path, ENGLISH))
    assert Library(shipped, {}).find("es", OWN, ENGLISH) == Translation("es", SHIPPED, A)
    assert Library(shipped, {}).find("es", OWN, ENGLISH + " Come!").state is M
    reviewed_here: dict[Place, Entry] = {("es", VISION): row(REVIEWED, released=ENGLISH)}
    assert Library(shipped, reviewed_here).find("es", OWN, ENGLISH) == Translation("es", OURS, R)
    worked_on = reviewed_here | {("es", OWN): row(DRAFT)}
    assert Library(shipped, worked_on).find("es", OWN, ENGLISH) == Translation("es", OURS, R, OURS)
    withdrawn: dict[Place, Entry] = {("es", VISION): row(DRAFT, withdrawn=True)}
    assert Library(shipped, withdrawn).find("es", OWN, ENGLISH) == Translation("es", "", M)


def test_a_step_takes_nothing_over_from_replies_nor_from_anothers_own_pack(tmp_path: Path) -> None:
    shipped = read_translations(catalog(tmp_path, ENGLISH, context="reply:help"))
    theirs: dict[Place, Entry] = {("es", "own/7:invitation"): row(REVIEWED, released=ENGLISH)}
    assert Library(shipped, theirs).find("es", OWN, ENGLISH).state is M


def test_languages_and_contexts_are_those_of_both() -> None:
    library = Library(Translations({"es": {}}), {("vi", OWN): row(DRAFT), ("es", OWN): row(DRAFT)})
    assert library.languages == ("en", "es", "vi")
    assert list(library.contexts("es")) == [OWN]


# With a database


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


def admin(session: Session) -> Staff:
    return add_staff(session, "ana@example.org", Role.ADMIN, "twelve letters", languages=["es"])


def review(session: Session, by: Staff, context: str, english: str, text: str) -> int:
    """Written, submitted, approved; its version."""
    found = find_wording(session, context, "es")
    wording = write(session, context, "es", english, text, by=None, version=found.version if found else 0)
    submit(session, context, "es", by=None, version=wording.version)
    return approve(session, context, "es", english, by=by, version=wording.version).version


def test_a_text_goes_its_way_from_draft_to_families(database: Database, tmp_path: Path) -> None:
    locales = catalog(tmp_path, ENGLISH)
    with database.writing() as session:
        by = admin(session)
        write(session, VISION, "es", ENGLISH, OURS, by=by)
        assert read_library(session, locales).find("es", VISION, ENGLISH) == Translation("es", SHIPPED, A, OURS)
        version = review(session, by, VISION, ENGLISH, OURS + " Venga.")
        assert read_library(session, locales).find("es", VISION, ENGLISH).text == OURS + " Venga."
        withdraw(session, VISION, "es", ENGLISH, OURS, by=by, version=version, remark="Wrong word")
        assert read_library(session, locales).find("es", VISION, ENGLISH).text == ""
        review(session, by, VISION, ENGLISH, SHIPPED)
        assert read_library(session, locales).find("es", VISION, ENGLISH) == Translation("es", SHIPPED, R)


def test_a_withdrawn_shipped_text_is_not_sent(database: Database, tmp_path: Path) -> None:
    locales = catalog(tmp_path, ENGLISH, "reviewed by Ana")
    with database.writing() as session:
        withdraw(session, VISION, "es", ENGLISH, SHIPPED, by=admin(session), remark="Nobody says this here")
        assert read_library(session, locales).find("es", VISION, ENGLISH) == Translation("es", "", D, SHIPPED)


def test_answers_are_read_every_ten_seconds_and_when_one_changes_here(database: Database, tmp_path: Path) -> None:
    locales = catalog(tmp_path, ENGLISH, context="reply:help")
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))
    with clock.frozen(NOON), database.reading() as session:
        for _ in range(5):
            assert reply_library(session, locales).find("es", "reply:help", ENGLISH).text == SHIPPED
    asked = sum("wordings" in statement for statement in statements)
    assert asked == 1
    with clock.frozen(NOON + timedelta(seconds=1)):
        with database.writing() as session:
            review(session, admin(session), "reply:help", ENGLISH, OURS)
        with database.writing() as session:
            assert reply_library(session, locales).find("es", "reply:help", ENGLISH).text == OURS


def test_answers_changed_by_another_process_are_seen_after_ten_seconds(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    locales = catalog(tmp_path, ENGLISH, context="reply:help")
    other = Database(database_url)
    with clock.frozen(NOON):
        with database.writing() as session:
            assert reply_library(session, locales).find("es", "reply:help", ENGLISH).text == SHIPPED
        with other.writing() as session:
            review(session, admin(session), "reply:help", ENGLISH, OURS)
        with database.writing() as session:
            assert reply_library(session, locales).find("es", "reply:help", ENGLISH).text == SHIPPED
    other.close()
    with clock.frozen(NOON + timedelta(seconds=10)), database.writing() as session:
        assert reply_library(session, locales).find("es", "reply:help", ENGLISH).text == OURS
