"""The link by which a person chooses her password: signed, good for a week, and spent once a password is set."""

import hashlib
import secrets

from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.orm import Session

from outreach.settings import Settings
from outreach.staff.accounts import SHORTEST_PASSWORD, AccountError
from outreach.staff.models import Staff
from outreach.staff.passwords import hash_password

GOOD_FOR_DAYS = 7
LONGEST_PASSWORD = 200


def unguessable() -> str:
    """A password that nobody knows, until the person sets her own."""
    return secrets.token_urlsafe(48)


def link_for(settings: Settings, person: Staff) -> str:
    """The whole address. Who has it can sign in as this person: show it once, to the admin who asked."""
    return f"{settings.public_url}/set-password/{_signer(settings).dumps([person.id, _mark(person)])}"


def person_of(session: Session, settings: Settings, token: str) -> Staff | None:
    """Whose link this is; None when it is forged, too old or spent, or the account is not active."""
    try:
        staff_id, mark = _signer(settings).loads(token, max_age=GOOD_FOR_DAYS * 24 * 3600)
    except (BadSignature, ValueError, TypeError):
        return None
    person = session.get(Staff, staff_id)
    if person is None or not person.active or not secrets.compare_digest(mark, _mark(person)):
        return None
    return person


def set_password(person: Staff, password: str) -> None:
    """From now on she signs in with it, and everywhere anew. Raises AccountError."""
    if len(password) < SHORTEST_PASSWORD:
        raise AccountError(
            f"The password needs at least {SHORTEST_PASSWORD} characters. A short sentence is easy to keep."
        )
    if len(password) > LONGEST_PASSWORD:
        raise AccountError(f"The password has at most {LONGEST_PASSWORD} characters.")
    person.password = hash_password(password)
    person.fs_uniquifier = secrets.token_hex(32)  # what sessions hold: those of the old password end


def _signer(settings: Settings) -> URLSafeTimedSerializer:
    settings.require("SECRET_KEY")
    return URLSafeTimedSerializer(settings.secret_key or "", salt="outreach.set-password")


def _mark(person: Staff) -> str:
    """Changes with the password, so that a link works once."""
    return hashlib.sha256(f"{person.id} {person.password} {person.fs_uniquifier}".encode()).hexdigest()[:24]
