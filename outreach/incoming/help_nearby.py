"""Help nearby, as a text: the nearest open places in the family's language, or an honest word that there are none."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.incoming.conversation import Conversation
from outreach.incoming.intent import Route
from outreach.incoming.models import Inbound
from outreach.people.models import Contact
from outreach.people.zip_codes import find_zip
from outreach.resources.finder import Found, Nearby, find
from outreach.wording.dates import format_clock, format_weekday
from outreach.wording.segments import GSM, UCS, count_segments

AT_MOST = 3
MOST_SEGMENTS = {GSM: 4, UCS: 7}  # about as many letters, whichever alphabet
ZIP_ANSWER = timedelta(hours=24)  # a bare ZIP that comes within a day answers our question for it


def answer_resource(talk: Conversation) -> None:
    """The nearest places of a category. Asks for a ZIP when neither the text nor the contact has one."""
    category = str(talk.intent.args["category"])
    zip_code = talk.intent.args.get("zip") or talk.contact.zip
    if not isinstance(zip_code, str):
        talk.reply("ask_zip")
        return
    if find_zip(zip_code) is None:
        talk.reply("unknown_zip", zip=zip_code)
        return
    if talk.contact.zip is None:
        talk.contact.zip = zip_code
    found = find(
        talk.session,
        category=category,
        zip_code=zip_code,
        now=clock.now(),
        languages=[talk.contact.language],
        limit=AT_MOST,
        zone=talk.work.settings.zone,
    )
    if not found.results:
        talk.reply("resources_none", category=talk.category(category), zip=zip_code)
        return
    talk.send(_compose(talk, found, category, zip_code), part="resources")


def _compose(talk: Conversation, found: Found, category: str, zip_code: str) -> str:
    """As many places as fit in MOST_SEGMENTS, at least one."""
    head = talk.say("resources_near", category=talk.category(category), zip=zip_code)
    foot = talk.say("resources_more")
    lines = [f"- {_line(talk, place)}" for place in found.results]
    while True:
        text = "\n".join([head, *lines, foot])
        count = count_segments(text)
        if len(lines) == 1 or count.segments <= MOST_SEGMENTS[count.encoding]:
            return text
        lines.pop()


def _line(talk: Conversation, place: Nearby) -> str:
    hours = _hours(talk, place)
    return ", ".join(part for part in (place.name, place.address_line, place.city, place.phone, hours) if part)


def _hours(talk: Conversation, place: Nearby) -> str:
    """ "open until 5:00 PM" or "opens Monday 9:00 AM", in the family's language; nothing when nobody knows."""
    zone = talk.work.settings.zone
    state, language = place.hours_note, talk.contact.language
    if place.open_now and state.open_until:
        return talk.say("open_until", time=format_clock(state.open_until.astimezone(zone).time(), language))
    if not place.open_now and state.opens_next:
        local = state.opens_next.astimezone(zone)
        return talk.say(
            "opens_at", day=format_weekday(local.date(), language), time=format_clock(local.time(), language)
        )
    return ""


def category_asked_before(session: Session, contact: Contact, inbound: Inbound) -> str | None:
    """The category of the family's last text, when we answered it by asking for a ZIP."""
    before = session.scalars(
        select(Inbound)
        .where(
            Inbound.contact_id == contact.id,
            Inbound.id < inbound.id,
            Inbound.received_at > inbound.received_at - ZIP_ANSWER,
        )
        .order_by(Inbound.id.desc())
        .limit(1)
    ).one_or_none()
    if before is None or before.intent != Route.RESOURCE or not before.args or before.args.get("zip"):
        return None
    return str(before.args["category"])
