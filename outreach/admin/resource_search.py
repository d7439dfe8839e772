"""Finding listings: what the address of the list asks for, as one statement and a page of 50."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, or_, select
from sqlalchemy.orm import Session

from outreach.resources.models import ListingFlag, ServiceAtLocation, ServiceCategory
from outreach.resources.upkeep.checks import unchecked
from outreach.resources.upkeep.models import ListingEdit
from outreach.resources.upkeep.own_listings import OWN_SOURCE

PAGE = 50
MOST_CITIES = 8  # offered as chips
# Which listings: a word for the chip, and what it means.
SHOWN = {
    "": ("All", "Everything that is in the last import, or added here"),
    "check": ("Needs checking", "Nobody has confirmed it for a year"),
    "flagged": ("Flagged by families", "A family texted that it is closed or wrong"),
    "differs": ("Source differs", "You changed it, and the source has since changed the same thing"),
    "hidden": ("Hidden", "Families are not sent there"),
    "own": ("Added here", "By hand, in no import"),
    "gone": ("Gone", "No longer in the import it came from; families are not sent there"),
}
NEVER = date(1900, 1, 1)
SORTS = ("name", "checked", "city")


@dataclass(frozen=True)
class Search:
    """What the list shows; empty strings filter nothing. `where` is a ZIP or a city."""

    words: str = ""
    shown: str = ""
    category: str = ""
    where: str = ""
    sort: str = "name"
    page: int = 1

    @classmethod
    def read(cls, args: Mapping[str, str]) -> "Search":
        """From an address; what makes no sense is left out."""
        page = args.get("page", "1")
        return cls(
            words=" ".join(args.get("q", "").split())[:80],
            shown=args.get("show", "") if args.get("show", "") in SHOWN else "",
            category=args.get("category", "")[:24],
            where=" ".join(args.get("where", "").split())[:60],
            sort=args.get("sort", "name") if args.get("sort", "name") in SORTS else "name",
            page=max(int(page), 1) if page.isdecimal() and len(page) < 7 else 1,
        )

    def address(self, **changes: object) -> dict[str, str]:
        """The query of the same list with these changes, on its first page unless `page` is one of them."""
        new = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]  # templates name the fields
        asked = {
            "q": new.words,
            "show": new.shown,
            "category": new.category,
            "where": new.where,
            "sort": new.sort if new.sort != "name" else "",
            "page": str(new.page) if new.page > 1 else "",
        }
        return {name: value for name, value in asked.items() if value}

    @property
    def is_narrow(self) -> bool:
        return bool(self.words or self.shown or self.category or self.where)

    def conditions(self, today: date) -> list[ColumnElement[bool]]:
        listing = ServiceAtLocation
        conditions = [_of_sort(self.shown, today)]
        if self.words:
            columns = (listing.name, listing.organization, listing.phone, listing.address_line)
            conditions.append(or_(*(column.icontains(self.words, autoescape=True) for column in columns)))
        if self.category:
            conditions.append(
                exists().where(
                    ServiceCategory.service_at_location_id == listing.id, ServiceCategory.category == self.category
                )
            )
        if self.where:
            conditions.append(or_(listing.zip == self.where, func.lower(listing.city) == self.where.lower()))
        return conditions


@dataclass(frozen=True)
class Found:
    """A page of listings; `flags` counts what families said and nobody settled, `edited` has ids; counts are for the
    chips."""

    search: Search
    total: int
    everything: int
    listings: Sequence[ServiceAtLocation]
    flags: dict[int, int]
    differs: frozenset[int]
    counts: dict[str, int]
    categories: dict[str, int]
    cities: dict[str, int]
    size: int = PAGE


def find_listings(session: Session, search: Search, today: date) -> Found:
    listing = ServiceAtLocation
    conditions = search.conditions(today)
    rows = select(listing).where(*conditions).order_by(*_order(search.sort))
    listings = session.scalars(rows.limit(PAGE).offset((search.page - 1) * PAGE)).all()
    ids = [one.id for one in listings]
    count = func.count()
    categories = session.execute(
        select(ServiceCategory.category, count)
        .join(listing, listing.id == ServiceCategory.service_at_location_id)
        .where(listing.gone_at.is_(None))
        .group_by(ServiceCategory.category)
    )
    cities = session.execute(
        select(listing.city, count)
        .where(listing.gone_at.is_(None), listing.city.is_not(None))
        .group_by(listing.city)
        .order_by(count.desc(), listing.city)
        .limit(MOST_CITIES)
    )
    flags = session.execute(
        select(ListingFlag.service_at_location_id, count)
        .where(ListingFlag.settled_at.is_(None), ListingFlag.service_at_location_id.in_(ids))
        .group_by(ListingFlag.service_at_location_id)
    )
    differs = select(ListingEdit.service_at_location_id).where(
        ListingEdit.differs, ListingEdit.service_at_location_id.in_(ids)
    )
    return Found(
        search=search,
        total=_count(session, *conditions),
        everything=_count(session),
        listings=listings,
        flags=dict(flags.all()),
        differs=frozenset(session.scalars(differs)),
        counts={word: _count(session, _of_sort(word, today)) for word in SHOWN},
        categories=dict(categories.all()),
        cities={city: number for city, number in cities if city},
    )


def count_flagged(session: Session) -> int:
    """Listings of which families said something that nobody settled."""
    flagged = select(func.count(ListingFlag.service_at_location_id.distinct()))
    return session.scalar(flagged.where(ListingFlag.settled_at.is_(None))) or 0


def _of_sort(word: str, today: date) -> ColumnElement[bool]:
    listing = ServiceAtLocation
    here = listing.gone_at.is_(None)
    match word:
        case "check":
            return here & listing.hidden.is_(False) & unchecked(today)
        case "flagged":
            flagged = ListingFlag.service_at_location_id == listing.id
            return exists().where(flagged, ListingFlag.settled_at.is_(None))
        case "differs":
            return exists().where(ListingEdit.service_at_location_id == listing.id, ListingEdit.differs)
        case "hidden":
            return here & listing.hidden
        case "own":
            return listing.source == OWN_SOURCE
        case "gone":
            return listing.gone_at.is_not(None)
        case _:
            return here


def _order(sort: str) -> list[Any]:
    listing = ServiceAtLocation
    name = [func.lower(listing.name), listing.id]
    if sort == "checked":  # the longest ago first, never before all
        theirs, ours = (func.coalesce(day, NEVER) for day in (listing.assured_on, listing.confirmed_on))
        return [case((theirs > ours, theirs), else_=ours), *name]
    return [listing.city.is_(None), func.lower(listing.city), *name] if sort == "city" else name


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(ServiceAtLocation).where(*conditions)) or 0
