"""Texts are stored once and referred to: the same body is the same row, however many families get it."""

import hashlib
from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.db import insert_new
from outreach.wording.models import Text
from outreach.wording.segments import count_segments

AT_ONCE = 1000  # parameters of one statement


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


def store_many(session: Session, bodies: Iterable[str]) -> dict[str, int]:
    """The ids of many texts by body; new ones are made, as by `store_text`, in a statement for all of them.

    They are written in the order of their digests: two processes that store the same ones wait for each other, and
    never in a circle.
    """
    by_digest = {digest(body): body for body in bodies}
    counts = {body: count_segments(body) for body in by_digest.values()}
    rows = [
        {"digest": key, "body": body, "encoding": counts[body].encoding, "segments": counts[body].segments}
        for key, body in sorted(by_digest.items())
    ]
    if rows:
        session.connection().execute(insert_new(session, Text), rows)
    return {by_digest[key]: text_id for key, text_id in _find_ids(session, list(by_digest))}


def _find_ids(session: Session, digests: list[str]) -> Iterator[tuple[str, int]]:
    for start in range(0, len(digests), AT_ONCE):
        wanted = Text.digest.in_(digests[start : start + AT_ONCE])
        yield from session.execute(select(Text.digest, Text.id).where(wanted))


def find_text(session: Session, body: str) -> Text | None:
    return session.scalars(select(Text).where(Text.digest == digest(body))).one_or_none()
