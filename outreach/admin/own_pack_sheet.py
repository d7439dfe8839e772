"""One own pack as its page shows it: its texts, and how far each language of it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.campaigns.models import OwnPack
from outreach.campaigns.own_packs import OWN_ID, Stored, find_own
from outreach.campaigns.packs import Pack
from outreach.campaigns.translatable import Translatable, translatable
from outreach.people.models import Contact
from outreach.settings import Settings
from outreach.staff.models import Staff
from outreach.wording.catalog import SOURCE_LANGUAGE, ReviewState, TranslationSource
from outreach.wording.library import OWN, read_library
from outreach.wording.requests import open_requests


@dataclass(frozen=True)
class PackLanguage:
    """How far one language of a pack is. `missing` are steps without a text to send; `asked` how many are asked for."""

    code: str
    states: tuple[tuple[str, ReviewState], ...]  # context and state, in the order of the steps
    missing: tuple[str, ...]
    asked: int
    families: int

    @property
    def worst(self) -> ReviewState:
        order = list(ReviewState)
        return min((state for _, state in self.states), key=order.index)


@dataclass(frozen=True)
class OwnPackSheet:
    stored: Stored
    languages: Sequence[PackLanguage]
    writer: str
    why_read_only: str | None  # why this person may look and not change

    @property
    def row(self) -> OwnPack:
        return self.stored.row

    @property
    def pack(self) -> Pack | None:
        return self.stored.pack

    @property
    def pack_or_404(self) -> Pack:
        return self.stored.pack or abort(404)

    def text_of(self, step: str) -> Translatable:
        pack = self.pack_or_404
        return translatable([pack]).get(f"{pack.id}:{step}") or abort(404)

    @property
    def wanting(self) -> list[PackLanguage]:
        """Languages in which a step has no text to send."""
        return [one for one in self.languages if one.missing]


def read_own(session: Session, settings: Settings, number: int, person: Staff) -> OwnPackSheet:
    """A pack that this person does not see is not there."""
    if OWN_ID.fullmatch(f"{OWN}{number}") is None:
        abort(404)
    stored = find_own(session, settings, f"{OWN}{number}", person) or abort(404)
    writer = session.get(Staff, stored.row.updated_by_id) if stored.row.updated_by_id else None
    everybodys = person.partner_id is not None and stored.row.partner_id is None
    return OwnPackSheet(
        stored=stored,
        languages=_languages(session, settings, stored.pack) if stored.pack else (),
        writer=writer.name if writer else "the command line",
        why_read_only="This pack is everybody's. Make a copy of it and change that." if everybodys else None,
    )


def languages_of(settings: Settings, source: TranslationSource, pack: Pack) -> list[str]:
    """The languages in which every step has a text to send."""
    return [
        code
        for code in settings.languages
        if all(source.find(code, step.context, step.english).text for step in pack.steps)
    ]


def _languages(session: Session, settings: Settings, pack: Pack) -> list[PackLanguage]:
    library = read_library(session, settings.content / "locales")
    readers = dict(session.execute(select(Contact.language, func.count()).group_by(Contact.language)).all())
    requests = open_requests(session)
    found = []
    for code in settings.languages:
        if code == SOURCE_LANGUAGE:
            continue
        texts = [(step.context, library.find(code, step.context, step.english)) for step in pack.steps]
        missing = tuple(context for context, text in texts if not text.text)
        asked = sum((code, context) in requests for context in missing)
        states = tuple((context, text.state) for context, text in texts)
        found.append(PackLanguage(code, states, missing, asked, readers.get(code, 0)))
    return found
