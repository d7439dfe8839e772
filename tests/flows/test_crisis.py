"""A crisis on the running system: answered in seconds, paged by text and e-mail, escalated, held until released."""

import http.cookiejar
import re
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach.callbacks.models import Callback, CallbackState, Urgency
from outreach.people.models import Contact
from outreach.sample.families import sample_phone
from outreach.staff.accounts import add_staff
from outreach.staff.models import Role
from tests.support.factories import make_contact
from tests.support.mail_server import MailServer, run_mail_server
from tests.support.service import Service, run_service, wait_for

FAMILY, DUTY, BOSS = sample_phone(0), sample_phone(91), sample_phone(92)
SAID = "me quiero matar"
PASSWORD = "a long password of tests"
ANSWERED_WITHIN = 2.0
MINUTES = 0.15  # nine seconds until nobody took it


class Browser:
    """A member of staff at the pages, over HTTP."""

    def __init__(self, url: str) -> None:
        self.url = url
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.page = ""
        self.opener = urllib.request.build_opener(jar)

    def open(self, path: str, **form: str) -> str:
        data = None
        if form:
            token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.page)
            assert token
            data = urllib.parse.urlencode({"csrf_token": token[1], **form}).encode()
        with self.opener.open(f"{self.url}{path}", data, timeout=20) as answer:
            self.page = answer.read().decode()
        return self.page


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with run_mail_server() as server:
        yield server


@pytest.fixture
def service(sqlite_url: str, tmp_path: Path, mail_server: MailServer) -> Iterator[Service]:
    more = {
        "OUTREACH_SMTP_URL": mail_server.url,
        "OUTREACH_MAIL_FROM": "alerts@example.org",
        "OUTREACH_CRISIS_MINUTES": str(MINUTES),
    }
    with run_service(sqlite_url, tmp_path, more) as running:
        with running.runtime.database.writing() as session:
            make_contact(session, 0, "es", name="Familia Rivas")
            duty = add_staff(session, "duty@example.org", Role.RESPONDER, PASSWORD, phone=DUTY)
            boss = add_staff(session, "boss@example.org", Role.ADMIN, PASSWORD, phone=BOSS)
            duty.on_duty = boss.supervisor = True
        yield running


def read_callback(service: Service) -> Callback:
    with service.runtime.database.reading() as session:
        return session.scalars(select(Callback)).one()


def is_held(service: Service) -> bool:
    with service.runtime.database.reading() as session:
        return session.scalars(select(Contact.held_since).where(Contact.phone == FAMILY)).one() is not None


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_a_crisis_from_the_familys_text_to_the_release_of_its_campaigns(
    service: Service, mail_server: MailServer
) -> None:
    phones = service.phones
    phones.send(FAMILY, "HOLA")  # the workers have read their vocabulary once it is answered
    wait_for(lambda: bool(phones.texts(FAMILY)), "the first answer")
    before = len(phones.texts(FAMILY))

    sent = time.monotonic()
    phones.send(FAMILY, SAID)
    while len(phones.texts(FAMILY)) == before:
        assert time.monotonic() - sent < 30
        time.sleep(0.02)
    took = time.monotonic() - sent
    answer = phones.texts(FAMILY)[-1]["body"]
    assert took < ANSWERED_WITHIN, f"answered after {took:.1f} s"
    assert all(words in answer for words in ("911", "988", "marque 2", "AYUDA"))

    wait_for(lambda: bool(phones.texts(DUTY)), "the page by text")
    wait_for(lambda: bool(mail_server.to("duty@example.org")), "the page by e-mail")
    callback = read_callback(service)
    assert (callback.urgency, callback.state) == (Urgency.CRISIS, CallbackState.OPEN)
    link = f"{service.url}/callbacks/{callback.id}"
    pages = [phones.texts(DUTY)[0]["body"], mail_server.to("duty@example.org")[0].get_content()]
    for page in pages:
        assert link in page
        assert not any(told in page for told in (SAID, "Rivas", FAMILY))
    assert is_held(service)
    assert not phones.texts(BOSS), "the supervisor comes when nobody takes it"

    wait_for(lambda: bool(phones.texts(BOSS)), "the supervisor's page by text")
    wait_for(lambda: bool(mail_server.to("boss@example.org")), "the supervisor's page by e-mail")
    _take_close_and_release(service, callback.id)
    assert not is_held(service)
    counts = len(phones.texts(DUTY)), len(phones.texts(BOSS))
    time.sleep(MINUTES * 60 + 12)  # the time to the next page, and the job that looks for it
    assert (len(phones.texts(DUTY)), len(phones.texts(BOSS))) == counts, "taking it stopped the pages"
    with urllib.request.urlopen(f"{service.url}/metrics", timeout=20) as metrics:
        assert 'outreach_crises_total{language="es"} 1.0' in metrics.read().decode()


def _take_close_and_release(service: Service, callback_id: int) -> None:
    browser = Browser(service.url)
    browser.open("/sign-in")
    browser.open("/sign-in", email="boss@example.org", password=PASSWORD)
    path = f"/callbacks/{callback_id}"
    page = browser.open(path)
    assert "What to do" in page
    assert "No campaigns go to this family" in page
    me = re.search(r'name="assignee" value="(\d+)"', page)
    assert me
    assert "You have it." in browser.open(f"{path}/assign", assignee=me[1], was="")
    assert "No campaigns go to this family" in browser.open(f"{path}/close", outcome="no_answer")
    contact_id = read_callback(service).contact_id
    assert "No campaigns go to this family" in browser.open(f"/families/{contact_id}")
    assert "gets campaigns again" in browser.open(f"/holds/{contact_id}/release", callback=str(callback_id))
