"""What an import changes: drafts against the rows an earlier import left. Pure, but for loading those
rows."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.resources.drafts import Draft, Drafts
from outreach.resources.models import Imported


class Known(NamedTuple):
    """A row of an earlier import of this source."""

    id: int
    external_id: str
    fingerprint: str
    gone: bool


@dataclass(slots=True)
class Comparison:
    """Row ids by what becomes of them. `renamed` are rows found again by content, under a new external id."""

    added: list[Draft] = field(default_factory=list)
    changed: dict[int, Draft] = field(default_factory=dict)
    unchanged: dict[int, Draft] = field(default_factory=dict)
    renamed: dict[int, Draft] = field(default_factory=dict)
    gone: list[int] = field(default_factory=list)


def load_known(session: Session, table: type[Imported], source: str) -> list[Known]:
    """Every row this source ever gave, the gone ones too: they may come back."""
    identity = table.__mapper__.c.id  # type: ignore[attr-defined]  # the mixin has no mapper of its own
    query = select(identity, table.external_id, table.fingerprint, table.gone_at.is_not(None))
    return [Known(*row) for row in session.execute(query.where(table.source == source).order_by(identity))]


def compare(drafts: Drafts, known: Iterable[Known], *, whole: bool) -> Comparison:
    """Sort drafts and known rows into what is added, changed, unchanged and gone.

    A row missing under its id, with a draft of exactly its content under a new id, is that draft: some
    exports number everything anew, and a staff member's `hidden` must outlive that. Not `whole`: nothing is
    gone.
    """
    result = Comparison()
    rows = list(known)
    left: dict[str, list[Known]] = defaultdict(list)
    by_id: dict[str, Known] = {}
    for row in rows:
        by_id[row.external_id] = row
        if row.external_id not in drafts:
            left[row.fingerprint].append(row)
    kept: set[int] = set()
    for draft in drafts.values():
        found = by_id.get(draft.external_id)
        if found is None and left[draft.fingerprint]:
            found = left[draft.fingerprint].pop(0)
            result.renamed[found.id] = draft
        if found is None:
            result.added.append(draft)
            continue
        kept.add(found.id)
        same = found.fingerprint == draft.fingerprint and not found.gone
        (result.unchanged if same else result.changed)[found.id] = draft
    if whole:
        result.gone = [row.id for row in rows if row.id not in kept and not row.gone]
    return result
