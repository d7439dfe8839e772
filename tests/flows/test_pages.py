"""Both journeys as people live them, in Chromium: a nurse launches, phones light up, a family texts, staff see it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from outreach import clock
from outreach.callbacks.models import Callback
from outreach.campaigns.models import Event, Invitation
from outreach.db import Database
from outreach.migrations.upgrade import upgrade
from outreach.people.models import Consent, Contact
from outreach.sample.community import PASSWORD, load_community
from outreach.sample.families import sample_phone
from tests.conftest import missing
from tests.support.browser import find_chromium, run_browser, sign_in
from tests.support.service import Service, run_service, wait_for

FAMILIES = 60
pytestmark = pytest.mark.timeout(120)
# Every page that staff look at, once.
PATHS = (
    "/",
    "/campaigns/",
    "/campaigns/new/",
    "/campaigns/new/screenings/vision",
    "/events/",
    "/families/",
    "/families/1",
    "/callbacks/",
    "/languages/",
    "/wording/",
    "/wording/texts?language=ar",
    "/wording/text/ar/screenings/vision:invitation",
    "/wording/packs/",
    "/wording/packs/new",
    "/wording/exchange/",
    "/resources/",
    "/resources/1",
    "/resources/1/edit",
    "/resources/new",
    "/resources/1/in/ar",
    "/resources/import/",
    "/resources/in-vain/",
    "/partners/",
    "/partners/1",
    "/staff/",
    "/staff/new",
    "/staff/1",
    "/account/",
    "/staff/crisis-steps/",
    "/families/9",
    "/inbox/?show=all",
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The demo's community on a running service."""
    folder: Path = tmp_path_factory.mktemp("pages")
    url = f"sqlite:///{folder / 'outreach.sqlite'}"
    database = Database(url)
    upgrade(database)
    database.close()
    with run_service(url, folder) as running:
        load_community(running.runtime.database, running.runtime.settings, folder, FAMILIES)
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        missing("Chromium")
    assert path
    with run_browser(path) as started:
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page on which a script's error or a refused resource fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []


def test_a_nurse_launches_a_campaign_and_watches_it_arrive(service: Service, page: Page) -> None:
    sign_in(page, service.url, "nurse@example.org", PASSWORD)
    page.get_by_role("link", name="New campaign").first.click()
    page.get_by_role("link", name="Free vision screening").click()
    page.get_by_label("Where").fill("Lincoln School gym")
    page.locator("#field_date").fill((clock.now() + timedelta(days=9)).date().isoformat())
    page.get_by_label("Starts at").fill("10:00")
    send = page.get_by_role("button", name="Send to")
    expect(send).to_be_visible(timeout=10_000)
    shown = page.locator(".phone[lang=ht], .phone :is([lang=ht])").first.inner_text()
    assert "Lincoln School gym" in shown
    previewed = {bubble.strip() for bubble in page.locator("#preview .bubble").all_inner_texts()}
    send.click()
    page.wait_for_url("**/campaigns/*")
    expect(page.get_by_text("Delivered").first).to_be_visible(timeout=20_000)
    wait_for(lambda: len(service.phones.per_phone()) > FAMILIES // 2, "the families' phones")
    bodies = {text["body"] for text in service.phones.texts()}
    assert bodies <= previewed, "what was previewed is what is sent"
    assert set(service.phones.per_phone().values()) == {1}


def test_a_family_asks_for_a_call_and_staff_take_it(service: Service, page: Page) -> None:
    service.phones.send(sample_phone(1), "HABLAR")
    wait_for(lambda: len(service.phones.texts(sample_phone(1))) > 0, "the promise")

    def opened() -> bool:
        with service.runtime.database.reading() as session:
            return bool(session.scalar(select(func.count()).select_from(Callback)))

    wait_for(opened, "the callback")
    sign_in(page, service.url, "helper@example.org", PASSWORD)
    page.get_by_role("link", name="Callbacks").first.click()
    page.locator("table a, main li a, main .card a").first.click()
    expect(page.get_by_text("Español").first).to_be_visible()


def test_a_text_nobody_understood_is_answered_by_a_person(service: Service, page: Page) -> None:
    family = sample_phone(8)
    before = len(service.phones.texts(family)) + 1
    service.phones.send(family, "is the side door open for a wheelchair on tuesday")
    wait_for(lambda: len(service.phones.texts(family)) == before, "the gentle answer")
    sign_in(page, service.url, "helper@example.org", PASSWORD)
    page.get_by_role("link", name="Inbox").first.click()
    page.locator(".inbox a").first.click()
    page.get_by_label("Your text").fill("Yes, it is open all day. See you on Tuesday.")
    bubble = page.locator("#answer-preview .bubble")
    expect(bubble).to_be_visible(timeout=15_000)
    previewed = bubble.inner_text().strip()
    page.get_by_role("button", name="Send").dblclick()
    expect(page.get_by_text("Your text is on its way.")).to_be_visible(timeout=15_000)
    wait_for(lambda: len(service.phones.texts(family)) > before, "the answer")
    assert [text["body"] for text in service.phones.texts(family)[before:]] == [previewed]


def test_what_was_typed_and_not_sent_is_offered_again(service: Service, page: Page) -> None:
    sign_in(page, service.url, "helper@example.org", PASSWORD)
    with service.runtime.database.reading() as session:
        english = select(Contact.id).where(Contact.language == "en", Contact.phone != sample_phone(8))
        family = session.scalars(english.where(Contact.consent == Consent.SUBSCRIBED).order_by(Contact.id)).first()
    page.goto(f"{service.url}/families/{family}")
    words = page.get_by_label("Your text")
    words.fill("The nurse is back on Monday.")
    page.on("dialog", lambda dialog: dialog.accept())  # leaving asks
    page.wait_for_timeout(600)
    page.reload()
    expect(words).to_have_value("")
    page.get_by_role("button", name="Put it back").click()
    expect(words).to_have_value("The nurse is back on Monday.")
    expect(page.locator("#answer-preview .bubble")).to_contain_text("back on Monday", timeout=15_000)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Your text is on its way.")).to_be_visible(timeout=15_000)
    expect(page.locator(".kept-draft")).to_have_count(0)
    page.reload()
    expect(page.locator(".kept-draft")).to_have_count(0)


def test_an_organizer_sees_only_her_events_and_sends_their_reminders(service: Service, page: Page) -> None:
    with service.runtime.database.reading() as session:
        event = session.scalars(select(Event)).one()
        invited = session.scalar(select(func.count()).select_from(Invitation)) or 0
    sign_in(page, service.url, "organizer@example.org", PASSWORD)
    assert page.request.get(f"{service.url}/campaigns/").status == 403
    page.goto(f"{service.url}/events/{event.id}/send/health_fairs/fair")
    before = len(service.phones.texts())
    page.get_by_role("button", name="Invite").click()
    page.wait_for_url(f"{service.url}/events/{event.id}*")
    wait_for(lambda: len(service.phones.texts()) >= before + invited * 3 // 4, "the invitations")


def test_the_checks_follow_a_translation_as_it_is_typed(service: Service, page: Page) -> None:
    sign_in(page, service.url, "nurse@example.org", PASSWORD)
    page.goto(f"{service.url}/wording/text/es/screenings/vision:invitation")
    text = page.get_by_label("Text in Spanish")
    whole = text.input_value()
    text.fill(whole.replace("{place}", ""))
    expect(page.locator("#look")).to_contain_text("{place} is missing.")
    expect(page.locator("#said")).to_contain_text("1 thing to mend")
    text.fill(whole.replace("gratis", "sin costo"))
    expect(page.locator("#look .bubble")).to_contain_text("sin costo")
    page.get_by_role("button", name="Save as draft").click()
    expect(page.get_by_text("The draft is saved.")).to_be_visible()


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_are_accessible_and_fit_the_screen(service: Service, browser: Browser, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 844})
    page = context.new_page()
    sign_in(page, service.url, "admin@example.org", PASSWORD)
    faults = []
    for path in PATHS:
        page.goto(service.url + path)
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]}).response["violations"]
        faults += [(path, one["id"], node["html"]) for one in found for node in one["nodes"]]
        sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if sideways > 0:
            faults.append((path, "scrolls sideways", f"{sideways}px"))
    context.close()
    assert faults == []
