"""Packs that coordinators write here: kept as the YAML that files hold, read by the same strict reader.

Their English is in force as soon as it is stored; each other language goes through review like any wording. A partner's
packs are seen by that partner's staff, those without a partner by everybody. Campaigns that run keep their own texts.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.campaigns.models import OwnPack
from outreach.campaigns.pack_yaml import PackProblem
from outreach.campaigns.packs import Pack, PackError, packs_at, read_document
from outreach.campaigns.translatable import translatable
from outreach.settings import Settings
from outreach.staff.audit import note
from outreach.staff.models import Staff
from outreach.wording.catalog import SOURCE_LANGUAGE
from outreach.wording.checks import check_english
from outreach.wording.library import OWN
from outreach.wording.told_keywords import Keywords, keywords_at

NEW = f"{OWN}new"  # how problems name a pack that has no number yet
LONGEST_DOCUMENT = 40_000  # characters; the longest shipped pack has a tenth
OWN_ID = re.compile(rf"{OWN}([1-9][0-9]{{0,9}})")
LARGEST_ID = 2**31 - 1  # what the column holds; databases fail on more


class OwnPackError(ValueError):
    """It cannot be done; the text says why, for the person who tried."""


class PackConflictError(OwnPackError):
    """Somebody else was faster. `stored` is the document as it stands now, at `version`; `typed` was not stored."""

    def __init__(self, stored: OwnPack, typed: str) -> None:
        super().__init__("somebody else changed this pack meanwhile; compare the two and save again")
        self.stored = stored.document
        self.version = stored.version
        self.updated_by_id = stored.updated_by_id
        self.updated_at = stored.updated_at
        self.typed = typed


@dataclass(frozen=True)
class Stored:
    """An own pack as it is kept. `pack` is None when the reader has grown stricter since: `problems` say where."""

    row: OwnPack
    pack: Pack | None
    problems: tuple[PackProblem, ...] = ()


def own_id(row: OwnPack) -> str:
    """How campaigns and contexts call it."""
    return f"{OWN}{row.id}"


def packs_for(session: Session, settings: Settings, staff: Staff | None) -> dict[str, Pack]:
    """Every pack that this person may launch, by id: the shipped ones, then her own. None: the command line, all.

    An own pack that cannot be read any more is left out; `list_own` tells why.
    """
    own = (stored.pack for stored in list_own(session, settings, staff))
    return {**_shipped(settings), **{pack.id: pack for pack in own if pack}}


def find_pack(session: Session, settings: Settings, pack_id: str) -> Pack | None:
    """The pack that a campaign was made from, archived or not, whoever's it is; None when it is gone."""
    if not pack_id.startswith(OWN):
        return _shipped(settings).get(pack_id)
    row = _find(session, pack_id)
    return _read(row, settings).pack if row else None


def list_own(session: Session, settings: Settings, staff: Staff | None, *, archived: bool = False) -> list[Stored]:
    """The own packs that this person sees, by topic and title; with `archived`, those put away instead."""
    put_away = OwnPack.archived_at.is_not(None) if archived else OwnPack.archived_at.is_(None)
    wanted = _seen_by(staff).where(put_away).order_by(OwnPack.topic, OwnPack.title, OwnPack.id)
    return [_read(row, settings) for row in session.scalars(wanted)]


def find_own(session: Session, settings: Settings, pack_id: str, staff: Staff | None) -> Stored | None:
    """The own pack of this id, as far as this person sees it."""
    row = _find(session, pack_id)
    seen = row is not None and session.scalars(_seen_by(staff).where(OwnPack.id == row.id)).one_or_none()
    return _read(row, settings) if row and seen else None


def create_from(session: Session, settings: Settings, pack: Pack, *, by: Staff | None) -> OwnPack:
    """A copy of a pack, to be changed. Steps left as they are keep the translations of the original."""
    return create(session, settings, pack.document, by=by, based_on=pack.id)


def create(
    session: Session, settings: Settings, document: str, *, by: Staff | None, based_on: str | None = None
) -> OwnPack:
    """A new pack, of the partner of whoever writes it. Raises PackError with every problem and its line."""
    pack = _check(document, NEW, settings)
    now, author = clock.now(), by.id if by else None
    row = OwnPack(
        partner_id=by.partner_id if by else None,
        based_on=based_on,
        title=pack.title,
        topic=pack.topic,
        document=document,
        version=1,
        created_by_id=author,
        created_at=now,
        updated_by_id=author,
        updated_at=now,
    )
    session.add(row)
    session.flush()
    note(session, "pack.created", "pack", row.id, staff=by, details={"title": row.title, "based_on": based_on})
    return row


def change(
    session: Session, settings: Settings, pack_id: str, document: str, *, by: Staff | None, version: int
) -> OwnPack:
    """Another document for a pack; translations of what it says otherwise are stale from now on.

    `version` is that of the pack which the person saw. Raises PackError, PackConflictError, OwnPackError.
    """
    row = _hold(session, pack_id, by)
    if row.document == document:
        return row
    if row.version != version:
        raise PackConflictError(row, document)
    pack = _check(document, pack_id, settings)
    changed = _changed_steps(_read(row, settings).pack, pack)
    row.document, row.title, row.topic = document, pack.title, pack.topic
    row.version += 1
    row.updated_by_id, row.updated_at = by.id if by else None, clock.now()
    note(session, "pack.changed", "pack", row.id, staff=by, details={"version": row.version, "steps": changed})
    return row


def archive(session: Session, pack_id: str, *, by: Staff | None) -> OwnPack:
    """Put a pack away: nobody launches it any more; campaigns that run go on. Raises OwnPackError."""
    row = _hold(session, pack_id, by)
    if row.archived_at is None:
        row.archived_at = clock.now()
        note(session, "pack.archived", "pack", row.id, staff=by)
    return row


def restore(session: Session, pack_id: str, *, by: Staff | None) -> OwnPack:
    """Take a pack out again. Raises OwnPackError."""
    row = _hold(session, pack_id, by)
    if row.archived_at is not None:
        row.archived_at = None
        note(session, "pack.restored", "pack", row.id, staff=by)
    return row


def parse(document: str, pack_id: str, settings: Settings) -> Pack:
    """The pack that a document makes, without keeping it. Raises PackError."""
    return _parse(document, pack_id, _topics(settings))


def _shipped(settings: Settings) -> dict[str, Pack]:
    return packs_at(settings.content / "campaigns")


def _seen_by(staff: Staff | None) -> Select[OwnPack]:
    """The wall between partners. Whoever has no partner works for the whole service."""
    wanted = select(OwnPack)
    if staff is None or staff.partner_id is None:
        return wanted
    return wanted.where(or_(OwnPack.partner_id.is_(None), OwnPack.partner_id == staff.partner_id))


def _find(session: Session, pack_id: str) -> OwnPack | None:
    found = OWN_ID.fullmatch(pack_id)
    return session.get(OwnPack, int(found[1])) if found and int(found[1]) <= LARGEST_ID else None


def _hold(session: Session, pack_id: str, staff: Staff | None) -> OwnPack:
    """The pack as the database has it now, locked until the transaction ends, for somebody who may change it."""
    row = _find(session, pack_id)
    held = None
    if row is not None:
        wanted = _seen_by(staff).where(OwnPack.id == row.id).with_for_update()
        held = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if held is None:
        raise OwnPackError(f"there is no pack {pack_id!r} of yours")
    if staff is not None and staff.partner_id not in (None, held.partner_id):
        raise OwnPackError("this pack is everybody's; make a copy of it and change that")
    return held


def _read(row: OwnPack, settings: Settings) -> Stored:
    try:
        return Stored(row, parse(row.document, own_id(row), settings))
    except PackError as error:
        return Stored(row, None, tuple(error.problems))


def _check(document: str, pack_id: str, settings: Settings) -> Pack:
    if len(document) > LONGEST_DOCUMENT:
        raise PackError([PackProblem(f"{pack_id}.yaml", 1, f"a pack has at most {LONGEST_DOCUMENT} characters")])
    pack = parse(document, pack_id, settings)
    if problems := list(_english_problems(pack, keywords_at(settings.content / "locales"))):
        raise PackError(problems)
    return pack


def _english_problems(pack: Pack, keywords: Keywords) -> Iterator[PackProblem]:
    """What the checks that shipped packs must pass have against the English."""
    for step in pack.steps:
        for problem in check_english(step.english, keywords=keywords):
            if problem.stops:
                yield PackProblem(f"{pack.id}.yaml", step.line, f"step {step.name!r}: {problem}")
    texts = translatable([pack])
    for step in pack.steps:
        if long := texts[step.context].too_long(step.english, SOURCE_LANGUAGE):
            yield PackProblem(f"{pack.id}.yaml", step.line, f"step {step.name!r}: {long}")


def _topics(settings: Settings) -> tuple[str, ...]:
    """What a pack may be about: families agree to topics by these names."""
    return tuple(sorted({pack.topic for pack in _shipped(settings).values()}))


@lru_cache(maxsize=512)
def _parse(document: str, pack_id: str, topics: Collection[str]) -> Pack:
    """The same document is read once per process: a page lists them all."""
    return read_document(document, pack_id, topics)


def _changed_steps(before: Pack | None, after: Pack) -> list[str]:
    """The steps whose English is another now."""
    said = {step.name: step.english for step in before.steps} if before else {}
    return [step.name for step in after.steps if said.get(step.name) != step.english]
