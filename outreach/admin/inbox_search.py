"""Which threads the inbox lists: what its address asks for, a page of 50 families, newest first.

What waits is found by a partial index. "All" and the search look back over the newest REACH texts and no further: a
search for part of a word can use no index, and reading so many texts takes SQLite 0.1 s, however many there are in all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from outreach.admin.family_search import matches
from outreach.incoming.models import Inbound
from outreach.languages import LANGUAGES
from outreach.people.models import Contact
from outreach.staff.models import Staff
from outreach.threads import thread, waiting
from outreach.threads.models import StaffText, Thread, WaitingText
from outreach.wording.models import Text

PAGE = 50
REACH = 50_000
VIEWS = {"waiting": "Waiting", "mine": "Mine", "unassigned": "Nobody has taken", "all": "All who wrote"}


@dataclass(frozen=True)
class Asked:
    """What the list shows; empty strings filter nothing."""

    view: str = "waiting"
    words: str = ""
    language: str = ""
    page: int = 1

    @classmethod
    def read(cls, args: Mapping[str, str]) -> "Asked":
        """From an address; what makes no sense is left out. Who searches, searches among all."""
        words, page = args.get("q", "").strip(), args.get("page", "1")
        view = args.get("show", "all" if words else "waiting")
        return cls(
            view=view if view in VIEWS else "waiting",
            words=words,
            language=args.get("language", "") if args.get("language", "") in LANGUAGES else "",
            page=max(int(page), 1) if page.isdecimal() and len(page) < 7 else 1,
        )

    def address(self, **changes: object) -> dict[str, str]:
        """The query of the same list with these changes, on its first page unless `page` is one of them."""
        new = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]  # templates name the fields
        usual = "all" if new.words else "waiting"
        asked = {
            "q": new.words,
            "show": new.view if new.view != usual else "",
            "language": new.language,
            "page": str(new.page) if new.page > 1 else "",
        }
        return {name: value for name, value in asked.items() if value}


@dataclass(frozen=True)
class Row:
    """One family. `inbound` is its newest text, in the views of who waits the newest that does; `found` an older one
    that the search is about. `unread`: it waits, and nobody has opened it."""

    contact: Contact
    inbound: Inbound
    waits: WaitingText | None
    assignee: str | None
    unread: bool
    found: str | None = None


@dataclass(frozen=True)
class Listing:
    """A page of threads. `total` is None where counting them would read every text."""

    asked: Asked
    rows: Sequence[Row]
    total: int | None
    more: bool
    languages: Sequence[str]
    size: int = PAGE


def find_threads(session: Session, asked: Asked, me: Staff) -> Listing:
    floor = (session.scalar(select(func.max(Inbound.id))) or 0) - REACH
    shown = _everybody(floor) if asked.view == "all" else _waiting()
    last = shown.subquery()
    statement = (
        select(Contact, Inbound, Thread, Staff.name)
        .join_from(last, Contact, Contact.id == last.c.contact_id)
        .join(Inbound, Inbound.id == last.c.inbound_id)
        .outerjoin(Thread, Thread.contact_id == Contact.id)
        .outerjoin(Staff, Staff.id == Thread.assignee_id)
        .where(*_conditions(asked, me, floor))
    )
    page = statement.order_by(Inbound.id.desc()).limit(PAGE + 1).offset((asked.page - 1) * PAGE)
    found = session.execute(page).all()
    ids = [contact.id for contact, *_ in found[:PAGE]]
    waits, quoted = _waits(session, ids), _quotes(session, asked, ids, floor)
    rows = [
        Row(
            contact,
            inbound,
            waits.get(contact.id),
            name,
            contact.id in waits and thread.is_unread(kept, inbound.id),
            quoted.get(contact.id),
        )
        for contact, inbound, kept, name in found[:PAGE]
    ]
    return Listing(asked, rows, _total(session, asked, statement), len(found) > PAGE, _languages(session, asked))


def _waiting() -> Select[int, int]:
    newest = func.max(WaitingText.inbound_id).label("inbound_id")
    return select(WaitingText.contact_id, newest).where(waiting.is_open()).group_by(WaitingText.contact_id)


def _everybody(floor: int) -> Select[int | None, int]:
    """The newest text of each family: read backwards from the newest of all, so that the first page comes at once."""
    later = aliased(Inbound)
    newer = exists().where(later.contact_id == Inbound.contact_id, later.id > Inbound.id)
    of_families = (Inbound.id > floor, Inbound.contact_id.is_not(None), ~newer)
    return select(Inbound.contact_id, Inbound.id.label("inbound_id")).where(*of_families)


def _conditions(asked: Asked, me: Staff, floor: int) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if asked.view == "mine":
        conditions.append(Thread.assignee_id == me.id)
    if asked.view == "unassigned":
        conditions.append(Thread.assignee_id.is_(None))
    if asked.language:
        conditions.append(Contact.language == asked.language)
    if asked.words:
        conditions.append(or_(matches(asked.words), Contact.id.in_(_said(asked, floor)), Contact.id.in_(_wrote(asked))))
    return conditions


def _said(asked: Asked, floor: int) -> Select[int | None]:
    """Families with the words in one of their texts."""
    return select(Inbound.contact_id).where(Inbound.id > floor, Inbound.body.icontains(asked.words, autoescape=True))


def _wrote(asked: Asked) -> Select[int]:
    """Families with the words in a text that a person here wrote."""
    floor = select(func.coalesce(func.max(StaffText.id), 0) - REACH).scalar_subquery()
    written = select(StaffText.contact_id).join(Text, Text.id == StaffText.text_id)
    return written.where(StaffText.id > floor, Text.body.icontains(asked.words, autoescape=True))


def _waits(session: Session, ids: Sequence[int]) -> dict[int, WaitingText]:
    """By family, the newest text that waits."""
    open_texts = select(WaitingText).where(WaitingText.contact_id.in_(ids), waiting.is_open())
    return {one.contact_id: one for one in session.scalars(open_texts.order_by(WaitingText.inbound_id))}


def _quotes(session: Session, asked: Asked, ids: Sequence[int], floor: int) -> dict[int, str]:
    """By family, the newest of its texts with the words that were searched for."""
    if not asked.words or not ids:
        return {}
    with_words = (Inbound.contact_id.in_(ids), Inbound.id > floor, Inbound.body.icontains(asked.words, autoescape=True))
    rows = session.execute(select(Inbound.contact_id, Inbound.body).where(*with_words).order_by(Inbound.id))
    return {contact: body for contact, body in rows if contact is not None}


def _total(session: Session, asked: Asked, statement: Select[Contact, Inbound, Thread, str]) -> int | None:
    if asked.view == "all":
        return None
    return session.scalar(statement.with_only_columns(func.count(), maintain_column_froms=True)) or 0


def _languages(session: Session, asked: Asked) -> list[str]:
    """The languages of the view, for its chips."""
    languages = select(Contact.language).distinct()
    if asked.view != "all":
        languages = languages.where(Contact.id.in_(select(WaitingText.contact_id).where(waiting.is_open())))
    found = {*session.scalars(languages), *filter(None, [asked.language])}
    return [code for code in LANGUAGES if code in found]
