"""A campaign before it is launched: who would get it, in which words, at what price, and what stands in its way."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from sqlalchemy.orm import Session

from outreach import clock
from outreach.campaigns.approval import reason_problem
from outreach.campaigns.cost import Bill, Line
from outreach.campaigns.models import Event
from outreach.campaigns.packs import Kind, Pack, Step
from outreach.campaigns.prices import Prices
from outreach.campaigns.recipients import Recipients
from outreach.campaigns.recurrence import check_rule, count_times
from outreach.campaigns.timeline import due_at
from outreach.campaigns.wordings import LEAVE_OUT, LanguageWording, word_pack
from outreach.languages import LANGUAGES
from outreach.people.audience import LanguageCount
from outreach.settings import Settings
from outreach.staff.models import Partner
from outreach.wording.acceptance import accepted_languages
from outreach.wording.catalog import ReviewState, TranslationSource
from outreach.wording.dates import format_day
from outreach.wording.fields import FieldError, PerLanguage, Value, read_values
from outreach.wording.told_keywords import keywords_at

LATE = timedelta(minutes=2)  # a form filled in for "now" may take that long


@dataclass(frozen=True)
class Request:
    """What a coordinator asks for. `choices` says, per language, which to fall back to, or LEAVE_OUT.

    `urgent` is why families may get it at any hour, in her own words; None: at decent hours.
    """

    pack: Pack
    recipients: Recipients
    values: Mapping[str, str]
    at: datetime | None = None  # aware; None is now
    choices: Mapping[str, str] = field(default_factory=dict)
    partner: Partner | None = None
    event: Event | None = None
    recurrence: str | None = None
    urgent: str | None = None


@dataclass(frozen=True)
class PlannedStep:
    step: Step
    due: datetime
    expires: datetime
    too_late: bool


@dataclass(frozen=True)
class Plan:
    """What a launch would do. It may be launched when `problems` is empty."""

    request: Request
    anchor: datetime
    values: Mapping[str, Value]
    counts: tuple[LanguageCount, ...]
    wordings: Mapping[str, LanguageWording]  # per language that is ready, or in the audience
    steps: tuple[PlannedStep, ...]
    prices: Prices
    problems: tuple[str, ...]

    def sent_language(self, language: str) -> str | None:
        """In which language families of this one get the text; None: they are left out, or nothing was decided."""
        chosen = self.request.choices.get(language)
        if chosen == LEAVE_OUT:
            return None
        wording = self.wordings.get(chosen or language)
        return wording.language if wording and wording.ready else None

    @property
    def families(self) -> int:
        """Families that would get it."""
        return sum(count.reachable for count in self.counts if self.sent_language(count.language))

    @cached_property
    def bill(self) -> Bill:
        """What it costs, all times it leaves."""
        return Bill(tuple(self._lines()), count_times(self.request.recurrence))

    def _lines(self) -> Iterator[Line]:
        """A step whose time has passed costs nothing."""
        for count in self.counts:
            sent = self.sent_language(count.language)
            if sent and count.reachable:
                pairs = zip(self.steps, self.wordings[sent].steps, strict=True)
                yield Line(count, sent, tuple(text for step, text in pairs if not step.too_late), self.prices)

    @property
    def segments(self) -> int:
        return self.bill.segments

    @property
    def cost(self) -> Decimal:
        return self.bill.cost


def make_plan(session: Session, settings: Settings, translations: TranslationSource, request: Request) -> Plan:
    """Work out everything a launch would do, without doing any of it."""
    start = request.at or clock.now()
    values, unfilled = _values(request, settings)
    counts = request.recipients.count(session, request.pack.topic)
    languages = _languages(settings, counts, request)
    keywords = keywords_at(settings.content / "locales")
    wordings = word_pack(request.pack, values, translations, languages, accepted_languages(session), keywords)
    problems = (
        *_timing_problems(request, start),
        *_urgency_problems(request),
        *unfilled,
        *_past_days(request, values, start.astimezone(settings.zone).date()),
        *_audience_problems(counts),
        *_choice_problems(request.choices, wordings),
        *_language_problems(counts, wordings, request.choices, filled=not unfilled),
    )
    anchor = request.event.starts_at if request.event else start
    steps = tuple(_steps(request, start, anchor, settings))
    return Plan(request, anchor, values, tuple(counts), wordings, steps, Prices.here(settings), problems)


def _timing_problems(request: Request, start: datetime) -> Iterator[str]:
    now = clock.now()
    if start < now - LATE:
        yield "the time to send has passed; choose a later one, or send now"
    if request.pack.kind is Kind.EVENT and request.event is None:
        yield "this pack goes with an event; choose the event it reminds of"
    if request.event and request.event.starts_at <= now:
        yield "the event has already begun"
    if request.recurrence:
        yield from _recurrence_problems(request, request.recurrence)


def _urgency_problems(request: Request) -> Iterator[str]:
    """What happens today may be urgent; what was planned for its own days is not."""
    if request.urgent is None:
        return
    if request.pack.kind is not Kind.BROADCAST or request.event:
        yield "only a broadcast can be urgent: series and event reminders have their own days"
    if request.recurrence:
        yield "an urgent campaign leaves once and cannot repeat"
    if problem := reason_problem(request.urgent):
        yield problem


def _past_days(request: Request, values: Mapping[str, Value], sent_on: date) -> Iterator[str]:
    """Days that families would read about when they are over."""
    for name, field_ in request.pack.fields.items():
        value = values.get(name)
        day = value.date() if isinstance(value, datetime) else value
        if isinstance(day, date) and day < sent_on:
            yield f"{field_.label} ({name}): {format_day(day, 'en')} is over when the texts leave"


def _audience_problems(counts: Sequence[LanguageCount]) -> Iterator[str]:
    if not any(count.reachable for count in counts):
        yield "no family in this audience can be texted; widen the audience, or see who has agreed to texts"


def _values(request: Request, settings: Settings) -> tuple[dict[str, Value], list[str]]:
    """The filled-in fields together with those that come by themselves, and what is wrong with the former."""
    given: dict[str, Value] = {"sender": request.partner.short_name if request.partner else settings.service_name}
    if request.event:
        local = request.event.starts_at.astimezone(settings.zone)
        given |= {
            "event": _per_language(request.event.title, request.event.titles),
            "place": _per_language(request.event.place, request.event.places),
            "date": local.date(),
            "time": local.time().replace(tzinfo=None),
        }
    try:
        return {**given, **read_values(request.pack.fields, request.values)}, []
    except FieldError as error:
        return given, str(error).splitlines()


def _per_language(english: str, others: Mapping[str, str]) -> Value:
    return PerLanguage(english, others) if others else english


def _languages(settings: Settings, counts: tuple[LanguageCount, ...], request: Request) -> list[str]:
    """The deployment's languages, those of the audience, and those fallen back to."""
    chosen = [code for code in request.choices.values() if code in LANGUAGES]
    present = [count.language for count in counts if count.language in LANGUAGES]
    return list(dict.fromkeys([*settings.languages, *present, *chosen]))


def _choice_problems(choices: Mapping[str, str], wordings: Mapping[str, LanguageWording]) -> Iterator[str]:
    for language, chosen in choices.items():
        if chosen != LEAVE_OUT and not (chosen in wordings and wordings[chosen].trusted):
            yield f"{language} cannot fall back to {chosen}: that wording is not ready"


def _language_problems(
    counts: Sequence[LanguageCount],
    wordings: Mapping[str, LanguageWording],
    choices: Mapping[str, str],
    *,
    filled: bool,
) -> Iterator[str]:
    """Rule 6: no language goes out unreviewed, and nobody falls back silently.

    Until every field is `filled` the texts cannot be judged, only whether somebody trusts them.
    """
    for count in counts:
        wording = wordings.get(count.language)
        if not count.reachable or count.language in choices:
            continue
        if wording is None or not wording.trusted or (filled and wording.problems):
            name = LANGUAGES[count.language].english if count.language in LANGUAGES else count.language
            families = "1 family" if count.reachable == 1 else f"{count.reachable} families"
            yield f"{name}, {families}: {_why_not(wording)}"


def _why_not(wording: LanguageWording | None) -> str:
    if wording is None:
        return "there is no wording in this language; choose a language to fall back to, or leave these families out"
    if wording.trusted:
        return "; ".join(wording.problems)
    if wording.state is ReviewState.AWAITING:
        return (
            "the wording awaits native review; accept it for this language (outreach translations accept "
            f"{wording.language}), choose a language to fall back to, or leave these families out"
        )
    said = _STATES[wording.state]
    return f"the wording {said}; choose a language to fall back to, or leave these families out"


_STATES = {
    ReviewState.MISSING: "is missing",
    ReviewState.STALE: "is stale: the English changed after it was translated",
    ReviewState.DRAFT: "is a draft that nobody has reviewed; send it to review",
    ReviewState.IN_REVIEW: "waits for somebody here to review it",
}


def _recurrence_problems(request: Request, rule: str) -> Iterator[str]:
    if request.pack.kind is not Kind.BROADCAST:
        yield "only a broadcast can repeat: reminders and series have their own dates"
        return
    try:
        check_rule(rule)
    except ValueError as error:
        yield str(error)


def _steps(request: Request, start: datetime, anchor: datetime, settings: Settings) -> list[PlannedStep]:
    """When each step is due. Before an event a text is of no use once the event has begun."""
    planned = []
    for step in request.pack.steps:
        due = start if step.when.at_launch else due_at(step.when, anchor, settings.zone)
        expires = due + step.useful
        if request.event and due < request.event.starts_at:
            expires = min(expires, request.event.starts_at)
        planned.append(PlannedStep(step, due, expires, too_late=not step.when.at_launch and due < start))
    return planned
