"""A call from a page as it happens, over HTTP both ways: the button, two phones, and what is written down."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from outreach import clock, runtime
from outreach.calls.jobs import sweep
from outreach.calls.models import CallState
from outreach.calls.starting import reserve
from outreach.people.models import Consent, Contact
from outreach.redis_server import free_port
from outreach.runtime import Runtime
from outreach.staff.models import AuditEntry, Staff
from tests.admin.office import Visitor
from tests.support.calling import BEN, EVA, Desk, open_desk, read_form
from tests.support.servers import SENDER, Phones

LATER = timedelta(minutes=5)  # than a call whose outcome is unknown can be found in the carrier's records


@pytest.fixture
def desk(environment: dict[str, str], phones: Phones) -> Iterator[Desk]:
    with open_desk(environment, phones) as desk:
        yield desk


def press_one(desk: Desk, visitor: Visitor, family: Contact) -> None:
    """Up to the family's phone ringing."""
    desk.call(visitor, family)
    desk.until_rings(BEN)
    desk.phones.act(BEN, "answer")
    desk.until_asked(BEN)
    desk.phones.act(BEN, "1")
    desk.until_rings(family.phone)


def legs(desk: Desk) -> list[tuple[str, str]]:
    return [(leg["to"], leg["status"]) for leg in desk.phones.calls()]


def test_staff_are_called_first_and_press_1_and_both_phones_show_the_services_number(desk: Desk) -> None:
    ben, family = desk.staff(), desk.family()
    page = desk.call(ben, family)
    assert "Your phone rings. Answer it and press 1." in page.text
    desk.until_rings(BEN)
    assert desk.phones.calls(family.phone) == []
    desk.phones.act(BEN, "answer")
    desk.until_asked(BEN)
    (leg,) = desk.phones.calls(BEN)
    assert "Outreach: press 1 to call the family back." in leg["said"]
    assert desk.until(CallState.ASKING).staff_answered_at
    assert desk.phones.calls(family.phone) == []
    desk.phones.act(BEN, "1")
    desk.until_rings(family.phone)
    desk.phones.act(family.phone, "answer")
    talking = desk.until(CallState.TALKING)
    assert talking.answered_at
    assert "You are on the phone with the family." in ben.open(f"/calls/panel?contact={family.id}").text
    assert {(leg["to"], leg["from"]) for leg in desk.phones.calls()} == {(BEN, SENDER), (family.phone, SENDER)}
    desk.phones.act(family.phone, "hang_up")
    over = desk.until(CallState.ANSWERED)
    desk.settled()
    assert over.ended_at
    assert over.ended_at >= talking.answered_at >= over.started_at
    assert desk.rows()[0].seconds is not None
    assert legs(desk) == [(BEN, "completed"), (family.phone, "completed")]


def test_the_audit_trail_says_who_called_and_holds_no_number(desk: Desk) -> None:
    ben, family = desk.staff(), desk.family()
    desk.call(ben, family)
    with desk.office.work.database.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "call.started")).one()
    assert (entry.staff_id, entry.subject, entry.subject_id) == (ben.id, "call", desk.rows()[0].id)
    assert entry.details == {"contact": family.id, "callback": None}


@pytest.mark.parametrize(
    ("act", "state", "words"),
    [
        ("decline", CallState.STAFF_BUSY, "Your phone was busy, so the family was not called."),
        ("ignore", CallState.STAFF_NO_ANSWER, "Your phone was not answered, so the family was not called."),
        ("fail", CallState.STAFF_FAILED, "Your phone could not be reached, so the family was not called."),
    ],
)
def test_without_staff_on_the_line_the_family_is_not_called(desk: Desk, act: str, state: CallState, words: str) -> None:
    ben, family = desk.staff(), desk.family()
    desk.call(ben, family)
    desk.until_rings(BEN)
    desk.phones.act(BEN, act)
    desk.until(state)
    assert words in ben.open(f"/families/{family.id}").text
    assert desk.phones.calls(family.phone) == []


@pytest.mark.parametrize("key", ["ignore", "hang_up", "2", "*"])
def test_a_voicemail_box_and_a_wrong_key_never_reach_the_family(desk: Desk, key: str) -> None:
    ben, family = desk.staff(), desk.family()
    desk.call(ben, family)
    desk.until_rings(BEN)
    desk.phones.act(BEN, "answer")
    desk.until_asked(BEN)
    desk.phones.act(BEN, key)
    desk.until(CallState.NOT_PRESSED)
    assert "Nobody pressed 1, so the family was not called." in ben.open(f"/families/{family.id}").text
    assert desk.phones.calls(family.phone) == []


@pytest.mark.parametrize(
    ("act", "state", "words"),
    [
        ("decline", CallState.FAMILY_BUSY, "The family's phone was busy."),
        ("ignore", CallState.FAMILY_NO_ANSWER, "The family did not answer."),
        ("fail", CallState.FAMILY_FAILED, "The family's phone could not be reached."),
    ],
)
def test_a_family_that_does_not_answer(desk: Desk, act: str, state: CallState, words: str) -> None:
    ben, family = desk.staff(), desk.family()
    press_one(desk, ben, family)
    desk.phones.act(family.phone, act)
    desk.until(state)
    desk.settled()
    assert words in ben.open(f"/families/{family.id}").text
    assert desk.rows()[0].seconds is None
    assert desk.rows()[0].state is state


def test_staff_hang_up_before_the_family_answers(desk: Desk) -> None:
    ben, family = desk.staff(), desk.family()
    press_one(desk, ben, family)
    desk.phones.act(BEN, "hang_up")
    desk.until(CallState.HUNG_UP)
    assert legs(desk) == [(BEN, "completed"), (family.phone, "canceled")]


def test_a_double_click_and_a_form_sent_again_later_call_once(desk: Desk) -> None:
    ben, family = desk.staff(), desk.family()
    form = read_form(ben.open(f"/families/{family.id}").source)
    with ThreadPoolExecutor(8) as pool:
        clients = [Visitor(ben.id, desk.office.app.test_client()) for _ in range(8)]
        for one in clients:
            with ben.client.session_transaction() as mine, one.client.session_transaction() as its:
                its.update(mine)
        statuses = [page.status for page in pool.map(lambda one: one.send("/calls/", **form), clients)]
    assert set(statuses) == {200}
    desk.until_rings(BEN)
    desk.phones.act(BEN, "decline")
    desk.until(CallState.STAFF_BUSY)
    ben.send("/calls/", **form)
    assert (len(desk.rows()), len(desk.phones.calls())) == (1, 1)


def test_one_call_at_a_time_for_a_person_and_for_a_family(desk: Desk) -> None:
    ben, eva = desk.staff(), desk.staff("Eva Stone", EVA)
    family, other = desk.family(), desk.family(1)
    others_form = read_form(ben.open(f"/families/{other.id}").source)
    evas_form = read_form(eva.open(f"/families/{family.id}").source)
    desk.call(ben, family)
    assert "You are on a call already." in ben.send("/calls/", **others_form).text
    assert "Ben Carter is calling this family now." in eva.send("/calls/", **evas_form).text
    assert "Ben Carter is calling this family now." in eva.open(f"/families/{family.id}").text
    assert [leg["to"] for leg in desk.phones.calls()] == [BEN]
    desk.until_rings(BEN)
    desk.phones.act(BEN, "decline")
    desk.until(CallState.STAFF_BUSY)
    assert "Your phone rings." in ben.send("/calls/", **others_form).text


def test_a_refusal_says_why_and_the_button_comes_back(desk: Desk) -> None:
    ben, family = desk.staff(), desk.family()
    desk.phones.control("faults", {"action": "error", "status": 400, "code": 21210, "times": 1})
    page = desk.call(ben, family)
    assert "nobody was called: the number to call from is not one of this account's." in page.text
    assert desk.rows()[0].state is CallState.REFUSED
    assert "Your phone rings." in desk.call(ben, family).text


@pytest.mark.parametrize("lost", ["the answer", "the process"])
def test_a_call_that_was_taken_while_we_looked_away_is_found_and_not_made_again(desk: Desk, lost: str) -> None:
    """The callbacks are as lost as the answer, so that only the carrier's records are left."""
    ben, family = desk.staff(), desk.family()
    work = desk.office.work
    if lost == "the answer":
        desk.phones.control("faults", {"action": "cut_after", "times": 1})
        desk.call(ben, family)
    else:  # killed between the carrier's create and our commit
        with work.database.writing() as session:
            me = session.get_one(Staff, ben.id)
            row = reserve(session, work, "a-form", session.merge(family), me, None).call_id
        work.voice.start(row, BEN)
    desk.settled()
    with work.database.writing() as session:  # as if no callback had come
        call = session.merge(desk.rows()[0])
        call.state = CallState.UNKNOWN if lost == "the answer" else CallState.STARTING
        call.carrier_sid, call.watch_at = None, clock.now()
    with clock.frozen(clock.now() + timedelta(seconds=30)):
        sweep()
    (found,) = desk.rows()
    assert found.carrier_sid == desk.phones.calls(BEN)[0]["sid"]
    assert found.state is CallState.RINGING_STAFF
    assert len(desk.phones.calls()) == 1


def test_a_call_whose_answer_comes_too_late_is_settled_by_its_webhooks(desk: Desk) -> None:
    desk.phones.control("faults", {"action": "hang", "seconds": 2, "times": 1})
    desk.call(desk.staff(), desk.family())
    desk.until(CallState.RINGING_STAFF)
    assert desk.rows()[0].carrier_sid == desk.phones.calls()[0]["sid"]
    assert len(desk.phones.calls()) == 1


def test_while_nobody_knows_the_page_says_that_nobody_is_called_twice(desk: Desk) -> None:
    desk.phones.control("faults", {"action": "error", "status": 503, "code": 99999, "times": 1})
    page = desk.call(desk.staff(), desk.family())
    assert "call nobody twice" in page.text
    assert desk.rows()[0].state is CallState.UNKNOWN


def test_a_call_that_the_carrier_never_took_ends_without_another_try(desk: Desk) -> None:
    ben, family = desk.staff(), desk.family()
    desk.phones.control("faults", {"action": "cut_before", "times": 1})
    desk.call(ben, family)
    sweep()
    assert desk.rows()[0].state is CallState.UNKNOWN
    with clock.frozen(clock.now() + LATER):
        sweep()
    assert desk.rows()[0].state is CallState.NOT_TAKEN
    assert desk.phones.calls() == []
    assert "The carrier did not take the call, and nobody was called" in ben.open(f"/families/{family.id}").text


def test_a_call_whose_last_words_got_lost_is_looked_up(desk: Desk) -> None:
    ben, family = desk.staff(), desk.family()
    press_one(desk, ben, family)
    desk.phones.act(family.phone, "ignore")
    desk.until(CallState.FAMILY_NO_ANSWER)
    desk.settled()
    with desk.office.work.database.writing() as session:
        call = session.merge(desk.rows()[0])
        call.state, call.ended_at = CallState.RINGING_STAFF, None
    with clock.frozen(clock.now() + LATER):
        sweep()
    assert desk.rows()[0].state is CallState.FAMILY_NO_ANSWER


def test_while_the_carrier_is_away_the_other_calls_are_left_for_the_next_sweep(desk: Desk) -> None:
    for number, phone in enumerate((BEN, EVA)):
        desk.phones.control("faults", {"action": "cut_before", "times": 1})
        desk.call(desk.staff(f"Caller {number}", phone), desk.family(number))
    work = desk.office.work
    away = Runtime(replace(work.settings, twilio_api_url=f"http://127.0.0.1:{free_port()}"))
    with clock.frozen(clock.now() + LATER):
        runtime.use(away)
        sweep()
        waits = [call.watch_at is not None and call.watch_at > clock.now() for call in desk.rows()]
        assert sorted(waits) == [False, True], "one was asked about in vain, the other not at all"
        runtime.use(work)
        sweep()
    assert sorted(call.state for call in desk.rows()) == [CallState.NOT_TAKEN, CallState.UNKNOWN]
    away.close()


def test_a_family_that_said_stop_to_texts_may_be_called(desk: Desk) -> None:
    ben, family = desk.staff(), desk.family(consent=Consent.UNSUBSCRIBED)
    assert "Your phone rings." in desk.call(ben, family).text
