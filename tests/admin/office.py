"""Staff at their pages: a member of staff signs in with Flask's test client, opens pages and sends their forms."""

import html
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from outreach import runtime
from outreach.app import create_app
from outreach.runtime import Runtime
from outreach.settings import Settings
from outreach.staff.accounts import add_staff
from outreach.staff.models import Role

PASSWORD = "a long enough password"  # of tests only


@dataclass(frozen=True)
class Page:
    """What one address answered, as a reader sees it: no tags, single spaces."""

    status: int
    source: str

    @property
    def text(self) -> str:
        bare = re.sub(r"<(script|style|svg).*?</\1>|<[^>]+>", "", self.source, flags=re.DOTALL)
        return " ".join(html.unescape(bare).split())


@dataclass(frozen=True)
class Visitor:
    """A signed-in member of staff. `id` is the row of staff."""

    id: int
    client: FlaskClient

    def open(self, address: str) -> Page:
        return _page(self.client.get(address))

    def send(self, address: str, **form: str) -> Page:
        """Send a form, with the token of a page, and follow where it leads."""
        return _page(self.client.post(address, data={"csrf_token": self.token(), **form}, follow_redirects=True))

    def token(self) -> str:
        """What a form must carry."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get("/").text)
        assert found
        return found[1]


@dataclass(frozen=True)
class Office:
    app: Flask

    @property
    def work(self) -> Runtime:
        return runtime.current()

    def visit(self, role: Role, name: str | None = None) -> Visitor:
        """A new member of staff of this role, signed in."""
        email = f"{name or role}@school.example.org".lower().replace(" ", ".")
        with self.work.database.writing() as session:
            staff = add_staff(session, email, role, PASSWORD, name=name, phone=None)
        client = self.app.test_client()
        visitor = Visitor(staff.id, client)
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = staff.fs_uniquifier, True
        return visitor


@contextmanager
def open_office(environment: Mapping[str, str]) -> Iterator[Office]:
    """The application on this environment, and this process's runtime with it."""
    app = create_app(Settings.from_env(environment))
    work = runtime.current()
    work.redis.flushdb()
    yield Office(app)
    runtime.use(None)
    work.close()


def _page(response: TestResponse) -> Page:
    return Page(response.status_code, response.text)
