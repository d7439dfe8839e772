"""Every page is guarded: one that forgets to say who may see it fails here."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask, url_for

from outreach import runtime
from outreach.app import create_app
from outreach.runtime import Runtime

PAGES = {
    "home", "campaigns", "campaign_new", "events", "event_edit", "families", "callbacks", "languages", "operations",
    "wording", "wording_text", "wording_exchange", "own_packs", "calls", "callback_passing", "partners", "holds",
    "staff", "protocol", "account",
    "inbox", "answers",
}  # fmt: skip
PUBLIC = {
    "inbound_webhook.receive_text",  # the carrier's signature guards these
    "status_webhook.receive_status",
    "voice_webhook.ask_to_press",
    "voice_webhook.connect",
    "voice_webhook.end",
    "voice_webhook.hear_of_family",
    "voice_webhook.hear_of_staff",
    "health.alive",
    "health.ready",
    "health.metrics",  # from this machine, or with the token
    "set_password.show",  # whoever has the link an admin made
    "set_password.keep",
    "security.login",
    "security.logout",
    "security.static",
    "assets.static",
    "bootstrap.static",
}
ITS_OWN = {"security.verify"}  # of the sign-in library, which guards it itself


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def app(work: Runtime) -> Iterator[Flask]:
    app = create_app(work.settings)
    yield app
    runtime.current().close()
    runtime.use(work)


def is_guarded(view: Callable[..., Any] | None) -> bool:
    """Whether `needs` is among the decorators of a view."""
    while view is not None:
        if hasattr(view, "guarded_by"):
            return True
        view = getattr(view, "__wrapped__", None)
    return False


def test_every_page_for_staff_names_who_may_see_it(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.split(".")[0] in PAGES}
    assert {endpoint.split(".")[0] for endpoint in endpoints} == PAGES
    assert sorted(endpoint for endpoint in endpoints if not is_guarded(app.view_functions[endpoint])) == []


def test_nothing_else_is_open_to_visitors(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert {endpoint for endpoint in endpoints if not is_guarded(app.view_functions[endpoint])} == PUBLIC | ITS_OWN


@pytest.mark.parametrize("endpoint", sorted(ITS_OWN))
def test_what_the_library_guards_itself_sends_visitors_to_the_sign_in(app: Flask, endpoint: str) -> None:
    with app.test_request_context():
        address = url_for(endpoint)
    answer = app.test_client().get(address)
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in")


def test_a_page_without_a_guard_would_be_found(app: Flask) -> None:
    assert not is_guarded(lambda: "open to all")
    assert is_guarded(app.view_functions["home.show"])
