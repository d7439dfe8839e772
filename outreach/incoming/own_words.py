"""Words that a deployment adds: what may be added, that a second person lets it in, and that nothing shipped goes.

A word is refused where it would mean two things. Shipped words of stop and crisis cannot be taken away, and own ones
only by an admin who says why.
"""

import unicodedata
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach import clock
from outreach.incoming.entries import CATEGORIES, SERIES_CATEGORY, Entry, Kind, VocabularyError
from outreach.incoming.intent import Route, recognise
from outreach.incoming.models import LONGEST_WORD, OwnWord, OwnWordKind, OwnWordState
from outreach.incoming.normalise import fold, tokenise
from outreach.incoming.reading import Reading
from outreach.incoming.vocabulary import Vocabulary
from outreach.languages import LANGUAGES
from outreach.staff.audit import note
from outreach.staff.models import Staff
from outreach.staff.roles import Ability, may
from outreach.wording.review import OVERRULE, SHORTEST_REASON, why_not_review

WRITE = Ability.LAUNCH_CAMPAIGNS
GRAVE = frozenset({"stop", "crisis"})
# What a word may mean, as route and detail.
MEANINGS: tuple[tuple[str, str | None], ...] = (
    ("stop", None),
    ("start", None),
    ("help", None),
    ("crisis", None),
    ("callback", None),
    ("rsvp_yes", None),
    ("rsvp_no", None),
    *(("series", series) for series in SERIES_CATEGORY),
    *(("resource", category) for category in CATEGORIES),
)
# Letters, marks, digits, emoji and spaces; anything else may be read as a pattern.
_KEPT = ("L", "M", "N", "So", "Sk", "Zs")


class OwnWordError(ValueError):
    """A word cannot be added, let in or taken away; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A word somebody would like to add. `language` is a catalog code, `detail` as in MEANINGS."""

    language: str
    route: str
    detail: str | None
    kind: OwnWordKind
    text: str

    @property
    def entry(self) -> Entry:
        section = f"own {self.route}" + (f".{self.detail}" if self.detail else "")
        return Entry(self.language, section, self.route, Kind(self.kind), " ".join(self.text.split()), self.detail)


def why_not_add(draft: Draft, vocabulary: Vocabulary) -> str | None:
    """Why a word may not be added to this vocabulary; None: it may. Pure."""
    return _why_not_written(draft) or _why_not_meant(draft, vocabulary)


def _why_not_written(draft: Draft) -> str | None:
    written = draft.entry.text
    odd = next((letter for letter in written if not _is_kept(letter)), None)
    words = len(tokenise(fold(written)))
    if (draft.route, draft.detail) not in MEANINGS:
        return "Choose what it means."
    if odd is not None:
        return f"Leave out the sign {odd}: only letters, digits, emoji, spaces, hyphens and apostrophes are compared."
    if not words or len(written) > LONGEST_WORD:
        return f"Write one word or a few, {LONGEST_WORD} characters at most."
    if draft.kind is OwnWordKind.PHRASE and words < 2:
        return f"“{written}” is a single word: inside other texts it would be found too often. Choose “the whole text”."
    return None


def _is_kept(letter: str) -> bool:
    category = unicodedata.category(letter)
    return letter in "'’-" or category.startswith(_KEPT)


def _why_not_meant(draft: Draft, vocabulary: Vocabulary) -> str | None:
    entry = draft.entry
    if draft.language not in vocabulary.languages:
        return "We have no words in this language to add to."
    if Reading(entry.text, vocabulary).is_covered([]):
        return f"“{entry.text}” is courtesy, which stands beside any text. Add words that say what is meant."
    pending = frozenset({"rsvp"}) if draft.route.startswith("rsvp") else frozenset[str]()
    present = recognise(entry.text, vocabulary, contact_language=draft.language, pending=pending)
    if present.route is not Route.UNKNOWN and "one letter away" not in present.reason:
        means = present.args.get("category") or present.args.get("series") or ""
        already = (present.route, means) == (draft.route, draft.detail or "")
        says = "already means that" if already else f"already means {present.route}{f' ({means})' if means else ''}"
        return f"“{entry.text}” {says}: {present.reason}."
    try:
        vocabulary.with_own([entry])
    except VocabularyError as collision:
        return f"{collision}."
    return None


def propose(session: Session, vocabulary: Vocabulary, draft: Draft, by: Staff) -> OwnWord:
    """Keep a word for a second person to look at. Raises OwnWordError when it may not be added."""
    _refuse(None if may(by.role, WRITE) else f"the role {by.role} may not add words")
    _refuse(why_not_add(draft, vocabulary))
    entry = draft.entry
    word = OwnWord(
        language=draft.language,
        route=draft.route,
        detail=draft.detail,
        kind=draft.kind,
        text=entry.text,
        folded=" ".join(token.marked for token in tokenise(fold(entry.text)))[: 2 * LONGEST_WORD],
        state=OwnWordState.WAITING,
        written_by_id=by.id,
        written_at=clock.now(),
    )
    try:
        with session.begin_nested():
            session.add(word)
    except IntegrityError:
        raise OwnWordError(f"“{entry.text}” has been added before; it stands in the list below.") from None
    _note(session, word, "added", by)
    return word


def why_not_decide(word: OwnWord, by: Staff, reason: str = "") -> str | None:
    """Why this person may not let a word in: the writer is somebody else, who reads the language. None: she may."""
    if word.state is not OwnWordState.WAITING:
        return "somebody has decided on this word meanwhile"
    return why_not_review(by, word.language, word.written_by_id, reason)


def let_in(session: Session, vocabulary: Vocabulary, word: OwnWord, by: Staff, reason: str = "") -> None:
    """From now on families are understood so. The check is made again: words may have come in between."""
    _refuse(why_not_decide(word, by, reason))
    _refuse(why_not_add(draft_of(word), vocabulary))
    _decide(session, word, OwnWordState.IN_FORCE, by, reason)


def refuse_word(session: Session, word: OwnWord, by: Staff, reason: str = "") -> None:
    """It never comes into force; its writer may take it back so as well."""
    _refuse(None if word.state is OwnWordState.WAITING else "somebody has decided on this word meanwhile")
    _refuse(None if may(by.role, WRITE) else f"the role {by.role} may not decide on words")
    _decide(session, word, OwnWordState.REFUSED, by, reason)


def withdraw(session: Session, word: OwnWord, by: Staff, reason: str = "") -> None:
    """Families are no longer understood so. A stop or crisis word goes only by an admin, with a reason."""
    _refuse(None if word.state is OwnWordState.IN_FORCE else "this word is not in force")
    _refuse(None if may(by.role, WRITE) else f"the role {by.role} may not withdraw words")
    if word.route in GRAVE and (not may(by.role, OVERRULE) or len(" ".join(reason.split())) < SHORTEST_REASON):
        raise OwnWordError(
            f"a word for {word.route} is taken away by an admin only, who says why in at least "
            f"{SHORTEST_REASON} characters"
        )
    _decide(session, word, OwnWordState.WITHDRAWN, by, reason)


def draft_of(word: OwnWord) -> Draft:
    return Draft(word.language, word.route, word.detail, OwnWordKind(word.kind), word.text)


def words_on_record(session: Session, *states: OwnWordState) -> list[OwnWord]:
    """The words in these states, the newest first."""
    wanted = select(OwnWord).where(OwnWord.state.in_(states)).order_by(OwnWord.id.desc())
    return list(session.scalars(wanted))


def _decide(session: Session, word: OwnWord, state: OwnWordState, by: Staff, reason: str) -> None:
    word.state, word.decided_by_id, word.decided_at = state, by.id, clock.now()
    word.reason = " ".join(reason.split())[:400] or None
    _note(session, word, state.replace("_", " "), by)


def _note(session: Session, word: OwnWord, act: str, by: Staff) -> None:
    session.flush()
    details = {"language": LANGUAGES[word.language].english, "means": word.route, "detail": word.detail}
    note(session, f"own_word.{act}", "own_word", word.id, staff=by, details=details)


def _refuse(why: str | None) -> None:
    if why:
        raise OwnWordError(why[0].upper() + why[1:])
