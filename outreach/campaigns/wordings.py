"""The wording of a pack in every language, filled with a campaign's values: what is previewed is what is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from outreach.campaigns.packs import Pack, Step
from outreach.languages import LANGUAGES
from outreach.wording.catalog import SOURCE_LANGUAGE, ReviewState, Translation, TranslationSource
from outreach.wording.checks import check_translation
from outreach.wording.fields import FieldError, Value, fill, show_value
from outreach.wording.personal import NAME, NO_NAME, OPEN, SAMPLE_NAME, fill_frame, fill_name, fill_without_name
from outreach.wording.replies import REPLIES
from outreach.wording.segments import SegmentCount, count_segments
from outreach.wording.told_keywords import Keywords

LEAVE_OUT = "skip"
GSM_LIMIT, UCS_LIMIT = 2, 3


@dataclass(frozen=True)
class StepText:
    """One step in one language, exactly as it leaves, or what keeps it from leaving.

    A draft shows its text and never leaves. `newer`: somebody works on another text than the reviewed one shown.
    `advice`: what is worth a second look and keeps nothing back.

    A personal one has a `frame`, in which {name} is still open, and `nameless`, what families without a name read;
    its `text` shows a sample name, or with `for_family` that of one family.
    """

    step: Step
    language: str
    state: ReviewState
    text: str
    count: SegmentCount | None
    problems: tuple[str, ...] = ()
    newer: bool = False
    advice: tuple[str, ...] = ()
    frame: str = ""
    nameless: str = ""

    @property
    def personal(self) -> bool:
        """Whether each family reads its own name in it."""
        return bool(self.frame)

    def for_family(self, name: str | None) -> "StepText":
        """Exactly what a family of this name gets."""
        if not self.personal:
            return self
        text = fill_name(self.frame, name, self.language, self.nameless)
        return replace(self, text=text, count=count_segments(text))

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
    def newer(self) -> bool:
        """Whether somebody works on other texts than these."""
        return any(step.newer for step in self.steps)

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
    translations: TranslationSource,
    languages: Sequence[str],
    accepted: frozenset[str],
    keywords: Keywords | None = None,
) -> dict[str, LanguageWording]:
    """The pack in each language, with every problem named by step and language.

    `keywords`: the words the service knows when families send them; the shipped ones when None.
    """
    worded = {}
    for language in languages:
        word = translations.find(language, f"reply:{NO_NAME}", REPLIES[NO_NAME]) if pack.personal else None
        steps = tuple(_step(step, values, translations, language, keywords, word) for step in pack.steps)
        problems = tuple(f"step {step.step.name}: {problem}" for step in steps for problem in step.problems)
        trusted = language in accepted or language == SOURCE_LANGUAGE
        worded[language] = LanguageWording(language, steps, trusted, problems=problems)
    return worded


def _step(
    step: Step,
    values: Mapping[str, Value],
    translations: TranslationSource,
    language: str,
    keywords: Keywords | None,
    no_name: Translation | None,
) -> StepText:
    """One step in one language; `no_name` stands for a family's name, in a pack that may hold one."""
    found = translations.find(language, step.context, step.english)
    name = LANGUAGES[language].english
    wording = found.text or found.draft
    if not wording:
        return StepText(step, language, found.state, "", None, (f"{name} is {found.state}",))
    found_wrong = check_translation(step.english, wording, language, keywords=keywords)
    problems = tuple(f"{name}: {problem}" for problem in found_wrong if problem.stops)
    advice = tuple(f"{name}: {problem}" for problem in found_wrong if not problem.stops)
    try:
        if no_name and OPEN in step.english:
            frame, text = fill_frame(wording, values, language), ""
        else:
            frame, text = "", fill(wording, values, language)
    except FieldError as error:
        return StepText(step, language, found.state, "", None, (*problems, str(error)))
    newer = bool(found.text and found.draft)
    filled = StepText(step, language, found.state, text, count_segments(text), problems, newer, advice, frame)
    return _with_sample(filled, no_name, show_value(values.get(NAME, SAMPLE_NAME), language)) if no_name else filled


def _with_sample(step: StepText, no_name: Translation, sample: str) -> StepText:
    """A personal step as a family of the sample's name reads it. It is reviewed no farther than the word that stands
    for a missing name: some families get that too."""
    if not step.personal:
        return step
    word = no_name.text or no_name.draft
    if not word:
        name = LANGUAGES[step.language].english
        lacking = f"{name}: what stands for a missing name (reply:{NO_NAME}) is {no_name.state}"
        return replace(step, state=no_name.state, count=None, problems=(*step.problems, lacking), frame="")
    order = list(ReviewState)
    state = min(step.state, no_name.state, key=order.index)
    nameless = fill_without_name(step.frame, word, step.language)
    return replace(step, state=state, nameless=nameless).for_family(sample)
