"""Inbox: who waits stands there, newest first; it is found, taken, done and put back."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from outreach.admin import inbox_search
from outreach.outgoing.models import Message
from outreach.people.models import Contact
from outreach.staff.models import AuditEntry, Role, Staff
from outreach.threads import answers, thread, waiting
from outreach.threads.models import WaitsFor
from tests.admin.conversations import add_family, add_text
from tests.admin.office import Office, Page, open_office

HOURS = timedelta(hours=1)


@pytest.fixture
def office(environment: dict[str, str]) -> Iterator[Office]:
    with open_office(environment) as office:
        yield office


@pytest.fixture
def families(office: Office) -> dict[str, int]:
    """Three that wait, the last one longest, and one that does not."""
    with office.work.database.writing() as session:
        named = {
            "Ana": add_family(session, "Ana", 101),
            "Omar": add_family(session, "Omar", 102, "ar"),
            "Rosa": add_family(session, "Rosa", 103, "pt_BR"),
            "Lee": add_family(session, "Lee", 104),
        }
        add_text(session, named["Rosa"], "o ônibus não passou", WaitsFor.NOT_UNDERSTOOD, 5 * HOURS)
        add_text(session, named["Omar"], "", WaitsFor.MEDIA, 3 * HOURS, media=1)
        add_text(session, named["Ana"], "mis lentes azules", WaitsFor.ANSWER, 2 * HOURS)
        add_text(session, named["Lee"], "gracias", None, HOURS)
        return {name: contact.id for name, contact in named.items()}


def shown(page: Page, families: dict[str, int]) -> list[str]:
    """The families of the list, in its order."""
    places = {name: page.source.find(f'href="/families/{row}#') for name, row in families.items()}
    return sorted((name for name in places if places[name] > 0), key=places.__getitem__)


def test_who_waits_stands_there_with_its_words_and_why(office: Office, families: dict[str, int]) -> None:
    page = office.visit(Role.RESPONDER).open("/inbox/")
    assert shown(page, families) == ["Ana", "Omar", "Rosa"]
    assert "3 families wait" in page.text
    assert "mis lentes azules" in page.text
    assert "1 picture or recording" in page.text
    for why in (
        "We did not understand it",
        "A picture or recording, which we cannot open",
        "May answer what one of us",
    ):
        assert why in page.text
    assert page.text.count("New") == 3


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("show=all", ["Lee", "Ana", "Omar", "Rosa"]),
        ("show=all&q=lee", ["Lee"]),
        ("language=ar", ["Omar"]),
        ("language=ar&show=all", ["Omar"]),
        ("q=LENTES", ["Ana"]),
        ("q=gracias", ["Lee"]),
        ("q=gracias&show=waiting", []),
        ("q=rosa", ["Rosa"]),
        ("q=555-0102", ["Omar"]),
        ("q=%25", []),
        ("show=mine", []),
        ("show=unassigned", ["Ana", "Omar", "Rosa"]),
        ("page=99", []),
        ("show=nonsense&language=tlh&page=-1", ["Ana", "Omar", "Rosa"]),
    ],
)
def test_a_list_stands_in_its_address(office: Office, families: dict[str, int], asked: str, found: list[str]) -> None:
    assert shown(office.visit(Role.COORDINATOR).open(f"/inbox/?{asked}"), families) == found


def test_what_staff_wrote_is_found_and_an_older_text_is_quoted(office: Office, families: dict[str, int]) -> None:
    nora = office.visit(Role.COORDINATOR, "Nora Nurse")
    with office.work.database.writing() as session:
        lee = session.get_one(Contact, families["Lee"])
        add_text(session, lee, "la silla de ruedas")
        add_text(session, lee, "ok")
        staff = session.get_one(Staff, nora.id)
        answers.write(session, office.work, lee, staff, "Sí, hay rampa", key="k", way=answers.Way())
    assert shown(nora.open("/inbox/?q=rampa"), families) == ["Lee"]
    page = nora.open("/inbox/?q=silla")
    assert shown(page, families) == ["Lee"]
    assert "Wrote before: la silla de ruedas" in page.text


def test_the_search_looks_no_further_than_it_says(
    office: Office, families: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_search, "REACH", 2)
    visitor = office.visit(Role.RESPONDER)
    assert shown(visitor.open("/inbox/?q=ônibus"), families) == []
    assert shown(visitor.open("/inbox/?show=all"), families) == ["Lee", "Ana"]
    assert shown(visitor.open("/inbox/"), families) == ["Ana", "Omar", "Rosa"], "who waits is never left out"


def test_fifty_families_a_page(office: Office) -> None:
    with office.work.database.writing() as session:
        for number in range(51):
            add_text(session, add_family(session, f"Family {number}", 200 + number), "?", WaitsFor.NOT_UNDERSTOOD)
    visitor = office.visit(Role.RESPONDER)
    for view in ("waiting", "all"):
        first = visitor.open(f"/inbox/?show={view}&language=es")
        assert first.source.count('<th scope="row">') == 50
        assert "page=2" in first.source
        second = visitor.open(f"/inbox/?show={view}&language=es&page=2")
        assert second.source.count('<th scope="row">') == 1
        assert 'rel="next"' not in second.source


def test_the_bar_counts_families_and_not_texts(office: Office, families: dict[str, int]) -> None:
    with office.work.database.writing() as session:
        add_text(session, session.get_one(Contact, families["Ana"]), "hola?", WaitsFor.NOT_UNDERSTOOD)
    bar = office.visit(Role.RESPONDER).open("/").source.partition("Inbox")[2]
    assert '<span class="waits ">3<' in bar


@pytest.mark.parametrize("role", [Role.ORGANIZER, Role.VIEWER])
def test_who_answers_no_family_sees_no_inbox(office: Office, families: dict[str, int], role: Role) -> None:
    visitor, ana = office.visit(role), families["Ana"]
    assert visitor.open("/inbox/").status == 403
    assert "Inbox" not in visitor.open("/").text
    for address in (f"/inbox/{ana}/done", f"/inbox/{ana}/assign", f"/families/{ana}/answer/"):
        assert visitor.send(address, seen="99", key="k").status == 403
    with office.work.database.reading() as session:
        assert waiting.find_open(session, ana)


def test_opening_a_family_reads_it_for_everybody_and_it_still_waits(office: Office, families: dict[str, int]) -> None:
    office.visit(Role.RESPONDER, "Ben").open(f"/families/{families['Ana']}")
    page = office.visit(Role.COORDINATOR, "Eva").open("/inbox/")
    assert shown(page, families)[0] == "Ana"
    assert page.text.count("New") == 2
    with office.work.database.writing() as session:
        add_text(session, session.get_one(Contact, families["Ana"]), "hola?", WaitsFor.NOT_UNDERSTOOD)
    assert office.visit(Role.RESPONDER, "Ida").open("/inbox/rows").text.count("New") == 3


def test_a_family_is_taken_given_and_undone(office: Office, families: dict[str, int]) -> None:
    ben, eva, ana = (
        office.visit(Role.RESPONDER, "Ben Carter"),
        office.visit(Role.COORDINATOR, "Eva Stone"),
        families["Ana"],
    )
    page = ben.send(f"/inbox/{ana}/assign", assignee=str(ben.id), was="")
    assert "You look after this family." in page.text
    assert "Undo" in page.text
    assert shown(ben.open("/inbox/?show=mine"), families) == ["Ana"]
    assert shown(eva.open("/inbox/?show=unassigned"), families) == ["Omar", "Rosa"]
    late = eva.send(f"/inbox/{ana}/assign", assignee=str(eva.id), was="")
    assert "Ben Carter looks after this family in the meantime" in late.text
    assert "Eva Stone looks after" in ben.send(f"/inbox/{ana}/assign", assignee=str(eva.id), was=str(ben.id)).text
    ben.send(f"/inbox/{ana}/assign", assignee=str(ben.id), was=str(eva.id))  # what its Undo sends
    ben.send(f"/inbox/{ana}/assign", assignee="", was=str(ben.id))
    with office.work.database.reading() as session:
        kept = thread.find(session, ana)
        assert kept
        assert kept.assignee_id is None
        assert set(session.scalars(select(AuditEntry.action))) == {"thread.assigned"}


def test_a_family_goes_to_nobody_who_may_not_answer(office: Office, families: dict[str, int]) -> None:
    viewer = office.visit(Role.VIEWER)
    page = office.visit(Role.RESPONDER).send(f"/inbox/{families['Ana']}/assign", assignee=str(viewer.id), was="")
    assert "Choose who looks after this family." in page.text


def test_done_takes_what_was_seen_and_undo_puts_it_back(office: Office, families: dict[str, int]) -> None:
    ben, ana = office.visit(Role.RESPONDER), families["Ana"]
    with office.work.database.reading() as session:
        seen = str(waiting.find_open(session, ana)[0].inbound_id)
    page = ben.send(f"/inbox/{ana}/done", seen=seen)
    assert "Ana no longer waits." in page.text
    assert f'action="/inbox/{ana}/reopen"' in page.source
    assert shown(page, families) == ["Omar", "Rosa"]
    assert "Ana was seen to already." in ben.send(f"/inbox/{ana}/done", seen=seen).text
    assert "Ana waits in the inbox again." in ben.send(f"/inbox/{ana}/reopen").text
    assert shown(ben.open("/inbox/"), families) == ["Ana", "Omar", "Rosa"]


def test_a_text_that_came_meanwhile_still_waits(office: Office, families: dict[str, int]) -> None:
    ben, ana = office.visit(Role.RESPONDER), families["Ana"]
    with office.work.database.writing() as session:
        seen = waiting.find_open(session, ana)[0].inbound_id
        add_text(session, session.get_one(Contact, ana), "y mañana?", WaitsFor.NOT_UNDERSTOOD)
    assert shown(ben.send(f"/inbox/{ana}/done", seen=str(seen)), families)[0] == "Ana"


def test_a_family_that_never_wrote_has_no_thread(office: Office) -> None:
    with office.work.database.writing() as session:
        silent = add_family(session, "Silent", 109).id
    ben = office.visit(Role.RESPONDER)
    assert ben.send(f"/inbox/{silent}/reopen").status == 400
    assert "Put back into the inbox" not in ben.open(f"/families/{silent}").text
    assert ben.send("/inbox/4711/done").status == 404


def test_a_call_takes_what_waited_and_no_text_that_came_meanwhile(office: Office, families: dict[str, int]) -> None:
    ben, ana, omar = office.visit(Role.RESPONDER), families["Ana"], families["Omar"]
    with office.work.database.writing() as session:
        seen = {one: str(waiting.find_open(session, one)[-1].inbound_id) for one in (ana, omar)}
        add_text(session, session.get_one(Contact, omar), "y mañana?", WaitsFor.NOT_UNDERSTOOD)
    for one in (ana, omar):
        assert f'name="seen" value="{seen[ana]}"' in ben.open(f"/families/{ana}").source
        ben.send(f"/families/{one}/callback", reason="Glasses", urgency="normal", seen=seen[one])
    assert shown(ben.open("/inbox/"), families) == ["Omar", "Rosa"]


def test_an_empty_inbox_says_what_will_stand_here(office: Office) -> None:
    assert "Nobody waits" in office.visit(Role.RESPONDER).open("/inbox/").text


def test_nothing_of_the_list_writes_a_text(office: Office, families: dict[str, int]) -> None:
    office.visit(Role.RESPONDER).open("/inbox/")
    with office.work.database.reading() as session:
        assert session.scalars(select(Message)).all() == []
