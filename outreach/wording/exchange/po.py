"""Exchange as gettext PO, for Poedit, Weblate and GNU gettext: every comment, flag and form survives the way back.

Babel, which reads our own catalogs, wraps and joins comments, drops headers it does not know and takes gettext's
"#|" lines for comments of translators; a file that went through other people's tools must not lose anything here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from outreach.wording.catalog import AWAITING, REVIEWED, ReviewState
from outreach.wording.exchange.entries import Entry, Exchange, ExchangeError, decode, language_of
from outreach.wording.exchange.plurals import PluralError, house_header, in_house_order

_KEYWORD = re.compile(r"(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d)\])?\s*(.*)")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(r"\\(.)")
_MEANT = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", '"': '"', "\\": "\\"}
_WRITTEN = str.maketrans({meant: f"\\{letter}" for letter, meant in _MEANT.items()})
FUZZY, EXPORTED = "fuzzy", "exported as "
_TOLD = {ReviewState.AWAITING: AWAITING, ReviewState.DRAFT: "draft", ReviewState.IN_REVIEW: "in review"}


@dataclass
class _Block:
    """One entry as its lines have it."""

    line: int = 0
    comments: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in ("#", ".", ":", ",", "|")})
    strings: dict[tuple[str, int], str] = field(default_factory=dict)
    obsolete: bool = False

    @property
    def complete(self) -> bool:
        return ("msgstr", 0) in self.strings


def read(data: bytes, language: str | None = None) -> Exchange:
    """A PO file. `language` is for files whose header names none. Raises ExchangeError."""
    blocks = list(_blocks(decode(data)))
    headers: dict[str, str] = {}
    comments: list[str] = []
    for block in blocks:
        if block.strings.get(("msgid", 0)) == "" and ("msgctxt", 0) not in block.strings:
            lines = (line.partition(":") for line in block.strings["msgstr", 0].splitlines())
            headers = {name.strip(): value.strip() for name, colon, value in lines if colon}
            comments = block.comments["#"]
            blocks.remove(block)
            break
    code = language_of(headers.get("Language", ""), language)
    entries = tuple(_entry(block, headers.get("Plural-Forms", ""), code) for block in blocks)
    return Exchange(code, entries, tuple(headers.items()), tuple(comments))


def _blocks(text: str) -> Iterator[_Block]:
    block, last = _Block(), None
    for number, whole in enumerate(text.split("\n"), start=1):
        line = whole.strip(" \t\r")
        old = line.startswith("#~")
        if old:
            line = line[2:].lstrip()
            line = f"#{line}" if line.startswith("|") else line
        if not line:
            continue
        if block.complete and not line.startswith('"') and not line.startswith("msgstr"):
            yield block
            block, last = _Block(), None
        if line.startswith("#"):
            _add_comment(block, line)
            continue
        block.obsolete = block.obsolete or old
        last = _add_string(block, line, number, last)
    if block.strings:
        if not block.complete:
            raise ExchangeError("an entry has no msgstr", block.line)
        yield block


def _add_comment(block: _Block, line: str) -> None:
    kind = line[1:2]
    if kind in {".", ":", "|"}:
        block.comments[kind].append(line[2:].removeprefix(" "))
    elif kind == ",":
        block.comments[kind] += [flag.strip() for flag in line[2:].split(",") if flag.strip()]
    else:
        block.comments["#"].append(line[1:].removeprefix(" "))


def _add_string(block: _Block, line: str, number: int, last: tuple[str, int] | None) -> tuple[str, int]:
    """Take a keyword's string or the next line of the last one; returns which it was."""
    keyword = _KEYWORD.fullmatch(line)
    key = (keyword[1], int(keyword[2] or 0)) if keyword else last
    quoted = _QUOTED.fullmatch(keyword[3] if keyword else line)
    if key is None or quoted is None:
        raise ExchangeError("the quotes do not pair, or this is no line of a PO file", number)
    if keyword and key in block.strings:
        raise ExchangeError(f"{key[0]} stands here twice, or the entry before it has no msgstr", number)
    block.line = block.line or number
    block.strings[key] = block.strings.get(key, "") + _ESCAPE.sub(lambda found: _meant(found[1], number), quoted[1])
    return key


def _meant(letter: str, line: int) -> str:
    if letter not in _MEANT:
        raise ExchangeError(f"\\{letter} means nothing in a PO file; a backslash is written \\\\", line)
    return _MEANT[letter]


def _entry(block: _Block, plural_forms: str, language: str) -> Entry:
    strings, flags = block.strings, block.comments[","]
    if ("msgid", 0) not in strings:
        raise ExchangeError("an entry has no msgid", block.line)
    forms = tuple(text for (kind, _), text in sorted(strings.items()) if kind == "msgstr")
    plural = strings.get(("msgid_plural", 0), "")
    if plural:
        try:
            forms = in_house_order(forms, plural_forms, language)
        except PluralError as error:
            raise ExchangeError(str(error), block.line) from None
    reviewed = next((comment for comment in block.comments["#"] if comment.startswith(REVIEWED)), None)
    told = [comment for comment in block.comments["#"] if comment == reviewed or comment in _TOLD.values()]
    return Entry(
        context=strings.get(("msgctxt", 0), ""),
        english=strings["msgid", 0],
        forms=forms,
        plural=plural,
        state=_state(forms, FUZZY in flags, told),
        reviewer=(reviewed or "").removeprefix(REVIEWED).strip(),
        exported=next((note.removeprefix(EXPORTED) for note in block.comments["."] if note.startswith(EXPORTED)), ""),
        notes=tuple(note for note in block.comments["."] if not note.startswith(EXPORTED)),
        comments=tuple(comment for comment in block.comments["#"] if comment not in told),
        references=tuple(" ".join(block.comments[":"]).split()),
        flags=tuple(flag for flag in flags if flag != FUZZY),
        previous=tuple(block.comments["|"]),
        obsolete=block.obsolete,
        line=block.line,
    )


def _state(forms: tuple[str, ...], stale: bool, told: list[str]) -> ReviewState:
    if not any(forms):
        return ReviewState.MISSING
    if stale:
        return ReviewState.STALE
    if any(comment.startswith(REVIEWED) for comment in told):
        return ReviewState.REVIEWED
    return next((state for state, words in _TOLD.items() if words in told), ReviewState.AWAITING)


def write(exchange: Exchange) -> bytes:
    """The entries as a PO file, one line a string, nothing wrapped."""
    ours = {
        "Project-Id-Version": "outreach",
        "Last-Translator": "",
        "Language-Team": "",
        "Language": exchange.language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    fixed = {
        "Language": exchange.language,
        "Content-Type": ours["Content-Type"],
        "Plural-Forms": house_header(exchange.language),
    }
    headers = {**ours, **dict(exchange.headers), **fixed}
    lines = [f"# {comment}".rstrip(" ") for comment in exchange.comments]
    lines += ['msgid ""', 'msgstr ""', *(_quote(f"{name}: {value}\n") for name, value in headers.items()), ""]
    for entry in exchange.entries:
        lines += [*_lines(entry), ""]
    return "\n".join(lines).encode()


def _lines(entry: Entry) -> Iterator[str]:
    stale = [FUZZY] if entry.state is ReviewState.STALE else []
    for mark, comments in (
        ("#", [*_state_comment(entry), *entry.comments]),
        ("#.", [*entry.notes, *([EXPORTED + entry.exported] if entry.exported else [])]),
        ("#:", entry.references),
        ("#,", [", ".join([*stale, *entry.flags])] if stale or entry.flags else []),
        ("#~|" if entry.obsolete else "#|", entry.previous),
    ):
        yield from (f"{mark} {comment}".rstrip(" ") for comment in comments)
    old = "#~ " if entry.obsolete else ""
    if entry.context:
        yield f"{old}msgctxt {_quote(entry.context)}"
    yield f"{old}msgid {_quote(entry.english)}"
    if entry.plural:
        yield f"{old}msgid_plural {_quote(entry.plural)}"
    for number, form in enumerate(entry.forms):
        yield f"{old}msgstr{f'[{number}]' if entry.plural else ''} {_quote(form)}"


def _state_comment(entry: Entry) -> list[str]:
    if entry.state is ReviewState.REVIEWED or entry.reviewer:
        return [f"{REVIEWED} {entry.reviewer}"]
    return [_TOLD[entry.state]] if entry.state in _TOLD else []


def _quote(text: str) -> str:
    return f'"{text.translate(_WRITTEN)}"'
