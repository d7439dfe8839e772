"""A run whose texts hold each family's own name: rows are fixed as always, and in the same transaction get their texts.

The rows begin with what families without a name read, so that no row ever holds a frame: what happens in between can
at worst leave out a name.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from outreach.campaigns.models import CampaignWording
from outreach.outgoing import outbox
from outreach.outgoing.models import MessageStatus
from outreach.people.models import Contact
from outreach.wording.personal import fill_name
from outreach.wording.texts import AT_ONCE, store_many


class Frame(NamedTuple):
    """What a step says in one language: with {name} open, and to a family without a name."""

    body: str
    nameless: str


def read_frames(session: Session, campaign_id: int, step: str) -> dict[str, Frame]:
    """The frames of a step by the language they are written in; none when its texts are the same for everybody."""
    wordings = session.scalars(
        select(CampaignWording).where(
            CampaignWording.campaign_id == campaign_id,
            CampaignWording.step == step,
            CampaignWording.nameless_id.is_not(None),
        )
    )
    return {one.sent_language: Frame(one.text.body, one.nameless.body) for one in wordings if one.text and one.nameless}


def queue_personal(session: Session, recipients: Select[*tuple[Any, ...]], frames: Mapping[str, Frame]) -> int:
    """Fix the recipients and write each its own text. Returns how many rows are new; those there already stay."""
    fixed = outbox.fix_selected(session, recipients)
    reached = [row for row in fixed if row.status is MessageStatus.QUEUED and row.language in frames]
    bodies = dict(_bodies(session, reached, frames))
    texts = store_many(session, bodies.values())
    outbox.set_texts(session, {row: texts[body] for row, body in bodies.items()})
    return len(fixed)


def _bodies(session: Session, rows: Sequence[outbox.Fixed], frames: Mapping[str, Frame]) -> Iterator[tuple[int, str]]:
    """The text of each row whose family has a name that can be read."""
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        wanted = Contact.id.in_([row.contact_id for row in some]), Contact.name.is_not(None)
        names = dict(session.execute(select(Contact.id, Contact.name).where(*wanted)).all())
        for row in some:
            frame = frames[row.language]
            body = fill_name(frame.body, names.get(row.contact_id), row.language, frame.nameless)
            if body != frame.nameless:
                yield row.id, body
