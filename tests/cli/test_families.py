"""`outreach families import`."""

from pathlib import Path

import pytest
from sqlalchemy import select

from outreach.people.models import Consent, Contact
from outreach.runtime import Runtime
from tests.cli.conftest import Outreach

ROSTER = """phone,language,name,zip,consent,consent_source
617-555-0101,Spanish,Ana,02139,yes,enrollment form
617-555-0102,English,Ben,02141,yes,
12,English,Cleo,02141,yes,enrollment form
"""


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "families.csv"
    path.write_text(ROSTER, encoding="utf-8")
    return path


def test_good_rows_go_in_and_refused_ones_come_back_with_their_reason(
    run: Outreach, work: Runtime, roster: Path
) -> None:
    ended = run("families", "import", str(roster), "--json")
    assert ended.status == 0
    report = ended.json
    assert {key: report[key] for key in ("rows", "added", "rejected", "without_evidence", "dry_run")} == {
        "rows": 3, "added": 2, "rejected": 1, "without_evidence": 1, "dry_run": False,
    }  # fmt: skip
    rejects = Path(report["rejects"])
    assert rejects == roster.with_suffix(".rejects.csv")
    assert "Cleo" in rejects.read_text(encoding="utf-8")
    with work.database.reading() as session:
        assert {contact.language: contact.consent for contact in session.scalars(select(Contact))} == {
            "es": Consent.SUBSCRIBED,
            "en": Consent.PENDING,
        }


def test_a_dry_run_reports_the_same_and_changes_nothing(run: Outreach, work: Runtime, roster: Path) -> None:
    ended = run("families", "import", str(roster), "--dry-run", "--json")
    assert (ended.status, ended.json["added"], ended.json["dry_run"]) == (0, 2, True)
    with work.database.reading() as session:
        assert session.scalars(select(Contact)).all() == []


def test_importing_twice_changes_nothing(run: Outreach, roster: Path) -> None:
    arguments = ("families", "import", str(roster), "--consent-source", "enrollment form, signed", "--json")
    assert run(*arguments).json["added"] == 2
    again = run(*arguments).json
    assert (again["added"], again["updated"], again["unchanged"]) == (0, 0, 2)


def test_rejects_go_where_they_are_wanted_and_leave_when_all_is_well(
    run: Outreach, roster: Path, tmp_path: Path
) -> None:
    rejects = tmp_path / "back.csv"
    ended = run("families", "import", str(roster), "--rejects", str(rejects))
    assert ended.status == 0
    assert str(rejects) in ended.out
    mended = rejects.read_text(encoding="utf-8").replace("12,", "617-555-0103,")
    again = tmp_path / "mended.csv"
    again.write_text(mended, encoding="utf-8")
    report = run("families", "import", str(again), "--rejects", str(rejects), "--json").json
    assert (report["added"], report["rejected"], report["rejects"]) == (1, 0, None)
    assert not rejects.exists()


def test_the_rejects_never_overwrite_the_file_that_is_imported(run: Outreach, roster: Path) -> None:
    ended = run("families", "import", str(roster), "--rejects", str(roster))
    assert (ended.status, "--rejects" in ended.err) == (2, True)
    assert roster.read_text(encoding="utf-8") == ROSTER


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, ""), ("", ""), ("name,zip\nAna,02139\n", "phone"), ("\x00\x01", "")],
    ids=["no file", "empty", "no phone column", "not a table"],
)
def test_a_file_that_is_no_roster_is_refused(run: Outreach, tmp_path: Path, content: str | None, said: str) -> None:
    path = tmp_path / "roster.csv"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    ended = run("families", "import", str(path))
    assert ended.status == 1
    assert ended.err.strip()
    assert said in ended.err
    assert ended.out == ""


def test_no_file_at_all_is_wrong_usage(run: Outreach) -> None:
    assert run("families", "import").status == 2
