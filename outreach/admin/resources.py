"""Resources: the directory of help as a list, and one listing with all that families are texted about it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from outreach import clock, runtime
from outreach.admin import resources_edit, resources_import, resources_translate, resources_vain
from outreach.admin.forms.directory import ACTS, find_listing, history_of
from outreach.admin.guard import needs
from outreach.admin.opening_words import say_opening
from outreach.admin.resource_search import SHOWN, Search, count_flagged, find_listings
from outreach.admin.waiting_count import Waiting
from outreach.incoming.help_nearby import link_of
from outreach.incoming.listing_text import write_details, write_list
from outreach.incoming.voice import Voice
from outreach.people.zip_codes import ZipPlace, find_zip
from outreach.resources.finder import describe
from outreach.resources.flags import flags_of
from outreach.resources.hsds_places import miles_between
from outreach.resources.models import ListingProblem, ServiceAtLocation
from outreach.resources.own_categories import kinds
from outreach.resources.upkeep.checks import GOOD_FOR, needs_check
from outreach.resources.upkeep.edits import edits_of
from outreach.resources.upkeep.models import ListingEdit, ListingField
from outreach.resources.upkeep.own_listings import is_own
from outreach.resources.upkeep.translations import state_of, translations_of
from outreach.resources.upkeep.values import read_value
from outreach.staff.models import Staff
from outreach.staff.roles import Ability
from outreach.wording.segments import count_segments

blueprint = Blueprint("resources", __name__, url_prefix="/resources")
for part in (resources_edit, resources_import, resources_translate, resources_vain):
    blueprint.register_blueprint(part.blueprint)

PROBLEMS = {
    ListingProblem.CLOSED: "closed",
    ListingProblem.WRONG: "something is wrong",
    ListingProblem.NO_ANSWER: "nobody answers the phone",
}
FIELDS = {
    ListingField.NAME: "Name",
    ListingField.ELIGIBILITY: "Whom it serves",
    ListingField.PHONE: "Phone",
    ListingField.ADDRESS: "Address",
    ListingField.LANGUAGES: "Languages",
    ListingField.CATEGORIES: "Kinds of help",
    ListingField.HOURS: "Hours",
}


@dataclass(frozen=True)
class Sample:
    """What a family of one language is texted: this place in a list, and its details."""

    language: str
    texts: tuple[str, ...]

    def segments(self, text: str) -> int:
        return count_segments(text).segments


@dataclass(frozen=True)
class Overruled:
    """One thing that staff say otherwise than the source, both in words."""

    field: ListingField
    label: str
    ours: str
    theirs: str
    differs: bool
    by: str
    edit: ListingEdit


@blueprint.get("/")
@needs(Ability.SEE_RESOURCES)
def list_all() -> ResponseReturnValue:
    """A page of listings; search, filters and order stand in the address."""
    with runtime.current().database.reading() as session:
        found = find_listings(session, Search.read(request.args), _today())
        return render_template(
            "resources/list.html",
            found=found,
            search=found.search,
            shown=SHOWN,
            kinds=kinds(runtime.current().settings.content),
            needs_check=lambda listing: needs_check(listing, _today()),
        )


@blueprint.get("/<int:listing_id>")
@needs(Ability.SEE_RESOURCES)
def show(listing_id: int) -> ResponseReturnValue:
    settings = runtime.current().settings
    with runtime.current().database.reading() as session:
        listing = find_listing(session, listing_id)
        near = find_zip(request.args.get("from", listing.zip or "")[:5])
        return render_template(
            "resources/show.html",
            listing=listing,
            own=is_own(listing),
            kinds=kinds(settings.content),
            opening=say_opening(listing.hours, _today()),
            old=needs_check(listing, _today()),
            good_for=GOOD_FOR.days,
            near=near,
            miles=_miles(listing, near),
            samples=_samples(session, listing),
            overruled=_overruled(session, listing),
            flags=flags_of(session, listing.id),
            problems=PROBLEMS,
            translations=_translations(session, listing),
            acts=ACTS,
            history=history_of(session, listing),
            link=link_of(listing),
            done=request.args.get("done", ""),
        )


def count_waiting() -> Waiting:
    """Listings that families flagged, when the bar is drawn."""
    with runtime.current().database.reading() as session:
        return Waiting(count_flagged(session))


def _today() -> date:
    return clock.now().astimezone(runtime.current().settings.zone).date()


def _miles(listing: ServiceAtLocation, near: ZipPlace | None) -> float | None:
    if near is None or listing.latitude is None or listing.longitude is None:
        return None
    return miles_between(near.lat, near.lon, listing.latitude, listing.longitude)


def _samples(session: Session, listing: ServiceAtLocation) -> list[Sample]:
    """In each language we speak; the list only for what a family finds under some kind of help."""
    settings = runtime.current().settings
    category = next((one.category for one in listing.categories), None)
    samples: list[Sample] = []
    for language in settings.languages:
        voice = Voice(session, settings, language)
        (place,) = describe(session, [(listing.id, None)], clock.now(), settings.zone, language=language)
        texts = [write_details(voice, place, link_of(listing), 1)]
        if category:
            head = voice.say("resources_near", category=voice.category(category), zip=listing.zip or "02139")
            texts.insert(0, write_list(voice, [place], head, at_most=1)[0])
        samples.append(Sample(language, tuple(texts)))
    return samples


def _translations(session: Session, listing: ServiceAtLocation) -> list[tuple[str, Any, Any]]:
    """(language, translation or None, its state) of each language but English."""
    known = translations_of(session, listing.id)
    codes = [code for code in runtime.current().settings.languages if code != "en"]
    return [(code, known.get(code), state_of(known.get(code), listing)) for code in codes]


def _overruled(session: Session, listing: ServiceAtLocation) -> list[Overruled]:
    edits = edits_of(session, listing)
    return [
        Overruled(
            field,
            FIELDS[field],
            _say(field, read_value(listing, field)),
            _say(field, edit.source_value),
            edit.differs,
            session.get_one(Staff, edit.edited_by_id).name or "",
            edit,
        )
        for field, edit in sorted(edits.items(), key=lambda item: list(FIELDS).index(item[0]))
    ]


def _say(field: ListingField, value: Any) -> str:
    """A value in words, short."""
    if not value:
        return "nothing"
    match field:
        case ListingField.ADDRESS:
            return ", ".join(str(value[name]) for name in ("address_line", "city", "zip") if value[name]) or "nothing"
        case ListingField.CATEGORIES:
            named = kinds(runtime.current().settings.content)
            return ", ".join(named.get(key, key) for key in value)
        case ListingField.HOURS:
            return "; ".join(_say_schedule(one) for one in value)
        case _:
            return str(value)


def _say_schedule(one: dict[str, Any]) -> str:
    times = "–".join(filter(None, ((one[end] or "")[:5] for end in ("opens_at", "closes_at"))))
    return " ".join(filter(None, (one["byday"], times))) or one["description"] or "no times"
