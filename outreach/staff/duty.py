"""Who is there for a crisis: staff on duty, supervisors, and everybody who could answer it."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from outreach.staff.models import Role, Staff
from outreach.staff.roles import ABILITIES, Ability

ANSWERING = tuple(role for role in Role if Ability.ANSWER_CALLBACKS in ABILITIES[role])


def may_answer() -> ColumnElement[bool]:
    """Active staff whose role lets them open a callback: nobody else can do anything about a page."""
    return Staff.active & Staff.role.in_(ANSWERING)


def who_can_answer(session: Session) -> Sequence[Staff]:
    return session.scalars(select(Staff).where(may_answer()).order_by(Staff.id)).all()


def on_duty(session: Session) -> Sequence[Staff]:
    return session.scalars(select(Staff).where(may_answer(), Staff.on_duty).order_by(Staff.id)).all()


def supervisors(session: Session) -> Sequence[Staff]:
    return session.scalars(select(Staff).where(may_answer(), Staff.supervisor).order_by(Staff.id)).all()
