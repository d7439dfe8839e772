"""The sample community: loads through the real imports, once; the demo is open whenever somebody starts it."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from outreach.admin.forms.event import LONGEST
from outreach.callbacks.calendar import read_week
from outreach.callbacks.routing import OTHER, TOPICS, callers, topics_of
from outreach.campaigns.models import Event, Invitation
from outreach.cli.demo import ZONE, open_now
from outreach.languages import SHIPPED
from outreach.outgoing.quiet_hours import Hours
from outreach.people.models import Consent, Contact
from outreach.resources.models import Location
from outreach.runtime import Runtime
from outreach.sample.community import FAR_PHONE, ON_CALL, PASSWORD, STAFF, load_community, write_phones
from outreach.sample.families import MOST, sample_phone, write_families
from outreach.sample.partners import CALLERS
from outreach.staff.models import Role, Staff


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def counts(work: Runtime) -> dict[str, int]:
    with work.database.reading() as session:
        return {
            model.__name__: session.scalar(select(func.count()).select_from(model)) or 0
            for model in (Staff, Contact, Location, Invitation)
        }


def test_the_sample_community_loads_once(work: Runtime, tmp_path: Path) -> None:
    load_community(work.database, work.settings, tmp_path, 60)
    first = counts(work)
    assert first["Contact"] == 61
    assert first["Staff"] == len(STAFF) + len(CALLERS)
    assert first["Location"] > 0
    assert first["Invitation"] > 0
    load_community(work.database, work.settings, tmp_path, 60)
    assert counts(work) == first


def test_the_fair_has_its_name_and_place_in_every_language_that_is_shipped(work: Runtime, tmp_path: Path) -> None:
    load_community(work.database, work.settings, tmp_path, 60)
    with work.database.reading() as session:
        fair = session.scalars(select(Event)).one()
    for words, english in ((fair.titles, fair.title), (fair.places, fair.place)):
        assert {"en", *words} == set(SHIPPED)
        assert all(0 < len(one) <= LONGEST and one != english for one in words.values())


def test_two_partners_share_the_calls_each_topic_has_one_and_together_they_speak_most_languages(
    work: Runtime, tmp_path: Path
) -> None:
    load_community(work.database, work.settings, tmp_path, 60)
    with work.database.reading() as session:
        taken = topics_of(session)
        assert set().union(*taken.values()) == {*TOPICS, OTHER}
        spoken = {one: {word for person in callers(session, one) for word in person.languages} for one in taken}
        weeks = [read_week(session, one) for one in taken]
    assert len(taken) == 2
    assert set().union(*spoken.values()) == {"en", "es", "pt_BR", "ht"}
    assert len(set(map(frozenset, spoken.values()))) == 2
    assert weeks[0] != weeks[1]


def test_every_role_and_every_language_is_there_and_somebody_is_on_duty(work: Runtime, tmp_path: Path) -> None:
    load_community(work.database, work.settings, tmp_path, 60)
    with work.database.reading() as session:
        people = session.scalars(select(Staff)).all()
        assert {person.role for person in people} == set(Role)
        assert [person.phone for person in people if person.phone] == [ON_CALL]
        assert [person.phone for person in people if person.on_duty] == [ON_CALL]
        assert [person.role for person in people if person.supervisor] == [Role.ADMIN]
        languages = Counter(session.scalars(select(Contact.language).where(Contact.consent == Consent.SUBSCRIBED)))
    assert set(languages) == {"en", "es", "pt_BR", "ht"}
    assert len(PASSWORD) >= 12


def test_the_wall_begins_with_families_of_each_language_the_far_one_and_the_person_on_duty(
    work: Runtime, tmp_path: Path
) -> None:
    load_community(work.database, work.settings, tmp_path, 60)
    write_phones(work.database, tmp_path / "phones.json")
    phones = json.loads((tmp_path / "phones.json").read_text(encoding="utf-8"))
    assert {phone["language"] for phone in phones} == {"en", "es", "pt-BR", "ht"}
    assert [phone["number"] for phone in phones[-2:]] == [FAR_PHONE, ON_CALL]


def test_all_numbers_are_fiction_and_different(tmp_path: Path) -> None:
    numbers = [sample_phone(number) for number in range(MOST)]
    assert len(set(numbers)) == MOST
    assert all(number[5:10] == "55501" for number in (*numbers, FAR_PHONE, ON_CALL))
    with pytest.raises(ValueError, match="fictional"):
        write_families(tmp_path / "families.csv", MOST + 1)


def test_the_same_families_each_time(tmp_path: Path) -> None:
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    write_families(one, 100)
    write_families(other, 100)
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("day", ["2026-01-15", "2026-07-15", "2026-03-07", "2026-03-08", "2026-10-31", "2026-11-01"])
def test_the_demo_is_open_at_whatever_hour_it_is_started_and_closed_in_honolulu(day: str) -> None:
    midnight = datetime.fromisoformat(day).replace(tzinfo=UTC)
    for quarter in range(4 * 48):
        now = midnight + timedelta(minutes=15 * quarter)
        local = now.astimezone(ZoneInfo(ZONE))
        hours = Hours.parse(open_now(local))
        for later in (0, 1, 3, 6):  # and it stays so while somebody looks around
            moment = now + timedelta(hours=later)
            assert hours.open_at(moment.astimezone(ZoneInfo(ZONE)).replace(tzinfo=None)), moment
        assert not hours.open_at(now.astimezone(ZoneInfo("Pacific/Honolulu")).replace(tzinfo=None)), now
