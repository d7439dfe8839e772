"""Routing: what is done when the carrier answered first, machines write, things break, or a text comes twice."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from rq import Queue
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from twilio.request_validator import RequestValidator

from outreach import clock, queues, runtime
from outreach.app import create_app
from outreach.callbacks.models import Callback
from outreach.campaigns.launch import launch
from outreach.campaigns.models import Answer, Enrolment, Invitation
from outreach.campaigns.packs import packs_at
from outreach.campaigns.plan import Request, make_plan
from outreach.campaigns.recipients import Recipients
from outreach.carriers.carrier import IncomingText
from outreach.db import Database
from outreach.incoming import jobs
from outreach.incoming.conversation import MOST_REPLIES
from outreach.incoming.handlers import HANDLERS
from outreach.incoming.inbox import ROUTE, store, take, unrouted
from outreach.incoming.intent import Route
from outreach.incoming.models import Inbound, InboundState
from outreach.incoming.routing import route_stored
from outreach.languages import LANGUAGES
from outreach.outgoing.models import Message, Priority
from outreach.people.consent import Purpose, record_consent, skip_reason
from outreach.people.models import Consent, ConsentEvent, Contact
from outreach.runtime import Runtime
from outreach.sample.families import sample_phone
from outreach.wording.acceptance import accept_language
from outreach.wording.catalog import translations_at
from outreach.wording.models import Text
from tests.support.campaigns import FAIR, PLACES, TITLES, launch_pack, make_event
from tests.support.factories import make_contact
from tests.support.jobs import run_jobs
from tests.support.servers import SENDER, Phones
from tests.support.webhooks import post_inbound

PHONE = sample_phone(0)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def town(work: Runtime) -> Runtime:
    """A family per language."""
    with work.database.writing() as session:
        for number, language in enumerate(("en", "es", "pt_BR", "ht")):
            make_contact(session, number, language)
    return work


def answers(work: Runtime, phones: Phones, body: str, number: int = 0, **more: str) -> list[str]:
    """A family texts; what reaches the carrier for it."""
    before = len(phones.texts(sample_phone(number)))
    assert post_inbound(work, sample_phone(number), body, **more) == 200
    run_jobs(work)
    return [text["body"] for text in phones.texts(sample_phone(number))[before:]]


def consent(work: Runtime, number: int = 0) -> Consent:
    with work.database.reading() as session:
        return session.scalars(select(Contact.consent).where(Contact.phone == sample_phone(number))).one()


def last_inbound(work: Runtime) -> Inbound:
    with work.database.reading() as session:
        return session.scalars(select(Inbound).order_by(Inbound.id.desc()).limit(1)).one()


@pytest.mark.parametrize(
    ("kind", "body", "route", "after"),
    [
        ("STOP", "BASTA YA", Route.STOP, Consent.UNSUBSCRIBED),  # a word of the carrier's own list
        ("START", "VAMOS", Route.START, Consent.SUBSCRIBED),
        ("HELP", "SOS", Route.HELP, Consent.SUBSCRIBED),
    ],
)
def test_what_the_carrier_took_as_a_keyword_is_one_and_gets_no_answer_of_ours(
    town: Runtime, phones: Phones, kind: str, body: str, route: Route, after: Consent
) -> None:
    assert answers(town, phones, body, OptOutType=kind) == []
    assert consent(town) is after
    inbound = last_inbound(town)
    assert (inbound.state, inbound.intent, inbound.opt_out_type) == (InboundState.ROUTED, route, kind)


def test_a_stop_taken_by_the_carrier_counts_in_a_crisis_too(town: Runtime, phones: Phones) -> None:
    (answer,) = answers(town, phones, "I want to kill myself", OptOutType="STOP")
    assert "988" in answer
    assert consent(town) is Consent.UNSUBSCRIBED


def test_a_crisis_with_a_stop_is_answered_and_stops(town: Runtime, phones: Phones) -> None:
    (answer,) = answers(town, phones, "stop. i want to kill myself")
    assert "988" in answer
    assert consent(town) is Consent.UNSUBSCRIBED
    with town.database.reading() as session:
        message = session.scalars(select(Message).where(Message.contact_id.is_not(None))).one()
        assert (message.purpose, message.priority) == (Purpose.CRISIS, Priority.CRISIS)
        assert session.scalar(select(func.count()).select_from(Callback)) == 1
    assert answers(town, phones, "HELP") == []


def test_a_crisis_is_answered_after_a_stop(town: Runtime, phones: Phones) -> None:
    answers(town, phones, "STOP")
    (answer,) = answers(town, phones, "I want to kill myself")
    assert "988" in answer
    assert consent(town) is Consent.UNSUBSCRIBED


@pytest.mark.parametrize("sender", ["12345", "729725", "RIVERSIDE", "", "+0123"])
def test_short_codes_and_names_are_kept_and_never_answered(town: Runtime, phones: Phones, sender: str) -> None:
    status = post_inbound(town, sender, "HELP")
    run_jobs(town)
    assert phones.texts() == []
    with town.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Contact)) == 4
        stored = session.scalars(select(Inbound)).all()
    if status == 200:
        assert [(one.state, one.contact_id) for one in stored] == [(InboundState.ROUTED, None)]
        assert "nobody to answer" in (stored[0].reason or "")
    else:
        assert (status, stored) == (400, [])


def test_a_photo_without_words_is_answered_with_what_we_can_read(town: Runtime, phones: Phones) -> None:
    (answer,) = answers(town, phones, "", NumMedia="1", MediaUrl0="https://example.org/photo")
    with_words = answers(town, phones, "HELP", NumMedia="1")
    assert [answer] != with_words
    assert len(with_words) == 1
    assert last_inbound(town).media == 1


def test_a_family_whose_language_has_no_replies_is_answered_in_english(town: Runtime, phones: Phones) -> None:
    with town.database.writing() as session:
        make_contact(session, 50, "ne")
    (answer,) = answers(town, phones, "HELP", 50)
    assert "Riverside" in answer
    assert "{" not in answer
    (english,) = answers(town, phones, "HELP", 0)
    assert answer == english


def test_two_machines_that_answer_each_other_come_to_rest(town: Runtime, phones: Phones) -> None:
    for _ in range(15):
        answers(town, phones, "HELP")
    assert len(phones.texts(PHONE)) == MOST_REPLIES == 12
    assert "too many" in (last_inbound(town).reason or "")
    (confirmation,) = answers(town, phones, "please stop texting me")
    assert confirmation
    assert consent(town) is Consent.UNSUBSCRIBED
    with clock.frozen(clock.now() + timedelta(minutes=11)):
        (again,) = answers(town, phones, "UNSTOP")
    assert again


def test_a_text_that_breaks_its_handler_stays_for_the_next_try_and_is_counted(
    town: Runtime, phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(_talk: object) -> None:
        raise RuntimeError

    monkeypatch.setitem(HANDLERS, Route.HELP, break_down)
    assert answers(town, phones, "HELP") == []
    stored = last_inbound(town)
    assert (stored.state, stored.attempts, stored.intent, stored.contact_id) == (InboundState.STORED, 1, None, None)
    monkeypatch.undo()
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        jobs.sweep()
        run_jobs(town)
    assert len(phones.texts(PHONE)) == 1
    assert last_inbound(town).state is InboundState.ROUTED


def test_a_text_that_always_breaks_is_tried_ever_less_often_but_never_given_up_and_said_once_without_its_words(
    town: Runtime, phones: Phones, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(_talk: object) -> None:
        raise RuntimeError

    monkeypatch.setitem(HANDLERS, Route.HELP, break_down)
    post_inbound(town, PHONE, "HELP")
    inbound_id = last_inbound(town).id
    waits = []
    for _ in range(40):
        town.redis.flushdb()
        with clock.frozen(last_inbound(town).next_try_at):
            with pytest.raises(RuntimeError):
                jobs.route()
            jobs.sweep()
            assert town.redis.dbsize() == 0, "it rests first"
            waits.append((last_inbound(town).next_try_at - clock.now()).total_seconds())
    assert waits[:8] == [5, 10, 20, 40, 80, 160, 320, 600]
    assert set(waits[8:]) == {600}
    assert caplog.text.count(f"inbound {inbound_id} could not be routed") == 1
    assert PHONE not in caplog.text
    monkeypatch.undo()
    with clock.frozen(last_inbound(town).next_try_at):
        jobs.sweep()
        run_jobs(town)
    assert last_inbound(town).state is InboundState.ROUTED
    assert len(phones.texts(PHONE)) == 1


def test_one_text_that_breaks_keeps_none_of_those_stored_around_it(
    town: Runtime, phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(_talk: object) -> None:
        raise RuntimeError

    monkeypatch.setitem(HANDLERS, Route.HELP, break_down)
    for number, body in enumerate(("START", "HELP", "TALK", "please stop texting me")):
        post_inbound(town, sample_phone(number), body)
    with pytest.raises(RuntimeError):
        jobs.route()
    with town.database.reading() as session:
        stored = session.execute(select(Inbound.state, Inbound.attempts).order_by(Inbound.id)).all()
    assert [tuple(one) for one in stored] == [
        (InboundState.ROUTED, 0), (InboundState.STORED, 1), (InboundState.ROUTED, 0), (InboundState.ROUTED, 0),
    ]  # fmt: skip
    monkeypatch.undo()
    run_jobs(town)
    assert phones.per_phone() == {sample_phone(number): 1 for number in (0, 2, 3)}


def test_one_call_routes_all_that_wait(town: Runtime, phones: Phones) -> None:
    texts = [("qwertz uiop", 0.0)] * (2 * jobs.BATCH + 1)
    store_texts(town, *texts)
    jobs.route()
    with town.database.reading() as session:
        assert unrouted(session, clock.now()) == 0
        intents = session.scalars(select(Inbound.intent)).all()
    assert set(intents) == {Route.UNKNOWN}
    run_jobs(town)
    assert len(phones.texts(PHONE)) == 1, "one gentle answer a day, also to texts of one transaction"


def test_while_a_worker_looks_nobody_else_is_called_and_after_it_somebody_is(town: Runtime) -> None:
    queues.hold(town.redis, ROUTE)
    post_inbound(town, PHONE, "HELP")
    assert Queue(ROUTE.queue, connection=town.redis).count == 0
    jobs.route()
    assert last_inbound(town).state is InboundState.ROUTED
    post_inbound(town, PHONE, "HELP")
    assert ROUTE.job in [job.func_name for job in Queue(ROUTE.queue, connection=town.redis).get_jobs()]


def test_two_workers_take_different_texts(postgres_url: str) -> None:
    database = Database(postgres_url)
    with database.writing() as session:
        for number in range(3):
            store_text(session, number, sample_phone(number))
    with database.writing() as first, database.writing() as second:
        mine, others = take(first, 2), take(second, 2)
        assert [len(mine), len(others)] == [2, 1]
        assert not {one.id for one in mine} & {one.id for one in others}
    database.close()


def store_text(session: Session, number: int, phone: str) -> None:
    store(session, IncomingText(f"SM{number:032d}", phone, SENDER, "HELP", 0, None, carrier_answered=False))


def test_a_familys_next_text_waits_for_the_one_another_worker_is_at(postgres_url: str) -> None:
    database = Database(postgres_url)
    with database.writing() as session:
        for number, phone in enumerate((PHONE, PHONE, sample_phone(1), PHONE)):
            store_text(session, number, phone)
    with database.writing() as first, database.writing() as second:
        mine, others = take(first, 1), take(second, 9)
        assert [one.phone for one in others] == [sample_phone(1)]
        mine[0].state = InboundState.ROUTED
        first.flush()
        assert [one.phone for one in take(second, 9)] == [sample_phone(1)]
    with database.writing() as session:
        assert [one.phone for one in take(session, 9)] == [PHONE, sample_phone(1), PHONE]
    database.close()


def test_a_text_that_cannot_be_routed_holds_no_later_one_of_its_family_up(postgres_url: str) -> None:
    database = Database(postgres_url)
    with database.writing() as session:
        for number in range(2):
            store_text(session, number, PHONE)
        broken = session.scalars(select(Inbound).order_by(Inbound.id).limit(1)).one()
        broken.attempts, broken.next_try_at = 1, clock.now() + timedelta(minutes=1)
    with database.writing() as session:
        assert [one.attempts for one in take(session, 9)] == [0]
    database.close()


def test_texts_that_wait_too_long_are_counted_until_they_are_routed(town: Runtime, phones: Phones) -> None:
    post_inbound(town, PHONE, "HELP")

    def waiting(since: datetime) -> int:
        with town.database.reading() as session:
            return unrouted(session, since)

    assert (waiting(clock.now()), waiting(clock.now() - timedelta(minutes=1))) == (1, 0)
    run_jobs(town)
    assert waiting(clock.now()) == 0


def store_texts(work: Runtime, *texts: tuple[str, float]) -> list[int]:
    """Texts of the first family, stored in this order; the seconds are what the storing host's clock is off by."""
    now, ids = clock.now(), []
    for body, seconds in texts:
        with clock.frozen(now + timedelta(seconds=seconds)), work.database.writing() as session:
            text = IncomingText(
                f"SM{uuid4().hex}", PHONE, SENDER, body, media=0, opt_out_type=None, carrier_answered=False
            )
            stored = store(session, text)
            assert stored
            ids.append(stored)
    return ids


def route_all(work: Runtime, ids: list[int]) -> None:
    """One after the other, in this order."""
    for inbound_id in ids:
        with work.database.writing() as session:
            route_stored(session, work, inbound_id)
    run_jobs(work)


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("seconds", [3, -30])
def test_a_stop_after_a_start_ends_our_texts_whatever_is_routed_first_and_whatever_the_clocks_say(
    town: Runtime, phones: Phones, seconds: float, reverse: bool
) -> None:
    start, stop = store_texts(town, ("START", 0), ("basta ya", seconds))
    route_all(town, [stop, start] if reverse else [start, stop])
    assert consent(town) is Consent.UNSUBSCRIBED
    assert len(phones.texts(PHONE)) == (1 if reverse else 2), "no welcome after the stop"


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("seconds", [3, -30])
def test_a_start_after_a_stop_brings_the_family_back_in_the_same_way(
    town: Runtime, phones: Phones, seconds: float, reverse: bool
) -> None:
    stop, start = store_texts(town, ("basta ya", 0), ("START", seconds))
    route_all(town, [start, stop] if reverse else [stop, start])
    assert consent(town) is Consent.SUBSCRIBED
    assert len(phones.texts(PHONE)) == (1 if reverse else 2), "no goodbye after the welcome"


def test_a_stop_is_dated_by_its_arrival_not_by_its_routing(town: Runtime) -> None:
    ids = store_texts(town, ("STOP", 0))
    with clock.frozen(clock.now() + timedelta(minutes=10)):
        route_all(town, ids)
    with town.database.reading() as session:
        entry = session.scalars(select(ConsentEvent).order_by(ConsentEvent.id.desc()).limit(1)).one()
        assert entry.happened_at == last_inbound(town).received_at
        assert entry.recorded_at > entry.happened_at + timedelta(minutes=9)


@pytest.mark.parametrize(("minutes", "confirmed"), [(4, 1), (6, 0)])
def test_a_stop_is_confirmed_within_five_minutes_of_its_arrival_or_not_at_all(
    town: Runtime, phones: Phones, minutes: int, confirmed: int
) -> None:
    ids = store_texts(town, ("basta ya", 0))
    with clock.frozen(clock.now() + timedelta(minutes=minutes)):
        route_all(town, ids)
    assert len(phones.texts(PHONE)) == confirmed
    assert consent(town) is Consent.UNSUBSCRIBED


def test_a_confirmation_of_stop_that_waits_for_the_carrier_lapses(town: Runtime) -> None:
    store_texts(town, ("basta ya", 0))
    jobs.route()
    with town.database.reading() as session:
        message = session.scalars(select(Message).where(Message.purpose == Purpose.CONFIRMATION)).one()
        assert message.expires_at
        assert abs(message.expires_at - last_inbound(town).received_at - timedelta(minutes=5)) < timedelta(seconds=1)


def test_a_family_that_texts_can_be_reached(town: Runtime, phones: Phones) -> None:
    with town.database.writing() as session:
        contact = session.scalars(select(Contact).where(Contact.phone == PHONE)).one()
        contact.unreachable_at, contact.unreachable_reason = clock.now(), "switched off"
    answers(town, phones, "HELP")
    with town.database.reading() as session:
        contact = session.scalars(select(Contact).where(Contact.phone == PHONE)).one()
        assert (contact.unreachable_at, contact.unreachable_reason) == (None, None)


def test_campaigns_wait_for_a_family_in_a_crisis(town: Runtime, phones: Phones) -> None:
    answers(town, phones, "I want to kill myself")
    with town.database.reading() as session:
        contact = session.scalars(select(Contact).where(Contact.phone == PHONE)).one()
        assert contact.held_since is not None
        reason = session.scalar(select(skip_reason(None)).where(Contact.id == contact.id))
        assert reason == "crisis_hold"


@pytest.mark.parametrize(
    ("number", "said"), [(0, "I want to kill myself"), (1, "me quiero matar ya"), (3, "mwen vle mouri")]
)
def test_of_a_crisis_no_word_is_kept_beside_the_text_itself(
    town: Runtime, phones: Phones, caplog: pytest.LogCaptureFixture, number: int, said: str
) -> None:
    caplog.set_level("DEBUG", "outreach")
    answers(town, phones, said, number)
    with town.database.reading() as session:
        inbound = session.scalars(select(Inbound)).one()
        callback = session.scalars(select(Callback)).one()
        kept = [inbound.reason, str(inbound.args), callback.reason, *(entry.note for entry in callback.history)]
    assert (inbound.intent, inbound.body) == ("crisis", said)
    words = {word.lower() for word in said.split() if len(word) > 3}
    for text in (*kept, caplog.text):
        assert not words & set((text or "").lower().replace("'", " ").replace('"', " ").split())


def start_series(work: Runtime, pack: str = "parenting/first_years") -> int:
    """A series, running for a first family."""
    content = work.settings.content
    with work.database.writing() as session:
        accept_language(session, "es", accepted_by="a test")
        make_contact(session, 60)
        request = Request(
            packs_at(content / "campaigns")[pack],
            Recipients.read("everyone", tuple(LANGUAGES)),
            {},
            choices={"pt_BR": "skip", "ht": "skip"},
        )
        plan = make_plan(session, work.settings, translations_at(content / "locales"), request)
        return launch(session, work.redis, work.settings, plan).id


def test_parent_joins_the_running_series_with_its_first_text_in_the_familys_language(
    town: Runtime, phones: Phones
) -> None:
    campaign = start_series(town)
    run_jobs(town)
    with town.database.writing() as session:
        make_contact(session, 61, "es", Consent.PENDING)
    (first,) = answers(town, phones, "PARENT", 61)
    assert "STOP" in first
    (already,) = answers(town, phones, "PARENT", 61)
    assert already != first
    with town.database.reading() as session:
        contact = session.scalars(select(Contact).where(Contact.phone == sample_phone(61))).one()
        assert session.get(Enrolment, (campaign, contact.id)) is not None
        assert (contact.consent, contact.only_chosen_topics) == (Consent.SUBSCRIBED, True)
    run_jobs(town)
    assert len(phones.texts(sample_phone(61))) == 2, "the series itself does not greet a second time"


def test_nobody_joins_a_series_for_certain_families_by_texting_a_keyword(town: Runtime, phones: Phones) -> None:
    start_series(town, "parenting/new_arrivals")
    run_jobs(town)
    (answer,) = answers(town, phones, "PARENT", 61)
    assert "not running" in answer


def test_parent_subscribes_a_waiting_family_to_this_topic_alone(town: Runtime, phones: Phones) -> None:
    start_series(town)
    run_jobs(town)
    with town.database.writing() as session:
        contact = make_contact(session, 61, "en", Consent.PENDING)
        record_consent(session, contact, Consent.PENDING, source="import", topic="screenings")
    assert len(answers(town, phones, "PARENT", 61)) == 1
    with town.database.reading() as session:
        contact = session.scalars(select(Contact).where(Contact.phone == sample_phone(61))).one()
        assert {one.topic: one.consent for one in contact.topics} == {
            "screenings": Consent.PENDING,
            "parenting": Consent.SUBSCRIBED,
        }


def test_a_family_that_had_not_agreed_at_launch_joins_by_itself(town: Runtime, phones: Phones) -> None:
    with town.database.writing() as session:
        pending = make_contact(session, 61, "en", Consent.PENDING).id
        held = make_contact(session, 62, "en", held_since=clock.now()).id
    campaign = start_series(town)
    run_jobs(town)
    assert phones.texts(sample_phone(61)) == []
    with town.database.reading() as session:
        assert [session.get(Enrolment, (campaign, one)) for one in (pending, held)] == [None, None]
    (first,) = answers(town, phones, "PARENT", 61)
    with town.database.reading() as session:
        assert first == session.scalars(select(Text.body).join(Message).where(Message.topic == "parenting")).first()
        assert session.get(Enrolment, (campaign, pending)) is not None


def test_a_stop_leaves_the_series(town: Runtime, phones: Phones) -> None:
    campaign = start_series(town)
    run_jobs(town)
    answers(town, phones, "STOP", 0)
    with town.database.reading() as session:
        contact = session.scalars(select(Contact).where(Contact.phone == PHONE)).one()
        assert session.get_one(Enrolment, (campaign, contact.id)).left_at is not None


def test_parent_without_a_running_series_is_told_so(town: Runtime, phones: Phones) -> None:
    (answer,) = answers(town, phones, "PARENT")
    assert "{" not in answer
    with town.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Enrolment)) == 0


def test_a_no_to_an_invitation_is_kept_and_may_change(town: Runtime, phones: Phones) -> None:
    event = make_event(town, clock.now() + timedelta(days=9))
    launch_pack(town, FAIR, event=event, choices={"es": "en", "pt_BR": "en", "ht": "en"})
    run_jobs(town)
    (regret,) = answers(town, phones, "no", 1)
    assert answer_of(town, event.id) is Answer.NO
    (welcome,) = answers(town, phones, "sí", 1)
    assert answer_of(town, event.id) is Answer.YES
    assert regret != welcome
    assert consent(town, 1) is Consent.SUBSCRIBED


def test_a_yes_is_answered_with_the_name_and_place_in_the_familys_language(town: Runtime, phones: Phones) -> None:
    event = make_event(town, clock.now() + timedelta(days=9), titles=TITLES, places=PLACES)
    launch_pack(town, FAIR, event=event, choices={"es": "en", "pt_BR": "en", "ht": "en"})
    run_jobs(town)
    (spanish,) = answers(town, phones, "1", 1)
    assert TITLES["es"] in spanish
    assert PLACES["es"] in spanish
    (portuguese,) = answers(town, phones, "1", 2)
    assert "Health Fair" in portuguese
    assert "City Hall" in portuguese


def answer_of(work: Runtime, event_id: int) -> Answer | None:
    with work.database.reading() as session:
        contact = session.scalars(select(Contact.id).where(Contact.phone == sample_phone(1))).one()
        return session.get_one(Invitation, (event_id, contact)).answer


def replayed(dice: random.Random) -> Iterator[tuple[int, str]]:
    """200 texts of 200 families, each brought twice, in no order."""
    texts = [(number, dice.choice(("HELP", "TALK", "comida 02139", "qwertz uiop", "START"))) for number in range(200)]
    yield from dice.sample(texts * 2, 400)


def test_two_hundred_texts_brought_twice_in_random_order_get_one_reply_each(work: Runtime, phones: Phones) -> None:
    client = create_app(work.settings).test_client()
    validator = RequestValidator(work.settings.twilio_auth_token)
    url = f"{work.settings.public_url}/twilio/inbound"
    brought = list(replayed(random.Random(7)))
    for place, (number, body) in enumerate(brought):
        sid = f"SM{number:032d}"
        form = {"MessageSid": sid, "From": sample_phone(number), "To": SENDER, "Body": body, "NumMedia": "0"}
        signed = {"X-Twilio-Signature": validator.compute_signature(url, form)}
        answer = client.post("/twilio/inbound", data=form, headers=signed)
        assert answer.status_code == 200
        if place == len(brought) // 2:
            run_jobs(work)
    run_jobs(work)
    runtime.current().close()  # the app's
    assert phones.per_phone() == {sample_phone(number): 1 for number in range(200)}
    with work.database.reading() as session:
        assert session.scalar(select(func.count()).where(Inbound.state == InboundState.ROUTED)) == 200
        assert session.scalar(select(func.count()).select_from(Message)) == 200


def test_a_text_routed_twice_by_two_workers_is_answered_once(town: Runtime, phones: Phones) -> None:
    post_inbound(town, PHONE, "HELP")
    inbound_id = last_inbound(town).id
    for expected in (Route.HELP, None):
        with town.database.writing() as session:
            intent = route_stored(session, town, inbound_id)
            assert (intent.route if intent else None) == expected
    run_jobs(town)
    assert len(phones.texts(PHONE)) == 1


def test_a_text_longer_than_a_text_and_with_a_nul_in_it_is_stored(town: Runtime, phones: Phones) -> None:
    assert len(answers(town, phones, "HELP \x00" + "x" * 5000)) <= 1
    assert len(last_inbound(town).body) <= 1600


def test_redis_away_when_routing_costs_nothing_but_the_wake_up(town: Runtime, phones: Phones) -> None:
    post_inbound(town, PHONE, "HELP")
    away = Runtime(replace(town.settings, redis_url="redis://127.0.0.1:1/0"))
    with away.database.writing() as session:
        assert route_stored(session, away, last_inbound(town).id) is not None
    away.close()
    with town.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 1
