"""The audience builder of the forms: boxes for what the families have in common, read as the words of an audience."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session
from werkzeug.datastructures import MultiDict

from outreach.campaigns.recipients import Recipients
from outreach.languages import LANGUAGES
from outreach.people.audience import EVERYONE, Audience, AudienceError, Filter
from outreach.people.models import Contact, ContactTag

WORDS = "audience_words"
LONGEST = 400  # what Campaign.audience holds
OFFERED = 60  # boxes of one kind; whatever is rarer can be written in words

_COLUMNS: Mapping[str, tuple[str, InstrumentedAttribute[str] | InstrumentedAttribute[str | None]]] = {
    "language": ("Language", Contact.language),
    "zip": ("ZIP code", Contact.zip),
    "school": ("School", Contact.school),
    "grade": ("Grade", Contact.grade),
    "tag": ("Tag", ContactTag.tag),
}


@dataclass(frozen=True)
class Box:
    value: str
    label: str
    families: int
    checked: bool


@dataclass(frozen=True)
class Group:
    """The boxes of one kind, the most frequent first."""

    kind: str
    label: str
    boxes: tuple[Box, ...]

    @property
    def name(self) -> str:
        return f"audience_{self.kind}"

    @property
    def checked(self) -> int:
        return sum(box.checked for box in self.boxes)


def offer_groups(session: Session, typed: MultiDict[str, str]) -> list[Group]:
    """A box for each value that families have, with how many have it; those that were checked stay checked."""
    groups = (_group(session, kind, set(typed.getlist(f"audience_{kind}"))) for kind in _COLUMNS)
    return [group for group in groups if group.boxes]


def _group(session: Session, kind: str, checked: set[str]) -> Group:
    label, column = _COLUMNS[kind]
    found = session.execute(
        select(column, func.count())
        .where(column.is_not(None), column != "")
        .group_by(column)
        .order_by(func.count().desc(), column)
        .limit(OFFERED)
    )
    boxes = [Box(value, _label(kind, value), families, value in checked) for value, families in found if value]
    return Group(kind, label, tuple(boxes))


def _label(kind: str, value: str) -> str:
    language = LANGUAGES.get(value) if kind == "language" else None
    if language is None:
        return value
    return language.english if language.name == language.english else f"{language.name} ({language.english})"


def read_recipients(typed: MultiDict[str, str]) -> Recipients:
    """Whom the form asks for: its words if any stand there, else the checked boxes, else everyone.

    Raises AudienceError.
    """
    words = typed.get(WORDS, "").strip() or str(Audience(tuple(_checked(typed))))
    recipients = Recipients.read(words, tuple(LANGUAGES))
    if len(recipients.words) > LONGEST:
        raise AudienceError(
            "these are too many choices for one audience; choose fewer, or leave a group empty for all of it"
        )
    return recipients


def _checked(typed: MultiDict[str, str]) -> Iterator[Filter]:
    for kind in _COLUMNS:
        values = typed.getlist(f"audience_{kind}")
        if values:
            yield Filter(kind, tuple(sorted(set(values))))


def everyone() -> Recipients:
    return Recipients.read(EVERYONE, tuple(LANGUAGES))
