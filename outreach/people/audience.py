"""Whom a campaign is for: the filters a coordinator writes, read, said in words, and turned into SQL."""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from outreach.languages import LANGUAGES, find_language
from outreach.people.consent import consent_covers, skip_reason
from outreach.people.destinations import destination_of, prefix
from outreach.people.labels import read_grade, read_tag, read_topic
from outreach.people.models import Contact, ContactTag, Household
from outreach.people.zip_codes import find_zip

EVERYONE = "everyone"
KINDS = ("language", "zip", "tag", "topic", "school", "grade", "household")
# What a family can have several of may be asked for twice: tag=a tag=b is both, tag=a,b is either.
_REPEATABLE = frozenset({"tag", "topic"})

_VALUE = r'"[^"]*"|[^\s,"=]+'
_FILTER = re.compile(rf"(?P<kind>\w+)=(?P<values>(?:{_VALUE})(?:,\s*(?:{_VALUE}))*)(?=\s|$)")
_STRAIGHT = str.maketrans("“”„", '"""')


class AudienceError(ValueError):
    """An audience that cannot be read; the text says which word, and what is possible."""


@dataclass(frozen=True)
class Filter:
    """One condition: any of `values` (sorted, as stored) will do."""

    kind: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.kind}={','.join(_quote(value) for value in self.values)}"


@dataclass(frozen=True)
class Audience:
    """Filters that must all hold; none means everyone. `str()` is canonical and reads back the same."""

    filters: tuple[Filter, ...] = ()

    def __str__(self) -> str:
        return " ".join(str(one) for one in self.filters) or EVERYONE

    def where(self) -> ColumnElement[bool]:
        """The condition over contacts. Consent is not part of it, except where a topic asks for it."""
        return and_(true(), *(_CLAUSES[one.kind](one.values) for one in self.filters))

    def describe(self) -> str:
        """The audience in words: "families who read Spanish or Portuguese, in 02139 or 02141"."""
        if not self.filters:
            return "every family"
        phrases = [_PHRASES[one.kind].format(_say(one)) for one in self.filters]
        return "families " + ", ".join(phrases)


@dataclass(frozen=True)
class LanguageCount:
    """The contacts of an audience who read one language: those a campaign may text, the others by reason."""

    language: str
    reachable: int
    skipped: dict[str, int] = field(default_factory=dict)
    destinations: dict[str, int] = field(default_factory=dict)  # countries of the reachable ones


def parse_audience(
    text: str, languages: Collection[str] = tuple(LANGUAGES), topics: Collection[str] | None = None
) -> Audience:
    """Read an audience: `everyone`, or filters by spaces, a comma meaning or, quotes around what has spaces.

    `languages` are the codes the deployment speaks, `topics` the topics it knows (None: any).
    Raises AudienceError.
    """
    filters: list[Filter] = []
    for kind, values in _split(text):
        if kind in {one.kind for one in filters} - _REPEATABLE:
            raise AudienceError(f"{kind} is there twice; for either of two, write {kind}=A,B")
        read = {_read(kind, value, languages, topics) for value in values}
        filters.append(Filter(kind, tuple(sorted(read))))
    return Audience(tuple(sorted(set(filters), key=lambda one: (KINDS.index(one.kind), one.values))))


def count_by_language(session: Session, where: ColumnElement[bool], topic: str | None) -> list[LanguageCount]:
    """What a campaign on this topic would reach now among these contacts, by language, in one statement."""
    reason = skip_reason(topic).label("reason")
    people = select(Contact.language, reason, prefix().label("prefix")).where(where).subquery()
    keys = (people.c.language, people.c.reason, people.c.prefix)
    reachable: dict[str, dict[str, int]] = {}
    skipped: dict[str, dict[str, int]] = {}
    for language, why, digits, count in session.execute(select(*keys, func.count()).group_by(*keys).order_by(*keys)):
        counted, key = (reachable, destination_of(digits)) if why is None else (skipped, why)
        skipped.setdefault(language, {})
        of_language = counted.setdefault(language, {})
        of_language[key] = of_language.get(key, 0) + count
    return [
        LanguageCount(language, sum((lying := reachable.get(language, {})).values()), reasons, lying)
        for language, reasons in skipped.items()
    ]


def _split(text: str) -> Iterator[tuple[str, list[str]]]:
    """The filters as written: kind and values, quotes taken off. Raises AudienceError."""
    text = text.translate(_STRAIGHT).strip()
    if not text:
        raise AudienceError(f"Say who: {EVERYONE}, or filters such as language=es zip=02139")
    if text.casefold() == EVERYONE:
        return
    position = 0
    while position < len(text):
        match = _FILTER.match(text, position)
        if match is None:
            raise _explain(text[position:])
        if match["kind"].casefold() not in KINDS:
            raise _unknown_filter(match["kind"])
        yield match["kind"].casefold(), re.findall(_VALUE, match["values"])
        position = match.end() + len(text[match.end() :]) - len(text[match.end() :].lstrip())


def _explain(rest: str) -> AudienceError:
    """Why the text that begins here is no filter."""
    word = rest.split()[0]
    kind, equals, _ = word.partition("=")
    if kind.casefold() == EVERYONE:
        return AudienceError(f"{EVERYONE} stands alone, without filters")
    if not equals:
        return AudienceError(f"{word} is not a filter; write NAME=VALUE, with one of: {', '.join(KINDS)}")
    if kind.casefold() not in KINDS:
        return _unknown_filter(kind)
    if rest.count('"') % 2:
        return AudienceError(f"{kind} has a quotation mark that opens and never closes")
    if not re.match(_VALUE, rest[len(kind) + 1 :]) or re.search(r",\s*(?:,|$|\w+=)", rest):
        return _empty_value(kind)
    return AudienceError(f'{word} cannot be read; put quotes around a value with spaces: {kind}="A B"')


def _unknown_filter(kind: str) -> AudienceError:
    return AudienceError(f"{kind} is not a filter; possible are: {', '.join(KINDS)}")


def _empty_value(kind: str) -> AudienceError:
    return AudienceError(f"{kind} has an empty value; write {kind}=VALUE or {kind}=A,B")


def _read(kind: str, written: str, languages: Collection[str], topics: Collection[str] | None) -> str:
    """One value as it is stored. Raises AudienceError."""
    value = " ".join(written.strip('"').split())
    if kind == "tag":
        value = read_tag(value)
    elif kind == "grade":
        value = read_grade(value)
    if not value:
        raise _empty_value(kind)
    if kind == "language":
        return _read_language(value, languages)
    if kind == "topic":
        return _read_topic(value, topics)
    if kind == "zip" and (not re.fullmatch(r"[0-9]{5}", value) or find_zip(value) is None):
        raise AudienceError(f"{value} is not a ZIP code; write five digits, such as zip=02139")
    return value


def _read_language(value: str, languages: Collection[str]) -> str:
    code = find_language(value)
    if code is None or code not in languages:
        raise AudienceError(f"{value} is not a language we speak here; possible are: {', '.join(languages)}")
    return code


def _read_topic(value: str, topics: Collection[str] | None) -> str:
    topic = read_topic(value)
    if topics is not None and topic not in topics:
        raise AudienceError(f"{value} is not a topic; possible are: {', '.join(topics)}")
    return topic


def _quote(value: str) -> str:
    return f'"{value}"' if re.search(r"[\s,=]", value) else value


def _in_any_case(column: InstrumentedAttribute[str | None], values: tuple[str, ...]) -> ColumnElement[bool]:
    # Both, as SQLite lowers ASCII letters only: "Ñandú" finds itself, "lincoln" finds "Lincoln".
    return or_(column.in_(values), func.lower(column).in_([value.lower() for value in values]))


def _in_household(keys: tuple[str, ...]) -> ColumnElement[bool]:
    lives_in = func.coalesce(Household.merged_into_id, Household.id)
    return Contact.household_id.in_(select(lives_in).where(Household.key.in_(keys)))


_CLAUSES: dict[str, Callable[[tuple[str, ...]], ColumnElement[bool]]] = {
    "language": lambda values: Contact.language.in_(values),
    "zip": lambda values: Contact.zip.in_(values),
    "tag": lambda values: exists().where(ContactTag.contact_id == Contact.id, ContactTag.tag.in_(values)),
    "topic": lambda values: or_(*(consent_covers(topic) for topic in values)),
    "school": lambda values: _in_any_case(Contact.school, values),
    "grade": lambda values: _in_any_case(Contact.grade, values),
    "household": _in_household,
}

_PHRASES = {
    "language": "who read {}",
    "zip": "in {}",
    "tag": "tagged {}",
    "topic": "who agreed to texts about {}",
    "school": "at {}",
    "grade": "in grade {}",
    "household": "of household {}",
}


def _say(one: Filter) -> str:
    names = [LANGUAGES[value].english if one.kind == "language" else value for value in one.values]
    if one.kind == "topic":
        names = [name.replace("_", " ") for name in names]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
