"""Whom a campaign is for: what coordinators write, what it selects, and how it is said back to them."""

from collections.abc import Iterator
from datetime import UTC, datetime
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
from outreach.db import Base, Database
from outreach.people.audience import AudienceError, LanguageCount, count_by_language, parse_audience
from outreach.people.models import Consent, Contact, ContactTag, ContactTopic, Household

NOW = datetime(2026, 3, 24, 15, 0, tzinfo=UTC)
SPOKEN = ("en", "es", "pt_BR", "ht")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    database = Database(f"sqlite:///{tmp_path / 'outreach.sqlite'}")
    Base.metadata.create_all(database.engine)
    with database.writing() as session:
        yield session
    database.close()


def add(session: Session, number: int, **columns: object) -> Contact:
    columns = {"language": "es", "consent": Consent.SUBSCRIBED, **columns}
    contact = Contact(phone=f"+1617555{number:04d}", created_at=NOW, **columns)
    session.add(contact)
    session.flush()
    return contact


def phones(session: Session, text: str) -> list[int]:
    found = session.scalars(select(Contact.phone).where(parse_audience(text).where()).order_by(Contact.phone))
    return [int(phone[-4:]) for phone in found]


@pytest.mark.parametrize(
    ("written", "canonical", "said"),
    [
        ("everyone", "everyone", "every family"),
        (" Everyone ", "everyone", "every family"),
        ("language=es,pt", "language=es,pt_BR", "families who read Spanish or Portuguese"),
        (
            "zip=02141,02139 language=pt,Spanish",
            "language=es,pt_BR zip=02139,02141",
            "families who read Spanish or Portuguese, in 02139 or 02141",
        ),
        ("zip=02139, 02141", "zip=02139,02141", "families in 02139 or 02141"),
        ('language="Haitian Creole"', "language=ht", "families who read Haitian Creole"),
        ('school="Lincoln School"', 'school="Lincoln School"', "families at Lincoln School"),
        ("school=“Lincoln School”", 'school="Lincoln School"', "families at Lincoln School"),
        ("tag=a tag=b,c", "tag=a tag=b,c", "families tagged a, tagged b or c"),
        ('tag="Grade 3"', "tag=grade-3", "families tagged grade-3"),
        ("grade=03,K,1", "grade=1,3,K", "families in grade 1, 3 or K"),
        ("topic=health-fairs", "topic=health_fairs", "families who agreed to texts about health fairs"),
        ("household=H12", "household=H12", "families of household H12"),
        ("tag=a tag=a", "tag=a", "families tagged a"),
    ],
)
def test_an_audience_is_read_and_said_back(written: str, canonical: str, said: str) -> None:
    audience = parse_audience(written, SPOKEN)
    assert str(audience) == canonical
    assert audience.describe() == said
    assert parse_audience(str(audience), SPOKEN) == audience


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("", ["everyone", "language=es"]),
        ("shool=Lincoln", ["shool", "school"]),
        ("Spanish", ["Spanish", "NAME=VALUE"]),
        ("everyone language=es", ["everyone stands alone"]),
        ("language=es everyone", ["everyone stands alone"]),
        ("language=", ["language has an empty value"]),
        ("language=es,", ["language has an empty value"]),
        ("language=es,,pt", ["language has an empty value"]),
        ("language=es, zip=02139", ["language has an empty value"]),
        ('tag=""', ["tag has an empty value"]),
        ('tag=" , "', ["tag has an empty value"]),
        ("language=klingon", ["klingon", "en, es, pt_BR, ht"]),
        ("language=vi", ["vi", "en, es, pt_BR, ht"]),
        ("zip=0213", ["0213", "five digits"]),
        ("zip=00000", ["00000", "five digits"]),
        ("zip=02139-1234", ["02139-1234", "five digits"]),
        ("language=es language=pt", ["language is there twice", "language=A,B"]),
        ("topic=football", ["football", "screenings, parenting"]),
        ('school="Lincoln', ["school", "never closes"]),
        ('school="Lincoln"School', ["school", "quotes"]),
        ("school=Lincoln School", ["School", "NAME=VALUE"]),
        ("=es", ["filter"]),
    ],
)
def test_an_audience_that_cannot_be_read_says_which_word_and_what_is_possible(written: str, names: list[str]) -> None:
    with pytest.raises(AudienceError) as caught:
        parse_audience(written, SPOKEN, ("screenings", "parenting"))
    for name in names:
        assert name in str(caught.value)


def test_filters_select_contacts(session: Session) -> None:
    home, joined = Household(key="H1"), Household(key="H2")
    session.add_all([home, joined])
    session.flush()
    joined.merged_into_id = home.id
    first = add(session, 1, zip="02139", school="Ñandú", grade="3", household_id=home.id)
    add(session, 2, language="pt_BR", zip="02141", school="Lincoln School")
    add(session, 3, language="en", zip="02139")
    session.add_all([ContactTag(contact_id=first.id, tag=tag) for tag in ("a", "b")])
    session.add(ContactTag(contact_id=first.id + 1, tag="a"))
    session.flush()
    assert phones(session, "everyone") == [1, 2, 3]
    assert phones(session, "language=es,pt") == [1, 2]
    assert phones(session, "language=es,en zip=02139") == [1, 3]
    assert phones(session, "tag=a,b") == [1, 2]
    assert phones(session, "tag=a tag=b") == [1]
    assert phones(session, "school=Ñandú") == [1]
    assert phones(session, 'school="lincoln school"') == [2]
    assert phones(session, "grade=3rd") == [1]
    assert phones(session, "household=H1") == phones(session, "household=H2") == [1]
    assert phones(session, "household=H3") == []


def test_a_topic_selects_those_whose_consent_covers_it(session: Session) -> None:
    add(session, 1)
    chosen = add(session, 2, only_chosen_topics=True)
    add(session, 3, only_chosen_topics=True)
    stopped = add(session, 4)
    add(session, 5, consent=Consent.PENDING)
    session.add(ContactTopic(contact_id=chosen.id, topic="screenings", consent=Consent.SUBSCRIBED))
    session.add(ContactTopic(contact_id=stopped.id, topic="screenings", consent=Consent.UNSUBSCRIBED))
    session.flush()
    assert phones(session, "topic=screenings") == [1, 2]
    assert phones(session, "topic=screenings,parenting") == [1, 2, 4]


def test_a_count_tells_by_language_who_is_reached_and_why_others_are_not(session: Session) -> None:
    add(session, 1)
    add(session, 2)
    add(session, 3, consent=Consent.UNSUBSCRIBED)
    add(session, 4, unreachable_at=NOW)
    add(session, 5, language="ht", consent=Consent.PENDING)
    add(session, 6, language="en", zip="02141")
    audience = parse_audience("language=es,ht")
    assert count_by_language(session, audience.where(), "screenings") == [
        LanguageCount("es", 2, {"said_stop": 1, "unreachable": 1}, {"US": 2}),
        LanguageCount("ht", 0, {"no_consent_yet": 1}),
    ]
    assert count_by_language(session, parse_audience("zip=02140").where(), None) == []
