"""Pages of a campaign that calls each family by its name: the sample says that it is one; one family is exact."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import runtime
from outreach.app import create_app
from outreach.campaigns.models import Campaign
from outreach.outgoing.models import Message
from outreach.runtime import Runtime
from outreach.staff.models import Role
from outreach.wording.acceptance import accept_language
from outreach.wording.models import Text
from tests.support.factories import make_contact
from tests.support.jobs import run_jobs
from tests.support.personal_pack import HELLO, make_content
from tests.support.visitor import Visitor, hire

PAGE = f"/campaigns/new/{HELLO}"
FIELDS = {"field_date": "2099-12-05"}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def environment(environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    return {**environment, "OUTREACH_CONTENT": str(make_content(tmp_path / "content"))}


@pytest.fixture
def nurse(work: Runtime) -> Iterator[Visitor]:
    with work.database.writing() as session:
        accept_language(session, "es", accepted_by="a test")
        make_contact(session, 1, "en", name="Nguyễn Thị Minh Khai")
        make_contact(session, 2, "es", name="Rosa {name} <b>")
        make_contact(session, 3, "es")
    hire(work, Role.COORDINATOR)
    app: Flask = create_app(work.settings)
    yield Visitor(app, "coordinator@example.org")
    runtime.current().close()
    runtime.use(work)


def preview(nurse: Visitor, **typed: str) -> str:
    """Fill in the form and look at the preview, as without JavaScript."""
    nurse.get(PAGE)
    return nurse.post(PAGE, {"launch_key": nurse.hidden("launch_key"), **FIELDS, **typed, "action": "preview"})


def test_the_preview_says_that_the_name_is_a_sample_and_the_price_about_right(nurse: Visitor) -> None:
    assert "3 texts, about 5 segments, about $0.06" in preview(nurse)
    assert "Hola, Maria Santos: el examen" in nurse.text
    assert (
        "With the sample name Maria Santos: 1 segment, $0.0113 A family whose name we do not know reads:" in nurse.text
    )
    assert "Hola, familia: el examen" in nurse.text
    assert "with letters like í in every name it would be $0.07" in nurse.text
    assert "Nguyễn" not in nurse.text


def test_one_family_is_shown_its_own_text_with_its_size_and_price(nurse: Visitor) -> None:
    preview(nurse, whose="khai")
    part = nurse.text[nurse.text.index("What “khai” gets") : nurse.text.index("By language")]
    assert "Lincoln School: Hello Nguyễn Thị Minh Khai, the eye check" in part
    assert "2 segments, $0.0226" in part
    preview(nurse, whose="rosa")
    assert "Hola, Rosa {name} &lt;b&gt;: el examen" in nurse.html


def test_what_leaves_is_what_was_previewed_and_the_campaigns_page_shows_the_frame(nurse: Visitor) -> None:
    preview(nurse)
    seen = {name: nurse.hidden(name) for name in ("launch_key", "previewed", "previewed_families")}
    nurse.post(PAGE, {**FIELDS, **seen, "action": "launch"})
    run_jobs(runtime.current())
    with runtime.current().database.reading() as session:
        campaign = session.scalars(select(Campaign)).one()
        bodies = session.scalars(select(Text.body).join(Message, Message.text_id == Text.id)).all()
    assert campaign.bill
    assert campaign.bill["estimated"]
    assert len(bodies) == 3
    assert sum("Rosa {name} <b>" in body for body in bodies) == 1
    page = nurse.get(f"/campaigns/{campaign.id}")
    assert "Hola, {name}: el examen" in page
    assert "Each family reads its own name in place of {name}" in page
    assert "Price shown at launch about $" in page
