"""All pages for staff: one view file each, one layout, and what every template needs."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from outreach import runtime
from outreach.admin import (
    answers,
    callbacks,
    campaign_new,
    campaigns,
    events,
    families,
    home,
    inbox,
    languages,
    operations,
)
from outreach.admin.assets import blueprint as assets
from outreach.admin.reasons import count_reason, show_reason
from outreach.admin.sign_in import maybe_signed_in
from outreach.admin.times import show_day, show_hours, show_moment
from outreach.languages import LANGUAGES
from outreach.staff.models import Staff
from outreach.staff.roles import Ability, may

BLUEPRINTS = (
    assets,
    home.blueprint,
    campaigns.blueprint,
    campaign_new.blueprint,
    events.blueprint,
    families.blueprint,
    answers.blueprint,
    inbox.blueprint,
    callbacks.blueprint,
    languages.blueprint,
    operations.blueprint,
)


@dataclass(frozen=True)
class Place:
    """One entry of the bar at the left (at the bottom on a phone)."""

    endpoint: str
    label: str
    icon: str
    needs: frozenset[Ability] = frozenset()
    waits: Callable[[], callbacks.Waiting] | None = None  # what waits there for a person, counted when the bar is drawn

    def seen_by(self, staff: Staff) -> bool:
        return not self.needs or any(may(staff.role, ability) for ability in self.needs)


PLACES = (
    Place("home.show", "Home", "house"),
    Place("campaigns.list_all", "Campaigns", "megaphone", frozenset({Ability.SEE_CAMPAIGNS})),
    Place("events.list_all", "Events", "calendar-event", frozenset({Ability.PLAN_EVENTS, Ability.SEE_ALL_EVENTS})),
    Place("families.list_all", "Families", "people", frozenset({Ability.SEE_FAMILIES})),
    Place("inbox.list_all", "Inbox", "inbox", frozenset({Ability.ANSWER_CALLBACKS}), inbox.count_waiting),
    Place(
        "callbacks.list_all", "Callbacks", "telephone", frozenset({Ability.ANSWER_CALLBACKS}), callbacks.count_waiting
    ),
    Place("languages.show", "Languages", "translate", frozenset({Ability.MANAGE})),
    Place("operations.show", "Engine", "activity", frozenset({Ability.MANAGE})),
)


def set_up(app: Flask) -> None:
    """Register the pages and what their templates share."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.jinja_loader = assets.jinja_loader
    app.add_template_filter(show_moment, "moment")
    app.add_template_filter(show_day, "day")
    app.add_template_filter(show_hours, "hours")
    app.add_template_filter(show_reason, "reason")
    app.add_template_filter(count_reason, "count_reason")
    app.add_template_filter(language_of, "language")
    app.context_processor(_shared)
    app.register_error_handler(HTTPException, _show_error)


def language_of(code: str) -> str:
    """ "Español (Spanish)" """
    language = LANGUAGES.get(code)
    if language is None:
        return code
    return language.english if language.name == language.english else f"{language.name} ({language.english})"


def _shared() -> dict[str, object]:
    staff = maybe_signed_in()
    places = [place for place in PLACES if staff and place.seen_by(staff)]
    return {
        "places": places,
        "me": staff,
        "service_name": runtime.current().settings.service_name,
        "LANGUAGES": LANGUAGES,
        "can": lambda ability: staff is not None and may(staff.role, Ability(ability)),
    }


def _show_error(error: HTTPException) -> ResponseReturnValue:
    return render_template("error.html", error=error), error.code or 500
