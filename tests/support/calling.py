"""A deployment whose webhooks the simulated carrier reaches, and staff who call families from their pages."""

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select
from werkzeug.serving import make_server

from outreach.calls.models import Call, CallState
from outreach.people.models import Contact
from outreach.redis_server import free_port
from outreach.staff.models import Role, Staff
from tests.admin.office import Office, Page, Visitor, open_office
from tests.support.factories import make_contact
from tests.support.servers import Phones

BEN, EVA = "+16175550150", "+16175550151"  # phones of staff
SECONDS = 15.0


@dataclass(frozen=True)
class Desk:
    """An office whose staff call families."""

    office: Office
    phones: Phones

    def staff(self, name: str = "Ben Carter", phone: str | None = BEN) -> Visitor:
        visitor = self.office.visit(Role.RESPONDER, name)
        with self.office.work.database.writing() as session:
            session.get_one(Staff, visitor.id).phone = phone
        return visitor

    def family(self, number: int = 0, **more: object) -> Contact:
        with self.office.work.database.writing() as session:
            return make_contact(session, number, **more)  # type: ignore[arg-type]

    def call(self, visitor: Visitor, family: Contact, key: str | None = None) -> Page:
        """Press the button of the family's page: its form, as it stands there."""
        form = read_form(visitor.open(f"/families/{family.id}").source)
        return visitor.send("/calls/", **{**form, **({"key": key} if key else {})})

    def rows(self) -> list[Call]:
        with self.office.work.database.reading() as session:
            return list(session.scalars(select(Call).order_by(Call.id)))

    def until(self, state: CallState) -> Call:
        """The newest call, once it is there."""
        wait_until(lambda: self.rows()[-1].state is state, f"{state}, and not {self.rows()[-1].state}")
        return self.rows()[-1]

    def until_rings(self, phone: str) -> None:
        wait_until(lambda: any(leg["status"] == "ringing" for leg in self.phones.calls(phone)), "the phone to ring")

    def until_asked(self, phone: str) -> None:
        wait_until(lambda: any(leg["asked"] for leg in self.phones.calls(phone)), "the phone to ask for a key")

    def settled(self) -> None:
        """Until the carrier has posted all its callbacks."""
        wait_until(lambda: self.phones.stats()["callbacks"]["waiting"] == 0, "the callbacks")


def read_form(source: str) -> dict[str, str]:
    """The hidden fields of the form that begins a call."""
    found = re.search(r'<form method="post" action="/calls/">(.*?)</form>', source, re.DOTALL)
    assert found, "the page has no button to call"
    pairs = re.findall(r'name="(key|contact|callback)" value="([^"]*)"', found[1])
    return dict(pairs)


def wait_until(true: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < until, f"waited in vain for {what}"
        time.sleep(0.02)


@contextmanager
def open_desk(environment: Mapping[str, str], phones: Phones) -> Iterator[Desk]:
    """Serve the application on a real port, so that the carrier's requests reach it."""
    port = free_port()
    with open_office({**environment, "PUBLIC_URL": f"http://127.0.0.1:{port}"}) as office:
        server = make_server("127.0.0.1", port, office.app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Desk(office, phones)
        finally:
            phones.reset()  # calls still under way would be told of to nobody
            server.shutdown()
            thread.join()
            server.server_close()
