"""A launch being filled in: what was typed, what it would do, what still stands in its way, and whether it was seen."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from outreach import runtime
from outreach.admin.forms.audience import everyone, read_recipients
from outreach.admin.forms.readers import Readers
from outreach.admin.forms.timing import TimingError, read_repeat, read_start
from outreach.campaigns.cost import Bill, Line
from outreach.campaigns.models import Event
from outreach.campaigns.packs import Kind, Pack
from outreach.campaigns.plan import Plan, Request, make_plan
from outreach.campaigns.recipients import Recipients
from outreach.campaigns.wordings import LEAVE_OUT, word_pack
from outreach.languages import LANGUAGES
from outreach.people.audience import AudienceError, LanguageCount
from outreach.settings import Settings
from outreach.staff.models import Partner
from outreach.wording.acceptance import accepted_languages
from outreach.wording.catalog import SOURCE_LANGUAGE, TranslationSource
from outreach.wording.fields import MAY_DIFFER, FieldError, FieldType, Value, read_field
from outreach.wording.library import read_library
from outreach.wording.personal import SAMPLE_NAME
from outreach.wording.told_keywords import keywords_at

INPUTS = {
    FieldType.TEXT: "text",
    FieldType.PLACE: "text",
    FieldType.DATE: "date",
    FieldType.TIME: "time",
    FieldType.DATETIME: "datetime-local",
    FieldType.NUMBER: "number",
    FieldType.MONEY: "text",
    FieldType.PHONE: "tel",
    FieldType.LINK: "url",
}
CHOICES = (SOURCE_LANGUAGE, LEAVE_OUT)


@dataclass(frozen=True)
class Trouble:
    """What keeps the campaign from leaving, in words, and the input where it can be mended."""

    words: str
    field: str

    @property
    def pair(self) -> tuple[str, str]:
        return self.field, self.words


@dataclass(frozen=True)
class Draft:
    """A filled-in form and its plan. It may be launched when there are no troubles."""

    plan: Plan
    typed: MultiDict[str, str]
    troubles: tuple[Trouble, ...]

    @property
    def request(self) -> Request:
        return self.plan.request

    @property
    def readers(self) -> list[Readers]:
        """A row per language of the audience, the largest first."""
        rows = (self._readers(count) for count in self.plan.counts)
        return sorted(rows, key=lambda row: -row.count.reachable)

    def _readers(self, count: LanguageCount) -> Readers:
        choice = self.request.choices.get(count.language)
        sent = self.plan.sent_language(count.language)
        shown = self.plan.wordings.get(sent or count.language)
        texts = tuple(zip(self.plan.steps, shown.steps, strict=True)) if shown and choice != LEAVE_OUT else ()
        return Readers(
            count,
            self.plan.wordings.get(count.language),
            self.plan.wordings[sent] if sent else None,
            choice,
            choice == LEAVE_OUT,
            texts,
        )

    @property
    def audience(self) -> str:
        """Who it is for, as the beginning of a sentence."""
        if self.request.event:
            return f"Families invited to {self.request.event.title} who have not declined"
        assert self.request.recipients.audience is not None
        words = self.request.recipients.audience.describe()
        return words[0].upper() + words[1:]

    @property
    def wrong(self) -> dict[str, str]:
        """What is wrong, by input."""
        return dict(trouble.pair for trouble in self.troubles)

    @property
    def families(self) -> int:
        return self.plan.families

    @property
    def left_out(self) -> int:
        """Families who agreed to texts and get none, as decided."""
        return sum(row.count.reachable for row in self.readers if row.left_out)

    @property
    def bill(self) -> Bill:
        return self.plan.bill

    @property
    def sample_name(self) -> str:
        """What stands for a family's name until one family is looked up."""
        return SAMPLE_NAME

    @property
    def lines(self) -> dict[str, Line]:
        """What the families of each language cost, by its code."""
        return {line.count.language: line for line in self.bill.lines}

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why families get nothing, with how many."""
        total: dict[str, int] = {}
        for count in self.plan.counts:
            for reason, number in count.skipped.items():
                total[reason] = total.get(reason, 0) + number
        return sorted(total.items(), key=lambda item: -item[1])

    @property
    def digest(self) -> str:
        """The SHA-256 of what would leave: to whom, when, which texts, at which prices. The same digest is the same
        campaign."""
        hours = "at decent hours" if self.request.urgent is None else "at any hour"
        said = [self.request.recipients.words, str(self.request.at), str(self.request.recurrence), hours]
        for row in self.readers:
            if row.count.reachable:
                said += [row.code, row.sent.language if row.sent else ""]
                said += [text.text + text.nameless for step, text in row.texts if not step.too_late]
                said += [f"{to} {self.plan.prices.of(to)}" for to in sorted(row.count.destinations)]
        return hashlib.sha256("\0".join(said).encode()).hexdigest()

    def was_seen(self) -> bool:
        """Whether the person who sends it has read exactly these texts, and no more families than she was told of."""
        told = self.typed.get("previewed_families", 0, type=int)
        return self.typed.get("previewed") == self.digest and self.families <= told


def read_draft(
    session: Session,
    settings: Settings,
    pack: Pack,
    typed: MultiDict[str, str],
    *,
    partner: Partner | None,
    event: Event | None = None,
) -> Draft:
    """Everything the form would do. What cannot be read is a trouble and is left out of the plan."""
    troubles: list[Trouble] = []
    translations = read_library(session, settings.content / "locales")
    request = _read_request(settings, pack, typed, troubles, partner, event)
    good, bad = _read_fields(pack, typed)
    plan = make_plan(session, settings, translations, request)
    if bad:
        plan = _with_gaps(session, settings, plan, translations, good)
    troubles = [*(Trouble(words, f"field_{name}") for name, words in bad.items()), *troubles]
    draft = Draft(plan, typed, ())
    return replace(draft, troubles=(*troubles, *_plan_troubles(draft, fields_read=not bad)))


def _read_request(
    settings: Settings,
    pack: Pack,
    typed: MultiDict[str, str],
    troubles: list[Trouble],
    partner: Partner | None,
    event: Event | None,
) -> Request:
    recipients, start, repeat = everyone(), None, None
    try:
        recipients = Recipients.invited_to(event) if event else read_recipients(typed)
    except AudienceError as error:
        troubles.append(Trouble(f"Audience: {error}", "audience_words"))
    try:
        start = read_start(typed, settings)
        repeat = read_repeat(typed) if pack.kind is Kind.BROADCAST else None
    except TimingError as error:
        troubles.append(Trouble(str(error), error.field))
    return Request(
        pack=pack,
        recipients=recipients,
        values=_typed_values(pack, typed),
        at=start,
        choices=_choices(typed),
        partner=partner,
        event=event,
        recurrence=repeat,
        urgent=typed.get("urgent_reason", "").strip() or None,
    )


def _choices(typed: MultiDict[str, str]) -> dict[str, str]:
    chosen = {code: typed.get(f"choice_{code}", "") for code in LANGUAGES}
    return {code: choice for code, choice in chosen.items() if choice in CHOICES and code != choice}


def other_languages() -> list[str]:
    """Those in which a text may be filled in beside the English one."""
    return [code for code in runtime.current().settings.languages if code != SOURCE_LANGUAGE]


def _typed_values(pack: Pack, typed: Mapping[str, str]) -> dict[str, str]:
    """What stands in the fields, and in those for one language ("place.es") where something does."""
    values = {name: typed.get(f"field_{name}", "") for name in pack.fields}
    for name, field in pack.fields.items():
        if field.type in MAY_DIFFER:
            others = {f"{name}.{code}": typed.get(f"field_{name}.{code}", "").strip() for code in LANGUAGES}
            values |= {key: text for key, text in others.items() if text}
    return values


def _read_fields(pack: Pack, typed: Mapping[str, str]) -> tuple[dict[str, Value], dict[str, str]]:
    """The fields that can be read, and for each other one what is wrong."""
    good: dict[str, Value] = {}
    bad: dict[str, str] = {}
    for name, field in pack.fields.items():
        try:
            good[name] = read_field(field, _typed_values(pack, typed))
        except FieldError as error:
            bad[name] = re.sub(rf" \({name}[.\w]*\)", "", str(error)) + "."
    return good, bad


def _with_gaps(
    session: Session, settings: Settings, plan: Plan, translations: TranslationSource, good: Mapping[str, Value]
) -> Plan:
    """The plan with "[Where]" in place of what is still to be filled in, so that the text can be read already."""
    pack = plan.request.pack
    gaps: dict[str, Value] = {name: f"[{field.label}]" for name, field in pack.fields.items()}
    values = {**gaps, **plan.values, **good}
    keywords = keywords_at(settings.content / "locales")
    wordings = word_pack(pack, values, translations, tuple(plan.wordings), accepted_languages(session), keywords)
    return replace(plan, wordings=wordings)


def _plan_troubles(draft: Draft, *, fields_read: bool) -> Iterator[Trouble]:
    """The plan's own problems, with the places where they are mended."""
    undecided = [row for row in draft.readers if row.count.reachable and not row.ready and not row.choice]
    for row in undecided:
        name = LANGUAGES[row.code].english if row.code in LANGUAGES else row.code
        yield Trouble(
            f"{name}, {row.count.reachable} families: choose English for them, or leave them out.", f"choice_{row.code}"
        )
    languages = tuple(f"{LANGUAGES[code].english}, " for code in LANGUAGES)
    for problem in draft.plan.problems:
        about_language = problem.startswith(languages) and " families: " in problem
        about_field = not fields_read and any(f"({name})" in problem for name in draft.request.pack.fields)
        if not (about_language or about_field):
            yield Trouble(problem[0].upper() + problem[1:] + ".", _place_of(problem))


def _place_of(problem: str) -> str:
    if "time to send" in problem:
        return "send_date"
    places = {"audience": "audience", "repeat": "repeat", "urgent": "urgent_reason"}
    return next((place for word, place in places.items() if word in problem), "content")
