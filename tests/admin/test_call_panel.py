"""The button that calls a family: what it says, when it is not there and why, and what to weigh before."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from outreach import clock
from outreach.callbacks.models import Callback, Outcome, Urgency
from outreach.callbacks.requests import close, request_callback
from outreach.calls.models import Call, CallState
from outreach.calls.record import enter
from outreach.calls.starting import reserve
from outreach.people.models import Consent, Contact
from outreach.staff.models import Role, Staff
from tests.admin.office import Office, Visitor, open_office
from tests.support.factories import NOON, make_contact

BEN, SERVICE = "+16175550150", "(833) 555-0100"
NIGHT = datetime(2026, 11, 25, 3, 30, tzinfo=UTC)  # half past ten in the evening in New York
HOURS = {"OUTREACH_QUIET_HOURS": "Mon-Sat 09:00-20:00, Sun 12:00-18:00"}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def office(environment: dict[str, str]) -> Iterator[Office]:
    with open_office({**environment, **HOURS}) as office:
        yield office


def hire(office: Office, phone: str | None = BEN, name: str = "Ben Carter") -> Visitor:
    visitor = office.visit(Role.RESPONDER, name)
    with office.work.database.writing() as session:
        session.get_one(Staff, visitor.id).phone = phone
    return visitor


def make_family(office: Office, consent: Consent = Consent.SUBSCRIBED) -> Contact:
    with office.work.database.writing() as session:
        return make_contact(session, consent=consent)


def ask(office: Office, family: Contact, urgency: Urgency = Urgency.NORMAL) -> int:
    work = office.work
    with work.database.writing() as session:
        contact = session.merge(family)
        asked = request_callback(session, work.redis, work.settings, contact, reason="By text", urgency=urgency)
        return asked.callback.id


def leave_call(office: Office, visitor: Visitor, family: Contact, callback_id: int | None, *states: CallState) -> None:
    """A call that came as far as this."""
    with office.work.database.writing() as session:
        contact, me = session.merge(family), session.get_one(Staff, visitor.id)
        callback = session.get(Callback, callback_id) if callback_id else None
        row = reserve(session, office.work, f"form-{len(states)}", contact, me, callback).call_id
        for state in states:
            enter(session.get_one(Call, row), state, clock.now())


def test_the_button_says_whose_phone_rings_first_and_which_number_the_family_sees(office: Office) -> None:
    family = make_family(office)
    callback = ask(office, family)
    ben = hire(office)
    for address in (f"/families/{family.id}", f"/callbacks/{callback}"):
        page = ben.open(address)
        assert "Call from our number" in page.text
        assert f"They see {SERVICE}, never your number." in page.text
        assert f'data-confirm="We call your phone first, then the family. They see {SERVICE}."' in page.source


def test_without_a_phone_the_page_says_where_to_set_it(office: Office) -> None:
    family = make_family(office)
    page = hire(office, None).open(f"/families/{family.id}")
    assert "Add it under My account" in page.text
    assert 'href="/account/">My account</a>' in page.source
    assert 'action="/calls/"' not in page.source


def test_without_a_number_to_call_from_the_page_says_which_setting_it_needs(environment: dict[str, str]) -> None:
    service_alone = {"TWILIO_MESSAGING_SERVICE_SID": "MG" + "1" * 32, "TWILIO_FROM": ""}
    with open_office({**environment, **service_alone}) as office:
        family = make_family(office)
        ben = hire(office)
        page = ben.open(f"/families/{family.id}")
        assert "TWILIO_VOICE_FROM" in page.text
        assert 'action="/calls/"' not in page.source
        assert "no number to call from" in ben.send("/calls/", contact=str(family.id), key="x").text


@pytest.mark.parametrize(
    ("now", "urgency", "warned"),
    [(NOON, Urgency.NORMAL, False), (NIGHT, Urgency.NORMAL, True), (NIGHT, Urgency.CRISIS, False)],
)
def test_at_night_the_page_warns_and_does_not_forbid(
    office: Office, now: datetime, urgency: Urgency, warned: bool
) -> None:
    family = make_family(office)
    with clock.frozen(now):
        callback = ask(office, family, urgency)
        page = hire(office).open(f"/callbacks/{callback}")
        assert ("not a decent hour to call where the family lives (it is Tue 24 Nov, 10:30 pm)" in page.text) is warned
        assert "Call from our number" in page.text


def test_a_family_that_said_stop_is_called_when_it_asked_and_else_the_page_says_so(office: Office) -> None:
    family, ben = make_family(office, Consent.UNSUBSCRIBED), hire(office)
    assert "it has not asked for a call" in ben.open(f"/families/{family.id}").text
    callback = ask(office, family)
    assert "it has not asked for a call" not in ben.open(f"/callbacks/{callback}").text


def test_when_a_call_ends_whoever_made_it_is_asked_how_it_went(office: Office) -> None:
    family, ben, eva = make_family(office), hire(office), hire(office, "+16175550151", "Eva Stone")
    callback = ask(office, family)
    leave_call(office, ben, family, callback, CallState.TALKING, CallState.ANSWERED)
    address = f"/calls/panel?contact={family.id}&callback={callback}"
    page = ben.open(address)
    assert f'href="/callbacks/{callback}#how"' in page.source
    assert "data-live-done" in page.source
    assert "Call again from our number" in page.text
    assert "Say how it went" not in eva.open(address).text
    assert 'id="how"' in ben.open(f"/callbacks/{callback}").source
    with office.work.database.writing() as session:
        close(session.get_one(Callback, callback), Outcome.REACHED, session.get_one(Staff, ben.id))
    assert "Say how it went" not in ben.open(address).text


def test_a_call_under_way_is_live_and_offers_no_second_one(office: Office) -> None:
    family, ben = make_family(office), hire(office)
    leave_call(office, ben, family, None, CallState.TALKING)
    page = ben.open(f"/families/{family.id}")
    assert f'data-live="/calls/panel?contact={family.id}"' in page.source
    assert "You are on the phone with the family." in page.text
    assert 'action="/calls/"' not in page.source


def test_every_state_has_its_words(office: Office) -> None:
    family, ben = make_family(office), hire(office)
    for number, state in enumerate(CallState):
        leave_call(office, ben, family, None, *([CallState.STARTING] * number), state)
        panel = ben.open(f"/calls/panel?contact={family.id}")
        assert panel.status == 200
        assert len(panel.text) > 20, state
        with office.work.database.writing() as session:
            for call in session.query(Call):
                enter(call, CallState.NOT_TAKEN, clock.now())


def test_a_request_of_another_family_is_not_mixed_up_with_this_one(office: Office) -> None:
    family = make_family(office)
    with office.work.database.writing() as session:
        other = make_contact(session, 1)
    callback, ben = ask(office, family), hire(office)
    for contact, asked in ((other.id, callback), (family.id, 999), (999, callback)):
        assert ben.send("/calls/", contact=str(contact), callback=str(asked), key="x").status == 404
        assert ben.open(f"/calls/panel?contact={contact}&callback={asked}").status == 404
    assert ben.open(f"/calls/panel?contact={family.id}&callback=x").status == 404


@pytest.mark.parametrize("role", [Role.ORGANIZER, Role.VIEWER])
def test_who_answers_no_calls_makes_none(office: Office, role: Role) -> None:
    family, visitor = make_family(office), office.visit(role)
    assert visitor.send("/calls/", contact=str(family.id), key="x").status == 403
    assert visitor.open(f"/calls/panel?contact={family.id}").status == 403
