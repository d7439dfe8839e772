"""Several questions open at once: a bare number goes to the one that was asked last."""

from datetime import timedelta

import pytest

from outreach import clock
from outreach.callbacks.requests import request_callback
from outreach.incoming.background import Background, read_background
from outreach.incoming.menus import CALLBACK_TIME, LISTINGS, RSVP
from outreach.incoming.models import Inbound
from outreach.incoming.open_questions import TIME_ANSWER, OpenQuestions
from outreach.resources.offers import KEPT, remember_offer
from outreach.runtime import Runtime
from outreach.sample.families import sample_phone
from tests.support.campaigns import FAIR, launch_pack, make_event
from tests.support.factories import make_contact
from tests.support.jobs import run_jobs

PHONE = sample_phone(0)


@pytest.fixture
def town(work: Runtime) -> Runtime:
    with work.database.writing() as session:
        make_contact(session, 0)
    return work


def questions(work: Runtime) -> OpenQuestions:
    with work.database.reading() as session:
        return read_background(session, Inbound(phone=PHONE, received_at=clock.now())).questions


def offer(work: Runtime) -> None:
    with work.database.writing() as session:
        remember_offer(session, make_contact(session).id, category="food", zip_code="02139", shown=[1], given=1)


def ask_for_a_time(work: Runtime) -> None:
    with work.database.writing() as session:
        asked = request_callback(session, work.redis, work.settings, make_contact(session), reason="Asked")
        asked.callback.time_asked_at = clock.now()


def test_somebody_new_was_asked_nothing(work: Runtime) -> None:
    with work.database.reading() as session:
        inbound = Inbound(phone=PHONE, received_at=clock.now())
        assert read_background(session, inbound) == Background(None, OpenQuestions())


def test_what_was_asked_last_gets_the_number(town: Runtime) -> None:
    now = clock.now()
    with clock.frozen(now - timedelta(minutes=9)):
        ask_for_a_time(town)
    offer(town)
    assert questions(town) == OpenQuestions(frozenset({LISTINGS, CALLBACK_TIME}), LISTINGS)
    event = make_event(town, now + timedelta(days=9))
    launch_pack(town, FAIR, event=event)
    run_jobs(town)
    assert questions(town) == OpenQuestions(frozenset({LISTINGS, CALLBACK_TIME, RSVP}), RSVP)
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        offer(town)
        assert questions(town).last == LISTINGS


@pytest.mark.parametrize("late", [max(KEPT, TIME_ANSWER) + timedelta(minutes=1)])
def test_questions_lapse(town: Runtime, late: timedelta) -> None:
    ask_for_a_time(town)
    offer(town)
    with clock.frozen(clock.now() + late):
        assert questions(town) == OpenQuestions()
