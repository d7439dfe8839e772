"""The wording of a pack in every language, filled with a campaign's values: what is previewed is what is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from outreach.campaigns.packs import Pack, Step
from outreach.languages import LANGUAGES
from outreach.wording.catalog import SOURCE_LANGUAGE, ReviewState, Translations
from outreach.wording.checks import check_translation
from outreach.wording.fields import FieldError, Value, fill
from outreach.wording.segments import SegmentCount, count_segments

LEAVE_OUT = "skip"
GSM_LIMIT, UCS_LIMIT = 2, 3


@dataclass(frozen=True)
class StepText:
    """One step in one language, exactly as it leaves, or what keeps it from leaving."""

    step: Step
    language: str
    state: ReviewState
    text: str
    count: SegmentCount | None
    problems: tuple[str, ...] = ()

    @property
    def too_long(self) -> bool:
        if self.count is None:
            return False
        usual = GSM_LIMIT if self.count.encoding == "GSM-7" else UCS_LIMIT
        return self.count.segments > (self.step.max_segments or usual + self.step.introduces)


@dataclass(frozen=True)
class LanguageWording:
    """All steps of a pack in one language. `decision` is what a person chose for its families, if anything."""

    language: str
    steps: tuple[StepText, ...]
    accepted: bool  # awaiting review is good enough, on record
    decision: str | None = None  # another language's code, or LEAVE_OUT
    problems: tuple[str, ...] = field(default=())

    @property
    def state(self) -> ReviewState:
        """The least advanced of its steps."""
        order = list(ReviewState)
        return min((step.state for step in self.steps), key=order.index)

    @property
    def ready(self) -> bool:
        """Whether it may be sent as it is."""
        return self.trusted and not self.problems

    @property
    def trusted(self) -> bool:
        """Whether somebody reviewed it, or accepted that nobody has yet."""
        return self.state is ReviewState.REVIEWED or (self.state is ReviewState.AWAITING and self.accepted)


def word_pack(
    pack: Pack,
    values: Mapping[str, Value],
    translations: Translations,
    languages: Sequence[str],
    accepted: frozenset[str],
) -> dict[str, LanguageWording]:
    """The pack in each language, with every problem named by step and language."""
    return {language: _word(pack, values, translations, language, language in accepted) for language in languages}


def _word(
    pack: Pack, values: Mapping[str, Value], translations: Translations, language: str, accepted: bool
) -> LanguageWording:
    steps = tuple(_step(step, values, translations, language) for step in pack.steps)
    problems = tuple(f"step {step.step.name}: {problem}" for step in steps for problem in step.problems)
    return LanguageWording(language, steps, accepted or language == SOURCE_LANGUAGE, problems=problems)


def _step(step: Step, values: Mapping[str, Value], translations: Translations, language: str) -> StepText:
    found = translations.find(language, step.context, step.english)
    name = LANGUAGES[language].english
    if not found.text:
        return StepText(step, language, found.state, "", None, (f"{name} is {found.state}",))
    problems = [f"{name}: {problem}" for problem in check_translation(step.english, found.text)]
    try:
        text = fill(found.text, values, language)
    except FieldError as error:
        return StepText(step, language, found.state, "", None, (*problems, str(error)))
    return StepText(step, language, found.state, text, count_segments(text), tuple(problems))
