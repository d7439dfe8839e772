"""Try a text: the route, the reason and the answer; nothing is kept; words are added by two people."""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from outreach.callbacks.models import Callback
from outreach.incoming.models import Inbound, OwnWord, OwnWordState
from outreach.outgoing.models import Message
from outreach.people.models import Contact
from outreach.staff.models import Role, Staff
from tests.admin.office import Office, Visitor, open_office

PAGE = "/try-a-text/"


@pytest.fixture
def office(environment: dict[str, str]) -> Iterator[Office]:
    with open_office(environment) as office:
        yield office


def reader(office: Office, name: str, role: Role = Role.COORDINATOR) -> Visitor:
    """Somebody who reads Spanish."""
    visitor = office.visit(role, name)
    with office.work.database.writing() as session:
        session.get_one(Staff, visitor.id).languages = ["es"]
    return visitor


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ({"text": "ALTO", "language": "es"}, ["Taken for:", "Route stop", 'the stop word "alto" (es)', "In Español"]),
        ({"text": "necesito comida"}, ["Route resource", "Food", "Written in Español", "In Español"]),
        (
            {"text": "i want to die", "language": "vi"},
            ["Route crisis", "988", "In Tiếng Việt (Vietnamese) and in English", "would be paged"],
        ),
        (
            {"text": "yes", "language": "en", "invited": "yes"},
            ["Route rsvp_yes", "Health fair", "is made up"],
        ),
        ({"text": "TALK", "language": "en"}, ["Route callback", "We would answer"]),
        ({"text": "qwertz uiop", "language": "ht"}, ["Route unknown", "add their words below", "Written in not sure"]),
        ({"text": "  "}, ["Write the text of a family."]),
    ],
)
def test_a_text_shows_what_it_is_taken_for_and_what_we_would_answer(
    office: Office, form: dict[str, str], shown: list[str]
) -> None:
    text = office.visit(Role.COORDINATOR).send(PAGE, **form).text
    assert [words for words in shown if words not in text] == []


def test_trying_keeps_nothing_and_pages_nobody(office: Office) -> None:
    visitor = office.visit(Role.ADMIN)
    for words in ("i want to die", "TALK", "STOP", "comida 02139", "español", "START"):
        assert visitor.send(PAGE, text=words, language="en").status == 200
    with office.work.database.reading() as session:
        for table in (Contact, Inbound, Message, Callback):
            assert session.scalar(select(func.count()).select_from(table)) == 0


def test_a_word_is_added_by_one_and_let_in_by_another(office: Office) -> None:
    rosa, luis = reader(office, "Rosa Diaz"), reader(office, "Luis Mora")
    word = {"word": "bodega de Don Chuy", "word_language": "es", "meaning": "resource food", "kind": "word"}
    page = rosa.send(f"{PAGE}words", **word)
    assert "waits for a second person who reads Spanish" in page.text
    assert "You wrote this text yourself" in page.text
    rosa.send(f"{PAGE}words/1/let-in")
    assert "Route unknown" in rosa.send(PAGE, text=word["word"], language="es").text
    assert "is understood from now on" in luis.send(f"{PAGE}words/1/let-in").text
    assert "Route resource" in rosa.send(PAGE, text="Bodega de don Chuy 02139", language="es").text
    assert "no longer understood" in rosa.send(f"{PAGE}words/1/withdraw").text
    assert "Route unknown" in rosa.send(PAGE, text=word["word"], language="es").text
    with office.work.database.reading() as session:
        assert session.scalars(select(OwnWord.state)).all() == [OwnWordState.WITHDRAWN]


def test_a_word_that_means_something_already_is_refused_with_what_it_collides_with(office: Office) -> None:
    visitor = reader(office, "Rosa Diaz")
    form = {"word": "alto", "word_language": "es", "meaning": "resource food", "kind": "word"}
    page = visitor.send(f"{PAGE}words", **form)
    assert page.status == 422
    assert 'already means stop: the whole text is the stop word "alto" (es)' in page.text
    assert 'value="alto"' in page.source


def test_a_responder_tries_texts_and_adds_no_words(office: Office) -> None:
    visitor = office.visit(Role.RESPONDER)
    page = visitor.open(PAGE)
    assert page.status == 200
    assert "Add for review" not in page.text
    assert (
        visitor.send(f"{PAGE}words", word="pan", word_language="es", meaning="resource food", kind="word").status == 403
    )


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ORGANIZER])
def test_who_answers_no_families_tries_no_texts(office: Office, role: Role) -> None:
    visitor = office.visit(role)
    assert visitor.open(PAGE).status == 403
    assert visitor.send(PAGE, text="STOP").status == 403
