"""From draft to reviewed: how a wording that was written here may come into force, and who let it.

draft -> in review -> reviewed. Whoever changes a text makes it a draft again, and the reviewer is somebody else, who
reads the language: four eyes on every text, two of them a reader's. An admin may decide otherwise, and says why.
"""

from collections.abc import Callable

from sqlalchemy.orm import Session

from outreach import clock
from outreach.languages import LANGUAGES
from outreach.staff.models import Staff
from outreach.staff.roles import Ability, may
from outreach.wording.catalog import SOURCE_LANGUAGE
from outreach.wording.checks import check_translation
from outreach.wording.models import LONGEST_WORDING, Origin, Wording, WordingAct, WordingState
from outreach.wording.record import NEW, ConflictError, WordingError, expect, hold, hold_or_add, meet, put_on_record
from outreach.wording.requests import settle
from outreach.wording.segments import to_plain
from outreach.wording.texts import digest
from outreach.wording.told_keywords import Keywords

WRITE = Ability.LAUNCH_CAMPAIGNS
REVIEW = Ability.ANSWER_CALLBACKS  # who talks with families in their language reads for them as well
OVERRULE = Ability.MANAGE
SHORTEST_REMARK, LONGEST_REMARK = 3, 400
SHORTEST_REASON = 10

TooLong = Callable[[str], str | None]  # what is too long about a text, in words; None: it fits


def why_not_write(by: Staff | None) -> str | None:
    """Why this person may not change wording; None: she may. The command line (`by` None) may."""
    if by is not None and not may(by.role, WRITE):
        return f"the role {by.role} may not change wording"
    return None


def why_not_review(by: Staff, language: str, written_by_id: int | None, reason: str = "") -> str | None:
    """Why this person may not let a text in this language go that was written by whom; None: she may.

    With a `reason` an admin may review what she wrote herself, or a language that her account does not list.
    """
    if not may(by.role, REVIEW):
        return f"the role {by.role} may not review wording"
    doubt = doubt_about(by, language, written_by_id)
    if doubt is None or not may(by.role, OVERRULE):
        return doubt
    if len(" ".join(reason.split())) < SHORTEST_REASON:
        return f"{doubt}, or you say in at least {SHORTEST_REASON} characters why it may go nevertheless"
    return None


def doubt_about(by: Staff, language: str, written_by_id: int | None) -> str | None:
    """Why this reviewer is the wrong one, whatever her role: she wrote it, or does not read it. None: she is not."""
    if written_by_id == by.id:
        return "you wrote this text yourself; somebody else must review it"
    if language not in by.languages:
        return f"{LANGUAGES[language].english} is not among the languages of your account"
    return None


def write(
    session: Session,
    context: str,
    language: str,
    english: str,
    text: str,
    *,
    by: Staff | None,
    version: int = NEW,
    origin: Origin = Origin.PERSON,
) -> Wording:
    """Store a text as a draft; what is in force stays so. The same text again changes nothing.

    `version` is that of the wording which the person saw, NEW when there was none. A draft may have faults: the checks
    are asked when it goes to review. Raises WordingError, and ConflictError when somebody changed it since.
    """
    _refuse(why_not_write(by) or _why_not_text(language, text))
    text = to_plain(text).strip()
    wording = hold_or_add(session, context, language, english, text, origin)
    if wording.version != NEW and wording.text == text and wording.english == english:
        return wording
    meet(wording, version, typed=text)
    _set(wording, english, text, origin, by)
    return put_on_record(session, wording, WordingAct.WRITTEN, by)


def submit(
    session: Session,
    context: str,
    language: str,
    *,
    by: Staff | None,
    version: int,
    keywords: Keywords | None = None,
    too_long: TooLong | None = None,
) -> Wording:
    """Ask for a review of a draft that the checks find nothing wrong with. Raises WordingError, ConflictError.

    `too_long` knows how long this text may be: whoever has its pack and sample values gives it.
    """
    _refuse(why_not_write(by))
    wording = expect(hold(session, context, language), version, WordingState.DRAFT)
    _refuse(_why_not_sound(language, wording.english, wording.text, keywords, too_long))
    wording.state = WordingState.IN_REVIEW
    settle(session, context, language)
    return put_on_record(session, wording, WordingAct.SUBMITTED, by)


def approve(
    session: Session,
    context: str,
    language: str,
    english: str,
    *,
    by: Staff,
    version: int,
    reason: str = "",
    keywords: Keywords | None = None,
    too_long: TooLong | None = None,
) -> Wording:
    """Let a text go: from now on families get it. `english` is what it must be a translation of today.

    `reason` is needed of an admin who reviews her own text, or a language that is not hers; `too_long` as in
    `submit`. Raises WordingError, ConflictError.
    """
    wording = expect(hold(session, context, language), version, WordingState.IN_REVIEW)
    _refuse(why_not_review(by, language, wording.written_by_id, reason))
    if wording.english_digest != digest(english):
        raise WordingError("the English changed after this was translated; look at the translation again")
    _refuse(_why_not_sound(language, english, wording.text, keywords, too_long))
    return _release(session, wording, by, reason)


def approve_shipped(
    session: Session,
    context: str,
    language: str,
    english: str,
    text: str,
    *,
    by: Staff,
    reason: str = "",
    keywords: Keywords | None = None,
    too_long: TooLong | None = None,
) -> Wording:
    """A reader here puts her name to a translation as it is shipped: `text` is what she read.

    `reason` and `too_long` as in `approve`. Raises WordingError, and ConflictError where somebody works on this
    English here, or reviewed it: that is not done over his head.
    """
    _refuse(_why_not_text(language, text))
    _refuse(why_not_review(by, language, None, reason) or _why_not_sound(language, english, text, keywords, too_long))
    wording = hold_or_add(session, context, language, english, text, Origin.SHIPPED)
    if wording.version != NEW and wording.english_digest == digest(english):
        raise ConflictError(wording, text)
    _set(wording, english, text, Origin.SHIPPED, None)
    return _release(session, wording, by, reason)


def send_back(session: Session, context: str, language: str, *, by: Staff, version: int, remark: str) -> Wording:
    """Give a text back to whoever wrote it, with what is wrong. Raises WordingError, ConflictError."""
    if not may(by.role, REVIEW):
        raise WordingError(f"the role {by.role} may not review wording")
    _refuse(_why_not_remark(remark))
    wording = expect(hold(session, context, language), version, WordingState.IN_REVIEW)
    wording.state = WordingState.DRAFT
    return put_on_record(session, wording, WordingAct.SENT_BACK, by, remark)


def withdraw(
    session: Session,
    context: str,
    language: str,
    english: str,
    text: str,
    *,
    by: Staff,
    version: int = NEW,
    remark: str,
) -> Wording:
    """Take a text out of force at once, a shipped one too: `text` is what families get now. It becomes a draft.

    Replies go in English until another text is reviewed, and campaigns ask what to do; those that run keep their
    texts. A newer draft is kept. Raises WordingError, ConflictError.
    """
    _refuse(why_not_write(by) or _why_not_text(language, text) or _why_not_remark(remark))
    wording = hold_or_add(session, context, language, english, text, Origin.SHIPPED)
    meet(wording, version, typed=text)
    if wording.english_digest != digest(english):  # nothing here is of this English: what goes is the shipped text
        _set(wording, english, text, Origin.SHIPPED, None)
    wording.state, wording.withdrawn = WordingState.DRAFT, True
    wording.released = wording.released_digest = wording.reviewed_by_id = wording.reviewed_at = None
    return put_on_record(session, wording, WordingAct.WITHDRAWN, by, remark, text)


def _refuse(reason: str | None) -> None:
    if reason:
        raise WordingError(reason)


def _why_not_text(language: str, text: str) -> str | None:
    if language == SOURCE_LANGUAGE or language not in LANGUAGES:
        return f"there are no translations into {language}"
    length = len(to_plain(text).strip())
    if not 0 < length <= LONGEST_WORDING:
        return f"a wording has 1 to {LONGEST_WORDING} characters, this one has {length}"
    return None


def _why_not_remark(remark: str) -> str | None:
    if not SHORTEST_REMARK <= len(" ".join(remark.split())) <= LONGEST_REMARK:
        return f"say in {SHORTEST_REMARK} to {LONGEST_REMARK} characters what is wrong with it"
    return None


def _why_not_sound(
    language: str, english: str, text: str, keywords: Keywords | None, too_long: TooLong | None
) -> str | None:
    """What the integrity checks have against it. `keywords`: what the deployment understands; None: the shipped."""
    problems = [str(one) for one in check_translation(english, text, language, keywords=keywords) if one.stops]
    long = too_long(text) if too_long else None
    return "; ".join([*problems, long] if long else problems) or None


def _set(wording: Wording, english: str, text: str, origin: Origin, by: Staff | None) -> None:
    if wording.english_digest != digest(english):
        wording.withdrawn = False  # that was said of another English
    wording.english, wording.english_digest = english, digest(english)
    wording.text, wording.state, wording.origin = text, WordingState.DRAFT, origin
    wording.written_by_id, wording.written_at = by.id if by else None, clock.now()


def _release(session: Session, wording: Wording, by: Staff, reason: str) -> Wording:
    wording.state, wording.withdrawn = WordingState.REVIEWED, False
    wording.released, wording.released_digest = wording.text, wording.english_digest
    wording.reviewed_by_id, wording.reviewed_at = by.id, clock.now()
    settle(session, wording.context, wording.language)
    return put_on_record(session, wording, WordingAct.REVIEWED, by, reason)
