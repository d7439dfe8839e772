"""A member of staff at her desk: signs in, opens pages, sends forms. Flask's test client, no browser."""

import re
from collections.abc import Mapping
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from outreach.runtime import Runtime
from outreach.staff.accounts import add_staff, find_or_add_partner
from outreach.staff.models import Role

PASSWORD = "a long password of tests"


def hire(work: Runtime, role: Role, email: str | None = None) -> int:
    """An account with this role at Lincoln School. Returns its id."""
    with work.database.writing() as session:
        partner = find_or_add_partner(session, "Lincoln School")
        return add_staff(session, email or f"{role}@example.org", role, PASSWORD, partner=partner).id


class Visitor:
    """`status` and `text` are those of the last page, `text` as a person reads it: without tags."""

    def __init__(self, app: Flask, email: str) -> None:
        self.client: FlaskClient = app.test_client()
        self.html = ""
        self.status = 0
        self.get("/sign-in")
        self.post("/sign-in", {"email": email, "password": PASSWORD})
        assert self.status == 200, "sign-in failed"

    def get(self, path: str) -> str:
        return self._keep(self.client.get(path, follow_redirects=True))

    def post(self, path: str, form: Mapping[str, object] | None = None) -> str:
        token = self.hidden("csrf_token")
        data = {"csrf_token": token, **(form or {})}
        return self._keep(self.client.post(path, data=data, follow_redirects=True))

    def hidden(self, name: str) -> str:
        """The value of a hidden input of the last page."""
        tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', self.html)
        assert tag, f"the page has no input {name}"
        value = re.search(r'value="([^"]*)"', tag[0])
        return unescape(value[1]) if value else ""

    @property
    def text(self) -> str:
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.html)).split())

    def _keep(self, answer: TestResponse) -> str:
        self.html, self.status = answer.get_data(as_text=True), answer.status_code
        return self.text
