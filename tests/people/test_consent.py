"""Whether we may write: the rule, the same rule in SQL, and the ledger behind it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import outreach.callbacks.models
import outreach.campaigns.models
import outreach.incoming.models
import outreach.outgoing.models
import outreach.staff.models
import outreach.wording.models  # noqa: F401 - the tables that foreign keys point at
from outreach import clock
from outreach.db import Base, Database
from outreach.people.consent import WHY, Permission, Purpose, may_text, record_consent, skip_reason
from outreach.people.ledger import Source, Weight, Word, weigh
from outreach.people.models import Consent, ConsentEvent, Contact, ContactTopic

PENDING, SUBSCRIBED, UNSUBSCRIBED = Consent.PENDING, Consent.SUBSCRIBED, Consent.UNSUBSCRIBED
NOW = datetime(2026, 3, 24, 15, 0, tzinfo=UTC)
TOPIC = "screenings"


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    database = Database(f"sqlite:///{tmp_path / 'outreach.sqlite'}")
    Base.metadata.create_all(database.engine)
    with clock.frozen(NOW), database.writing() as session:
        yield session
    database.close()


def add_contact(session: Session, number: int = 100, **columns: object) -> Contact:
    contact = Contact(phone=f"+1617555{number:04d}", language="es", created_at=NOW, **columns)
    session.add(contact)
    session.flush()
    return contact


@pytest.mark.parametrize(
    ("purpose", "pending", "subscribed", "unsubscribed"),
    [
        (Purpose.CAMPAIGN, "no_consent_yet", None, "said_stop"),
        (Purpose.REPLY, None, None, "said_stop"),
        (Purpose.STAFF, None, None, "said_stop"),
        (Purpose.CONFIRMATION, None, None, None),
        (Purpose.CRISIS, None, None, None),
        (Purpose.ALERT, None, None, None),
    ],
)
def test_each_purpose_asks_for_its_consent(
    purpose: Purpose, pending: str | None, subscribed: str | None, unsubscribed: str | None
) -> None:
    reasons = [may_text(consent, purpose=purpose).reason for consent in (PENDING, SUBSCRIBED, UNSUBSCRIBED)]
    assert reasons == [pending, subscribed, unsubscribed]


@pytest.mark.parametrize(
    ("topic_consent", "only_chosen_topics", "reason"),
    [
        (None, False, None),
        (None, True, "topic_not_chosen"),
        (SUBSCRIBED, True, None),
        (SUBSCRIBED, False, None),
        (UNSUBSCRIBED, False, "said_stop_to_topic"),
        (UNSUBSCRIBED, True, "said_stop_to_topic"),
        (PENDING, False, "topic_not_chosen"),
    ],
)
def test_the_word_on_a_topic_decides_a_campaign(
    topic_consent: Consent | None, only_chosen_topics: bool, reason: str | None
) -> None:
    permission = may_text(
        SUBSCRIBED,
        purpose=Purpose.CAMPAIGN,
        topic=TOPIC,
        topic_consent=topic_consent,
        only_chosen_topics=only_chosen_topics,
    )
    assert permission == Permission(reason is None, reason)


@pytest.mark.parametrize("purpose", Purpose)
def test_an_unreachable_number_stops_campaigns_only(purpose: Purpose) -> None:
    allowed = may_text(SUBSCRIBED, purpose=purpose, unreachable=True).allowed
    assert allowed is (purpose not in (Purpose.CAMPAIGN, Purpose.URGENT))


@pytest.mark.parametrize("purpose", Purpose)
def test_after_a_crisis_campaigns_wait_and_everything_else_goes(purpose: Purpose) -> None:
    campaign = purpose in (Purpose.CAMPAIGN, Purpose.URGENT)
    assert may_text(SUBSCRIBED, purpose=purpose, held=True) == Permission(
        not campaign, "crisis_hold" if campaign else None
    )


def test_a_family_that_chose_topics_still_hears_that_school_is_closed() -> None:
    chose = {"purpose": Purpose.CAMPAIGN, "only_chosen_topics": True}
    assert not may_text(SUBSCRIBED, topic=TOPIC, **chose).allowed  # type: ignore[arg-type]
    assert may_text(SUBSCRIBED, topic="notices", **chose).allowed  # type: ignore[arg-type]
    refused = may_text(SUBSCRIBED, topic="notices", topic_consent=UNSUBSCRIBED, **chose)  # type: ignore[arg-type]
    assert refused.reason == "said_stop_to_topic"


@pytest.mark.parametrize("topic", [TOPIC, "notices", None])
def test_sql_and_the_rule_agree_on_every_combination(session: Session, topic: str | None) -> None:
    expected = {}
    combinations = product(Consent, [None, *Consent], [False, True], [False, True], [False, True])
    for number, (consent, word, only_chosen, unreachable, held) in enumerate(combinations):
        contact = add_contact(
            session,
            number,
            consent=consent,
            only_chosen_topics=only_chosen,
            unreachable_at=NOW if unreachable else None,
            held_since=NOW if held else None,
        )
        session.add(ContactTopic(contact_id=contact.id, topic="parenting", consent=SUBSCRIBED))
        if word:
            session.add(ContactTopic(contact_id=contact.id, topic=topic or TOPIC, consent=word))
        permission = may_text(
            consent,
            purpose=Purpose.CAMPAIGN,
            topic=topic,
            topic_consent=word,
            only_chosen_topics=only_chosen,
            unreachable=unreachable,
            held=held,
        )
        expected[contact.id] = permission.reason
    session.flush()
    rows = session.execute(select(Contact.id, skip_reason(topic)))
    found = dict(iter(rows))
    assert len(expected) == 96
    assert found == expected
    assert set(found.values()) - {None} <= WHY.keys()


def word(
    consent: Consent,
    source: Source,
    hours: float,
    evidence: str | None = None,
    dated: bool = True,
    inbound_id: int | None = None,
) -> Word:
    return Word(consent, source, NOW + timedelta(hours=hours), evidence, dated, inbound_id)


def text(consent: Consent, inbound_id: int, seconds: float = 0) -> Word:
    """A keyword in the family's stored text of this number, its time by the clock of the host that stored it."""
    return word(consent, Source.KEYWORD, seconds / 3600, inbound_id=inbound_id)


STOP = word(UNSUBSCRIBED, Source.KEYWORD, 0)
OLD_YES = word(SUBSCRIBED, Source.IMPORT, -9, "form")


@pytest.mark.parametrize(
    ("new", "present", "history", "weight"),
    [
        # No import undoes a stop, whatever its date says.
        (OLD_YES, UNSUBSCRIBED, [STOP], Weight.CANNOT_LIFT_STOP),
        (word(SUBSCRIBED, Source.IMPORT, 9, "new form"), UNSUBSCRIBED, [STOP], Weight.CANNOT_LIFT_STOP),
        (word(SUBSCRIBED, Source.STAFF, 1), UNSUBSCRIBED, [STOP], Weight.CANNOT_LIFT_STOP),
        (word(PENDING, Source.STAFF, 1), UNSUBSCRIBED, [STOP], Weight.CANNOT_LIFT_STOP),
        # The family does, and staff who can show how it agreed.
        (word(SUBSCRIBED, Source.KEYWORD, 1), UNSUBSCRIBED, [STOP], Weight.COUNTS),
        (word(SUBSCRIBED, Source.CARRIER, 1), UNSUBSCRIBED, [STOP], Weight.COUNTS),
        (word(SUBSCRIBED, Source.WEB, 1), UNSUBSCRIBED, [STOP], Weight.COUNTS),
        (word(SUBSCRIBED, Source.STAFF, 1, "called the office"), UNSUBSCRIBED, [STOP], Weight.COUNTS),
        # A word that comes late does not undo one that was said after it.
        (word(SUBSCRIBED, Source.KEYWORD, -1), UNSUBSCRIBED, [STOP], Weight.OUTLIVED),
        (word(SUBSCRIBED, Source.STAFF, -1, "form"), UNSUBSCRIBED, [STOP], Weight.OUTLIVED),
        (STOP, SUBSCRIBED, [word(SUBSCRIBED, Source.KEYWORD, 1)], Weight.OUTLIVED),
        # Of two texts the one stored later speaks, whatever is routed first and whatever two hosts' clocks say.
        (text(SUBSCRIBED, 1), UNSUBSCRIBED, [text(UNSUBSCRIBED, 2, 3)], Weight.OUTLIVED),
        (text(UNSUBSCRIBED, 2, 3), SUBSCRIBED, [text(SUBSCRIBED, 1)], Weight.COUNTS),
        (text(UNSUBSCRIBED, 2, -30), SUBSCRIBED, [text(SUBSCRIBED, 1)], Weight.COUNTS),
        (text(SUBSCRIBED, 1), UNSUBSCRIBED, [text(UNSUBSCRIBED, 2, -30)], Weight.OUTLIVED),
        (text(SUBSCRIBED, 2, 3), UNSUBSCRIBED, [text(UNSUBSCRIBED, 1)], Weight.COUNTS),
        (text(SUBSCRIBED, 2, -30), UNSUBSCRIBED, [text(UNSUBSCRIBED, 1)], Weight.COUNTS),
        (text(UNSUBSCRIBED, 1), SUBSCRIBED, [text(SUBSCRIBED, 2, 3)], Weight.OUTLIVED),
        # Where only clocks can tell, what they cannot tell apart is a stop.
        (STOP, SUBSCRIBED, [word(SUBSCRIBED, Source.WEB, 1 / 60)], Weight.COUNTS),
        (STOP, SUBSCRIBED, [word(SUBSCRIBED, Source.WEB, 3 / 60)], Weight.OUTLIVED),
        (text(UNSUBSCRIBED, 1), SUBSCRIBED, [word(SUBSCRIBED, Source.WEB, 1 / 60)], Weight.COUNTS),
        (word(SUBSCRIBED, Source.WEB, 1 / 3600), UNSUBSCRIBED, [STOP], Weight.COUNTS),
        # But a stop counts against a file that was read after it.
        (STOP, SUBSCRIBED, [word(SUBSCRIBED, Source.IMPORT, 1, "form")], Weight.COUNTS),
        # A file says nothing new when the file before it said the same, even if the family spoke in between.
        (OLD_YES, SUBSCRIBED, [OLD_YES], Weight.REPEATS),
        (OLD_YES, UNSUBSCRIBED, [OLD_YES, STOP], Weight.REPEATS),
        (word(SUBSCRIBED, Source.IMPORT, 5, "form", dated=False), SUBSCRIBED, [OLD_YES], Weight.REPEATS),
        (word(SUBSCRIBED, Source.IMPORT, 5, "form"), SUBSCRIBED, [OLD_YES], Weight.COUNTS),
        (word(SUBSCRIBED, Source.IMPORT, -9, "web form"), SUBSCRIBED, [OLD_YES], Weight.COUNTS),
        (word(UNSUBSCRIBED, Source.IMPORT, 5, "form", dated=False), SUBSCRIBED, [OLD_YES], Weight.COUNTS),
        (word(PENDING, Source.IMPORT, 5), SUBSCRIBED, [OLD_YES], Weight.REPEATS),
        # A family's own word is never a repeat.
        (word(UNSUBSCRIBED, Source.KEYWORD, 2), UNSUBSCRIBED, [STOP], Weight.COUNTS),
        (OLD_YES, PENDING, [], Weight.COUNTS),
    ],
)
def test_the_ledger_weighs_a_new_word(new: Word, present: Consent, history: list[Word], weight: Weight) -> None:
    assert weigh(new, present=present, history=history) is weight


def entries(session: Session) -> list[tuple[str | None, Consent, str]]:
    found = session.scalars(select(ConsentEvent).order_by(ConsentEvent.id))
    return [(entry.topic, entry.consent, entry.source) for entry in found]


def test_a_stop_is_kept_with_the_words_of_the_family(session: Session) -> None:
    contact = add_contact(session, consent=SUBSCRIBED)
    entry = record_consent(
        session, contact, UNSUBSCRIBED, source="keyword", raw_text="no más", inbound_id=7, happened_at=NOW
    )
    assert entry is not None
    assert (entry.raw_text, entry.inbound_id, entry.recorded_at) == ("no más", 7, NOW)
    assert contact.consent is UNSUBSCRIBED


def test_a_family_that_says_stop_twice_is_written_down_twice(session: Session) -> None:
    contact = add_contact(session)
    for _ in range(2):
        assert record_consent(session, contact, UNSUBSCRIBED, source="keyword")
    assert len(entries(session)) == 2


def test_an_import_that_repeats_itself_is_not_written(session: Session) -> None:
    contact = add_contact(session)
    assert record_consent(session, contact, SUBSCRIBED, source="import", evidence="form 2025")
    assert record_consent(session, contact, SUBSCRIBED, source="import", evidence="form 2025") is None
    assert record_consent(session, contact, SUBSCRIBED, source="import", evidence="form 2026")
    assert len(entries(session)) == 2


def test_no_import_brings_back_a_family_that_said_stop(session: Session) -> None:
    contact = add_contact(session)
    record_consent(session, contact, UNSUBSCRIBED, source="keyword")
    long_ago = NOW - timedelta(days=300)
    again = record_consent(session, contact, SUBSCRIBED, source="import", evidence="form", happened_at=long_ago)
    assert again is None
    assert contact.consent is UNSUBSCRIBED


def test_a_late_start_is_written_but_does_not_undo_the_stop_after_it(session: Session) -> None:
    contact = add_contact(session)
    record_consent(session, contact, UNSUBSCRIBED, source="keyword", happened_at=NOW)
    before = NOW - timedelta(minutes=5)
    assert record_consent(session, contact, SUBSCRIBED, source="keyword", happened_at=before)
    assert contact.consent is UNSUBSCRIBED


def test_a_stop_to_everything_leaves_the_topics_as_they_were(session: Session) -> None:
    contact = add_contact(session, consent=SUBSCRIBED)
    record_consent(session, contact, SUBSCRIBED, source="web", topic=TOPIC)
    record_consent(session, contact, UNSUBSCRIBED, source="keyword")
    assert [(one.topic, one.consent) for one in contact.topics] == [(TOPIC, SUBSCRIBED)]


def test_a_stop_to_a_topic_leaves_the_rest(session: Session) -> None:
    contact = add_contact(session, consent=SUBSCRIBED)
    record_consent(session, contact, UNSUBSCRIBED, source="keyword", topic=TOPIC)
    assert contact.consent is SUBSCRIBED
    assert session.scalar(select(skip_reason(TOPIC)).where(Contact.id == contact.id)) == "said_stop_to_topic"
    assert session.scalar(select(skip_reason("parenting")).where(Contact.id == contact.id)) is None


def test_a_yes_confirms_the_topics_that_waited_for_it(session: Session) -> None:
    contact = add_contact(session, only_chosen_topics=True)
    record_consent(session, contact, PENDING, source="import", topic=TOPIC)
    record_consent(session, contact, UNSUBSCRIBED, source="keyword", topic="parenting")
    record_consent(session, contact, SUBSCRIBED, source="keyword")
    assert {one.topic: one.consent for one in contact.topics} == {
        TOPIC: SUBSCRIBED,
        "parenting": UNSUBSCRIBED,
    }
    assert (TOPIC, SUBSCRIBED, "keyword") in entries(session)


def test_a_yes_to_one_topic_alone_leaves_the_others_waiting(session: Session) -> None:
    contact = add_contact(session, only_chosen_topics=True)
    record_consent(session, contact, PENDING, source="import", topic=TOPIC)
    record_consent(session, contact, SUBSCRIBED, source="keyword", confirm_waiting=False)
    record_consent(session, contact, SUBSCRIBED, source="keyword", topic="parenting")
    assert contact.consent is SUBSCRIBED
    assert {one.topic: one.consent for one in contact.topics} == {TOPIC: PENDING, "parenting": SUBSCRIBED}


@pytest.mark.parametrize("routed", [(1, 2), (2, 1)])
@pytest.mark.parametrize("seconds", [3, 0, -30])
def test_a_stop_stored_after_a_start_ends_our_texts_in_whatever_order_they_are_routed(
    session: Session, routed: tuple[int, ...], seconds: int
) -> None:
    contact = add_contact(session)
    said = {1: (SUBSCRIBED, NOW), 2: (UNSUBSCRIBED, NOW + timedelta(seconds=seconds))}
    for inbound_id in routed:
        consent, at = said[inbound_id]
        record_consent(session, contact, consent, source="keyword", inbound_id=inbound_id, happened_at=at)
    assert contact.consent is UNSUBSCRIBED


def test_a_source_nobody_knows_is_refused(session: Session) -> None:
    contact = add_contact(session)
    with pytest.raises(ValueError, match="hearsay"):
        record_consent(session, contact, SUBSCRIBED, source="hearsay")


def test_the_ledger_is_never_rewritten(session: Session) -> None:
    contact = add_contact(session)
    entry = record_consent(session, contact, UNSUBSCRIBED, source="keyword")
    assert entry is not None
    entry.consent = SUBSCRIBED
    with pytest.raises(RuntimeError, match="append-only"):
        session.flush()
    session.rollback()
