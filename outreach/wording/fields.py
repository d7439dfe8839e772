"""The typed values that fill a wording's braces: read from a form or the command line, written in each language."""

import re
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from babel.numbers import format_currency

from outreach.languages import LANGUAGES
from outreach.wording.dates import FORMATS, format_clock, format_day, format_moment
from outreach.wording.direction import RIGHT_TO_LEFT, isolate_value, without_doubles
from outreach.wording.segments import to_plain


class FieldType(StrEnum):
    TEXT = "text"
    PLACE = "place"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    NUMBER = "number"
    MONEY = "money"
    PHONE = "phone"
    LINK = "link"


class FieldError(ValueError):
    """A field's value is missing or wrong; the text names the field and what it takes."""


@dataclass(frozen=True)
class Field:
    """One thing a coordinator fills in."""

    name: str
    type: FieldType
    label: str
    sample: str
    max_length: int = 60
    help: str = ""


@dataclass(frozen=True)
class PerLanguage:
    """A text that some languages say in their own words: a place, the name of a fair. The others read `english`."""

    english: str
    others: Mapping[str, str]


Value = str | date | time | datetime | int | Decimal | PerLanguage
MAY_DIFFER = frozenset({FieldType.TEXT, FieldType.PLACE})  # by language: "place.es" beside "place"


def read_value(field: Field, raw: str) -> Value:
    """What a person typed, as a value. Raises FieldError."""
    raw = " ".join(to_plain(raw).split())
    if not raw:
        raise FieldError(f"{field.label} ({field.name}) is empty")
    try:
        return _READERS[field.type](raw, field)
    except FieldError:
        raise
    except (ValueError, InvalidOperation):
        raise FieldError(f"{field.label} ({field.name}): {_EXPECTED[field.type]}") from None


def read_field(field: Field, raw: Mapping[str, str]) -> Value:
    """A field among all that was typed, with its texts in other languages ("place.es"). Raises FieldError."""
    value = read_value(field, raw.get(field.name, ""))
    if field.type not in MAY_DIFFER:
        return value
    others = {}
    for code, language in LANGUAGES.items():
        if typed := raw.get(f"{field.name}.{code}", "").strip():
            inside = replace(field, name=f"{field.name}.{code}", label=f"{field.label} in {language.english}")
            others[code] = str(read_value(inside, typed))
    return PerLanguage(str(value), others) if others else value


def _is_known(name: str, fields: Mapping[str, Field]) -> bool:
    base, dot, code = name.partition(".")
    return base in fields and (not dot or (fields[base].type in MAY_DIFFER and code in LANGUAGES))


def read_values(fields: Mapping[str, Field], raw: Mapping[str, str]) -> dict[str, Value]:
    """All fields of a pack. Raises FieldError with everything that is missing, wrong or unknown, a line each."""
    known = ", ".join(fields) or "none"
    problems = [f"there is no field {name!r}; this pack has {known}" for name in raw if not _is_known(name, fields)]
    values: dict[str, Value] = {}
    for name, field in fields.items():
        try:
            values[name] = read_field(field, raw)
        except FieldError as error:
            problems.append(str(error))
    if problems:
        raise FieldError("\n".join(problems))
    return values


def _text(raw: str, field: Field) -> str:
    if len(raw) > field.max_length:
        raise FieldError(f"{field.label} ({field.name}): {len(raw)} characters, at most {field.max_length} fit")
    if "{" in raw or "}" in raw:
        raise ValueError
    return raw


def _number(raw: str, _field: Field) -> int:
    return int(raw)


def _money(raw: str, _field: Field) -> Decimal:
    amount = Decimal(raw.removeprefix("$"))
    if not amount.is_finite() or amount < 0:
        raise ValueError
    return amount


def _moment(raw: str, _field: Field) -> datetime:
    day, _, clock = raw.replace("T", " ").partition(" ")
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock))


def _phone(raw: str, field: Field) -> str:
    if len(re.sub(r"\D", "", raw)) not in (3, 10, 11):
        raise ValueError
    return _text(raw, field)


def _link(raw: str, field: Field) -> str:
    if not re.fullmatch(r"https?://[^\s/]+\.[^\s]+", raw):
        raise ValueError
    return _text(raw, field)


_READERS: dict[FieldType, Callable[[str, Field], Value]] = {
    FieldType.TEXT: _text,
    FieldType.PLACE: _text,
    FieldType.DATE: lambda raw, _field: date.fromisoformat(raw),
    FieldType.TIME: lambda raw, _field: time.fromisoformat(raw),
    FieldType.DATETIME: _moment,
    FieldType.NUMBER: _number,
    FieldType.MONEY: _money,
    FieldType.PHONE: _phone,
    FieldType.LINK: _link,
}

_EXPECTED = {
    FieldType.TEXT: "plain words without braces",
    FieldType.PLACE: "a place in plain words, without braces",
    FieldType.DATE: "a day, written as 2026-12-05",
    FieldType.TIME: "a time, written as 10:00 or 15:30",
    FieldType.DATETIME: "a day and time, written as 2026-12-05 10:00",
    FieldType.NUMBER: "a whole number",
    FieldType.MONEY: "an amount in dollars, such as 5 or 12.50",
    FieldType.PHONE: "a phone number such as 617-555-0100",
    FieldType.LINK: "a link that starts with https://",
}


_NO_MARKS = {0x200E: None, 0x200F: None}  # CLDR turns amounts around with these; `fill` isolates them instead


def show_value(value: Value, language: str) -> str:
    """A value as families of this language read it."""
    if isinstance(value, PerLanguage):
        return value.others.get(language, value.english)
    if isinstance(value, datetime):
        return format_moment(value, language)
    if isinstance(value, date):
        return format_day(value, language)
    if isinstance(value, time):
        return format_clock(value, language)
    if isinstance(value, Decimal):
        locale = FORMATS[language].locale if language in FORMATS else "en_US"
        return to_plain(format_currency(value, "USD", locale=locale)).translate(_NO_MARKS)
    return str(value)


_DOUBLED_STOP = re.compile(r"(?<!\.)\.\.(?!\.)")


def placeholders(wording: str) -> list[str]:
    """The names in braces, in order, with repeats. Raises ValueError for braces that do not pair."""
    return [name for _, name, _, _ in string.Formatter().parse(wording) if name is not None]


def fill(wording: str, values: Mapping[str, Value], language: str) -> str:
    """The text as it is sent: every brace filled, typographic marks made plain, names, numbers and links of the other
    direction isolated in a right-to-left language. Raises FieldError for an open brace."""
    shown = {name: show_value(value, language) for name, value in values.items()}
    if language in RIGHT_TO_LEFT:
        shown = {name: isolate_value(value, language) for name, value in shown.items()}
    try:
        return finish(wording.format_map(shown), language)
    except KeyError as missing:
        raise FieldError(f"the wording in {language} asks for {{{missing.args[0]}}}, which has no value") from None
    except (ValueError, IndexError, AttributeError):
        raise FieldError(f"the wording in {language} has braces that do not pair") from None


def finish(text: str, language: str) -> str:
    """The last touch of a filled text: plain marks, and what wording and value both brought once. Safe to apply twice.

    "5:00 p.m." at the end of a sentence brings a stop of its own.
    """
    text = _DOUBLED_STOP.sub(".", to_plain(text))
    return without_doubles(text) if language in RIGHT_TO_LEFT else text


def store_values(values: Mapping[str, Value]) -> dict[str, str]:
    """Values as JSON text, ISO formats; a text of one language under "NAME.LANGUAGE"."""
    stored: dict[str, str] = {}
    for name, value in values.items():
        if isinstance(value, PerLanguage):
            stored |= {name: value.english, **{f"{name}.{code}": text for code, text in value.others.items()}}
        else:
            stored[name] = value.isoformat() if isinstance(value, date | time) else str(value)
    return stored
