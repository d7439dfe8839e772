"""The pages on which a campaign is asked for as urgent, and approved or refused by a second person."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import clock, runtime
from outreach.app import create_app
from outreach.campaigns.models import Campaign, CampaignState, Run
from outreach.outgoing.models import Message, Priority
from outreach.people.consent import Purpose
from outreach.runtime import Runtime
from outreach.staff.models import Role, Staff
from outreach.wording.acceptance import accept_language
from tests.support.factories import make_contact
from tests.support.jobs import run_jobs
from tests.support.visitor import Visitor, hire

VISION = "/campaigns/new/screenings/vision"
REASON = "The clinic opens only this morning"
FIELDS = {"field_place": "Lincoln School gym", "field_date": "2099-12-05", "field_time": "10:00"}
URGENT = {**FIELDS, "urgent_reason": REASON}
WAITS = "Waits for a second person's approval"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def app(work: Runtime) -> Iterator[Flask]:
    """Six families; two coordinators, an admin with a phone, and one of every other role."""
    with work.database.writing() as session:
        accept_language(session, "es", accepted_by="a test")
        for number in range(6):
            make_contact(session, number, ("en", "es")[number % 2])
    for role in Role:
        hire(work, role)
    hire(work, Role.COORDINATOR, "ana@example.org")
    with work.database.writing() as session:
        session.scalars(select(Staff).where(Staff.role == Role.ADMIN)).one().phone = "+16175550190"
    app = create_app(work.settings)
    yield app
    runtime.current().close()
    runtime.use(work)


@pytest.fixture
def nurse(app: Flask) -> Visitor:
    return Visitor(app, "coordinator@example.org")


@pytest.fixture
def ana(app: Flask) -> Visitor:
    """The nurse's colleague."""
    return Visitor(app, "ana@example.org")


def send(nurse: Visitor, typed: dict[str, str], path: str = VISION) -> str:
    """Look at the preview, then press the main button."""
    nurse.get(path)
    nurse.post(path, {"launch_key": nurse.hidden("launch_key"), **typed, "action": "preview"})
    seen = {name: nurse.hidden(name) for name in ("launch_key", "previewed", "previewed_families")}
    return nurse.post(path, {**seen, **typed, "action": "launch"})


def ask(nurse: Visitor, **typed: str) -> str:
    """Ask for an urgent campaign; the address of its page."""
    send(nurse, {**URGENT, **typed})
    return f"/campaigns/{latest().id}"


def latest() -> Campaign:
    with runtime.current().database.reading() as session:
        return session.scalars(select(Campaign).order_by(Campaign.id.desc())).first() or pytest.fail("no campaign")


def test_urgent_is_closed_until_it_is_needed(nurse: Visitor) -> None:
    text = nurse.get(VISION)
    assert "Families may get this at night. A second person must approve it." in text
    assert '<details class="choices" id="urgent" >' in nurse.html
    assert "Ask for approval" not in text
    nurse.post(VISION, {**URGENT, "action": "preview"})
    assert '<details class="choices" id="urgent" open>' in nurse.html
    assert REASON in nurse.text


def test_series_are_not_offered_as_urgent(nurse: Visitor) -> None:
    assert "A second person" not in nurse.get("/campaigns/new/parenting/first_years")


def test_the_preview_says_what_urgent_means(nurse: Visitor) -> None:
    nurse.get(VISION)
    text = nurse.post(f"{VISION}/preview", URGENT)
    assert "Nothing leaves before a second person approves it." in text
    assert "Ask for approval to text 6 families" in text
    assert "Once approved" in text


@pytest.mark.parametrize(
    ("typed", "says", "place"),
    [
        ({"urgent_reason": "closed"}, "write at least 10 characters in your own words", "urgent_reason"),
        ({"urgent_reason": "w" * 201}, "write at most 200 characters", "urgent_reason"),
        ({"repeat": "weekly", "times": "3"}, "leaves once and cannot repeat", "repeat"),
    ],
)
def test_a_request_that_cannot_be_urgent_is_refused_beside_its_input(
    nurse: Visitor, typed: dict[str, str], says: str, place: str
) -> None:
    text = send(nurse, {**URGENT, **typed})
    assert nurse.status == 422
    assert says in text
    assert f'href="#{place}"' in nurse.html
    with runtime.current().database.reading() as session:
        assert session.scalars(select(Campaign)).all() == []


def test_a_preview_of_decent_hours_is_not_a_preview_of_any_hour(nurse: Visitor) -> None:
    nurse.get(VISION)
    nurse.post(VISION, {**FIELDS, "launch_key": nurse.hidden("launch_key"), "action": "preview"})
    seen = {name: nurse.hidden(name) for name in ("launch_key", "previewed", "previewed_families")}
    assert "the preview below is new" in nurse.post(VISION, {**seen, **URGENT, "action": "launch"})


def test_who_asked_reads_whom_to_ask_and_can_take_it_back(nurse: Visitor, work: Runtime) -> None:
    page = ask(nurse)
    assert "Nothing has left yet: Free vision screening waits for a colleague's approval." in nurse.text
    assert WAITS in nurse.text
    assert (
        "Ask a colleague to open this page. Admin or Ana may approve it. One of them was asked by text." in nurse.text
    )
    assert REASON in nurse.text
    assert "Approve and text" not in nurse.text
    run_jobs(work)
    nurse.get(page)
    assert WAITS in nurse.text
    assert "Canceled before its first text" in nurse.post(f"{page}/cancel")


def test_a_colleague_reads_everything_and_approves(nurse: Visitor, ana: Visitor, work: Runtime) -> None:
    page = ask(nurse)
    text = ana.get(page)
    for said in (
        "Coordinator asks for your approval. Read the texts, then decide below.",
        f"Why it cannot wait {REASON}",
        "Asked by Coordinator",
        "Goes to 6 families",
        "At any hour, also at night. It leaves at once when approved.",
        "Of use until",
        "Lincoln School gym",
        "sábado 5 de diciembre",
        "Approve and text 6 families",
        "Why not",
    ):
        assert said in text, said
    assert text.index("Wording, as it is sent") < text.index("Approve and text")
    assert "Approved. You can close this page" in ana.post(f"{page}/approve")
    run_jobs(work)
    assert "Sent: 6 of 6" in ana.get(page)
    assert f"Why it was urgent {REASON}" in ana.text
    assert "Approved" in ana.text
    with work.database.reading() as session:
        rows = session.scalars(select(Message).where(Message.source == "run")).all()
    assert {(row.purpose, row.priority) for row in rows} == {(Purpose.URGENT, Priority.ALERT)}


def test_a_double_click_approves_once(nurse: Visitor, ana: Visitor) -> None:
    page = ask(nurse)
    ana.get(page)
    for _ in range(2):
        assert "Approved. You can close this page" in ana.post(f"{page}/approve")
    assert ana.text.count("6 families") == 2  # in the history: asked for, and approved once


def test_what_was_decided_meanwhile_is_said(nurse: Visitor, ana: Visitor, app: Flask) -> None:
    page, admin = ask(nurse), Visitor(app, "admin@example.org")
    ana.get(page), admin.get(page)
    admin.post(f"{page}/refuse", {"reason": "The clinic said no"})
    assert "That is not possible: the campaign is canceled." in ana.post(f"{page}/approve")


def test_a_refusal_is_read_by_the_one_who_asked(nurse: Visitor, ana: Visitor) -> None:
    page = ask(nurse)
    ana.get(page)
    assert "Refused. Nothing has left, and nothing will." in ana.post(f"{page}/refuse", {"reason": "Opens at noon"})
    nurse.get(f"{page}/progress")
    assert "Ana refused it: Opens at noon" in nurse.text
    assert "data-live-done" in nurse.html
    assert "Refused" in nurse.get(page)
    assert latest().state is CampaignState.CANCELED


def test_a_refusal_without_a_reason_asks_for_one(nurse: Visitor, ana: Visitor) -> None:
    page = ask(nurse)
    ana.get(page)
    text = ana.post(f"{page}/refuse", {"reason": " "})
    assert ana.status == 422
    assert "Nothing has changed yet. Say in 3 to 200 characters why" in text
    assert 'href="#reason"' in ana.html
    assert latest().state is CampaignState.AWAITING


@pytest.mark.parametrize("hand", ["approve", "refuse"])
def test_who_asked_cannot_decide(nurse: Visitor, hand: str) -> None:
    page = ask(nurse)
    assert "a colleague must" in nurse.post(f"{page}/{hand}", {"reason": "I changed my mind"})
    assert latest().state is CampaignState.AWAITING


@pytest.mark.parametrize("role", [Role.VIEWER, Role.RESPONDER, Role.ORGANIZER])
@pytest.mark.parametrize("hand", ["approve", "refuse"])
def test_other_roles_cannot_decide(app: Flask, nurse: Visitor, role: Role, hand: str) -> None:
    page, other = ask(nurse), Visitor(app, f"{role}@example.org")
    other.get("/")
    other.post(f"{page}/{hand}", {"reason": "I say so"})
    assert other.status == 403
    assert latest().state is CampaignState.AWAITING


def test_a_viewer_sees_that_it_waits_and_no_button(app: Flask, nurse: Visitor) -> None:
    page, viewer = ask(nurse), Visitor(app, "viewer@example.org")
    text = viewer.get(page)
    assert "A second person must approve it before anything leaves." in text
    assert "Approve and text" not in text
    assert "Cancel campaign" not in text


def test_too_late_to_be_of_use_is_said_before_she_decides(nurse: Visitor, ana: Visitor) -> None:
    page = ask(nurse)
    with runtime.current().database.writing() as session:
        session.scalars(select(Run)).one().expires_at = clock.now()
    assert "Approved now, nothing would leave." in ana.get(page)


def test_with_nobody_to_ask_the_page_says_how_to_get_somebody(app: Flask, work: Runtime, nurse: Visitor) -> None:
    with work.database.writing() as session:
        for person in session.scalars(select(Staff).where(Staff.email != "coordinator@example.org")):
            person.active = False
    ask(nurse)
    assert "Nobody else here may approve it. Ask an admin to add a coordinator" in nurse.text


def test_with_nobody_to_text_the_page_says_to_call(work: Runtime, nurse: Visitor) -> None:
    with work.database.writing() as session:
        session.scalars(select(Staff).where(Staff.role == Role.ADMIN)).one().phone = None
    ask(nurse)
    assert "Nobody was asked by text, as we have no phone number for that: call." in nurse.text


def test_home_says_what_waits_for_whom(app: Flask, nurse: Visitor, ana: Visitor) -> None:
    page = ask(nurse)
    text = ana.get("/")
    assert "1 urgent campaign waits for approval Free vision screening Waits for you Coordinator asks" in text
    assert REASON in text
    assert f'href="{page}"' in ana.html
    assert "You asked; a colleague must approve it" in nurse.get("/waiting")
    assert "waits for approval" not in Visitor(app, "viewer@example.org").get("/")
    ana.get(page)
    ana.post(f"{page}/approve")
    assert "waits for approval" not in ana.get("/")


def test_the_list_tells_the_urgent_ones(nurse: Visitor, ana: Visitor) -> None:
    ask(nurse)
    text = ana.get("/campaigns/?state=awaiting")
    assert WAITS in text
    assert "Screenings, urgent" in text
    assert "No campaign is like this" in ana.get("/campaigns/?state=running")
