"""When a partner's staff call: its week and its closed days, kept in the database, over those of the deployment."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date, time

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from outreach.callbacks.due import Day, WorkingHours
from outreach.callbacks.models import PartnerClosedDay, PartnerHours
from outreach.callbacks.workdays import working_hours
from outreach.db import change
from outreach.settings import Settings

LONGEST_NAME = 80
WEEK = 7


@dataclass(frozen=True)
class Closed:
    """A partner's own closed days, and those of the deployment: a partner adds to them and takes none away."""

    own: frozenset[date]
    deployment: Container[date]

    def __contains__(self, day: object) -> bool:
        return day in self.own or day in self.deployment


def hours_of(session: Session, settings: Settings, partner_id: int | None) -> WorkingHours:
    """The working hours of a partner; those of the deployment for a callback that is nobody's yet."""
    usual = working_hours(settings)
    if partner_id is None:
        return usual
    own = select(PartnerClosedDay.day).where(PartnerClosedDay.partner_id == partner_id)
    closed = Closed(frozenset(session.scalars(own)), usual.closed)
    return WorkingHours(read_week(session, partner_id) or usual.week, closed)


def read_week(session: Session, partner_id: int) -> tuple[Day, ...] | None:
    """A partner's own week, Monday first; None when nobody wrote one."""
    rows = session.scalars(select(PartnerHours).where(PartnerHours.partner_id == partner_id))
    days: dict[int, tuple[time, time]] = {row.weekday: (row.opens, row.closes) for row in rows}
    return tuple(days.get(weekday) for weekday in range(WEEK)) if days else None


def write_week(session: Session, partner_id: int, days: Mapping[int, tuple[time, time]]) -> None:
    """Keep a partner's week; days not named are closed. ValueError for a week without any or a day that ends early."""
    if not days:
        raise ValueError("a week needs at least one day on which somebody calls")
    if any(closes <= opens for opens, closes in days.values()):
        raise ValueError("a day ends after it begins")
    change(session, delete(PartnerHours).where(PartnerHours.partner_id == partner_id))
    session.add_all(
        PartnerHours(partner_id=partner_id, weekday=weekday, opens=opens, closes=closes)
        for weekday, (opens, closes) in sorted(days.items())
    )
    session.flush()


def closed_days(session: Session, partner_id: int, since: date) -> list[PartnerClosedDay]:
    """A partner's own closed days from that day on, in their order."""
    own = select(PartnerClosedDay).where(PartnerClosedDay.partner_id == partner_id, PartnerClosedDay.day >= since)
    return list(session.scalars(own.order_by(PartnerClosedDay.day)))


def close_day(session: Session, partner_id: int, day: date, name: str) -> bool:
    """Nobody of the partner calls on that day. False when it was closed already."""
    found = select(PartnerClosedDay.day).where(PartnerClosedDay.partner_id == partner_id, PartnerClosedDay.day == day)
    if session.scalar(found) is not None:
        return False
    session.add(PartnerClosedDay(partner_id=partner_id, day=day, name=name[:LONGEST_NAME]))
    session.flush()
    return True


def open_day(session: Session, partner_id: int, day: date) -> bool:
    """Take a closed day back. False when it was not closed."""
    gone = delete(PartnerClosedDay).where(PartnerClosedDay.partner_id == partner_id, PartnerClosedDay.day == day)
    return bool(change(session, gone))
