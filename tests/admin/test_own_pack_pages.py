"""Own packs at their pages: written, copied, changed, renamed, retired, and their languages asked for."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from outreach import clock
from outreach.campaigns.models import OwnPack
from outreach.people.models import Contact
from outreach.staff.models import AuditEntry, Role
from outreach.wording.requests import open_requests
from tests.admin.office import Office, Page, Visitor, open_office
from tests.admin.wording_desk import hidden, typed, visit

TEXT = "{sender}: Free swimming lessons on {date} at {pool}. Text TALK with questions. Text STOP to stop."
FORM = {"title": "Swimming lessons", "topic": "parenting", "summary": "Invites families to the pool", "text": TEXT}


@pytest.fixture
def office(environment: dict[str, str]) -> Iterator[Office]:
    with open_office({**environment, "OUTREACH_LANGUAGES": "en,es,ht"}) as office:
        yield office


def write(visitor: Visitor, **form: str) -> str:
    """A pack of this visitor's; its address."""
    page = visitor.send("/wording/packs/new", **{**FORM, **form})
    assert "The pack is here." in page.text
    number = max(map(int, re.findall(r"/wording/packs/(\d+)/", page.source)))
    return f"/wording/packs/{number}"


def press(visitor: Visitor, address: str, action: str, page: Page | None = None, **form: str) -> Page:
    seen = page or visitor.open(address)
    return visitor.send(address, action=action, **{"version": hidden(seen, "version"), **form})


def document(office: Office) -> str:
    with office.work.database.reading() as session:
        return session.scalars(select(OwnPack)).one().document


def test_a_pack_is_written_in_english_and_can_be_launched(office: Office) -> None:
    ana = visit(office, Role.COORDINATOR, "Ana", "es")
    address = write(ana)
    page = ana.open(address)
    assert "2 languages lack a translation" in page.text
    assert "Reading grade" in page.text
    assert "Free swimming lessons on Saturday, December 5 at Pool." in page.text
    assert "Swimming lessons" in ana.open("/wording/packs/").text
    assert "Swimming lessons" in ana.open("/campaigns/new/").text
    form = ana.open(address.replace("/wording/packs", "/campaigns/new/own"))
    assert "Pool" in form.text
    assert 'type="date"' in form.source


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"title": " "}, "Title is empty"),
        ({"text": "{sender}: Come on {date."}, "Text: its braces do not pair"),
        ({"text": "{sender}: Text YES to come."}, "YES cannot be asked for as an answer"),
        ({"text": "{sender}: " + "Come and swim with us. " * 20}, "longer than this text may be"),
        ({"text": "{sender}: Come to {The Pool}."}, "a name is small letters, digits and _"),
        ({"topic": "swimming"}, "Topic 'swimming' is none of"),
    ],
)
def test_a_mistake_is_told_and_what_was_typed_stays(office: Office, form: dict[str, str], says: str) -> None:
    page = visit(office, Role.COORDINATOR, "Ana").send("/wording/packs/new", **{**FORM, **form})
    assert page.status == 422
    assert says in page.text
    assert typed(page) == {**FORM, **form}["text"].strip()
    with office.work.database.reading() as session:
        assert session.scalars(select(OwnPack)).all() == []


def test_a_step_of_a_shipped_pack_is_changed_in_a_copy(office: Office) -> None:
    ana = visit(office, Role.COORDINATOR, "Ana", "es")
    page = ana.send("/wording/packs/copy", pack="screenings/dental")
    assert "This is your own copy of Free dental screening." in page.text
    assert "Every language has its texts." in page.text
    address = "/wording/packs/1"
    english = "{sender}: Free check of your child's teeth on {date} at {time}, {place}. Text STOP to stop."
    changed = press(ana, address, "reword", step="invitation", text=english)
    assert "Its translations are out of date from now on" in changed.text
    assert "2 languages lack a translation" in changed.text
    assert "1 of 2 without a text" in changed.text, "the other step keeps what it had"
    assert "not there any more" in ana.send("/wording/packs/copy", pack="screenings/nothing").text


def test_english_that_stops_at_the_check_is_not_saved_and_not_lost(office: Office) -> None:
    ana = visit(office, Role.COORDINATOR, "Ana")
    address = write(ana)
    wrong = "{sender}: Come to {nowhere}. Text YES to come."
    page = press(ana, address, "reword", step="invitation", text=wrong)
    assert page.status == 422
    assert "This was not saved." in page.text
    assert "{nowhere} is not a field" in page.text
    assert typed(page) == wrong
    assert "nowhere" not in document(office)


def test_the_check_follows_the_typing(office: Office) -> None:
    ana = visit(office, Role.COORDINATOR, "Ana")
    address = write(ana)
    hard = "These ophthalmological evaluations necessitate parental authorization documentation at {cinema}."
    part = ana.send(f"{address}/invitation/check", text=hard)
    assert "{cinema} is not a field of this pack; there are {sender}, {date}, {pool}." in part.text
    assert re.search(r"Grade \d\d\.\d: shorter words", part.text)
    assert "It does not begin with {sender}" in part.text
    assert "<html" not in part.source
    assert typed(press(ana, address, "check", step="invitation", text=hard)) == hard
    assert ana.send(f"{address}/farewell/check", text=hard).status == 404


def test_two_who_change_a_pack_at_once_are_told_and_lose_nothing(office: Office) -> None:
    ana, ben = visit(office, Role.COORDINATOR, "Ana"), visit(office, Role.COORDINATOR, "Ben")
    address = write(ana)
    opened = ana.open(address)
    theirs, mine = TEXT.replace("Free", "Warm"), TEXT.replace("Free", "Safe")
    press(ben, address, "reword", step="invitation", text=theirs)
    told = press(ana, address, "reword", opened, step="invitation", text=mine)
    assert told.status == 409
    assert "Somebody else was faster." in told.text
    assert theirs in told.text
    assert typed(told) == mine
    assert "Warm" in document(office)
    assert press(ana, address, "reword", told, step="invitation", text=mine).status == 200
    assert "Safe" in document(office)


def test_a_pack_is_renamed_retired_and_taken_out_again(office: Office) -> None:
    ana = visit(office, Role.COORDINATOR, "Ana")
    address = write(ana)
    page = press(ana, address, "rename", title="Pool: lessons", summary="Brings families to the pool")
    assert "Renamed." in page.text
    assert "<h1>Pool: lessons</h1>" in page.source
    assert press(ana, address, "rename", title="x" * 61, summary="x").status == 422
    assert "Retired: nobody launches it any more." in press(ana, address, "retire").text
    assert "Pool: lessons" not in ana.open("/campaigns/new/").text
    assert "Pool: lessons" not in ana.open("/wording/packs/").text
    assert "Pool: lessons" in ana.open("/wording/packs/?show=retired").text
    press(ana, address, "restore")
    assert "Pool: lessons" in ana.open("/campaigns/new/").text
    with office.work.database.reading() as session:
        actions = [entry.action for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    assert actions == ["pack.created", "pack.changed", "pack.archived", "pack.restored"]


def test_the_whole_document_is_changed_and_a_mistake_told_with_its_line(office: Office) -> None:
    ana = visit(office, Role.COORDINATOR, "Ana")
    address = write(ana)
    more = (
        document(office) + '- step: reminder\n  when: 2 days after at 16:00\n  text: "{sender}: See you at {pool}."\n'
    )
    wrong = press(ana, address, "document", document=more.replace("when: 2", "wen: 2"))
    assert wrong.status == 422
    assert re.search(r"Line \d+: unknown key 'wen'", wrong.text)
    assert "wen: 2" in wrong.source
    page = press(ana, address, "document", document=more.replace("\n", "\r\n"))
    assert "The pack is changed." in page.text
    assert "Reminder, 2 days after at 16:00" in page.text


def test_its_languages_are_asked_for(office: Office) -> None:
    with office.work.database.writing() as session:
        session.add(Contact(phone="+16175550100", language="ht", created_at=clock.now()))
    ana = visit(office, Role.COORDINATOR, "Ana", "es")
    address = write(ana)
    assert re.findall(r'name="language" value="(\w+)" (checked)?', ana.open(address).source) == [
        ("es", ""),
        ("ht", "checked"),
    ]
    assert press(ana, address, "ask").status == 422
    page = press(ana, address, "ask", language="ht", remark="before May")
    assert "Asked for 1 translation: Haitian Creole." in page.text
    assert "1 asked for" in page.text
    with office.work.database.reading() as session:
        found = open_requests(session)
    assert [(key, row.remark, row.asked_by_id) for key, row in found.items()] == [
        (("ht", "own/1:invitation"), "before May", ana.id)
    ]
    assert "1 asked for" in ana.open("/wording/").text


def test_everybodys_pack_is_read_and_not_changed_by_one_partner(office: Office) -> None:
    ruth = visit(office, Role.ADMIN, "Ruth")
    address = write(ruth)
    ana = visit(office, Role.COORDINATOR, "Ana", partner="Lincoln School")
    page = ana.open(address)
    assert "This pack is everybody's. Make a copy of it and change that." in page.text
    assert "Save this text" not in page.text
    refused = press(ana, address, "reword", step="invitation", text=TEXT.replace("Free", "Warm"))
    assert refused.status == 422
    assert "This pack is everybody's" in refused.text


def test_another_partners_pack_is_not_there(office: Office) -> None:
    address = write(visit(office, Role.COORDINATOR, "Ana", partner="Lincoln School"))
    eve = visit(office, Role.COORDINATOR, "Eve", partner="Harbor")
    assert eve.open(address).status == 404
    assert eve.send(address, action="retire", version="1").status in (404, 422)
    assert "Swimming" not in eve.open("/wording/packs/").text
    assert eve.open("/wording/packs/99999999999").status == 404


def test_a_pack_that_cannot_be_read_any_more_shows_where(office: Office) -> None:
    ana = visit(office, Role.COORDINATOR, "Ana")
    address = write(ana)
    with office.work.database.writing() as session:
        row = session.scalars(select(OwnPack)).one()
        row.document = row.document.replace("kind: broadcast", "kind: parade")
    page = ana.open(address)
    assert "Cannot be read" in page.text
    assert "kind 'parade' is none of" in page.text
    assert "Cannot be read" in ana.open("/wording/packs/").text
    mended = press(ana, address, "document", document=document(office).replace("parade", "broadcast"))
    assert "The pack is changed." in mended.text


@pytest.mark.parametrize("role", [Role.RESPONDER, Role.ORGANIZER, Role.VIEWER])
def test_only_who_launches_campaigns_writes_packs(office: Office, role: Role) -> None:
    address = write(visit(office, Role.COORDINATOR, "Ana"))
    pat = visit(office, role, "Pat")
    for page in ("/wording/packs/", "/wording/packs/new", address):
        assert pat.open(page).status == 403
    assert pat.send("/wording/packs/new", **FORM).status == 403
