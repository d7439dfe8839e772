"""Dates and times as a family reads them in a text: its language, a 12-hour clock, ordinary spaces, no surprises.

CLDR's own formats put U+202F before AM (which turns a GSM-7 text into UCS-2), write a 24-hour clock for Spanish and
Portuguese, and have French day names for Haitian Creole; so each language has its patterns here, and ht its own names.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache

from babel.dates import format_date, format_time

from outreach.languages import LANGUAGES


@dataclass(frozen=True)
class Formats:
    """CLDR patterns of one language; `locale` is the Babel locale that knows its names."""

    locale: str
    day: str  # Saturday, December 5
    clock: str  # 10:00 AM


FORMATS = {
    "en": Formats("en_US", "EEEE, MMMM d", "h:mm a"),
    "es": Formats("es_US", "EEEE d 'de' MMMM", "h:mm a"),
    "pt_BR": Formats("pt_BR", "EEEE, d 'de' MMMM", "h:mm a"),
    "fr": Formats("fr", "EEEE d MMMM", "H 'h' mm"),
    "vi": Formats("vi", "EEEE, d MMMM", "h:mm a"),
    "zh_Hans": Formats("zh_Hans", "M月d日EEEE", "ah:mm"),
    "ar": Formats("ar", "EEEE، d MMMM", "h:mm a"),
    "so": Formats("so", "EEEE, d MMMM", "h:mm a"),
    "km": Formats("km", "EEEE ទី d MMMM", "h:mm a"),
}

_KEPT = 4096  # formatted: a campaign writes the same days a million times
_JOINTS = {"ar": "، ", "fa_AF": "، ", "ps": "، ", "ur": "، ", "zh_Hans": "", "zh_Hant": "", "ja": " "}
_USUAL_DAY, _USUAL_CLOCK = "EEEE, d MMMM", "h:mm a"  # of a language that nobody has looked at

# CLDR 48 inherits ht from fr_HT; these are the names as Haitian Creole writes them. Monday and January first.
HT_DAYS = ("lendi", "madi", "mèkredi", "jedi", "vandredi", "samdi", "dimanch")
HT_MONTHS = (
    "janvye", "fevriye", "mas", "avril", "me", "jen", "jiyè", "out", "septanm", "oktòb", "novanm", "desanm",
)  # fmt: skip
HT_PARTS = ((12, "dimaten"), (17, "apremidi"), (24, "diswa"))  # until this hour

_ODD_SPACES = str.maketrans({"\u202f": " ", "\u00a0": " ", "\u2009": " ", "\u200f": None, "\u200e": None})


def formats_of(language: str) -> Formats:
    """The patterns of any language we know; a language nobody knows reads as English."""
    if language in FORMATS:
        return FORMATS[language]
    return Formats(language, _USUAL_DAY, _USUAL_CLOCK) if language in LANGUAGES else FORMATS["en"]


@lru_cache(_KEPT)
def format_day(day: date, language: str) -> str:
    """ "Saturday, December 5" in that language, without the year: texts speak of the near future."""
    if language == "ht":
        return f"{HT_DAYS[day.weekday()]} {day.day} {HT_MONTHS[day.month - 1]}"
    formats = formats_of(language)
    return format_date(day, formats.day, locale=formats.locale).translate(_ODD_SPACES)


def format_weekday(day: date, language: str) -> str:
    """ "Saturday" in that language."""
    if language == "ht":
        return HT_DAYS[day.weekday()]
    formats = formats_of(language)
    return format_date(day, "EEEE", locale=formats.locale).translate(_ODD_SPACES)


@lru_cache(_KEPT)
def format_clock(clock: time, language: str) -> str:
    """ "10:00 AM" in that language, on the 12-hour clock of the US (French keeps its 24 hours)."""
    if language == "ht":
        hour = clock.hour % 12 or 12
        part = next(name for until, name in HT_PARTS if clock.hour < until)
        return f"{hour}:{clock.minute:02d} {part}"
    formats = formats_of(language)
    return format_time(clock, formats.clock, locale=formats.locale).translate(_ODD_SPACES)


def format_moment(moment: datetime, language: str) -> str:
    """Day and time of a local moment, joined as that language does, in most by a comma."""
    joint = _JOINTS.get(language, ", ")
    return f"{format_day(moment.date(), language)}{joint}{format_clock(moment.time(), language)}"
