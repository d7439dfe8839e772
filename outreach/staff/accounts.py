"""Accounts of staff: made by an admin, the command line or the demo, with a password hashed as sign-in expects it."""

import secrets
from collections.abc import Sequence

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.staff.models import Partner, Role, Staff
from outreach.staff.passwords import hash_password

SHORTEST_PASSWORD = 12
LONGEST_NAME, LONGEST_SIGNATURE = 120, 40


class AccountError(ValueError):
    """The account cannot be made; the text says why."""


def add_staff(
    session: Session,
    email: str,
    role: Role,
    password: str,
    *,
    name: str | None = None,
    partner: Partner | None = None,
    phone: str | None = None,
    languages: Sequence[str] = (),
) -> Staff:
    """A new account. Raises AccountError when the address is wrong or taken, or the password is too short."""
    address = read_address(session, email)
    if len(name or "") > LONGEST_NAME:
        raise AccountError(f"a name has at most {LONGEST_NAME} characters")
    if len(password) < SHORTEST_PASSWORD:
        raise AccountError(f"the password needs at least {SHORTEST_PASSWORD} characters")
    person = Staff(
        email=address,
        name=name or address.partition("@")[0].replace(".", " ").title(),
        password=hash_password(password),
        active=True,
        fs_uniquifier=secrets.token_hex(32),
        role=role,
        partner=partner,
        phone=phone,
        languages=list(languages),
        created_at=clock.now(),
    )
    session.add(person)
    session.flush()
    return person


def set_phone(session: Session, email: str, phone: str | None) -> None:
    """Take alerts, and calls from a page, on this phone (E.164). Raises AccountError when nobody has this address."""
    person = find_staff(session, email)
    if person is None:
        raise AccountError(f"nobody signs in with {email!r}")
    person.phone = phone


def read_address(session: Session, email: str, *, other_than: Staff | None = None) -> str:
    """The address as it is kept. Raises AccountError when it is none, or another account has it."""
    try:
        address = validate_email(email, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise AccountError(f"{email!r} is not an e-mail address: {error}") from None
    if find_staff(session, address) not in (None, other_than):
        raise AccountError(f"{address} has an account already")
    return address


def find_staff(session: Session, email: str) -> Staff | None:
    """Whoever signs in with this address, however it is capitalised."""
    return session.scalars(select(Staff).where(func.lower(Staff.email) == email.lower())).first()


def find_or_add_partner(session: Session, name: str, short_name: str | None = None) -> Partner:
    """The partner of this name, made when it is new. Raises AccountError when a name is too long."""
    if len(name) > LONGEST_NAME or len(short_name or "") > LONGEST_SIGNATURE:
        raise AccountError(
            f"a partner's name has at most {LONGEST_NAME} characters, its short name at most {LONGEST_SIGNATURE}"
        )
    partner = session.scalars(select(Partner).where(Partner.name == name)).one_or_none()
    if partner is None:
        partner = Partner(name=name, short_name=short_name or name[:LONGEST_SIGNATURE])
        session.add(partner)
        session.flush()
    return partner
