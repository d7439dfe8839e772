"""Asking for a translation, the machine's draft, and who may see and do what with wording."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from outreach.staff.models import Role
from outreach.wording.models import WordingEvent
from tests.admin.office import Office, open_office
from tests.admin.wording_desk import ADDRESS, BETTER, VISION, own_text, press, typed, visit
from tests.support.translation_server import run_translation_server


@pytest.fixture
def office(environment: dict[str, str]) -> Iterator[Office]:
    with open_office({**environment, "OUTREACH_LANGUAGES": "en,es,ht,ar"}) as office:
        yield office


def test_a_translation_is_asked_for_and_waits_there_until_it_goes_to_review(office: Office) -> None:
    ana, rosa = visit(office, Role.COORDINATOR, "Ana", "es"), visit(office, Role.RESPONDER, "Rosa", "es")
    assert press(ana, "ask").status == 422, "there is a translation already"
    address = own_text(office)
    assert "It stands among the texts that wait for Spanish." in press(ana, "ask", address, remark="for Monday").text
    assert "1 asked for" in rosa.open("/wording/").text
    listed = rosa.open("/wording/texts?language=es&state=asked")
    assert listed.source.count('<a class="main"') == 1
    assert "Ana needs it" in rosa.open(address).text
    assert press(rosa, "not_needed", address).status == 422
    press(ana, "submit", address, text="{sender}: Clases de natación gratis, {place}. Para parar: STOP.")
    assert "1 asked for" not in rosa.open("/wording/").text
    assert "1 text waits for your review" in rosa.open("/wording/").text


def test_a_request_is_taken_back(office: Office) -> None:
    ana, address = visit(office, Role.COORDINATOR, "Ana", "es"), own_text(office)
    press(ana, "ask", address)
    assert "Nobody waits for this translation any more." in press(ana, "not_needed", address).text
    assert "asked for" not in ana.open("/wording/").text


def test_a_machine_drafts_where_one_is_set_up(environment: dict[str, str]) -> None:
    with run_translation_server() as server:
        settings = {"OUTREACH_LANGUAGES": "en,es,ht", "OUTREACH_TRANSLATE_URL": server.url}
        with open_office({**environment, **settings}) as office:
            ana, address = visit(office, Role.COORDINATOR, "Ana", "es"), own_text(office)
            assert "Draft by machine" in ana.open(address).text
            page = press(ana, "machine", address)
            assert "The machine wrote a draft." in page.text
            assert "Ana wrote it (drafted by machine)" in page.text
            assert typed(page).startswith("[es]{sender}[es]: Free")
            assert press(ana, "submit", address, text=typed(page)).status == 422, "left in English"
            unknown = press(ana, "machine", address.replace("/es/", "/ht/"))
            assert unknown.status == 422
            assert "The translation server does not know Haitian Creole." in unknown.text


def test_no_machine_no_button(office: Office) -> None:
    ana, address = visit(office, Role.COORDINATOR, "Ana", "es"), own_text(office)
    assert "Draft by machine" not in ana.open(address).text
    assert press(ana, "machine", address).status == 404


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.ADMIN, 200), (Role.COORDINATOR, 200), (Role.RESPONDER, 200), (Role.ORGANIZER, 403), (Role.VIEWER, 403)],
)
def test_who_sees_wording(office: Office, role: Role, status: int) -> None:
    visitor = visit(office, role, "Pat")
    for address in ("/wording/", "/wording/texts", ADDRESS, "/wording/exchange/"):
        assert visitor.open(address).status == status
    assert ('href="/wording/"' in visitor.open("/").source) is (status == 200)


def test_a_responder_changes_nothing(office: Office) -> None:
    rosa = visit(office, Role.RESPONDER, "Rosa", "es")
    for action in ("save", "submit", "withdraw", "ask"):
        assert press(rosa, action, text=BETTER, remark="because of this").status == 422
    with office.work.database.reading() as session:
        assert session.scalars(select(WordingEvent)).all() == []


def test_another_partners_texts_are_not_there(office: Office) -> None:
    address = own_text(office, "Lincoln School")
    ana = visit(office, Role.COORDINATOR, "Ana", "es", partner="Lincoln School")
    eve = visit(office, Role.COORDINATOR, "Eve", "es", partner="Harbor")
    assert ana.open(address).status == 200
    assert eve.open(address).status == 404
    press(ana, "submit", address, text="{sender}: Clases de natación gratis, {place}. Para parar: STOP.")
    assert "No text waits for a review." in eve.open("/wording/").text
    assert "Swimming" not in eve.open("/wording/texts?language=es&group=own").text


@pytest.mark.parametrize("path", ["xx/" + VISION, "en/" + VISION, "fr/" + VISION, "es/nothing", "es/own/9:x"])
def test_what_is_not_there_is_not_found(office: Office, path: str) -> None:
    assert visit(office, Role.ADMIN, "Ruth").open(f"/wording/text/{path}").status == 404
