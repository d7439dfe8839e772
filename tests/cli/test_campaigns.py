"""`outreach campaigns …`: launched, watched, paused, resumed and canceled from the command line."""

import re
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from outreach.campaigns.models import Campaign
from outreach.outgoing.models import Message
from outreach.people.models import Consent
from outreach.runtime import Runtime
from outreach.staff.accounts import add_staff
from outreach.staff.models import AuditEntry, Role
from outreach.wording.acceptance import accept_language
from tests.cli.conftest import Ended, Outreach
from tests.support.factories import make_contact
from tests.support.jobs import run_jobs
from tests.support.servers import Phones

VALUES = ("--set", "place=Lincoln School gym", "--set", "date=2027-12-05", "--set", "time=10:00")


@pytest.fixture
def town(work: Runtime) -> Runtime:
    with work.database.writing() as session:
        for language in ("es", "pt_BR", "ht"):
            accept_language(session, language, accepted_by="a test")
        for number in range(8):
            make_contact(session, number, ("en", "es", "pt_BR", "ht")[number % 4])
        make_contact(session, 90, consent=Consent.UNSUBSCRIBED)
    return work


def launch(run: Outreach, *more: str, to: str = "everyone", pack: str = "screenings/vision") -> Ended:
    return run("campaigns", "launch", pack, "--to", to, *VALUES, *more)


def test_a_launch_prints_the_id_and_the_campaign_goes_out(run: Outreach, town: Runtime, phones: Phones) -> None:
    ended = launch(run)
    assert ended.status == 0
    assert re.fullmatch(r"\d+\n", ended.out)
    run_jobs(town)
    report = run("campaigns", "status", ended.out.strip(), "--json").json
    assert (report["total"], report["left"], report["state"]) == (8, 8, "running")
    assert sum(report["counts"].values()) == 9
    assert report["reasons"] == [{"status": "skipped", "reason": "said_stop", "count": 1}]
    assert len(phones.per_phone()) == 8
    words = run("campaigns", "status", ended.out.strip()).out
    assert "8 of 8 have left" in words
    assert "1 skipped: said_stop" in words


def test_the_name_of_a_pack_is_enough_and_json_tells_what_it_costs(run: Outreach, town: Runtime) -> None:
    report = launch(run, "--json", pack="vision", to="language=es,pt").json
    assert {"id", "families", "texts", "segments", "cost", "cost_with_replacements", "languages"} <= report.keys()
    assert report["families"] == 4
    assert Decimal(report["cost"]) == report["segments"] * Decimal("0.0113")
    assert [row["language"] for row in report["languages"]] == ["es", "pt_BR"]
    assert sum(row["segments"] for row in report["languages"]) == report["segments"]


def test_a_dry_run_says_what_it_would_cost_and_launches_nothing(run: Outreach, town: Runtime) -> None:
    ended = launch(run, "--dry-run")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith("8 families, 8 texts, ")
    assert run("campaigns", "status", "1").status == 1
    asked = launch(run, "--dry-run", "--json").json
    launched = launch(run, "--json").json
    assert launched.pop("id") == 1
    assert asked == {**launched, "problems": []}


def test_a_dry_run_names_what_stands_in_the_way(run: Outreach, town: Runtime) -> None:
    ended = launch(run, "--dry-run", "--at", "2020-01-01 10:00")
    assert ended.status == 1
    assert "not yet: the time to send has passed" in ended.out


def test_pause_resume_and_cancel(run: Outreach, town: Runtime, phones: Phones) -> None:
    campaign = launch(run, "--at", "2027-12-01 10:00").out.strip()
    assert run("campaigns", "pause", campaign).status == 0
    again = run("campaigns", "pause", campaign)
    assert (again.status, again.out, bool(again.err)) == (1, "", True)
    assert run("campaigns", "resume", campaign).status == 0
    assert run("campaigns", "resume", campaign).status == 1
    assert run("campaigns", "cancel", campaign).status == 0
    for command in ("pause", "resume", "cancel"):
        assert run("campaigns", command, campaign).status == 1
    assert run("campaigns", "status", campaign, "--json").json["state"] == "canceled"
    run_jobs(town)
    assert phones.texts() == []


def test_a_paused_campaign_holds_what_has_not_left(run: Outreach, town: Runtime, phones: Phones) -> None:
    campaign = launch(run).out.strip()
    assert run("campaigns", "pause", campaign).status == 0
    run_jobs(town)
    assert phones.texts() == []
    assert run("campaigns", "resume", campaign).status == 0
    run_jobs(town)
    assert len(phones.per_phone()) == 8


def test_a_language_that_is_not_ready_stops_the_launch_until_a_person_decides(
    run: Outreach, work: Runtime, phones: Phones
) -> None:
    with work.database.writing() as session:
        make_contact(session, 0, "en")
        make_contact(session, 1, "es")
        make_contact(session, 2, "vi")
    refused = launch(run)
    assert (refused.status, refused.out) == (1, "")
    assert "Spanish" in refused.err
    assert "Vietnamese" in refused.err
    decided = launch(run, "--fallback", "es=en", "--fallback", "vi=skip", "--json")
    assert (decided.status, decided.json["families"]) == (0, 2)
    run_jobs(work)
    assert len(phones.per_phone()) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("screenings/x-ray", "--to", "everyone"), "no pack"),
        (("screenings/vision", "--to", "colour=red"), "--to: "),
        (("screenings/vision", "--to", "everyone", "--at", "soon"), "--at: "),
        (("screenings/vision", "--to", "everyone", "--at", "2020-01-01T10:00"), "has passed"),
        (("screenings/vision", "--to", "everyone"), "place"),
        (("screenings/vision", "--to", "everyone", *VALUES, "--set", "date=soon"), "date"),
        (("screenings/vision", "--to", "everyone", *VALUES, "--set", "colour=red"), "colour"),
        (("screenings/vision", "--to", "everyone", *VALUES, "--repeat", "FREQ=SOMETIMES"), ""),
        (("screenings/vision", "--to", "everyone", *VALUES, "--fallback", "klingon=en"), "klingon"),
        (("screenings/vision", "--to", "zip=99999", *VALUES), ""),
        (("screenings/vision", "--to", "everyone", *VALUES, "--partner", "s" * 200), "at most 120"),
        (("health_fairs/fair", "--to", "everyone"), "event"),
    ],
)
def test_what_cannot_be_launched_is_refused_and_leaves_nothing(
    run: Outreach, town: Runtime, arguments: tuple[str, ...], said: str
) -> None:
    ended = run("campaigns", "launch", *arguments)
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.strip()
    assert said in ended.err
    with town.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Campaign)) == 0
        assert session.scalar(select(func.count()).select_from(Message)) == 0


def test_wrong_usage(run: Outreach) -> None:
    assert run("campaigns", "launch", "screenings/vision").status == 2
    assert run("campaigns", "launch", "screenings/vision", "--to", "everyone", "--set", "place").status == 2
    assert run("campaigns", "status", "seven").status == 2


@pytest.mark.parametrize("command", ["status", "pause", "resume", "cancel"])
@pytest.mark.parametrize("number", ["7", "99999999999999999999"])
def test_a_campaign_there_is_not_is_refused(run: Outreach, command: str, number: str) -> None:
    ended = run("campaigns", command, number)
    assert (ended.status, ended.out) == (1, "")
    assert "no campaign" in ended.err


URGENT = ("--urgent", "School is closed, the storm took the power", "--by", "priya@example.org")


@pytest.fixture
def office(town: Runtime) -> Runtime:
    """Two who may launch, and one who may not."""
    with town.database.writing() as session:
        for name, role in (("priya", Role.COORDINATOR), ("ana", Role.ADMIN), ("tom", Role.RESPONDER)):
            add_staff(session, f"{name}@example.org", role, "a long enough password")
    return town


def test_an_urgent_campaign_waits_until_a_second_person_approves(
    run: Outreach, office: Runtime, phones: Phones
) -> None:
    campaign = launch(run, *URGENT).out.strip()
    run_jobs(office)
    assert phones.texts() == []
    words = run("campaigns", "status", campaign).out
    assert "waits for a second person's approval; nothing has left" in words
    assert "urgent, says Priya: School is closed, the storm took the power" in words
    approved = run("campaigns", "approve", campaign, "--by", "Ana@example.org")
    assert (approved.status, approved.out) == (0, "approved: 8 families get it at any hour\n")
    run_jobs(office)
    assert len(phones.per_phone()) == 8
    report = run("campaigns", "status", campaign, "--json").json
    assert report["urgent_reason"] == "School is closed, the storm took the power"
    assert (report["asked_by"], report["approved_by"]) == ("priya@example.org", "ana@example.org")
    assert report["approved_at"]
    with office.database.reading() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.action for entry in entries] == ["campaign.launched", "campaign.approved"]
    assert all(entry.staff_id for entry in entries)
    assert entries[1].details["by_command"] is True


@pytest.mark.parametrize(
    ("by", "says"),
    [
        ("priya@example.org", "a colleague must"),
        ("tom@example.org", "may not launch"),
        ("nobody@example.org", "nobody signs in"),
    ],
)
def test_an_approval_that_does_not_count_is_refused(run: Outreach, office: Runtime, by: str, says: str) -> None:
    campaign = launch(run, *URGENT).out.strip()
    ended = run("campaigns", "approve", campaign, "--by", by)
    assert (ended.status, ended.out) == (1, "")
    assert says in ended.err
    assert run("campaigns", "status", campaign, "--json").json["state"] == "awaiting"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (URGENT[:2], "go together"),
        (URGENT[2:], "go together"),
        (("--urgent", "", *URGENT[2:]), "at least 10 characters"),
        ((*URGENT, "--repeat", "FREQ=WEEKLY;COUNT=2"), "cannot repeat"),
        ((*URGENT[:2], "--by", "tom@example.org"), "may not launch"),
        ((*URGENT[:2], "--by", "nobody@example.org"), "nobody signs in"),
    ],
)
def test_what_cannot_be_urgent_is_refused(run: Outreach, office: Runtime, more: tuple[str, ...], says: str) -> None:
    ended = launch(run, *more)
    assert (ended.status, ended.out) == (1, "")
    assert says in ended.err
    with office.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Campaign)) == 0


def test_a_waiting_campaign_can_be_canceled_and_is_not_approved_then(run: Outreach, office: Runtime) -> None:
    campaign = launch(run, *URGENT).out.strip()
    assert run("campaigns", "pause", campaign).status == 1
    assert run("campaigns", "cancel", campaign).status == 0
    assert run("campaigns", "approve", campaign, "--by", "ana@example.org").status == 1


def test_an_ordinary_campaign_needs_no_approval(run: Outreach, office: Runtime) -> None:
    campaign = launch(run).out.strip()
    ended = run("campaigns", "approve", campaign, "--by", "ana@example.org")
    assert (ended.status, ended.err) == (1, "the campaign is not urgent\n")
