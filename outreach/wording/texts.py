"""Texts are stored once and referred to: the same body is the same row, however many families get it."""

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.db import insert_new
from outreach.wording.models import Text
from outreach.wording.segments import count_segments


def digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


def store_text(session: Session, body: str) -> Text:
    """The row of this exact text, made when it is new. Safe when two processes store it at once.

    A session remembers the ones it met: sixteen families that are answered together mostly get the same words.
    """
    met: dict[str, Text] = session.info.setdefault("texts", {})
    if body not in met:
        met[body] = find_text(session, body) or _make_text(session, body)
    return met[body]


def _make_text(session: Session, body: str) -> Text:
    count = count_segments(body)
    session.execute(
        insert_new(session, Text).values(
            digest=digest(body), body=body, encoding=count.encoding, segments=count.segments
        )
    )
    stored = find_text(session, body)
    assert stored is not None
    return stored


def find_text(session: Session, body: str) -> Text | None:
    return session.scalars(select(Text).where(Text.digest == digest(body))).one_or_none()
