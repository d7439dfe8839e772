"""How one cell of an HSDS export is read, with what is wrong with it: pure, cell in, value and remark out.

Upstream nobody validates these exports, so every oddity here was met in one (HSDS 3.0 examples, 211 exports).
"""

import html
import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from outreach.languages import find_language
from outreach.people.phone import read_phone
from outreach.resources.models import ServiceStatus
from outreach.resources.opening import DAYS

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Quirk:
    """One oddity and what the import did about it. `row` counts data rows (CSV) or records (JSON) from 1."""

    file: str
    row: int | None
    id: str | None
    column: str | None
    problem: str
    what_was_done: str


@dataclass(frozen=True, slots=True)
class Cell(Generic[T]):
    """A value as we keep it; `problem` and `done` are set when it was not written as HSDS asks."""

    value: T
    problem: str | None = None
    done: str = ""


_HIDDEN_HTML = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|/p|/li|/div|/h\d|/tr)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_MARKDOWN = (
    (re.compile(r"!?\[([^\]]*)\]\((?:[^()\s]*)\)"), r"\1"),  # links and pictures keep their text
    (re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?m)^\s{0,3}(?:#{1,6}\s+|>\s?|[*+-]\s+)"), ""),
    (re.compile(r"`([^`]*)`"), r"\1"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\ufeff\ud800-\udfff]")
_NOTHING = {"null", "none", "nan", "n/a", "na", "nil", "-", "--", "tbd", "undefined"}


def clean_text(raw: str, limit: int = 4000) -> Cell[str | None]:
    """Plain text on one line: HTML, Markdown, control characters and spare space removed, cut at `limit`."""
    text = _CONTROL.sub("", html.unescape(html.unescape(raw)))
    plain = _TAG.sub("", _BREAK.sub("\n", _HIDDEN_HTML.sub(" ", text)))
    for pattern, keep in _MARKDOWN:
        plain = pattern.sub(keep, plain)
    plain = " ".join(plain.split())
    if len(plain) > limit:
        return Cell(plain[: limit - 1].rstrip() + "…", f"longer than {limit} characters", "cut")
    if plain != " ".join(raw.split()):
        return Cell(plain or None, "markup or control characters in a text", "kept the plain text")
    return Cell(plain or None)


def is_placeholder(column: str, value: str) -> bool:
    """Whether a cell says nothing: "n/a", or its own column's name, as example rows left in an export have
    it."""
    word = value.strip().casefold()
    return word in _NOTHING or (word == column.casefold() and column != "type")


_STATUS = {
    **{str(status): status for status in ServiceStatus},
    **dict.fromkeys(("open", "published", "approved", "current", "enabled", "true"), ServiceStatus.ACTIVE),
    **dict.fromkeys(("closed", "suspended", "disabled", "draft", "false"), ServiceStatus.INACTIVE),
    **dict.fromkeys(("deleted", "archived", "discontinued"), ServiceStatus.DEFUNCT),
    **dict.fromkeys(("temporarily_closed", "temporarily-closed"), ServiceStatus.TEMPORARILY_CLOSED),
}  # fmt: skip


def read_status(raw: str) -> Cell[ServiceStatus]:
    """HSDS service.status in any case. A word nobody knows is not shown to families: a closed door is
    worse."""
    word = " ".join(raw.split()).casefold()
    if not word:
        return Cell(ServiceStatus.ACTIVE, "no status", "took it as active")
    status = _STATUS.get(word)
    if status is None:
        return Cell(ServiceStatus.UNCLEAR, "unknown status", "kept it, not shown to families")
    return Cell(status) if word == str(status) else Cell(status, "not an HSDS status", f"took it as {status}")


_DATE_FORMATS = ("%m/%d/%Y", "%m/%d/%y", "%Y/%m/%d", "%Y%m%d")


YEARS = range(1900, 2200)  # others are slips, and dates near 1 or 9999 cannot be counted with


def read_date(raw: str) -> Cell[date | None]:
    """An ISO date or date-time; US dates (month first) are read and remarked on."""
    text = raw.strip()
    if not text:
        return Cell(None)
    for form in (None, *_DATE_FORMATS):
        try:
            day = (datetime.strptime(text, form) if form else datetime.fromisoformat(text)).date()  # noqa: DTZ007
        except ValueError:
            continue
        if day.year in YEARS:
            return Cell(day, *(("not an ISO date", "read as month/day/year") if form else ()))
    return Cell(None, "not a date", "left empty")


_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?(?:[:.]\d{2}(?:\.\d+)?)?\s*(?P<half>[ap]\.?m\.?)?"
    r"\s*(?P<zone>z|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)


def read_time(raw: str) -> Cell[time | None]:
    """A wall-clock time: 10:00, 10:00:00, 10:00Z, 10:00-05:00, 10am. 24:00 and 23:59 are midnight.

    JSON Schema's "time" demands an offset, so publishers write one that means nothing ("10:00Z" for ten in
    the morning on Main Street): it is dropped.
    """
    text = raw.strip()
    if not text:
        return Cell(None)
    match = _TIME.fullmatch(text)
    hour, minute = (int(match["hour"]), int(match["minute"] or 0)) if match else (99, 0)
    if match and match["half"]:
        hour = hour % 12 + (12 if match["half"].casefold().startswith("p") else 0) if 1 <= hour <= 12 else 99
    if match is None or hour > 24 or minute > 59 or (hour == 24 and minute):
        return Cell(None, "not a time", "left empty")
    value = time(0, 0) if (hour, minute) in ((24, 0), (23, 59)) else time(hour, minute)
    if match["zone"]:
        return Cell(value, "a time with an offset", "took the clock time at the place")
    return Cell(value)


_DAY_WORDS = {
    name: index
    for index, names in enumerate(
        ("mo mon monday", "tu tue tues tuesday", "we wed wednesday", "th thu thur thurs thursday",
         "fr fri friday", "sa sat saturday", "su sun sunday")
    )
    for name in names.split()
}  # fmt: skip


MOST_DAYS = 12  # parts of one list that are kept; the column is as wide as that


def read_weekday(raw: str) -> int | None:
    """Monday is 0; MO (JSON schema), MON (flat schema) and Monday alike. Numbers are HSDS 1.x: Monday is
    1."""
    word = raw.strip().casefold().rstrip(".")
    return (int(word) + 6) % 7 if word in "01234567" and len(word) == 1 else _DAY_WORDS.get(word)


def read_byday(raw: str) -> Cell[str]:
    """RFC 5545 BYDAY as "MO,1TU,-1FR"; parts that are no weekday are left out."""
    kept: list[str] = []
    odd = False
    for part in re.split(r"[,;\s\"'\[\]]+", raw):
        match = re.fullmatch(r"([+-]?[1-5])?([A-Za-z]+\.?)", part)
        day = read_weekday(match[2]) if match else None
        if match and day is not None:
            kept.append(f"{int(match[1])}{DAYS[day]}" if match[1] else DAYS[day])
        odd = odd or (bool(part) and (day is None or match is None or len(match[2]) != 2))
    return Cell(
        ",".join(list(dict.fromkeys(kept))[:MOST_DAYS]),
        *(("weekdays not as RFC 5545", "kept those we know") if odd else ()),
    )


def read_bymonthday(raw: str) -> Cell[str]:
    parts = [part for part in re.split(r"[,;\s\"'\[\]]+", raw) if part]
    kept = [part for part in parts if re.fullmatch(r"-?\d{1,2}", part) and 1 <= abs(int(part)) <= 31]
    odd = ("days of the month not as RFC 5545", "kept those we know") if len(kept) != len(parts) else ()
    return Cell(",".join(list(dict.fromkeys(str(int(part)) for part in kept))[:MOST_DAYS]), *odd)


def read_number(raw: str) -> Cell[int | None]:
    text = raw.strip()
    if re.fullmatch(r"-?\d{1,9}(\.0*)?", text):
        return Cell(int(float(text)))
    return Cell(None, *(("not a number", "left empty") if text else ()))


def read_zone(raw: str) -> Cell[str | None]:
    """HSDS gives a UTC offset, a fixed one that would be wrong half the year: the place's own zone is used
    instead.

    An IANA name is taken at its word.
    """
    text = raw.strip()
    if not text:
        return Cell(None)
    if "/" in text and text in available_timezones():
        return Cell(ZoneInfo(text).key)
    return Cell(None, "a UTC offset or unknown zone", "used the zone of the place")


def read_languages(raw: str) -> Cell[tuple[str, ...]]:
    """Language codes of one cell: "ur", "eng", "Spanish", "Spanish; Portuguese".

    Ours where we have it, else the ISO code or the name in lower case with hyphens.
    """
    whole = find_language(raw)
    parts = [whole] if whole else [part.strip() for part in re.split(r"[,;/|&+]|\band\b|\n", raw)]
    codes = [find_language(part) or re.sub(r"[^\w]+", "-", part.casefold()).strip("-")[:30] for part in parts if part]
    codes = list(dict.fromkeys(code for code in codes if code))
    return Cell(tuple(codes), *(("several languages in one cell", "took each") if len(codes) > 1 else ()))


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """`shown` is what a family dials: 617-555-0123, with x100 for an extension; other countries' as given."""

    shown: str
    e164: str | None


_BETWEEN_PHONES = re.compile(  # a slash only before a whole number: 617/555-0128 is one, 555-0103/0104 nobody knows
    r"\s*(?:;|\||\n|/(?=\s*\+?[(\d][\d().\s-]{8,})|\bor\b|\band\b|,(?=\s*[+(\d]))\s*", re.IGNORECASE
)


def read_phones(raw: str, extension: str = "") -> Cell[tuple[PhoneNumber, ...]]:
    """Every number of one cell: in literal quote marks, with vanity letters, an extension, or several at
    once."""
    bare = raw.strip().strip("\"'“”").strip()
    parts = [part.strip("\"' ") for part in _BETWEEN_PHONES.split(bare)]
    phones = tuple(_read_one_phone(part, extension.strip()) for part in parts if re.search(r"\d", part))
    if bare and not phones:
        return Cell((), "not a phone number", "left out")
    if len(phones) > 1:
        return Cell(phones, "several numbers in one field", "took each")
    if bare != raw.strip():
        return Cell(phones, "quote marks around a phone number", "removed them")
    return Cell(phones)


def _read_one_phone(raw: str, extension: str) -> PhoneNumber:
    reading = read_phone(raw, "US")
    extension = re.sub(r"^\D+", "", extension or reading.extension or "").removesuffix(".0")[:10]
    tail = f" x{extension}" if extension else ""
    if reading.e164 and re.fullmatch(r"\+1\d{10}", reading.e164):
        digits = reading.e164[2:]
        return PhoneNumber(f"{digits[:3]}-{digits[3:6]}-{digits[6:]}{tail}", reading.e164)
    return PhoneNumber((" ".join(raw.split())[:40] + tail), reading.e164)
