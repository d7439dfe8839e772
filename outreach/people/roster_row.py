"""One row of a family file: every cell read, or refused with the reason its owner needs to correct it."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TypedDict, TypeVar

from outreach import clock
from outreach.languages import LANGUAGES, find_language
from outreach.people.labels import read_grade, read_tag, read_topic
from outreach.people.models import Consent
from outreach.people.phone import EXPLANATIONS, read_phone
from outreach.people.roster_file import RosterFile
from outreach.people.zip_codes import find_zip

T = TypeVar("T")

YES = "yes y true t 1 si sí s sim wi oui ok agree agreed agrees consented granted opt-in opted-in"
NO = "no n false f 0 non não nao refused declined denied stop opt-out opted-out unsubscribed"
DATES = ("%m/%d/%Y", "%m/%d/%y", "%m-%d-%Y", "%Y/%m/%d", "%d %b %Y", "%b %d, %Y", "%B %d, %Y")
TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")


@dataclass(frozen=True, slots=True)
class FamilyRow:
    """One good row. None and () are cells left empty: they never erase what is known.

    `consent` is a yes with evidence (subscribed), a yes without any (pending), a no (unsubscribed), or None.
    """

    phone: str  # E.164
    language: str | None = None
    name: str | None = None
    zip: str | None = None
    household: str | None = None
    school: str | None = None
    grade: str | None = None
    tags: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    consent: Consent | None = None
    evidence: str | None = None
    consented_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One cell that cannot be read, under the name its column has in the file."""

    column: str
    value: str
    reason: str


class CellError(ValueError):
    """A cell that cannot be read; the text is the reason."""


@dataclass(frozen=True)
class RowReader:
    """Reads the rows of one file.

    `consent_source` is the evidence for rows that name none, `topics` are the topics that exist, and dates
    without a zone are in `zone`.
    """

    file: RosterFile
    consent_source: str | None
    topics: Collection[str]
    zone: tzinfo = UTC
    keep_unknown_as_tags: bool = False

    def read(self, cells: list[str]) -> FamilyRow | list[Problem]:
        """The family of this row, or everything that is wrong with it."""
        if any(cell.strip() for cell in cells[len(self.file.header) :]):
            # A stray comma has moved the cells: none of them can be trusted to stand where it should.
            reason = "the row has more cells than the header; put quotes around a cell that holds a comma"
            return [Problem("", "", reason)]
        row = _Cells(self, cells)
        family = FamilyRow(
            phone=row.read("phone", _read_phone, required=True) or "",
            language=row.read("language", _read_language),
            name=row.read("name", _up_to(120)),
            zip=row.read("zip", _read_zip),
            household=row.read("household", _up_to(80)),
            school=row.read("school", _up_to(120)),
            grade=row.read("grade", lambda cell: _up_to(20)(read_grade(cell))),
            tags=tuple(dict.fromkeys([*(row.read("tags", _read_tags) or ()), *row.unknown_as_tags()])),
            topics=row.read("topics", lambda cell: _read_topics(cell, self.topics)) or (),
            consented_at=row.read("consented_at", lambda cell: _read_moment(cell, self.zone)),
            **row.read_consent(),
        )
        return row.problems or family


class _Consent(TypedDict):
    consent: Consent | None
    evidence: str | None


class _Cells:
    """The cells of one row, and the problems met so far."""

    def __init__(self, reader: RowReader, cells: list[str]) -> None:
        self.reader = reader
        self.cells = cells
        self.problems: list[Problem] = []

    def read(self, column: str, parse: Callable[[str], T], *, required: bool = False) -> T | None:
        place = self.reader.file.places.get(column)
        if place is None:
            return None
        cell = self._at(place)
        if not (cell or required):
            return None
        try:
            return parse(cell)
        except CellError as error:
            self.problems.append(Problem(self.reader.file.header[place], cell, str(error)))
            return None

    def read_consent(self) -> _Consent:
        evidence = self.read("consent_source", _up_to(400)) or self.reader.consent_source
        consent = self.read("consent", _read_consent)
        if consent is Consent.SUBSCRIBED and not evidence:
            consent = Consent.PENDING
        return {"consent": consent, "evidence": evidence}

    def unknown_as_tags(self) -> list[str]:
        """Cells of columns we do not know, as tags: Bus = 12 becomes bus-12."""
        if not self.reader.keep_unknown_as_tags:
            return []
        found = [(name, self._at(place)) for place, name in self.reader.file.unknown.items()]
        return [read_tag(f"{name} {cell}")[:60] for name, cell in found if cell]

    def _at(self, place: int) -> str:
        return self.cells[place].replace("\0", "").strip() if place < len(self.cells) else ""


def _read_phone(cell: str) -> str:
    reading = read_phone(cell)
    if reading.e164 is None:
        raise CellError(EXPLANATIONS[reading.reason])
    return reading.e164


def _read_language(cell: str) -> str:
    code = find_language(cell)
    if code is None:
        some = ", ".join(language.english for language in LANGUAGES.values())
        raise CellError(f"{cell} is not a language we know; these work: {some}")
    return code


def _read_zip(cell: str) -> str:
    """Five digits. A spreadsheet drops a leading zero and ZIP+4 says more than we use: both are put right."""
    match = re.fullmatch(r'[="\']*([0-9]{4,5})(?:\.0+)?(?:[- ]?[0-9]{4})?"?', cell)
    code = match[1].zfill(5) if match else ""
    if find_zip(code) is None:
        raise CellError("not a ZIP code; write five digits")
    return code


def _read_tags(cell: str) -> tuple[str, ...]:
    tags = tuple(tag for part in cell.split(";") if (tag := read_tag(part)))
    if any(len(tag) > 60 for tag in tags):
        raise CellError("a tag is longer than 60 characters; separate tags by ;")
    return tags


def _read_topics(cell: str, known: Collection[str]) -> tuple[str, ...]:
    topics = dict.fromkeys(topic for part in cell.split(";") if (topic := read_topic(part)))
    for topic in topics:
        if topic not in known:
            raise CellError(f"{topic} is not a topic; these are: {', '.join(sorted(known))}")
    return tuple(topics)


def _read_consent(cell: str) -> Consent:
    word = cell.casefold().rstrip(".!")
    if word in YES.split():
        return Consent.SUBSCRIBED
    if word in NO.split():
        return Consent.UNSUBSCRIBED
    raise CellError("neither yes nor no; leave it empty when the family has not been asked")


def _read_moment(cell: str, zone: tzinfo) -> datetime:
    moment = _parse_moment(cell)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    if not datetime(1990, 1, 1, tzinfo=UTC) < moment < clock.now() + timedelta(days=1):
        raise CellError("not a day on which a family can have agreed; check the year")
    return moment.astimezone(UTC)


def _parse_moment(cell: str) -> datetime:
    try:
        return datetime.fromisoformat(cell)
    except ValueError:
        pass
    for date in DATES:
        for time in TIMES:
            try:
                return datetime.strptime(cell, date + time)  # noqa: DTZ007 - the caller adds the zone
            except ValueError:
                continue
    raise CellError("not a date; write it as 2026-09-01 or 9/1/2026")


def _up_to(longest: int) -> Callable[[str], str]:
    def read(cell: str) -> str:
        text = " ".join(cell.split())
        if len(text) > longest:
            raise CellError(f"longer than {longest} characters; is a quotation mark left open?")
        return text

    return read
