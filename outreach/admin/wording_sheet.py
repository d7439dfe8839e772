"""One text in one language as its page shows it: where it stands, what this person may do, who did what before."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.admin.wording_search import name_text
from outreach.campaigns.all_wording import AllWording, wording_for
from outreach.campaigns.translatable import Translatable, reply_words
from outreach.people.models import Contact
from outreach.settings import Settings
from outreach.staff.models import Staff
from outreach.wording.acceptance import accepted_languages
from outreach.wording.catalog import SOURCE_LANGUAGE, ReviewState, Translation, translations_at
from outreach.wording.models import Origin, TranslationRequest, Wording, WordingAct, WordingEvent, WordingState
from outreach.wording.record import NEW, ConflictError, find_wording, history
from outreach.wording.requests import open_requests
from outreach.wording.review import doubt_about, why_not_review, why_not_write
from outreach.wording.texts import digest
from outreach.wording.told_keywords import keywords_at

ACTS = {
    WordingAct.WRITTEN: "wrote it",
    WordingAct.SUBMITTED: "sent it to review",
    WordingAct.REVIEWED: "reviewed it: families get it",
    WordingAct.SENT_BACK: "sent it back",
    WordingAct.WITHDRAWN: "took it out of use",
}
ORIGINS = {Origin.UPLOAD: "uploaded", Origin.MACHINE: "drafted by machine", Origin.SHIPPED: "as shipped"}


@dataclass(frozen=True)
class Refused:
    """What was pressed was not done, and why. `saved`: the text was kept all the same."""

    why: str
    conflict: ConflictError | None = None
    saved: bool = False


@dataclass(frozen=True)
class Sheet:
    """`row` is what was written here, of whichever English; `current`: it is of the English of today."""

    text: Translatable
    language: str
    title: str
    name: str
    found: Translation
    row: Wording | None
    former: str  # for an older English, as shipped
    request: TranslationRequest | None
    names: dict[int, str]
    events: Sequence[tuple[WordingEvent, str | None]]
    reply_words: Sequence[str]
    families: int
    accepted: bool
    me: Staff
    machine: bool
    next_unread: str | None  # another shipped text of this language that nobody here has read

    @property
    def current(self) -> Wording | None:
        """What is written here for the English of today."""
        return self.row if self.row and self.row.english_digest == self.english_digest else None

    @property
    def english_digest(self) -> str:
        return digest(self.text.english)

    @property
    def version(self) -> int:
        return self.row.version if self.row else NEW

    @property
    def present(self) -> str:
        """What the editor begins with: what somebody works on, else what is in force, else the older text."""
        older = (self.row.text if self.row else "") or self.former
        return self.found.draft or self.found.text or (older if self.found.state is not ReviewState.MISSING else "")

    @property
    def older_english(self) -> str:
        """The English that an older translation was made from, where we know it."""
        return self.row.english if self.row and not self.current and self.found.state is ReviewState.STALE else ""

    @property
    def in_review(self) -> bool:
        return self.current is not None and self.current.state is WordingState.IN_REVIEW

    @property
    def is_draft(self) -> bool:
        return self.current is not None and self.current.state is WordingState.DRAFT

    @property
    def may_write(self) -> bool:
        return why_not_write(self.me) is None and self.language != SOURCE_LANGUAGE

    @property
    def may_sign(self) -> bool:
        """Whether this is a shipped translation that nobody here has touched or read yet."""
        return self.found.state is ReviewState.AWAITING and self.current is None

    @property
    def doubt(self) -> str | None:
        """What speaks against this person's review, which an admin may set aside with a reason."""
        return doubt_about(self.me, self.language, self._writer)

    @property
    def why_not_review(self) -> str | None:
        return why_not_review(self.me, self.language, self._writer)

    @property
    def why_not_even_so(self) -> str | None:
        """The same when she says why it may go nevertheless: only an admin may."""
        return why_not_review(self.me, self.language, self._writer, "x" * 10)

    @property
    def wanted(self) -> bool:
        """Whether there is nothing that families could get yet."""
        return not self.found.text

    @property
    def sent_back(self) -> WordingEvent | None:
        """The remark that a draft came back with."""
        newest = self.events[0][0] if self.events else None
        return newest if self.is_draft and newest and newest.act is WordingAct.SENT_BACK else None

    def name_of(self, staff_id: int | None) -> str:
        return self.names.get(staff_id, "somebody") if staff_id else "the command line"

    @property
    def _writer(self) -> int | None:
        return self.current.written_by_id if self.current else None


def read_sheet(session: Session, settings: Settings, language: str, context: str, person: Staff) -> Sheet:
    """Everything about one text; a text or a language that this person does not see is not there."""
    wording = wording_for(session, settings, person)
    text = wording.texts.get(context)
    if text is None or language not in settings.languages or language == SOURCE_LANGUAGE:
        abort(404)
    locales = settings.content / "locales"
    title, name, _group = name_text(wording, context)
    count = select(func.count()).select_from(Contact).where(Contact.language == language)
    return Sheet(
        text=text,
        language=language,
        title=title,
        name=name,
        found=wording.source.find(language, context, text.english),
        row=find_wording(session, context, language),
        former=translations_at(locales).former(language, context),
        request=open_requests(session, language).get((language, context)),
        names=dict(session.execute(select(Staff.id, Staff.name)).all()),
        events=history(session, context, language),
        reply_words=reply_words(text.english, language, keywords_at(locales)),
        families=session.scalar(count) or 0,
        accepted=language in accepted_languages(session),
        me=person,
        machine=settings.translate_url is not None,
        next_unread=_next_unread(wording, language, context) if language in person.languages else None,
    )


def _next_unread(wording: AllWording, language: str, context: str) -> str | None:
    """The next text after this one, around the end, that awaits native review and that nobody works on."""
    contexts = list(wording.texts)
    place = contexts.index(context)
    for other in contexts[place + 1 :] + contexts[:place]:
        found = wording.source.find(language, other, wording.texts[other].english)
        if found.state is ReviewState.AWAITING and not found.draft:
            return other
    return None
