"""`outreach translations …`."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach import runtime
from outreach.runtime import Runtime
from outreach.wording.models import AcceptedLanguage
from tests.cli.conftest import Outreach


@pytest.fixture
def content(work: Runtime, tmp_path: Path) -> Path:
    """A deployment's own copy of what is shipped."""
    folder = tmp_path / "content"
    for name in ("campaigns", "locales"):
        shutil.copytree(work.settings.content / name, folder / name)
    runtime.use(Runtime(replace(work.settings, content=folder)))
    return folder


def test_the_status_of_every_language(run: Outreach) -> None:
    rows = run("translations", "status", "--json").json
    assert [row["language"] for row in rows] == ["en", "es", "pt_BR", "ht"]
    assert all(row.keys() == {"language", "complete", "reviewed", "awaiting", "stale", "missing"} for row in rows)
    assert rows[0]["complete"] == 100.0
    words = run("translations", "status")
    assert words.status == 0
    assert len(words.out.splitlines()) == 4


def test_what_is_shipped_is_up_to_date(run: Outreach) -> None:
    ended = run("translations", "update", "--check")
    assert (ended.status, ended.out) == (0, "every catalog is up to date\n")


def test_a_catalog_that_is_behind_is_told_and_then_updated(run: Outreach, content: Path) -> None:
    pack = content / "campaigns/screenings/vision.yaml"
    pack.write_text(pack.read_text(encoding="utf-8").replace("eye", "sight"), encoding="utf-8")
    behind = run("translations", "update", "--check")
    assert (behind.status, behind.out) == (1, "")
    assert "es/packs.po" in behind.err
    assert "es/packs.po" in run("translations", "update").out
    assert run("translations", "update", "--check").status == 0


def test_a_broken_catalog_is_refused_by_its_name(run: Outreach, content: Path) -> None:
    (content / "locales/es/LC_MESSAGES/packs.po").write_text(
        'msgctxt "a"\nmsgid "b"\nthis is no PO file\n', encoding="utf-8"
    )
    for command in (
        ("translations", "status"),
        ("translations", "update", "--check"),
        ("campaigns", "preview", "vision"),
    ):
        ended = run(*command)
        assert (ended.status, ended.out) == (1, ""), command
        assert "packs.po" in ended.err


def test_a_broken_pack_is_refused_by_its_name(run: Outreach, content: Path) -> None:
    (content / "campaigns/screenings/vision.yaml").write_text("title: [\n", encoding="utf-8")
    for command in (("translations", "status"), ("translations", "update"), ("campaigns", "preview", "vision")):
        ended = run(*command)
        assert (ended.status, ended.out) == (1, ""), command
        assert "vision" in ended.err


def test_accepting_is_kept_on_record_once(run: Outreach, work: Runtime) -> None:
    first = run("translations", "accept", "Spanish", "ht", "--by", "Nora Nurse")
    assert (first.status, first.out) == (0, "es: accepted, on record\nht: accepted, on record\n")
    assert run("translations", "accept", "es", "--by", "Somebody else").out == "es: was accepted before\n"
    with work.database.reading() as session:
        rows = session.scalars(select(AcceptedLanguage)).all()
        assert {row.language for row in rows} == {"es", "ht"}
        assert {row.accepted_by for row in rows} == {"Nora Nurse"}


def test_a_language_nobody_knows_is_refused_before_any_is_accepted(run: Outreach, work: Runtime) -> None:
    ended = run("translations", "accept", "es", "klingon")
    assert (ended.status, ended.out) == (1, "")
    assert "klingon" in ended.err
    with work.database.reading() as session:
        assert session.scalars(select(AcceptedLanguage)).all() == []
    assert run("translations", "accept").status == 2
