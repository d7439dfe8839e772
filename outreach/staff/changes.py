"""What an admin changes about an account, and what a person changes about her own."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.staff.accounts import AccountError, read_address
from outreach.staff.models import Partner, Role, Staff
from outreach.staff.roles import Ability, may


@dataclass(frozen=True)
class Profile:
    """Everything of an account that its page shows."""

    name: str
    email: str
    role: Role
    partner: Partner | None
    phone: str | None
    languages: Sequence[str]
    on_duty: bool
    supervisor: bool


def change_staff(session: Session, person: Staff, profile: Profile) -> list[str]:
    """Make the account so; returns the names of what changed. Raises AccountError.

    Duty and supervision are for those who may answer a crisis, and end with the role that lets them.
    """
    email = read_address(session, profile.email, other_than=person)
    if person.role is Role.ADMIN and profile.role is not Role.ADMIN:
        _keep_an_admin(session, person)
    answers = may(profile.role, Ability.ANSWER_CALLBACKS)
    wanted = {
        "name": profile.name,
        "email": email,
        "role": profile.role,
        "partner": profile.partner,
        "phone": profile.phone,
        "languages": list(profile.languages),
        "on_duty": profile.on_duty and answers,
        "supervisor": profile.supervisor and answers,
    }
    changed = [field for field, value in wanted.items() if getattr(person, field) != value]
    for field in changed:
        setattr(person, field, wanted[field])
    session.flush()
    return changed


def deactivate(session: Session, person: Staff) -> None:
    """She signs in no more and is paged no more; what she did stays on record. Raises AccountError."""
    if person.role is Role.ADMIN:
        _keep_an_admin(session, person)
    person.active = person.on_duty = person.supervisor = False


def reactivate(person: Staff) -> None:
    person.active = True


def _keep_an_admin(session: Session, person: Staff) -> None:
    # Locked: two admins who end each other at the same moment would both find the other one still there.
    admins = select(Staff.id).where(Staff.active, Staff.role == Role.ADMIN).order_by(Staff.id).with_for_update()
    if not set(session.scalars(admins)) - {person.id}:
        raise AccountError(f"{person.name} is the only admin. Make somebody else an admin first.")
