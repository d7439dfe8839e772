"""All pages for staff: one view file each, one layout, and what every template needs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import Flask, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from outreach import runtime
from outreach.admin import (
    account,
    answers,
    callback_passing,
    callbacks,
    calls,
    campaign_new,
    campaigns,
    event_edit,
    events,
    families,
    holds,
    home,
    inbox,
    languages,
    operations,
    own_packs,
    partners,
    protocol,
    resources,
    set_password,
    staff,
    try_text,
    wording,
    wording_exchange,
    wording_text,
)
from outreach.admin.assets import blueprint as assets
from outreach.admin.reasons import count_reason, show_reason
from outreach.admin.sign_in import maybe_signed_in
from outreach.admin.times import show_date, show_day, show_hours, show_moment
from outreach.admin.waiting_count import Waiting
from outreach.campaigns.prices import country_name
from outreach.languages import LANGUAGES
from outreach.staff.models import Staff
from outreach.staff.roles import Ability, may

T = TypeVar("T")

BLUEPRINTS = (
    assets,
    home.blueprint,
    campaigns.blueprint,
    campaign_new.blueprint,
    events.blueprint,
    event_edit.blueprint,
    families.blueprint,
    answers.blueprint,
    inbox.blueprint,
    callbacks.blueprint,
    resources.blueprint,
    wording.blueprint,
    wording_text.blueprint,
    wording_exchange.blueprint,
    own_packs.blueprint,
    calls.blueprint,
    callback_passing.blueprint,
    partners.blueprint,
    holds.blueprint,
    languages.blueprint,
    staff.blueprint,
    protocol.blueprint,
    try_text.blueprint,
    operations.blueprint,
    account.blueprint,
    set_password.blueprint,
)


@dataclass(frozen=True)
class Place:
    """One entry of the bar at the left (at the bottom on a phone)."""

    endpoint: str
    label: str
    icon: str
    needs: frozenset[Ability] = frozenset()
    # What waits there for a person, counted when the bar is drawn.
    waits: Callable[[], Waiting] | None = None
    also: frozenset[str] = frozenset()  # other blueprints whose pages belong to it

    def seen_by(self, person: Staff) -> bool:
        return not self.needs or any(may(person.role, ability) for ability in self.needs)

    def holds(self, endpoint: str | None) -> bool:
        """Whether the page of this endpoint belongs here."""
        return (endpoint or "").partition(".")[0] in {self.endpoint.partition(".")[0], *self.also}


def one_of(*names: T) -> frozenset[T]:
    return frozenset(names)


PLACES = (
    Place("home.show", "Home", "house"),
    Place("campaigns.list_all", "Campaigns", "megaphone", one_of(Ability.SEE_CAMPAIGNS), also=one_of("campaign_new")),
    Place(
        "events.list_all",
        "Events",
        "calendar-event",
        one_of(Ability.PLAN_EVENTS, Ability.SEE_ALL_EVENTS),
        also=one_of("event_edit"),
    ),
    Place("families.list_all", "Families", "people", one_of(Ability.SEE_FAMILIES), also=one_of("answers", "holds")),
    Place("inbox.list_all", "Inbox", "inbox", one_of(Ability.ANSWER_CALLBACKS), inbox.count_waiting),
    Place(
        "callbacks.list_all",
        "Callbacks",
        "telephone",
        one_of(Ability.ANSWER_CALLBACKS),
        callbacks.count_waiting,
        also=one_of("callback_passing", "partners", "calls"),
    ),
    Place("resources.list_all", "Resources", "geo-alt", one_of(Ability.SEE_RESOURCES), resources.count_waiting),
    Place(
        "wording.show",
        "Wording",
        "chat-square-text",
        frozenset(wording.READERS),
        wording.count_waiting,
        also=one_of("wording_text", "wording_exchange", "own_packs"),
    ),
    Place("try_text.show", "Try a text", "chat-quote", one_of(Ability.LAUNCH_CAMPAIGNS, Ability.ANSWER_CALLBACKS)),
    Place("languages.show", "Languages", "translate", one_of(Ability.MANAGE)),
    Place("staff.list_all", "Staff", "person-badge", one_of(Ability.MANAGE), also=one_of("protocol")),
    Place("operations.show", "Engine", "activity", one_of(Ability.MANAGE)),
)


def set_up(app: Flask) -> None:
    """Register the pages and what their templates share."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.jinja_loader = assets.jinja_loader
    app.add_template_filter(show_moment, "moment")
    app.add_template_filter(show_day, "day")
    app.add_template_filter(show_date, "date")
    app.add_template_filter(show_hours, "hours")
    app.add_template_filter(show_reason, "reason")
    app.add_template_filter(count_reason, "count_reason")
    app.add_template_filter(language_of, "language")
    app.add_template_filter(country_name, "country")
    app.context_processor(_shared)
    app.register_error_handler(HTTPException, _show_error)


def language_of(code: str) -> str:
    """ "Español (Spanish)" """
    language = LANGUAGES.get(code)
    if language is None:
        return code
    return language.english if language.name == language.english else f"{language.name} ({language.english})"


def _shared() -> dict[str, object]:
    person = maybe_signed_in()
    places = [place for place in PLACES if person and place.seen_by(person)]
    return {
        "places": places,
        "me": person,
        "service_name": runtime.current().settings.service_name,
        "LANGUAGES": LANGUAGES,
        "can": lambda ability: person is not None and may(person.role, Ability(ability)),
    }


def _show_error(error: HTTPException) -> ResponseReturnValue:
    return render_template("error.html", error=error), error.code or 500
