"""Texts that hold each family's own name: planned from a sample, written a chunk at a time, each row its own text."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from outreach import clock
from outreach.campaigns import runs, series
from outreach.campaigns.approval import measure_reach
from outreach.campaigns.jobs import advance
from outreach.campaigns.models import Campaign, CampaignWording, RunState
from outreach.campaigns.pack_check import check_packs
from outreach.campaigns.plan import Plan
from outreach.cli.bill import bill_words
from outreach.languages import SHIPPED
from outreach.outgoing.models import Message, MessageStatus
from outreach.people.models import Consent, Contact
from outreach.runtime import Runtime
from outreach.wording.acceptance import accept_language
from outreach.wording.models import Text
from outreach.wording.segments import count_segments
from outreach.wording.texts import digest
from tests.support import campaigns
from tests.support.campaigns import launch_plan, messages, plan_pack
from tests.support.factories import NOON, make_contact
from tests.support.personal_pack import HELLO, VALUES, WELCOME, make_content
from tests.support.sending import ON_SQLITE, make_family, send_due
from tests.support.servers import Phones

NAMES = {
    0: ("en", "Maria Santos"),
    1: ("en", None),
    2: ("es", "{name} {sender}"),
    3: ("ar", "John Smith"),
    4: ("ar", "علي"),
    5: ("zh_Hans", "王小明"),
    6: ("en", "Maria Santos"),
    7: ("km", "\u202e-\u202c"),
}
DAY = "Saturday, December 5"


class KilledError(Exception):
    """A worker's death, as far as its open transaction is concerned."""


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return make_content(tmp_path / "content")


@pytest.fixture
def town(work: Runtime, monkeypatch: pytest.MonkeyPatch) -> Runtime:
    """Eight families of six kinds, one that said stop, and chunks of three."""
    monkeypatch.setattr(runs, "PERSONAL_CHUNK", 3)
    with work.database.writing() as session:
        for language in SHIPPED:
            accept_language(session, language, accepted_by="a test")
        for number, (language, name) in NAMES.items():
            make_contact(session, number, language, name=name)
        make_contact(session, 20, name="Rosa Paz", consent=Consent.UNSUBSCRIBED)
    return work


def plan_hello(work: Runtime, content: Path, **more: Any) -> Plan:
    return plan_pack(work, HELLO, values=VALUES, content=content, **more)


def bodies(work: Runtime) -> dict[str | None, str]:
    """What stands in the outbox, by the family's phone."""
    with work.database.reading() as session:
        rows = session.execute(select(Message.phone, Text.body).join(Text, Text.id == Message.text_id))
        return dict(rows.all())


def frames(work: Runtime) -> set[int | None]:
    with work.database.reading() as session:
        return set(session.scalars(select(CampaignWording.text_id)))


def expected(work: Runtime, plan: Plan) -> dict[str, str]:
    """What the preview of one family says, for each of them."""
    with work.database.reading() as session:
        contacts = session.scalars(select(Contact).where(Contact.consent == Consent.SUBSCRIBED)).all()
    return {
        contact.phone: plan.wordings[contact.language].steps[0].for_family(contact.name).text for contact in contacts
    }


def test_the_pack_is_in_order_in_all_languages(content: Path) -> None:
    (content / "campaigns" / f"{WELCOME}.yaml").unlink()
    assert check_packs(content, SHIPPED) == []


def test_each_family_gets_its_own_text_as_previewed(town: Runtime, content: Path, phones: Phones) -> None:
    plan = plan_hello(town, content)
    launch_plan(town, plan)
    assert advance() == len(NAMES) + 1
    sent = bodies(town)
    said = expected(town, plan)
    assert {phone: sent[phone] for phone in said} == said
    assert not frames(town) & {message.text_id for message in messages(town)}
    assert Counter(message.status for message in messages(town)) == {MessageStatus.QUEUED: 8, MessageStatus.SKIPPED: 1}
    assert not any("Rosa" in body for body in sent.values()), "no text is written for a family that gets none"
    send_due(town)
    assert {text["body"] for phone in said for text in phones.texts(phone)} == set(said.values())


def test_a_text_says_the_name_and_without_one_the_word_for_a_family(town: Runtime, content: Path) -> None:
    launch_plan(town, plan_hello(town, content))
    advance()
    texts = list(bodies(town).values())
    assert (
        texts.count(f"Riverside: Hello Maria Santos, the eye check for your child is on {DAY}. Text STOP to stop.") == 2
    )
    assert f"Riverside: Hello family, the eye check for your child is on {DAY}. Text STOP to stop." in texts
    assert any("Hola, {name} {sender}:" in text for text in texts)
    assert any("\u2068John Smith\u2069" in text for text in texts)
    assert any("សួស្តី ក្រុមគ្រួសារ" in text for text in texts)


def test_every_text_is_stored_once_with_its_size(town: Runtime, content: Path) -> None:
    launch_plan(town, plan_hello(town, content))
    advance()
    with town.database.reading() as session:
        texts = session.scalars(select(Text)).all()
    for text in texts:
        count = count_segments(text.body)
        assert (text.digest, text.encoding, text.segments) == (digest(text.body), count.encoding, count.segments)
    assert len({text.body for text in texts}) == len(texts)


@pytest.mark.parametrize("statement", ["INSERT INTO messages", "INSERT INTO texts", "UPDATE messages"])
@pytest.mark.parametrize("time", [1, 2, 3])
def test_a_worker_that_dies_leaves_no_row_twice_and_none_without_its_name(
    town: Runtime, content: Path, statement: str, time: int
) -> None:
    plan = plan_hello(town, content)
    campaign_id = launch_plan(town, plan)
    seen = 0

    def die(*arguments: Any) -> None:
        nonlocal seen
        seen += arguments[2].startswith(statement)
        if seen == time:
            raise KilledError

    said = expected(town, plan)
    event.listen(town.database.engine, "before_cursor_execute", die)
    with pytest.raises(KilledError):
        advance()
    event.remove(town.database.engine, "before_cursor_execute", die)
    fixed = {phone: body for phone, body in bodies(town).items() if phone in said}
    assert len(fixed) == 3 * (time - 1)
    assert fixed.items() <= said.items()
    assert advance() == len(NAMES) + 1 - len(fixed)
    assert {phone: bodies(town)[phone] for phone in said} == said
    assert set(Counter(message.phone for message in messages(town)).values()) == {1}
    assert not frames(town) & {message.text_id for message in messages(town)}
    assert [run.state for run in campaigns.runs(town, campaign_id)] == [RunState.FIRED]


def test_a_name_that_changes_after_its_row_was_written_changes_no_text(town: Runtime, content: Path) -> None:
    plan = plan_hello(town, content)
    launch_plan(town, plan)
    said = expected(town, plan)
    advance()
    with town.database.writing() as session:
        for contact in session.scalars(select(Contact)):
            contact.name = "Somebody Else"
    assert advance() == 0
    assert {phone: bodies(town)[phone] for phone in said} == said


@ON_SQLITE
def test_a_name_too_long_for_any_text_stops_nobody(town: Runtime, content: Path) -> None:
    pack = content / "campaigns" / f"{HELLO}.yaml"
    pack.write_text(pack.read_text(encoding="utf-8").replace("Text STOP", "x" * 1480 + " Text STOP"), encoding="utf-8")
    make_family(town, 30, name="N" * 120)
    plan = plan_hello(town, content, audience="language=en")
    launch_plan(town, plan)
    advance()
    texts = set(bodies(town).values())
    assert {"Hello family" in text or "Hello Maria" in text for text in texts} == {True}
    assert max(len(text) for text in texts) <= 1600


@ON_SQLITE
def test_a_plan_shows_a_sample_name_and_reckons_with_it(town: Runtime, content: Path) -> None:
    plan = plan_hello(town, content)
    (step,) = plan.wordings["es"].steps
    assert plan.problems == ()
    assert "Hola, Maria Santos:" in step.text
    assert "Hola, familia:" in step.nameless
    assert "Hola, {name}:" in step.frame
    assert plan.bill.estimated
    assert plan.bill.record()["estimated"]
    assert plan.bill.dear_cost > plan.bill.cost
    assert "reckoned with the sample Maria Santos" in bill_words(plan)
    campaign_id = launch_plan(town, plan)
    with town.database.reading() as session:
        reach = measure_reach(session, session.get_one(Campaign, campaign_id))
    assert (reach.families, reach.segments) == (plan.families, plan.segments), "what a second person is asked about"
    alone = step.for_family("Nguyễn Thị Minh Khai")
    assert alone.count is not None
    assert alone.count == count_segments(alone.text)
    assert alone.count.encoding == "UCS-2"


@ON_SQLITE
def test_a_language_without_a_word_for_a_family_is_not_sent(town: Runtime, content: Path) -> None:
    path = content / "locales" / "es" / "LC_MESSAGES" / "replies.po"
    path.write_text(path.read_text(encoding="utf-8").replace('msgstr "familia"', 'msgstr ""'), encoding="utf-8")
    plan = plan_hello(town, content)
    (problem,) = plan.problems
    assert problem.startswith("Spanish, 1 family: ")
    assert "missing" in problem


@ON_SQLITE
def test_a_family_that_joins_a_series_is_greeted_by_its_name(town: Runtime, content: Path) -> None:
    with clock.frozen(NOON):
        left_out = dict.fromkeys(("ar", "zh_Hans", "km"), "skip")
        campaign_id = launch_plan(town, plan_pack(town, WELCOME, content=content, choices=left_out))
        advance()
    assert "Riverside: Welcome, Maria Santos! We text you" in next(iter(bodies(town).values()))
    with town.database.reading() as session:
        campaign = session.get_one(Campaign, campaign_id)
        greeted = [
            series.first_text(session, campaign, Contact(language=language, name=name))
            for language, name in (("en", "Ana {x}"), ("es", None), ("ar", "Ana"), ("so", "Ana"))
        ]
    assert greeted == [
        "Riverside: Welcome, Ana {x}! We text you a tip each week. Text STOP to stop.",
        "Riverside: ¡Le damos la bienvenida, familia! Cada semana le enviamos un consejo. Para parar: STOP.",
        None,
        None,
    ]
