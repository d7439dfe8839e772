"""Where a campaign stands is said in words; amber only when it really waits."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import inf
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from outreach import clock, runtime
from outreach.admin.forms.remaining import count_ahead, estimate_end, say_end, say_pace
from outreach.admin.forms.standing import Standing, say, stand_of
from outreach.campaigns.jobs import advance
from outreach.campaigns.models import Campaign, CampaignState
from outreach.campaigns.progress import Progress
from outreach.carriers.sender import Pace, day_key
from outreach.outgoing.models import Message, Priority
from outreach.outgoing.models import MessageStatus as S
from outreach.outgoing.quiet_hours import Hours
from outreach.people.consent import Purpose
from outreach.runtime import Runtime
from outreach.settings import Settings
from outreach.staff.models import Role
from outreach.wording.models import Text
from tests.admin.office import open_office
from tests.support.campaigns import launch_pack
from tests.support.sending import make_family, queue_text
from tests.support.servers import SENDER

NEW_YORK = ZoneInfo("America/New_York")
NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)  # in New York


@pytest.mark.parametrize(
    ("counts", "said", "tone"),
    [
        ({S.DELIVERED: 278, S.HELD: 1}, "278 delivered; 1 waits until 9:00 pm", "go"),
        ({S.DELIVERED: 200, S.SENT: 70, S.HELD: 9}, "270 have left; 9 wait until 9:00 pm", "go"),
        ({S.DELIVERED: 20, S.HELD: 259}, "20 delivered; 259 wait until 9:00 pm", "wait"),
        ({S.SENT: 20, S.HELD: 259}, "20 have left; 259 wait until 9:00 pm", "go"),
        ({S.HELD: 1279}, "None has left; 1,279 wait until 9:00 pm", "wait"),
        ({S.QUEUED: 1, S.DELIVERED: 7, S.HELD: 1}, "Sending: 7 of 9", "go"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_held_texts_are_told_with_the_hour_they_wait_for(
    work: Runtime, counts: dict[S, int], said: str, tone: str
) -> None:
    found = Progress(CampaignState.RUNNING, counts, (), 0, 0)
    with clock.frozen(NOON):
        assert say(found, None, NOON + timedelta(hours=9)) == (said, tone)


@pytest.mark.parametrize(
    ("segments", "pace", "used", "hours", "after"),
    [
        (120, Pace(12), 0, "always", timedelta(seconds=10)),
        (28_800, Pace(12), 0, "always", timedelta(minutes=40)),
        (3_600, Pace(1), 0, "09:00-12:30", timedelta(hours=21, minutes=30)),  # half an hour today, the rest tomorrow
        (1_000, Pace(1, 1000), 400, "always", timedelta(hours=15, seconds=400)),  # 600 today, the rest at midnight
        (1_200, Pace(inf, 1000), 1000, "09:00-20:00", timedelta(days=1, hours=21)),
        (10_000_000, Pace(1), 0, "always", None),
    ],
)
def test_when_texts_will_have_left(segments: int, pace: Pace, used: int, hours: str, after: timedelta | None) -> None:
    open_hours = Hours.parse(hours)
    ends = estimate_end(NOON, segments, pace, used, lambda at: open_hours.open_at(at.astimezone(NEW_YORK)))
    assert ends == (NOON + after if after else None)


@pytest.mark.parametrize(
    ("after", "pace", "said"),
    [
        (timedelta(seconds=5), Pace(12), "about 1 minute at 12 segments a second"),
        (timedelta(minutes=40), Pace(12), "about 40 minutes at 12 segments a second"),
        (timedelta(hours=4, minutes=3), Pace(1), "until about 4:05 pm at 1 segment a second"),
        (
            timedelta(hours=22),
            Pace(3.75, 2000),
            "until about Wed 25 Nov, 10:00 am at 3.75 segments a second, 2,000 a day",
        ),
        (None, Pace(inf, 500), "more than 14 days at 500 segments a day"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_estimate_in_words(work: Runtime, after: timedelta | None, pace: Pace, said: str) -> None:
    with clock.frozen(NOON):
        assert say_end(NOON, NOON + after if after else None) + say_pace(pace) == said


@pytest.fixture
def paced(environment: dict[str, str], work: Runtime) -> Iterator[Runtime]:
    """A deployment of one segment a second and forty a day."""
    limits = {"OUTREACH_SEGMENTS_PER_SECOND": "1", "OUTREACH_SEGMENTS_PER_DAY": "40"}
    made = Runtime(Settings.from_env({**environment, **limits}))
    runtime.use(made)
    yield made
    runtime.use(work)
    made.close()


def standing_of(work: Runtime, campaign_id: int) -> Standing:
    with work.database.reading() as session:
        return stand_of(session, session.get_one(Campaign, campaign_id))


def test_texts_of_others_that_go_before_are_waited_for(paced: Runtime) -> None:
    families = [make_family(paced, number) for number in range(10)]
    with clock.frozen(NOON):
        campaign_id = launch_pack(paced)
        advance()
        with paced.database.reading() as session:
            campaign = session.get_one(Campaign, campaign_id)
            own = count_ahead(session, campaign, NOON)
            assert own == 10 * session.scalars(select(Text.segments).join(Message).limit(1)).one()
        queue_text(paced, families[0], "y" * 400, source_id=901)  # three segments, due at the same moment
        queue_text(paced, families[0], "a reply", source_id=902, purpose=Purpose.REPLY, priority=Priority.REPLY)
    with clock.frozen(NOON + timedelta(minutes=1)):
        queue_text(paced, families[1], source_id=903)  # behind it
        with paced.database.reading() as session:
            assert count_ahead(session, campaign, clock.now()) == own + 3 + 1
        assert standing_of(paced, campaign_id).remaining == "about 1 minute at 1 segment a second, 40 a day"


def test_a_day_used_up_is_said_on_the_campaigns_page(paced: Runtime) -> None:
    for number in range(3):
        make_family(paced, number)
    with clock.frozen(NOON):
        campaign_id = launch_pack(paced)
        advance()
        assert standing_of(paced, campaign_id).day_over is None
        paced.redis.set(day_key(SENDER, NOON), 40)
        standing = standing_of(paced, campaign_id)
    assert standing.day_over == (
        "The sender may send 40 segments a day, and today's are used up.",
        "The rest leaves from Wed 25 Nov, 3:00 am on, at a decent hour.",
    )
    assert standing.remaining == "until about Wed 25 Nov, 3:00 am at 1 segment a second, 40 a day"


def test_without_a_pace_the_last_minute_tells_how_long(work: Runtime) -> None:
    for number in range(10):
        make_family(work, number)
    campaign_id = launch_pack(work)
    advance()
    assert standing_of(work, campaign_id).remaining == ""
    with work.database.writing() as session:
        first = session.scalars(select(Message.id).order_by(Message.id).limit(2)).all()
        left = {"status": S.SENT, "sent_at": clock.now() - timedelta(seconds=50)}
        session.execute(update(Message).where(Message.id.in_(first)).values(**left))
    assert standing_of(work, campaign_id).remaining == "about 3 minutes left"


def test_the_page_shows_how_long_it_takes_and_why_it_stands_still(environment: dict[str, str]) -> None:
    limits = {"OUTREACH_SEGMENTS_PER_SECOND": "0.1", "OUTREACH_SEGMENTS_PER_DAY": "500"}
    with open_office({**environment, **limits}) as office:
        office.work.redis.flushdb()
        for number in range(30):
            make_family(office.work, number)
        campaign_id = launch_pack(office.work)
        advance()
        coordinator = office.visit(Role.COORDINATOR)
        segments = coordinator.open(f"/campaigns/{campaign_id}").text
        assert "Sending: 0 of 30, about" in segments
        assert "at 0.1 segments a second, 500 a day" in segments
        office.work.redis.set(day_key(SENDER, clock.now()), 500)
        assert "today's are used up. The rest leaves from" in coordinator.open(f"/campaigns/{campaign_id}").text
        assert "today's are used up." in office.visit(Role.ADMIN).open("/operations/findings").text
