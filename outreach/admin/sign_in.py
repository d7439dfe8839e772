"""Signing in, by Flask-Security: sessions, password checks and the page's guard are the library's."""

from typing import Any

from flask import Flask, g
from flask_security import Security, SQLAlchemySessionUserDatastore, current_user
from sqlalchemy.orm import Session, scoped_session

from outreach.runtime import Runtime
from outreach.staff.models import SignInRole, Staff


def set_up(app: Flask, work: Runtime) -> None:
    """Sign-in at /sign-in, sign-out at /sign-out. Accounts are made by an admin, never by visitors."""
    app.config.update(
        SECURITY_URL_PREFIX=None,
        SECURITY_LOGIN_URL="/sign-in",
        SECURITY_LOGOUT_URL="/sign-out",
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_POST_LOGIN_VIEW="/",
        SECURITY_POST_LOGOUT_VIEW="/sign-in",
        SECURITY_LOGIN_USER_TEMPLATE="sign_in.html",
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of a method
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],
        SECURITY_PASSWORD_LENGTH_MIN=12,
        SECURITY_REGISTERABLE=False,
        SECURITY_RECOVERABLE=False,
        SECURITY_TRACKABLE=False,
        # The address was checked when the account was made; here it is only looked up.
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False, "test_environment": True},
        SECURITY_MSG_UNAUTHENTICATED=("Sign in to see this page.", "info"),
        SECURITY_JOIN_USER_ROLES=False,  # a role is a column of ours, not a table
        SECURITY_SEND_REGISTER_EMAIL=False,
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_USE_VERIFY_PASSWORD_CACHE=False,
        WTF_CSRF_TIME_LIMIT=None,  # an interrupted nurse comes back to her form after hours
    )
    # Loading who is signed in happens on every page and must not wait for writers.
    session = scoped_session(work.database.reading_sessions, scopefunc=_request)
    Security(app, SQLAlchemySessionUserDatastore(session, Staff, SignInRole))

    @app.teardown_appcontext
    def close(_error: BaseException | None) -> None:
        session.remove()


def _request() -> int:
    return id(g._get_current_object())


def signed_in() -> Staff:
    """The member of staff who asked for this page."""
    person: Any = current_user
    staff = person._get_current_object()
    assert isinstance(staff, Staff)
    return staff


def me_in(session: Session) -> Staff:
    """The same, as an object of this session."""
    return session.get_one(Staff, signed_in().id)


def maybe_signed_in() -> Staff | None:
    """The same, or None for a visitor."""
    person: Any = current_user
    return signed_in() if person and person.is_authenticated else None
