"""What every exchange format holds: one entry per text, whatever the file looks like."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from outreach.languages import find_language
from outreach.wording.catalog import AWAITING, REVIEWED, ReviewState

LARGEST = 10_000_000  # bytes; all our texts in one language take a few hundred thousand
OTHER_LETTERS = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")  # families who say zh-TW get our Chinese; its files are not ours


class ExchangeError(Exception):
    """A file cannot be read as a whole; the text says where, what is wrong and what to do."""

    def __init__(self, what: str, line: int | None = None) -> None:
        super().__init__(f"line {line}: {what}" if line else what)


@dataclass(frozen=True)
class Entry:
    """One text in one language.

    `forms` are the translations: one, or with `plural` one for each plural form in the house's order (plurals.py).
    `state` says how far it is; `reviewer` who reviewed it and when, as the comment in a PO file has it. `exported`
    is the digest of the translation that left: by it we know what the translator changed, and what we did meanwhile.
    Notes, comments, references, flags and lines of `previous` never hold a line break.
    """

    context: str
    english: str
    forms: tuple[str, ...] = ("",)
    plural: str = ""
    state: ReviewState = ReviewState.MISSING
    reviewer: str = ""
    exported: str = ""
    notes: tuple[str, ...] = ()  # for translators: where it is sent, samples, limits
    comments: tuple[str, ...] = ()  # by translators
    references: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    previous: tuple[str, ...] = ()  # what gettext keeps of the English before it changed, as it stands there
    obsolete: bool = False
    line: int = field(default=0, compare=False)  # where it began in the file it was read from

    @property
    def text(self) -> str:
        return self.forms[0]

    @property
    def empty(self) -> bool:
        return not all(self.forms)

    @property
    def mark(self) -> str:
        """What `exported` is for the translation as it stands."""
        return sha256("\0".join(self.forms).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Exchange:
    """All entries of one language. `headers` and `comments` are what a PO file says about itself at its top."""

    language: str
    entries: tuple[Entry, ...]
    headers: tuple[tuple[str, str], ...] = ()
    comments: tuple[str, ...] = ()


def language_of(name: str, given: str | None = None) -> str:
    """The code of the language a file says it is in ("pt-BR", "es_MX", "Spanish"), else `given`. Raises ExchangeError.

    A region that we do not know apart is no reason to refuse: es_PE is Spanish to us. Other letters are.
    """
    if not name.strip():
        if given:
            return given
        raise ExchangeError("it does not say which language it is in; name it with --language")
    tag = name.strip().replace("_", "-").casefold()
    found = None if tag.startswith(OTHER_LETTERS) else find_language(name) or find_language(tag.partition("-")[0])
    if found is None:
        raise ExchangeError(f"its language {name!r} is none of ours")
    if given and found != given:
        raise ExchangeError(f"it says that it is in {name!r}, not in {given}")
    return found


def without_state(comments: Iterable[str]) -> tuple[str, ...]:
    """Comments less those that tell a state: nobody reviews a text by writing a comment into a file sent to us."""
    return tuple(comment for comment in comments if not comment.strip().startswith((AWAITING, REVIEWED)))


def decode(data: bytes) -> str:
    """UTF-8 with or without a mark, or UTF-16 with one. Raises ExchangeError."""
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ExchangeError("it is not in UTF-8; save it as UTF-8 (in Excel: CSV UTF-8)", line) from None
