"""The addresses that the carrier calls: signed or refused, and no leg of another call moves ours."""

from collections.abc import Iterator

import pytest
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from outreach import clock
from outreach.calls.models import Call, CallState
from outreach.calls.record import enter
from outreach.calls.starting import reserve
from outreach.staff.models import Role, Staff
from tests.admin.office import Office, open_office
from tests.support.factories import make_contact

ADDRESSES = ("answered", "pressed", "dialled", "staff", "family")
SID, OTHER, CHILD = "CA" + "1" * 32, "CA" + "2" * 32, "CA" + "3" * 32
BEN = "+16175550150"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def office(environment: dict[str, str]) -> Iterator[Office]:
    with open_office(environment) as office:
        yield office


@pytest.fixture
def row(office: Office) -> int:
    """A call that the carrier has taken: it rings at Ben's."""
    ben = office.visit(Role.RESPONDER, "Ben Carter")
    with office.work.database.writing() as session:
        me, family = session.get_one(Staff, ben.id), make_contact(session)
        me.phone = BEN
        session.flush()
        made = reserve(session, office.work, "a-form", family, me, None).call_id
        call = session.get_one(Call, made)
        call.carrier_sid = SID
        enter(call, CallState.RINGING_STAFF, clock.now())
    return made


def post(office: Office, path: str, signature: str | None = None, **form: str) -> TestResponse:
    settings = office.work.settings
    assert settings.twilio_auth_token
    signed = RequestValidator(settings.twilio_auth_token).compute_signature(settings.public_url + path, form)
    headers = {"X-Twilio-Signature": signed if signature is None else signature}
    return office.app.test_client().post(path, data=form, headers=headers)


def state(office: Office, row: int) -> CallState:
    with office.work.database.reading() as session:
        return session.get_one(Call, row).state


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("signature", ["", "bm90IGEgc2lnbmF0dXJl"])
def test_what_the_carrier_did_not_sign_is_refused_and_names_no_phone(
    office: Office, row: int, address: str, signature: str
) -> None:
    form = {"CallSid": SID, "CallStatus": "in-progress", "Digits": "1", "DialCallStatus": "busy"}
    answer = post(office, f"/twilio/voice/{address}?call={row}", signature, **form)
    assert answer.status_code == 403
    assert "555" not in answer.text
    assert state(office, row) is CallState.RINGING_STAFF


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_hole_in_what_is_signed_is_refused(office: Office, row: int, address: str) -> None:
    assert post(office, f"/twilio/voice/{address}?call={row}", CallSid=SID).status_code in (200, 400)
    assert state(office, row) is CallState.RINGING_STAFF


def test_the_whisper_asks_for_1_and_names_nobody(office: Office, row: int) -> None:
    answer = post(office, f"/twilio/voice/answered?call={row}", CallSid=SID, CallStatus="in-progress")
    assert answer.mimetype == "text/xml"
    assert "press 1 to call the family back" in answer.text
    assert f"/twilio/voice/pressed?call={row}" in answer.text
    assert "555" not in answer.text
    assert state(office, row) is CallState.ASKING


def test_pressing_1_dials_the_family_with_the_services_number(office: Office, row: int) -> None:
    answer = post(office, f"/twilio/voice/pressed?call={row}", CallSid=SID, CallStatus="in-progress", Digits="1")
    assert f'callerId="{office.work.settings.twilio_from}"' in answer.text
    assert BEN not in answer.text
    assert state(office, row) is CallState.RINGING_FAMILY
    again = post(office, f"/twilio/voice/pressed?call={row}", CallSid=SID, CallStatus="in-progress", Digits="1")
    assert again.text == answer.text  # the first answer may have got lost


@pytest.mark.parametrize("digits", ["", "2", "11", "*"])
def test_any_other_key_dials_nobody(office: Office, row: int, digits: str) -> None:
    answer = post(office, f"/twilio/voice/pressed?call={row}", CallSid=SID, CallStatus="in-progress", Digits=digits)
    assert "<Dial" not in answer.text
    assert "was not called" in answer.text


@pytest.mark.parametrize(("sid", "other_row"), [(OTHER, False), (SID, True)])
def test_a_leg_of_another_call_reaches_no_family(office: Office, row: int, sid: str, other_row: bool) -> None:
    path = f"/twilio/voice/pressed?call={row + other_row}"
    answer = post(office, path, CallSid=sid, CallStatus="in-progress", Digits="1")
    assert (answer.status_code, "<Dial" in answer.text) == (200, False)
    assert state(office, row) is CallState.RINGING_STAFF


def test_a_call_that_is_over_dials_nobody_any_more(office: Office, row: int) -> None:
    assert post(office, f"/twilio/voice/staff?call={row}", CallSid=SID, CallStatus="no-answer").status_code == 204
    for address in ("answered", "pressed"):
        path = f"/twilio/voice/{address}?call={row}"
        answer = post(office, path, CallSid=SID, CallStatus="in-progress", Digits="1")
        assert "This call is over" in answer.text
    assert state(office, row) is CallState.STAFF_NO_ANSWER


@pytest.mark.parametrize(
    ("status", "said", "ended"),
    [
        ("no-answer", "did not answer", CallState.FAMILY_NO_ANSWER),
        ("busy", "is busy", CallState.FAMILY_BUSY),
        ("failed", "cannot be reached", CallState.FAMILY_FAILED),
        ("completed", "<Hangup", CallState.ANSWERED),
        ("answered", "<Hangup", CallState.ANSWERED),
    ],
)
def test_staff_hear_what_became_of_the_familys_leg(
    office: Office, row: int, status: str, said: str, ended: CallState
) -> None:
    form = {"CallSid": SID, "DialCallSid": CHILD, "DialCallStatus": status, "DialCallDuration": "75"}
    answer = post(office, f"/twilio/voice/dialled?call={row}", **form)
    assert said in answer.text
    with office.work.database.reading() as session:
        call = session.get_one(Call, row)
        assert (call.state, call.seconds) == (ended, 75 if ended is CallState.ANSWERED else None)


def test_the_familys_leg_names_the_one_that_dialled_it(office: Office, row: int) -> None:
    path = f"/twilio/voice/family?call={row}"
    assert post(office, path, CallSid=CHILD, CallStatus="in-progress").status_code == 400
    assert post(office, path, CallSid=CHILD, CallStatus="ringing", ParentCallSid=OTHER).status_code == 204
    assert state(office, row) is CallState.RINGING_STAFF
    assert post(office, path, CallSid=CHILD, CallStatus="in-progress", ParentCallSid=SID).status_code == 204
    assert state(office, row) is CallState.TALKING


def test_no_number_and_no_name_is_logged(office: Office, row: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    for address in ADDRESSES:
        form = {"CallSid": SID, "CallStatus": "in-progress", "Digits": "1", "From": BEN, "To": BEN}
        post(office, f"/twilio/voice/{address}?call={row}", **form)
    assert BEN[2:] not in caplog.text
