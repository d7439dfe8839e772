"""Places to go, written as a text: a short numbered list, and all there is to say about one of them."""

from collections.abc import Sequence
from datetime import timedelta

from babel import Locale

from outreach import clock
from outreach.incoming.voice import Voice
from outreach.languages import LANGUAGES
from outreach.resources.finder import Nearby
from outreach.resources.opening import Basis
from outreach.wording.dates import FORMATS, format_clock, format_day, format_weekday
from outreach.wording.segments import GSM, UCS, count_segments, to_plain

MOST_SEGMENTS = {GSM: 4, UCS: 7}  # about as many letters, whichever alphabet
SHORT_WHO = 40  # characters: a longer note on whom a place serves is told with its details only
LONGEST_WHO = 110
MOST_LANGUAGES = 5


def write_list(voice: Voice, places: Sequence[Nearby], head: str, *, at_most: int) -> tuple[str, int]:
    """The first `at_most` places, numbered, as many of them as fit in MOST_SEGMENTS, and how many those are."""
    lines = [f"{number}. {_line(voice, place)}" for number, place in enumerate(places[:at_most], start=1)]
    while True:
        foot = voice.say("resources_more" if len(places) > len(lines) else "resources_last")
        text = to_plain("\n".join([head, *lines, foot]))
        count = count_segments(text)
        if len(lines) == 1 or count.segments <= MOST_SEGMENTS[count.encoding]:
            return text, len(lines)
        lines.pop()


def write_details(voice: Voice, place: Nearby, link: str | None, number: int) -> str:
    """Where and when, for whom, in which languages, the link, and how to tell us that it is wrong."""
    hours = _hours(voice, place) or (voice.say("hours_unsure") if place.phone and _is_unsure(place) else "")
    # Only here, not in the list: three such marks would cost a family the third place.
    old = place.unchecked and place.phone and not _is_unsure(place)
    town = " ".join(part for part in (place.city, place.zip) if part)
    lines = [
        ", ".join(part for part in (_name(place), place.address_line, town, place.phone, hours) if part),
        voice.say("listing_who", who=_shorten(place.eligibility, LONGEST_WHO)) if place.eligibility else "",
        _languages(voice, place),
        voice.say("listing_unchecked") if old else "",
        link or "",
        voice.say("listing_foot", number=number),
    ]
    return to_plain("\n".join(line for line in lines if line))


def _name(place: Nearby) -> str:
    """As it stands on the door, so that a family finds it; beside it what it is, in the family's language."""
    return f"{place.name} ({place.note})" if place.note else place.name


def _line(voice: Voice, place: Nearby) -> str:
    who = " ".join((place.eligibility or "").split())
    served = voice.say("listing_who", who=who) if who and len(who) <= SHORT_WHO else ""
    parts = (_name(place), place.address_line, place.city, place.phone, _hours(voice, place), served)
    return ", ".join(part for part in parts if part)


def _hours(voice: Voice, place: Nearby) -> str:
    """ "open until 5:00 PM" or "opens Monday 9:00 AM", in the family's language; nothing when nobody knows.

    On the clock of the place. A day that is a week off or more has its date: "Monday" would be taken for the next one.
    """
    state, language = place.hours_note, voice.language
    if state.basis is Basis.ALWAYS:
        return voice.say("open_always")
    if place.open_now and state.open_until:
        return voice.say("open_until", time=format_clock(state.open_until.time(), language))
    if not place.open_now and state.opens_next:
        opens = state.opens_next
        is_near = opens.date() - clock.now().astimezone(opens.tzinfo).date() < timedelta(days=7)
        day = (format_weekday if is_near else format_day)(opens.date(), language)
        return voice.say("opens_at", day=day, time=format_clock(opens.time(), language))
    return ""


def _is_unsure(place: Nearby) -> bool:
    return place.hours_note.basis in (Basis.UNCONFIRMED, Basis.UNKNOWN)


def _languages(voice: Voice, place: Nearby) -> str:
    """The languages spoken there besides English, named as the family names them; theirs stands first."""
    codes = [code for code in place.speaks if code != "en" and code in LANGUAGES]
    codes.sort(key=lambda code: code != voice.language)
    names = [_language_name(code, voice.language) for code in codes[:MOST_LANGUAGES]]
    return voice.say("listing_languages", languages=", ".join(names)) if names else ""


def _language_name(code: str, language: str) -> str:
    """CLDR has no names of languages in Haitian Creole: a language's own name says it to those who speak it."""
    if language in FORMATS:
        found: str | None = Locale.parse(FORMATS[language].locale).languages.get(code.split("_")[0])
        if found:
            return found
    return LANGUAGES[code].name


def _shorten(text: str, longest: int) -> str:
    """At most `longest` characters of a note, cut between words."""
    words = " ".join(text.split())
    return words if len(words) <= longest else words[: longest - 3].rsplit(" ", 1)[0].rstrip(",;:.-( ") + "..."
