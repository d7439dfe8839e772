"""Places to go, written as a text: a short numbered list, and all there is to say about one of them."""

from collections.abc import Sequence

from babel import Locale

from outreach.incoming.conversation import Conversation
from outreach.languages import LANGUAGES
from outreach.resources.finder import Nearby
from outreach.resources.opening import Basis
from outreach.wording.dates import FORMATS, format_clock, format_weekday
from outreach.wording.segments import GSM, UCS, count_segments, to_plain

MOST_SEGMENTS = {GSM: 4, UCS: 7}  # about as many letters, whichever alphabet
SHORT_WHO = 40  # characters: a longer note on whom a place serves is told with its details only
LONGEST_WHO = 110
MOST_LANGUAGES = 5


def write_list(talk: Conversation, places: Sequence[Nearby], head: str, *, at_most: int) -> tuple[str, int]:
    """The first `at_most` places, numbered, as many of them as fit in MOST_SEGMENTS, and how many those are."""
    lines = [f"{number}. {_line(talk, place)}" for number, place in enumerate(places[:at_most], start=1)]
    while True:
        foot = talk.say("resources_more" if len(places) > len(lines) else "resources_last")
        text = to_plain("\n".join([head, *lines, foot]))
        count = count_segments(text)
        if len(lines) == 1 or count.segments <= MOST_SEGMENTS[count.encoding]:
            return text, len(lines)
        lines.pop()


def write_details(talk: Conversation, place: Nearby, link: str | None, number: int) -> str:
    """Where and when, for whom, in which languages, the link, and how to tell us that it is wrong."""
    hours = _hours(talk, place) or (talk.say("hours_unsure") if place.phone and _is_unsure(place) else "")
    town = " ".join(part for part in (place.city, place.zip) if part)
    lines = [
        ", ".join(part for part in (place.name, place.address_line, town, place.phone, hours) if part),
        talk.say("listing_who", who=_shorten(place.eligibility, LONGEST_WHO)) if place.eligibility else "",
        _languages(talk, place),
        link or "",
        talk.say("listing_foot", number=number),
    ]
    return to_plain("\n".join(line for line in lines if line))


def _line(talk: Conversation, place: Nearby) -> str:
    who = " ".join((place.eligibility or "").split())
    served = talk.say("listing_who", who=who) if who and len(who) <= SHORT_WHO else ""
    parts = (place.name, place.address_line, place.city, place.phone, _hours(talk, place), served)
    return ", ".join(part for part in parts if part)


def _hours(talk: Conversation, place: Nearby) -> str:
    """ "open until 5:00 PM" or "opens Monday 9:00 AM", in the family's language; nothing when nobody knows."""
    zone = talk.work.settings.zone
    state, language = place.hours_note, talk.contact.language
    if state.basis is Basis.ALWAYS:
        return talk.say("open_always")
    if place.open_now and state.open_until:
        return talk.say("open_until", time=format_clock(state.open_until.astimezone(zone).time(), language))
    if not place.open_now and state.opens_next:
        local = state.opens_next.astimezone(zone)
        return talk.say(
            "opens_at", day=format_weekday(local.date(), language), time=format_clock(local.time(), language)
        )
    return ""


def _is_unsure(place: Nearby) -> bool:
    return place.hours_note.basis in (Basis.UNCONFIRMED, Basis.UNKNOWN)


def _languages(talk: Conversation, place: Nearby) -> str:
    """The languages spoken there besides English, named as the family names them; theirs stands first."""
    codes = [code for code in place.speaks if code != "en" and code in LANGUAGES]
    codes.sort(key=lambda code: code != talk.contact.language)
    names = [_language_name(code, talk.contact.language) for code in codes[:MOST_LANGUAGES]]
    return talk.say("listing_languages", languages=", ".join(names)) if names else ""


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
