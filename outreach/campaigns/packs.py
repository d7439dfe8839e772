"""Packs: YAML files under campaigns/ and documents of the same kind, each with its wording in English, its fields and
its timeline, read strictly.

Every mistake is reported with file and line, all of a file at once, so that a nurse can mend it in one go.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from outreach.campaigns.pack_personal import NAME_FIELD, NOT_PERSONAL, read_personal
from outreach.campaigns.pack_yaml import UNREADABLE, Node, PackProblem, read_yaml
from outreach.campaigns.timeline import TimelineError, When, read_duration, read_when
from outreach.wording.fields import Field, FieldError, FieldType, placeholders, read_value

SENDER = Field("sender", FieldType.TEXT, "Who writes", "Lincoln School", 40)
EVENT_FIELDS = {
    field.name: field
    for field in (
        Field("event", FieldType.TEXT, "Event", "Family Health Fair", 60),
        Field("place", FieldType.PLACE, "Where", "Lincoln School gym", 60),
        Field("date", FieldType.DATE, "Day", "2026-12-05"),
        Field("time", FieldType.TIME, "Starts at", "10:00"),
    )
}
TOP_KEYS = ("title", "topic", "kind", "by_keyword", "personal", "summary", "guidance", "fields", "timeline")
FIELD_KEYS = ("type", "label", "sample", "help", "max_length")
STEP_KEYS = ("step", "when", "useful_for", "max_segments", "text")
DEFAULT_USE = timedelta(hours=24)
ASTRAY = "topic {topic!r} is none of {topics}"
WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Kind(StrEnum):
    """What a pack's steps count from."""

    BROADCAST = "broadcast"  # the launch
    EVENT = "event"  # the event's start
    SERIES = "series"  # the day a family joined


@dataclass(frozen=True)
class Step:
    """One text of a timeline. `context` is where its translations are found."""

    name: str
    when: When
    when_words: str
    useful: timedelta
    max_segments: int | None
    introduces: bool  # the first text of a series or about an event may be a segment longer
    english: str
    context: str
    line: int


@dataclass(frozen=True)
class Pack:
    id: str  # "screenings/vision", "own/12"
    title: str
    topic: str
    kind: Kind
    summary: str
    guidance: tuple[str, ...]
    fields: Mapping[str, Field]  # what the coordinator fills in
    steps: tuple[Step, ...]
    document: str = field(repr=False)  # the YAML it was read from
    by_keyword: bool = True  # a series that families may join by texting the topic's keyword
    personal: tuple[str, ...] = ()  # the family's own fields that its texts may hold

    @property
    def folder(self) -> str:
        """The first part of its id: the topic, or "own"."""
        return self.id.partition("/")[0]

    @property
    def name(self) -> str:
        """The second part of its id."""
        return self.id.partition("/")[2]

    @property
    def given(self) -> Mapping[str, Field]:
        """Fields that come by themselves: from the partner, from the event, and from each family."""
        own = dict.fromkeys(self.personal, NAME_FIELD)
        return {"sender": SENDER, **(EVENT_FIELDS if self.kind is Kind.EVENT else {}), **own}


class PackError(Exception):
    """One or more packs cannot be used. `problems` name file, line and what to do."""

    def __init__(self, problems: list[PackProblem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def read_packs(folder: Path) -> dict[str, Pack]:
    """All packs under campaigns/, by id. Raises PackError with every problem of every file."""
    packs: dict[str, Pack] = {}
    problems: list[PackProblem] = []
    for path in sorted(folder.glob("*/*.yaml")):
        try:
            pack = read_pack(path)
            packs[pack.id] = pack
        except PackError as error:
            problems += error.problems
    if problems:
        raise PackError(problems)
    return packs


@lru_cache(maxsize=4)
def packs_at(folder: Path) -> dict[str, Pack]:
    """The packs of a folder, read once per process."""
    return read_packs(folder)


def read_pack(path: Path) -> Pack:
    """The pack of one file; its folder is its topic. Raises PackError."""
    folder = path.parent.name
    pack_id = f"{folder}/{path.stem}"
    try:
        document = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise PackError([PackProblem(f"{pack_id}.yaml", 1, UNREADABLE)]) from None
    return read_document(document, pack_id, {folder}, f"topic {{topic!r}} stands in the folder {folder!r}")


def read_document(document: str, pack_id: str, topics: Collection[str], astray: str = ASTRAY) -> Pack:
    """A pack from its YAML, about one of `topics`; `astray` is said of another. Raises PackError."""
    reader = _PackReader(document, pack_id, topics, astray)
    pack = reader.read()
    if reader.problems:
        raise PackError(reader.problems)
    return pack


class _PackReader:
    """Reads one document, collecting problems."""

    def __init__(self, document: str, pack_id: str, topics: Collection[str], astray: str) -> None:
        self.document = document
        self.id = pack_id
        self.topics = topics
        self.astray = astray
        self.problems: list[PackProblem] = []

    def problem(self, line: int, what: str) -> None:
        self.problems.append(PackProblem(f"{self.id}.yaml", line, what))

    def read(self) -> Pack:
        root = read_yaml(self.document, f"{self.id}.yaml", self.problems)
        self.known_keys(root, TOP_KEYS)
        topic = self.text(root, "topic")
        if topic and topic not in self.topics:
            self.problem(root.line_of("topic"), self.astray.format(topic=topic, topics=", ".join(self.topics)))
        kind = self.kind(root)
        fields = dict(self.fields(root))
        pack = Pack(
            id=self.id,
            title=self.text(root, "title", at_most=60),
            topic=topic,
            kind=kind,
            summary=self.text(root, "summary"),
            guidance=tuple(str(item.value) for item in root.items("guidance")),
            fields=fields,
            steps=tuple(self.steps(root, kind)),
            document=self.document,
            by_keyword=self.switch(root, "by_keyword", usual=True),
            personal=tuple(read_personal(root, self.problem)),
        )
        self.check_braces(pack)
        return pack

    def known_keys(self, node: Node, known: tuple[str, ...]) -> None:
        for key in node:
            if key not in known:
                self.problem(node.line_of(key), f"unknown key {key!r}; possible: {', '.join(known)}")

    def text(self, node: Node, key: str, *, at_most: int = 1600, needed: bool = True) -> str:
        value = node.get(key)
        if value is None:
            if needed:
                self.problem(node.line, f"{key!r} is missing")
            return ""
        words = " ".join(str(value.value).split())
        if not words or len(words) > at_most:
            self.problem(value.line, f"{key!r} needs 1 to {at_most} characters, has {len(words)}")
        return words

    def switch(self, node: Node, key: str, *, usual: bool) -> bool:
        value = node.get(key)
        if value is not None and not isinstance(value.value, bool):
            self.problem(value.line, f"{key!r} is yes or no")
            return usual
        return usual if value is None else bool(value.value)

    def kind(self, root: Node) -> Kind:
        word = self.text(root, "kind")
        if word in list(Kind):
            return Kind(word)
        if word:
            self.problem(root.line_of("kind"), f"kind {word!r} is none of {', '.join(Kind)}")
        return Kind.BROADCAST

    def fields(self, root: Node) -> Iterator[tuple[str, Field]]:
        node = root.get("fields")
        for name in node or ():
            assert node is not None
            spec = node.child(name)
            self.known_keys(spec, FIELD_KEYS)
            kind = self.text(spec, "type")
            if kind not in list(FieldType):
                self.problem(spec.line, f"field {name!r}: type {kind!r} is none of {', '.join(FieldType)}")
                continue
            if not WORD.fullmatch(name) or name == "sender":
                self.problem(spec.line, f"field {name!r}: a name is small letters, digits and _, and not 'sender'")
            field = Field(
                name=name,
                type=FieldType(kind),
                label=self.text(spec, "label"),
                sample=self.text(spec, "sample"),
                max_length=self.number(spec, "max_length") or 60,
                help=self.text(spec, "help", needed=False),
            )
            self.check_sample(field, spec.line)
            yield name, field

    def check_sample(self, field: Field, line: int) -> None:
        try:
            read_value(field, field.sample)
        except FieldError as error:
            self.problem(line, f"the sample of field {field.name!r} does not fit: {error}")

    def number(self, node: Node, key: str) -> int | None:
        value = node.get(key)
        if value is not None and (not isinstance(value.value, int) or value.value < 1):
            self.problem(value.line, f"{key!r} is a number from 1 up")
            return None
        return int(value.value) if value is not None else None

    def steps(self, root: Node, kind: Kind) -> Iterator[Step]:
        seen: set[str] = set()
        nodes = root.items("timeline")
        if not nodes:
            self.problem(root.line, "'timeline' needs at least one step")
        for node in nodes:
            self.known_keys(node, STEP_KEYS)
            name = self.text(node, "step")
            if not WORD.fullmatch(name) or name in seen:
                self.problem(node.line, f"step {name!r}: each step has a name of its own, small letters, digits and _")
            seen.add(name)
            yield Step(
                name=name,
                when=self.moment(node),
                when_words=self.text(node, "when"),
                useful=self.use(node),
                max_segments=self.number(node, "max_segments"),
                introduces=len(seen) == 1 and kind is not Kind.BROADCAST,
                english=self.text(node, "text"),
                context=f"{self.id}:{name}",
                line=node.line_of("text"),
            )

    def moment(self, node: Node) -> When:
        try:
            return read_when(self.text(node, "when") or "at launch")
        except TimelineError as error:
            self.problem(node.line_of("when"), str(error))
            return When(timedelta())

    def use(self, node: Node) -> timedelta:
        words = self.text(node, "useful_for", needed=False)
        try:
            return read_duration(words) if words else DEFAULT_USE
        except TimelineError as error:
            self.problem(node.line_of("useful_for"), str(error))
            return DEFAULT_USE

    def check_braces(self, pack: Pack) -> None:
        known = {**pack.given, **pack.fields}
        for step in pack.steps:
            try:
                asked = placeholders(step.english)
            except ValueError:
                self.problem(step.line, f"step {step.name!r}: the braces do not pair")
                continue
            for name in asked:
                if name not in known:
                    wrong = f"{{{name}}} is not a field; there are {', '.join(known)}"
                    self.problem(step.line, f"step {step.name!r}: {wrong}{NOT_PERSONAL.get(name, '')}")
