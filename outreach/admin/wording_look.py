"""What the checks say of a text while somebody types it: what stops it, what is advice, what it costs, how it looks."""

from dataclasses import dataclass, replace

from outreach.campaigns.packs import Pack
from outreach.campaigns.translatable import Translatable
from outreach.wording.catalog import SOURCE_LANGUAGE
from outreach.wording.checks import check_translation
from outreach.wording.fields import placeholders
from outreach.wording.models import LONGEST_WORDING
from outreach.wording.readability import FIELD, HIGHEST_GRADE, LONGEST_SENTENCE, grade, long_sentences
from outreach.wording.segments import SegmentCount, count_segments, to_plain
from outreach.wording.told_keywords import Keywords


@dataclass(frozen=True)
class Look:
    """`shown` is the text with sample values, as a family would get it; empty when its braces cannot be filled.

    `made_plain` are typed marks that saving writes plainly, each with what stands there then. `grade` is for English.
    """

    text: str
    stops: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    shown: str = ""
    count: SegmentCount | None = None
    made_plain: tuple[tuple[str, str], ...] = ()
    grade: float | None = None

    @property
    def dear_letters(self) -> tuple[str, ...]:
        """Characters that make every segment hold 70 instead of 160."""
        return self.count.culprits if self.count else ()

    @property
    def verdict(self) -> str:
        """In one sentence, for somebody who listens."""
        if not self.text:
            return "Nothing is written yet."
        size = f", {self.count.segments} segment{'' if self.count.segments == 1 else 's'}" if self.count else ""
        if self.stops:
            return f"{len(self.stops)} thing{'' if len(self.stops) == 1 else 's'} to mend before it can go{size}."
        return f"The checks find nothing that stops it{size}."


def look_at(text: Translatable, typed: str, language: str, keywords: Keywords) -> Look:
    """A translation of `text` as somebody types it; in English another wording of it."""
    written = to_plain(typed).strip()
    if not written:
        return Look("")
    found = check_translation(text.english, written, language, keywords=keywords)
    length = text.too_long(written, language)
    shown = text.filled(written, language) or ""
    over = len(written) - LONGEST_WORDING
    stops = [problem.text for problem in found if problem.stops] + ([length] if length else [])
    return Look(
        text=written,
        stops=tuple(stops + ([f"{over} characters too many; {LONGEST_WORDING} fit"] if over > 0 else [])),
        advice=tuple(problem.text for problem in found if not problem.stops),
        shown=shown,
        count=count_segments(shown) if shown else None,
        made_plain=_made_plain(typed, written),
        grade=grade(written) if language == SOURCE_LANGUAGE else None,
    )


def look_at_english(pack: Pack, text: Translatable, typed: str, keywords: Keywords) -> Look:
    """An English step of an own pack as somebody types it, with what makes it hard to read."""
    written = " ".join(typed.split())
    step = replace(text.step, english=written) if text.step else None
    look = look_at(replace(text, english=to_plain(written), step=step), written, SOURCE_LANGUAGE, keywords)
    if not look.text:
        return look
    return replace(
        look, stops=(*look.stops, *_unknown_fields(pack, look.text)), advice=(*look.advice, *_hard(look.text))
    )


def _unknown_fields(pack: Pack, text: str) -> list[str]:
    known = {**pack.given, **pack.fields}
    try:
        asked = dict.fromkeys(placeholders(text))
    except ValueError:
        return []  # the checks say so
    there = ", ".join(f"{{{name}}}" for name in known)
    return [f"{{{name}}} is not a field of this pack; there are {there}" for name in asked if name not in known]


def _hard(text: str) -> list[str]:
    found = grade(text)
    high = [f"grade {found:.1f}: shorter words and sentences bring it to {HIGHEST_GRADE:.0f} or below"]
    long = [f'more than {LONGEST_SENTENCE} words in one sentence: "{words}"' for words in long_sentences(text)]
    unsigned = [] if FIELD.match(text) else ["it does not begin with {sender}: families like to know first who writes"]
    return (high if found > HIGHEST_GRADE else []) + long + unsigned


def _made_plain(typed: str, written: str) -> tuple[tuple[str, str], ...]:
    marks = (mark for mark in dict.fromkeys(typed) if mark not in written and to_plain(mark) != mark)
    return tuple((mark, to_plain(mark)) for mark in marks if mark.strip())
