"""Engine: what is wrong stands first, in words, with what to do about it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from redis import Redis
from rq import SimpleWorker

from outreach import clock, metrics, queues, runtime
from outreach.admin.engine_findings import judge
from outreach.crew import SCHEDULER, Crew, QueueState, Worker
from outreach.engine import Engine, Waiting
from outreach.mail.outbox import MailsWaiting
from outreach.outgoing.models import Message, MessageStatus, Priority, SenderPause
from outreach.people.consent import Purpose
from outreach.redis_server import free_port
from outreach.runtime import Runtime
from outreach.staff.models import Role
from tests.admin.office import Office, open_office
from tests.support.factories import NOON

MINUTE = timedelta(minutes=1)


@pytest.fixture
def office(environment: dict[str, str]) -> Iterator[Office]:
    with open_office(environment) as office:
        yield office


@pytest.fixture
def crew_at_work(office: Office) -> Iterator[None]:
    """A worker of all queues, and a scheduler."""
    connection = Redis.from_url(office.work.settings.redis_url or "")
    worker = SimpleWorker(list(queues.QUEUES), connection=connection, name="a-worker")
    worker.register_birth()
    office.work.redis.set(SCHEDULER, "a token")
    yield
    connection.close()


def make_crew(*names: str, scheduler: bool = True) -> Crew:
    workers = [Worker("w", "host", "1", names, None, None, None)] if names else []
    return Crew(workers, [QueueState(name, 0, 0) for name in queues.QUEUES], scheduler)


def make_engine(*waiting: Waiting, inbound: timedelta | None = None, **more: object) -> Engine:
    others = [Waiting(priority) for priority in Priority if priority not in {one.priority for one in waiting}]
    standing: dict[str, object] = {"sending": 0, "unknown": 0, "pauses": [], "campaigns_stopped": 0, **more}
    standing.setdefault("mails", MailsWaiting(0, None, None))
    return Engine(
        at=NOON,
        waiting=[*others, *waiting],
        inbounds=1 if inbound else 0,
        inbound_oldest=NOON - inbound if inbound else None,
        **standing,  # type: ignore[arg-type]
    )


def waits(priority: Priority, since: timedelta) -> Waiting:
    return Waiting(priority, 3, NOON - since)


ALL = make_crew(*queues.QUEUES)
CREDENTIALS = "the account's credentials were refused"
REFUSED = SenderPause(sender="MG1", code=20003, reason=CREDENTIALS, since=NOON, until=NOON + 5 * MINUTE)
TRIED = SenderPause(sender="MG1", code=20003, reason=CREDENTIALS, since=NOON - MINUTE, until=NOON)


@pytest.mark.parametrize(
    ("engine", "crew", "left_lately", "expected"),
    [
        (make_engine(), ALL, 0, []),
        (make_engine(mails=MailsWaiting(2, NOON - MINUTE, "refused_451")), ALL, 0, []),
        (
            make_engine(mails=MailsWaiting(2, NOON - 20 * MINUTE, "ConnectionRefusedError")),
            ALL,
            0,
            [
                "E-mail to staff does not leave: the first came 20 minutes ago. "
                "The last try failed: ConnectionRefusedError."
            ],
        ),
        (make_engine(), None, 0, ["Redis is away, so no worker can be called."]),
        (make_engine(), make_crew(), 0, ["No worker is running: the next text would wait."]),
        (make_engine(waits(Priority.BULK, MINUTE)), make_crew(), 0, ["Texts wait and no worker is running."]),
        (make_engine(inbound=MINUTE), make_crew(), 0, ["Texts wait and no worker is running."]),
        (
            make_engine(),
            make_crew("urgent", "default"),
            0,
            ["No worker takes jobs from the queue “bulk”, which carries campaigns and reminders."],
        ),
        (
            make_engine(),
            make_crew(*queues.QUEUES, scheduler=False),
            0,
            ["No scheduler is running: campaigns do not start, and held texts are not called up at their hour."],
        ),
        (make_engine(waits(Priority.REPLY, MINUTE)), ALL, 0, []),
        (
            make_engine(waits(Priority.REPLY, 3 * MINUTE)),
            ALL,
            900,
            ["Replies wait too long: the first could have left 3 minutes ago."],
        ),
        (make_engine(waits(Priority.BULK, 50 * MINUTE)), ALL, 900, []),  # a large campaign on its way
        (
            make_engine(waits(Priority.BULK, 50 * MINUTE)),
            ALL,
            0,
            ["Campaigns wait too long: the first could have left 50 minutes ago."],
        ),
        (
            make_engine(inbound=5 * MINUTE),
            ALL,
            0,
            ["Texts from families wait to be understood: the first came 5 minutes ago."],
        ),
        (
            make_engine(waits(Priority.BULK, 50 * MINUTE), pauses=[REFUSED]),
            ALL,
            0,
            ["Nothing leaves before 12:05 pm: the account's credentials were refused (Twilio 20003)."],
        ),
        (
            make_engine(pauses=[TRIED]),
            ALL,
            0,
            ["Nothing leaves until a try succeeds: the account's credentials were refused (Twilio 20003)."],
        ),
        (make_engine(campaigns_stopped=2), ALL, 0, ["2 campaigns were paused by the service."]),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_wrong_is_said_with_its_cause_and_not_with_all_that_follows_from_it(
    office: Office, engine: Engine, crew: Crew | None, left_lately: int, expected: list[str]
) -> None:
    with clock.frozen(NOON):
        findings = judge(engine, crew, left_lately)
    assert [one.words for one in findings] == expected
    assert all(one.what_to_do for one in findings)


@pytest.mark.parametrize(
    ("engine", "expected"),
    [
        (make_engine(), []),
        (make_engine(waits(Priority.BULK, 50 * MINUTE)), ["Used up."]),  # not: start one more worker
        (
            make_engine(waits(Priority.BULK, 50 * MINUTE), waits(Priority.REPLY, 3 * MINUTE)),
            ["Replies wait too long: the first could have left 3 minutes ago.", "Used up."],
        ),
        (make_engine(waits(Priority.REPLY, timedelta(seconds=3))), []),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_day_used_up_is_said_while_campaigns_wait_for_the_next(
    office: Office, engine: Engine, expected: list[str]
) -> None:
    with clock.frozen(NOON):
        findings = judge(engine, ALL, 0, ("Used up.", "It goes on tomorrow."))
    assert [one.words for one in findings] == expected


def test_the_page_says_that_all_is_well_and_who_works(office: Office, crew_at_work: None) -> None:
    page = office.visit(Role.ADMIN).open("/operations/")
    assert page.status == 200
    assert "All is well: 1 worker, nothing waits longer than it should." in page.text
    assert "Waits for work" in page.text
    assert "just now" in page.text


def test_the_page_counts_what_waits_what_is_checked_and_what_failed(office: Office, crew_at_work: None) -> None:
    now = clock.now()
    rows = [
        (MessageStatus.QUEUED, Priority.BULK, now - MINUTE),
        (MessageStatus.HELD, Priority.BULK, now + timedelta(hours=9)),
        (MessageStatus.UNKNOWN, Priority.REPLY, now),
    ]
    with office.work.database.writing() as session:
        for number, (status, priority, when) in enumerate(rows):
            message = {"source": "test", "source_id": 1, "language": "en", "purpose": Purpose.CAMPAIGN}
            place = {"phone": f"+1617555{number:04d}", "status": status, "priority": int(priority)}
            session.add(Message(**message, **place, not_before=when, created_at=now))
        session.add(SenderPause(sender="MG1", code=30034, reason="not registered", since=now, until=now + MINUTE))
    metrics.count(office.work.redis, {"sent": 1234, "failed:30007": 2, "failed:expired": 1})
    text = office.visit(Role.ADMIN).open("/operations/").text
    assert "Campaigns May leave now 1 The first since 1 minute ago Held for later 1 The first leaves" in text
    assert "Replies May leave now" not in text, "what does not wait needs no line"
    assert "1 text is being checked" in text
    assert "1,234 texts left in the last hour" in text
    assert "Filtered as spam by the carrier Texts 2 Twilio's code 30007" in text
    assert "Expired Texts 1" in text
    assert "not registered (Twilio 30034)" in text
    assert "All is well" not in text


def test_while_redis_is_away_the_page_still_tells_what_the_database_knows(office: Office) -> None:
    admin, work = office.visit(Role.ADMIN), office.work
    away = Runtime(replace(work.settings, redis_url=f"redis://127.0.0.1:{free_port()}/0"))
    runtime.use(away)
    page = admin.open("/operations/")
    away.close()
    runtime.use(work)
    assert page.status == 200
    assert "Redis is away, so no worker can be called." in page.text
    assert "Not known while Redis is away" in page.text
    assert "None waits." in page.text


@pytest.mark.parametrize("part", ["findings", "parts"])
def test_its_parts_are_refreshed_by_themselves(office: Office, crew_at_work: None, part: str) -> None:
    page = office.visit(Role.ADMIN).open(f"/operations/{part}")
    assert page.status == 200
    assert "<html" not in page.source


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_only_those_who_manage_see_it(office: Office, role: Role) -> None:
    visitor = office.visit(role)
    assert visitor.open("/operations/").status == 403
    assert "/operations/" not in visitor.open("/").source
