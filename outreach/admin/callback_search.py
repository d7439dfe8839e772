"""Finding callbacks: what the address of the list asks for, each row as the reader may see it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, not_, or_, select
from sqlalchemy.orm import Session, joinedload

from outreach import clock
from outreach.callbacks.models import Callback, CallbackState, Urgency, is_open
from outreach.callbacks.reminders import near_for
from outreach.callbacks.wall import Seen, readable, see
from outreach.languages import LANGUAGES
from outreach.people.models import Contact
from outreach.staff.models import Staff

PAGE = 50
RANK = case({Urgency.CRISIS: 0, Urgency.SOON: 1, Urgency.NORMAL: 2}, value=Callback.urgency)
VIEWS = {
    "open": "All open",
    "mine": "Mine",
    "unassigned": "Nobody has taken",
    "closed": "Closed",
    "others": "With other partners",
}


@dataclass(frozen=True)
class Calls:
    """A page of callbacks. `mine_near` are calls the reader took that are due within the hour or overdue."""

    shown: str
    words: str
    language: str
    page: int
    total: int
    rows: Sequence[Seen]
    languages: Sequence[str]
    views: Mapping[str, str]
    mine_near: int
    size: int = PAGE

    def address(self, **changes: object) -> dict[str, object]:
        """The query of the same list with these changes, on its first page unless `page` is one of them."""
        asked = {"show": self.shown, "language": self.language, "q": self.words, "page": None, **changes}
        return {name: value for name, value in asked.items() if value}


def find_calls(session: Session, me: Staff, args: Mapping[str, str]) -> Calls:
    """What makes no sense in the address is left out."""
    shown = args.get("show", "open")
    shown = shown if shown in VIEWS else "open"
    words, language, page = args.get("q", "").strip(), args.get("language", ""), args.get("page", "1")
    conditions = [_SHOWING[shown](me), *_matching(me, words)]
    languages = session.scalars(select(Callback.language).where(*conditions).distinct()).all()
    if language in LANGUAGES:
        conditions.append(Callback.language == language)
    number = max(int(page), 1) if page.isdecimal() and len(page) < 7 else 1
    return Calls(
        shown=shown,
        words=words,
        language=language if language in LANGUAGES else "",
        page=number,
        total=_count(session, *conditions),
        rows=[see(me, one) for one in _read(session, shown, conditions, number)],
        languages=sorted({*languages, language} & LANGUAGES.keys()),
        views=_views(session, me, shown),
        mine_near=_count(session, near_for(me.id, clock.now())),
    )


def _read(session: Session, shown: str, conditions: Sequence[ColumnElement[bool]], page: int) -> Sequence[Callback]:
    # Behind the wall not even the order tells how urgent a call is.
    order: dict[str, tuple[ColumnElement[Any], ...]] = {
        "closed": (Callback.closed_at.desc(),),
        "others": (Callback.due_at.asc(), Callback.id.asc()),
    }
    return session.scalars(
        select(Callback)
        .where(*conditions)
        .options(joinedload(Callback.contact), joinedload(Callback.assignee), joinedload(Callback.partner))
        .order_by(*order.get(shown, (RANK, Callback.due_at, Callback.id)))
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()


def _matching(me: Staff, words: str) -> list[ColumnElement[bool]]:
    """Part of the family's name or school, or of a reason that the reader may read."""
    if not words:
        return []
    family = select(Contact.id).where(
        or_(Contact.name.icontains(words, autoescape=True), Contact.school.icontains(words, autoescape=True))
    )
    about = and_(readable(me), Callback.reason.icontains(words, autoescape=True))
    return [or_(Callback.contact_id.in_(family), about)]


def _views(session: Session, me: Staff, shown: str) -> dict[str, str]:
    """The list of other partners' calls is offered where there are any."""
    others = shown == "others" or _count(session, _SHOWING["others"](me))
    return {word: label for word, label in VIEWS.items() if word != "others" or others}


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Callback).where(*conditions)) or 0


_SHOWING: dict[str, Callable[[Staff], ColumnElement[bool]]] = {
    "open": lambda me: and_(is_open(), readable(me)),
    "mine": lambda me: and_(is_open(), readable(me), Callback.assignee_id == me.id),
    "unassigned": lambda me: and_(is_open(), readable(me), Callback.assignee_id.is_(None)),
    "closed": lambda me: and_(Callback.state == CallbackState.CLOSED, readable(me)),
    "others": lambda me: and_(is_open(), not_(readable(me))),
}
