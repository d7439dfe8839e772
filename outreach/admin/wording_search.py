"""Finding texts: what the address of the list of wording asks for, and a page of 50."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from outreach.campaigns.all_wording import AllWording
from outreach.campaigns.translatable import Translatable
from outreach.wording.catalog import ReviewState, Translation
from outreach.wording.library import OWN
from outreach.wording.models import TranslationRequest

PAGE = 50
ASKED, LONG = "asked", "long"  # what the list may be narrowed to besides a state
REPLIES, HELP = "replies", "help"
STATES = {state.name.lower(): state for state in ReviewState}


@dataclass(frozen=True)
class Search:
    """What the list shows; empty strings filter nothing. `group` is a topic, "own", REPLIES or HELP."""

    language: str
    state: str = ""
    group: str = ""
    words: str = ""
    page: int = 1

    @classmethod
    def read(cls, args: Mapping[str, str], languages: Sequence[str], usual: str) -> "Search":
        """From an address; what makes no sense is left out. `usual` is the language when it names none."""
        language, state, page = args.get("language", ""), args.get("state", ""), args.get("page", "1")
        return cls(
            language=language if language in languages else usual,
            state=state if state in (*STATES, ASKED, LONG) else "",
            group=args.get("group", "").strip(),
            words=args.get("q", "").strip(),
            page=max(int(page), 1) if page.isdecimal() and len(page) < 7 else 1,
        )

    def address(self, **changes: object) -> dict[str, str]:
        """The query of the same list with these changes, on its first page unless `page` is one of them."""
        new = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]  # templates name the fields
        asked = {"language": new.language, "state": new.state, "group": new.group, "q": new.words}
        return {name: value for name, value in asked.items() if value} | (
            {"page": str(new.page)} if new.page > 1 else {}
        )


@dataclass(frozen=True)
class Row:
    """One text in the list's language. `title` is its group's: the pack's title, or what answers belong to."""

    text: Translatable
    title: str
    name: str
    group: str
    found: Translation
    request: TranslationRequest | None
    too_long: bool

    @property
    def translated(self) -> str:
        return self.found.draft or self.found.text

    def is_like(self, words: str) -> bool:
        said = (self.title, self.name, self.text.context, self.text.english, self.translated)
        return any(words.casefold() in part.casefold() for part in said)


@dataclass(frozen=True)
class Found:
    """A page of rows. The counts are of all texts of the language, for the chips."""

    search: Search
    rows: Sequence[Row]
    total: int
    states: Mapping[str, int]
    groups: Mapping[str, int]

    @property
    def last(self) -> int:
        return max((self.total + PAGE - 1) // PAGE, 1)

    @property
    def by_title(self) -> list[tuple[str, list[Row]]]:
        """The page's rows under their groups' titles, in their order."""
        return [(title, list(rows)) for title, rows in groupby(self.rows, key=lambda row: row.title)]


def find_texts(wording: AllWording, requests: Mapping[tuple[str, str], TranslationRequest], search: Search) -> Found:
    """`requests` as requests.open_requests has them."""
    rows = [_row(wording, requests, search.language, text) for text in wording.texts.values()]
    wanted = [row for row in rows if _is_wanted(row, search)]
    page = min(search.page, max((len(wanted) + PAGE - 1) // PAGE, 1))
    return Found(
        search=replace(search, page=page),
        rows=wanted[(page - 1) * PAGE : page * PAGE],
        total=len(wanted),
        states=_count_states(rows),
        groups=Counter(row.group for row in rows),
    )


def name_text(wording: AllWording, context: str) -> tuple[str, str, str]:
    """Title, name and group of a text: ("Free vision screening", "invitation, at launch", "screenings")."""
    before, _, name = context.partition(":")
    pack = wording.packs.get(before)
    if pack is None:
        help_kind = before == "category"
        words = name.replace("_", " ").capitalize()
        return ("Kinds of help", words, HELP) if help_kind else ("Replies", words, REPLIES)
    step = wording.texts[context].step
    words = name.replace("_", " ").capitalize()
    return (
        pack.title,
        f"{words}, {step.when_words}" if step else words,
        "own" if context.startswith(OWN) else pack.topic,
    )


def _row(
    wording: AllWording, requests: Mapping[tuple[str, str], TranslationRequest], language: str, text: Translatable
) -> Row:
    title, name, group = name_text(wording, text.context)
    found = wording.source.find(language, text.context, text.english)
    written = found.draft or found.text
    too_long = bool(written and text.too_long(written, language))
    return Row(text, title, name, group, found, requests.get((language, text.context)), too_long)


def _is_wanted(row: Row, search: Search) -> bool:
    if search.group and row.group != search.group:
        return False
    if search.words and not row.is_like(search.words):
        return False
    return not search.state or search.state in _kinds(row)


def _kinds(row: Row) -> tuple[str, ...]:
    """Under which chips of the state a row stands."""
    return (row.found.state.name.lower(), *([ASKED] if row.request else []), *([LONG] if row.too_long else []))


def _count_states(rows: Sequence[Row]) -> Mapping[str, int]:
    return Counter(kind for row in rows for kind in _kinds(row))
