"""Every text that families can read, for those who translate it: where it is sent, sample values, how long it may be.

Packs bring their samples; the service's own answers get theirs here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from outreach.campaigns.pack_extract import pack_texts
from outreach.campaigns.packs import Pack, Step
from outreach.campaigns.wordings import GSM_LIMIT, UCS_LIMIT, StepText
from outreach.languages import LANGUAGES
from outreach.wording.canned import CANNED
from outreach.wording.catalog import ReviewState
from outreach.wording.dates import format_weekday
from outreach.wording.fields import FieldError, Value, fill, placeholders, read_values
from outreach.wording.replies import CATEGORY_NAMES, REPLIES
from outreach.wording.segments import GSM, SegmentCount, count_segments
from outreach.wording.told_keywords import Keywords, find_told

MAY_BE_LONGER = ("reply:crisis", "reply:help")  # by one segment: all of it is needed at once
NOTES = {"reply:no_name": ("Stands in a text where the family's name would, if we knew it: Hello family, …",)}
KINDS = {  # by what contexts begin with: what it is, and where its English stands
    "reply": ("answer of the service", "replies.py"),
    "category": ("name of a kind of help", "replies.py"),
    "canned": ("text that staff send to one family", "canned.py"),
}
SATURDAY = date(2026, 12, 5)
SAMPLES: dict[str, Value] = {
    "service": "Riverside Outreach",
    "phone": "617-555-0100",
    "category": "Dental care",
    "zip": "02139",
    "time": time(17, 30),
    "start": time(9),
    "end": time(12),
    "date": SATURDAY,
    "when": datetime(2026, 12, 5, 10, 30),  # noqa: DTZ001 - a wall clock, as families read it
    "event": "Family Health Fair",
    "place": "Lincoln School gym",
    "topic": "health fairs",
    "word": "FAIR",
    "who": "Families with children under 5",
    "number": 1,
}


@dataclass(frozen=True)
class Translatable:
    """One English text. `about` is what a translator needs to know; `values` fill its braces for measuring."""

    context: str
    english: str
    about: tuple[str, ...]
    reference: str
    values: Mapping[str, Value]
    step: Step | None = None  # of which pack's step it is; an answer of the service has none

    def filled(self, text: str, language: str) -> str | None:
        """A translation with sample values, as a family would read it, or None when its braces cannot be filled."""
        spoken = {"language": LANGUAGES[language].name, "languages": LANGUAGES[language].name}
        spoken["day"] = format_weekday(SATURDAY, language)
        try:
            return fill(text, {**spoken, **self.values}, language)
        except FieldError:
            return None

    def measure(self, text: str, language: str) -> SegmentCount | None:
        """The segments of a translation with sample values, or None when its braces cannot be filled."""
        filled = self.filled(text, language)
        return None if filled is None else count_segments(filled)

    def too_long(self, text: str, language: str) -> str | None:
        """What is too long about a translation, in words, or None when it fits."""
        count = self.measure(text, language)
        if count is None or not self._over(count, text, language):
            return None
        cause = f" because of {' '.join(count.culprits[:8])}" if count.culprits else ""
        return f"{count.segments} segments with sample values ({count.encoding}{cause}), longer than this text may be"

    def _over(self, count: SegmentCount, text: str, language: str) -> bool:
        if self.step:
            return StepText(self.step, language, ReviewState.AWAITING, text, count).too_long
        usual = GSM_LIMIT if count.encoding == GSM else UCS_LIMIT
        return count.segments > usual + (self.context in MAY_BE_LONGER)


def reply_words(english: str, language: str, keywords: Keywords) -> tuple[str, ...]:
    """For translators: what families may be told to send in this language, for each word the English tells them."""
    told = {each.word: keywords.words_for(language, each.meanings) for each in find_told(english, keywords)}
    words = "; ".join(f"{word}: {' or '.join(known or (word,))}" for word, known in told.items())
    return (f"Reply words, in capitals: {words}",) if words else ()


def translatable(packs: Iterable[Pack]) -> dict[str, Translatable]:
    """All texts by context: the packs', in their order, then answers, names of kinds of help and ready-made texts."""
    texts = [text for pack in packs for text in _steps(pack)]
    texts += [_answer(f"reply:{key}", english) for key, english in REPLIES.items()]
    texts += [_answer(f"category:{key}", english) for key, english in CATEGORY_NAMES.items()]
    texts += [_answer(f"canned:{key}", one.english) for key, one in CANNED.items()]
    return {text.context: text for text in texts}


def _steps(pack: Pack) -> Iterable[Translatable]:
    fields = {**pack.given, **pack.fields}
    values = read_values(fields, {name: field.sample for name, field in fields.items()})
    for step, (_line, _function, _text, comments) in zip(pack.steps, pack_texts(pack), strict=True):
        extra = int(step.introduces)
        limit = _limit(*((step.max_segments,) * 2 if step.max_segments else (GSM_LIMIT + extra, UCS_LIMIT + extra)))
        about = (*comments, limit)
        yield Translatable(step.context, step.english, about, f"campaigns/{pack.id}.yaml", values, step)


def _answer(context: str, english: str) -> Translatable:
    extra = int(context in MAY_BE_LONGER)
    names = placeholders(english)
    values = {name: SAMPLES[name] for name in names if name in SAMPLES}
    # A field that nobody gave a sample is measured by its name: about as long as what stands there.
    others = {name: name for name in names if name not in SAMPLES and name not in ("language", "languages", "day")}
    kind, module = KINDS[context.partition(":")[0]]
    about = (kind, *NOTES.get(context, ()), _limit(GSM_LIMIT + extra, UCS_LIMIT + extra))
    return Translatable(context, english, about, str(Path("outreach/wording") / module), {**values, **others})


def _limit(plain: int, other: int) -> str:
    return (
        f"At most {plain} segments ({_room(plain, 160, 153)} characters) in plain letters, else {other} "
        f"({_room(other, 70, 67)} characters), with sample values filled in"
    )


def _room(segments: int, alone: int, part: int) -> int:
    return alone if segments == 1 else segments * part
