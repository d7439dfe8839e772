"""An event is corrected until it begins; its time stays while texts are to come; nothing unseen is overwritten."""

from collections.abc import Callable
from datetime import timedelta
from threading import Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from outreach import clock
from outreach.campaigns.event_change import EventConflictError, TimeFixedError, change_event, version_of
from outreach.campaigns.events import EventError
from outreach.campaigns.launch import LaunchError
from outreach.campaigns.models import Campaign, Event
from outreach.campaigns.progress import cancel
from outreach.runtime import Runtime
from tests.support.campaigns import FAIR, PLACES, TITLES, days, launch_plan, make_event, plan_pack
from tests.support.factories import NOON
from tests.support.sending import make_family

STARTS = NOON + days(9)


@pytest.fixture
def town(work: Runtime) -> Runtime:
    make_family(work, 0)
    return work


def correct(work: Runtime, event_id: int, *, seen: str | None = None, **more: Any) -> list[str]:
    with work.database.writing() as session:
        event = session.get_one(Event, event_id)
        stands = {
            "title": event.title,
            "place": event.place,
            "titles": event.titles,
            "places": event.places,
            "starts_local": event.starts_at.astimezone(ZoneInfo(event.timezone)).replace(tzinfo=None),
            "capacity": event.capacity,
        }
        return change_event(session, event, seen=seen or version_of(event), **{**stands, **more})


def find(work: Runtime, event_id: int) -> Event:
    with work.database.reading() as session:
        return session.get_one(Event, event_id)


def test_what_changed_is_named_and_kept(town: Runtime) -> None:
    with clock.frozen(NOON):
        event = make_event(town, STARTS)
        assert (event.title_in("ar"), event.place_in("ar")) == ("Health Fair", "City Hall")
        assert correct(town, event.id) == []
        assert correct(town, event.id, titles=TITLES, places=PLACES, capacity=40) == ["titles", "places", "capacity"]
    now = find(town, event.id)
    assert (now.title_in("ar"), now.place_in("es")) == (TITLES["ar"], PLACES["es"])
    assert (now.title_in("en"), now.place_in("vi")) == ("Health Fair", "City Hall")
    assert now.starts_at == STARTS


def test_whoever_was_slower_overwrites_nothing(town: Runtime) -> None:
    with clock.frozen(NOON):
        event = make_event(town, STARTS)
        seen = version_of(event)
        correct(town, event.id, seen=seen, place="Lincoln School")
        with pytest.raises(EventConflictError):
            correct(town, event.id, seen=seen, place="Garfield School")
    assert find(town, event.id).place == "Lincoln School"


def test_an_event_that_has_begun_or_would_have_is_refused(town: Runtime) -> None:
    with clock.frozen(NOON):
        event = make_event(town, STARTS)
        with pytest.raises(EventError, match="would begin in the past"):
            correct(town, event.id, starts_local=(NOON - days(2)).replace(tzinfo=None))
    with clock.frozen(STARTS), pytest.raises(EventError, match="has begun"):
        correct(town, event.id, title="Late Fair")


def test_the_time_stays_while_texts_are_to_come(town: Runtime) -> None:
    later = (STARTS + days(1)).replace(tzinfo=None)
    with clock.frozen(NOON):
        event = make_event(town, STARTS)
        campaign_id = launch_plan(town, plan_pack(town, FAIR, event=event))
        with pytest.raises(TimeFixedError):
            correct(town, event.id, starts_local=later)
        assert correct(town, event.id, title="Spring Fair") == ["title"]
        with town.database.writing() as session:
            cancel(session, session.get_one(Campaign, campaign_id))
        assert correct(town, event.id, starts_local=later) == ["starts_at"]
        launch_plan(town, plan_pack(town, FAIR, event=find(town, event.id)))


def test_a_launch_and_a_new_time_at_once_come_one_after_the_other(town: Runtime) -> None:
    """Whichever is first, the texts never count from a time that the event no longer has."""
    event = make_event(town, clock.now() + days(9))
    plan = plan_pack(town, FAIR, event=event)
    later = (event.starts_at + timedelta(days=1)).astimezone(ZoneInfo(event.timezone)).replace(tzinfo=None)
    refused: list[Exception] = []

    def attempt(act: Callable[[], object]) -> None:
        try:
            act()
        except (LaunchError, TimeFixedError) as error:
            refused.append(error)

    acts = (lambda: launch_plan(town, plan), lambda: correct(town, event.id, starts_local=later))
    threads = [Thread(target=attempt, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    with town.database.reading() as session:
        launched = session.scalars(select(Campaign)).one_or_none()
        starts = session.get_one(Event, event.id).starts_at
    assert launched is None or launched.anchor_at == starts
