"""Help that families looked for and that we know of nowhere near: counted by day, kind and ZIP, nobody named."""

from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from outreach import clock
from outreach.db import insert_new
from outreach.resources.models import UnmetNeed


def count_unmet(session: Session, category: str, zip_code: str, zone: ZoneInfo) -> None:
    """One more family looked in vain today (in `zone`, the deployment's)."""
    key = {"day": clock.now().astimezone(zone).date(), "category": category, "zip": zip_code}
    session.execute(insert_new(session, UnmetNeed).values(**key, count=0))
    session.execute(
        update(UnmetNeed)
        .where(UnmetNeed.day == key["day"], UnmetNeed.category == category, UnmetNeed.zip == zip_code)
        .values(count=UnmetNeed.count + 1),
        execution_options={"synchronize_session": False},
    )


def unmet_needs(session: Session, since: date, until: date) -> list[tuple[str, str, int]]:
    """(category, zip, count) of the days from `since` to `until`, both included, most wanted first."""
    total = func.sum(UnmetNeed.count)
    rows = session.execute(
        select(UnmetNeed.category, UnmetNeed.zip, total)
        .where(UnmetNeed.day.between(since, until))
        .group_by(UnmetNeed.category, UnmetNeed.zip)
        .order_by(total.desc(), UnmetNeed.category, UnmetNeed.zip)
    )
    return [(category, zip_code, int(count)) for category, zip_code, count in rows]
