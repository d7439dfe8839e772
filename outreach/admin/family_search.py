"""Finding families: what the address of the list asks for, as one statement and a page of 50."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from outreach import clock
from outreach.incoming.intent import Route
from outreach.incoming.models import Inbound
from outreach.languages import LANGUAGES
from outreach.people.models import Consent, ConsentEvent, Contact, ContactTag

PAGE = 50
MOST_TAGS = 12  # offered as chips
FEWEST_DIGITS = 3  # of a phone number, to search by
NOT_UNDERSTOOD_FOR = timedelta(days=1)
SORTS = ("name", "wrote")

Word = TypeVar("Word", bound=str)


@dataclass(frozen=True)
class Search:
    """What the list shows; empty strings filter nothing.

    `unread` keeps families of whom we did not understand a text in the last day.
    """

    words: str = ""
    language: str = ""
    consent: str = ""
    tag: str = ""
    unread: bool = False
    sort: str = "name"
    page: int = 1

    @classmethod
    def read(cls, args: Mapping[str, str]) -> "Search":
        """From an address; what makes no sense is left out."""
        page = args.get("page", "1")
        return cls(
            words=args.get("q", "").strip(),
            language=args.get("language", "") if args.get("language", "") in LANGUAGES else "",
            consent=args.get("consent", "") if args.get("consent", "") in list(Consent) else "",
            tag=args.get("tag", "").strip(),
            unread=args.get("unread") == "1",
            sort=args.get("sort", "name") if args.get("sort", "name") in SORTS else "name",
            page=max(int(page), 1) if page.isdecimal() and len(page) < 7 else 1,
        )

    def address(self, **changes: object) -> dict[str, str]:
        """The query of the same list with these changes, on its first page unless `page` is one of them."""
        new = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]  # templates name the fields
        asked = {
            "q": new.words,
            "language": new.language,
            "consent": new.consent,
            "tag": new.tag,
            "unread": "1" if new.unread else "",
            "sort": new.sort if new.sort != "name" else "",
            "page": str(new.page) if new.page > 1 else "",
        }
        return {name: value for name, value in asked.items() if value}

    @property
    def is_narrow(self) -> bool:
        return bool(self.words or self.language or self.consent or self.tag or self.unread)

    def where(self) -> list[ColumnElement[bool]]:
        conditions: list[ColumnElement[bool]] = []
        if self.words:
            conditions.append(matches(self.words))
        if self.language:
            conditions.append(Contact.language == self.language)
        if self.consent:
            conditions.append(Contact.consent == Consent(self.consent))
        if self.tag:
            conditions.append(exists().where(ContactTag.contact_id == Contact.id, ContactTag.tag == self.tag))
        if self.unread:
            conditions.append(Contact.id.in_(select(Inbound.contact_id).where(not_understood())))
        return conditions


@dataclass(frozen=True)
class Found:
    """A page of families. By id: `wrote` is when each last texted us, `unread` its last text not understood,
    `no_from` the source of the last no of those who want no texts.

    The counts are of all families, for the chips.
    """

    search: Search
    total: int
    everyone: int
    contacts: Sequence[Contact]
    wrote: dict[int, datetime]
    no_from: dict[int, str]
    unread: dict[int, str]
    languages: dict[str, int]
    consents: dict[Consent, int]
    tags: dict[str, int]
    size: int = PAGE


def not_understood() -> ColumnElement[bool]:
    """Texts of the last day that we could not make sense of."""
    return (Inbound.intent == Route.UNKNOWN) & (Inbound.received_at > clock.now() - NOT_UNDERSTOOD_FOR)


def find_families(session: Session, search: Search) -> Found:
    conditions = search.where()
    languages = _count_by(session, Contact.language)
    contacts = session.scalars(
        select(Contact).where(*conditions).order_by(*_order(search.sort)).limit(PAGE).offset((search.page - 1) * PAGE)
    ).all()
    tags = session.execute(
        select(ContactTag.tag, func.count())
        .group_by(ContactTag.tag)
        .order_by(func.count().desc(), ContactTag.tag)
        .limit(MOST_TAGS)
    )
    return Found(
        search=search,
        total=session.scalar(select(func.count()).select_from(Contact).where(*conditions)) or 0,
        everyone=sum(languages.values()),
        contacts=contacts,
        wrote=_last_texts(session, [contact.id for contact in contacts]),
        no_from=no_sources(session, contacts),
        unread=_unread_texts(session, [contact.id for contact in contacts]) if search.unread else {},
        languages=languages,
        consents=_count_by(session, Contact.consent),
        tags=dict(tags.all()),
    )


def no_sources(session: Session, contacts: Sequence[Contact]) -> dict[int, str]:
    """By id, where the newest no to everything came from, of those contacts who want no texts."""
    stopped = [contact.id for contact in contacts if contact.consent is Consent.UNSUBSCRIBED]
    rows = session.execute(
        select(ConsentEvent.contact_id, ConsentEvent.source)
        .where(
            ConsentEvent.contact_id.in_(stopped),
            ConsentEvent.topic.is_(None),
            ConsentEvent.consent == Consent.UNSUBSCRIBED,
        )
        .order_by(ConsentEvent.happened_at, ConsentEvent.id)
    )
    return dict(rows.all())


def matches(words: str) -> ColumnElement[bool]:
    """Part of a name or school in any case, or digits that stand together in the phone."""
    digits = re.sub(r"\D", "", words)
    looks = [Contact.name.icontains(words, autoescape=True), Contact.school.icontains(words, autoescape=True)]
    if len(digits) >= FEWEST_DIGITS and not re.search(r"[^\W\d_]", words):
        looks.append(Contact.phone.contains(digits))
    return or_(*looks)


def _order(sort: str) -> list[ColumnElement[Any]]:
    name: list[ColumnElement[Any]] = [Contact.name.is_(None), func.lower(Contact.name), Contact.id.asc()]
    if sort != "wrote":
        return name
    theirs = select(func.max(Inbound.id)).where(Inbound.contact_id == Contact.id)
    last = theirs.correlate(Contact).scalar_subquery()
    return [last.is_(None), last.desc(), *name]


def _last_texts(session: Session, ids: Sequence[int]) -> dict[int, datetime]:
    rows = session.execute(
        select(Inbound.contact_id, func.max(Inbound.received_at))
        .where(Inbound.contact_id.in_(ids))
        .group_by(Inbound.contact_id)
    )
    return {contact: moment for contact, moment in rows if contact is not None}


def _unread_texts(session: Session, ids: Sequence[int]) -> dict[int, str]:
    rows = session.execute(
        select(Inbound.contact_id, Inbound.body)
        .where(Inbound.contact_id.in_(ids), not_understood())
        .order_by(Inbound.id)
    )
    return {contact: body for contact, body in rows if contact is not None}


def _count_by(session: Session, column: InstrumentedAttribute[Word]) -> dict[Word, int]:
    count = func.count()
    rows = session.execute(select(column, count).group_by(column).order_by(count.desc()))
    return dict(rows.all())
