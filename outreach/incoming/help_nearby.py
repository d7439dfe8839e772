"""Help nearby, as texts: the nearest places, more of them, one in detail, and what families say is wrong with it."""

from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.incoming.conversation import Conversation
from outreach.incoming.intent import Route
from outreach.incoming.listing_text import write_details, write_list
from outreach.incoming.models import Inbound
from outreach.incoming.unknown import answer_unknown
from outreach.people.models import Contact
from outreach.people.zip_codes import find_zip
from outreach.resources.finder import Nearby, describe, find
from outreach.resources.flags import flag_listing
from outreach.resources.models import ListingOffer, ListingProblem, ServiceAtLocation
from outreach.resources.offers import listing_of, open_offer, remember_offer
from outreach.resources.unmet import count_unmet

AT_MOST = 3
NEAR_ENOUGH = 50  # miles: farther off is no help nearby, and we say so
ZIP_ANSWER = timedelta(hours=24)  # a bare ZIP that comes within a day answers our question for it


def answer_resource(talk: Conversation) -> None:
    """A wish for help, or an answer to the list we sent: more of it, a number of it, something wrong with it."""
    args = talk.intent.args
    if "category" in args:
        _search(talk, str(args["category"]))
        return
    offer = open_offer(talk.session, talk.contact.id)
    if offer is None:
        answer_unknown(talk)
    elif args.get("more"):
        _answer_more(talk, offer)
    elif args.get("problem"):
        _flag(talk, offer, ListingProblem(str(args["problem"])))
    else:
        _answer_details(talk, offer)


def _search(talk: Conversation, category: str) -> None:
    """The nearest places of a category. Asks for a ZIP when neither the text nor the contact has one."""
    zip_code = talk.intent.args.get("zip") or talk.contact.zip
    if not isinstance(zip_code, str):
        talk.reply("ask_zip")
        return
    if find_zip(zip_code) is None:
        talk.reply("unknown_zip", zip=zip_code)
        return
    if talk.contact.zip is None:
        talk.contact.zip = zip_code
    if not _offer(talk, category, zip_code, skip=0):
        if not _looked_before_today(talk, category, zip_code):
            count_unmet(talk.session, category, zip_code, talk.work.settings.zone)
        talk.reply("resources_none", category=talk.category(category), zip=zip_code)


def _looked_before_today(talk: Conversation, category: str, zip_code: str) -> bool:
    """Whether this family was told so today already: it is one family in need, however often it asks."""
    zone = talk.work.settings.zone
    midnight = datetime.combine(clock.now().astimezone(zone).date(), time(), zone)
    before = talk.session.scalars(
        select(Inbound.args).where(
            Inbound.contact_id == talk.contact.id,
            Inbound.id != talk.inbound.id,
            Inbound.intent == Route.RESOURCE,
            Inbound.routed_at >= midnight,
        )
    )
    looked = [(args.get("category"), args.get("zip") or talk.contact.zip) for args in before if args]
    return (category, zip_code) in looked


def _answer_more(talk: Conversation, offer: ListingOffer) -> None:
    """The places after those already shown; when there are none, what else there is."""
    if not _offer(talk, offer.category, offer.zip, skip=offer.given):
        talk.reply("resources_end", category=talk.category(offer.category), zip=offer.zip)


def _offer(talk: Conversation, category: str, zip_code: str, *, skip: int) -> bool:
    """Show the places after the first `skip` and remember their numbers. False when there are none near enough."""
    places = _near(talk, category, zip_code, skip)
    if not places:
        return False
    head = talk.say("resources_near", category=talk.category(category), zip=zip_code)
    text, count = write_list(talk.voice, places, head, at_most=AT_MOST)
    shown = [place.service_at_location_id for place in places[:count]]
    remember_offer(talk.session, talk.contact.id, category=category, zip_code=zip_code, shown=shown, given=skip + count)
    talk.send(text, part="resources")
    return True


def _near(talk: Conversation, category: str, zip_code: str, skip: int) -> list[Nearby]:
    """One more than we show, so that the text knows whether there are others."""
    found = find(
        talk.session,
        category=category,
        zip_code=zip_code,
        now=clock.now(),
        languages=[talk.contact.language],
        limit=AT_MOST + 1,
        offset=skip,
        zone=talk.work.settings.zone,
        within=NEAR_ENOUGH,
        counted=False,
    )
    return found.results


def _answer_details(talk: Conversation, offer: ListingOffer) -> None:
    number = str(talk.intent.args.get("listing"))
    listing = listing_of(offer, number)
    if listing is None:
        answer_unknown(talk)
        return
    offer.looked_at = int(number)
    (place,) = describe(
        talk.session, [(listing, None)], clock.now(), talk.work.settings.zone, language=talk.contact.language
    )
    link = link_of(talk.session.get_one(ServiceAtLocation, listing))
    talk.send(write_details(talk.voice, place, link, int(number)), part="listing")


def link_of(place: ServiceAtLocation) -> str | None:
    """Where a family reads more."""
    organization = place.service.organization
    return place.service.url or (organization.url if organization else None)


def _flag(talk: Conversation, offer: ListingOffer, problem: ListingProblem) -> None:
    """Kept for staff; the family is thanked, or asked which place it means."""
    named = talk.intent.args.get("listing")
    listing = listing_of(offer, str(named) if named else None)
    if listing is None:
        talk.reply("listing_which")
        return
    flag_listing(talk.session, talk.contact.id, listing, problem, talk.work.settings.zone)
    place = talk.session.get_one(ServiceAtLocation, listing)
    talk.reply("listing_flagged", place=place.name[:60])


def category_asked_before(session: Session, contact: Contact, inbound: Inbound) -> str | None:
    """The category of the family's last text, when we answered it by asking for a ZIP, or for a better one."""
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
    args = (before.args or {}) if before is not None and before.intent == Route.RESOURCE else {}
    was_found = args.get("zip") and find_zip(str(args["zip"]))
    return str(args["category"]) if args.get("category") and not was_found else None
