"""`outreach campaigns check` and `preview`: before anything is launched."""

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from outreach.languages import SHIPPED
from outreach.runtime import Runtime
from tests.cli.conftest import Outreach

VISION = "campaigns/screenings/vision.yaml"


@pytest.fixture
def packs(work: Runtime, tmp_path: Path) -> Path:
    """A nurse's own folder of packs: one topic, one file, no locales beside it."""
    folder = tmp_path / "mine" / "screenings"
    folder.mkdir(parents=True)
    shutil.copy(work.settings.content / VISION, folder)
    return folder


def test_what_is_shipped_is_in_order(run: Outreach) -> None:
    ended = run("campaigns", "check")
    assert (ended.status, ended.out) == (0, "every pack and every translation is in order\n")
    assert run("campaigns", "check", "--json").json == []


def test_a_folder_of_content_is_checked_with_its_own_translations(run: Outreach, work: Runtime, tmp_path: Path) -> None:
    for name in ("campaigns", "locales"):
        shutil.copytree(work.settings.content / name, tmp_path / "content" / name)
    assert run("campaigns", "check", str(tmp_path / "content")).status == 0
    (tmp_path / "content/locales/es/LC_MESSAGES/packs.po").unlink()
    ended = run("campaigns", "check", str(tmp_path / "content"), "--json")
    assert ended.status == 1
    assert any("screenings/vision" in problem and "Spanish is missing" in problem for problem in ended.json)


def test_a_folder_of_packs_or_one_file_is_checked_with_the_deployments_translations(run: Outreach, packs: Path) -> None:
    for path in (packs, packs.parent, packs / "vision.yaml"):
        ended = run("campaigns", "check", str(path))
        assert (ended.status, ended.err) == (0, ""), path


def test_an_english_text_that_was_changed_has_stale_translations(run: Outreach, packs: Path) -> None:
    path = packs / "vision.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("eye", "sight"), encoding="utf-8")
    ended = run("campaigns", "check", str(path), "--json")
    assert ended.status == 1
    assert any("screenings/vision" in problem and "Spanish is stale" in problem for problem in ended.json)


def test_mistakes_are_told_with_their_line(run: Outreach, packs: Path) -> None:
    path = packs / "vision.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "colour: red\n", encoding="utf-8")
    (packs / "broken.yaml").write_text("title: [\n", encoding="utf-8")
    ended = run("campaigns", "check", str(packs))
    assert ended.status == 1
    assert "'colour'" in ended.out
    assert "screenings/broken.yaml" in ended.out


def test_a_file_in_another_topics_folder_is_told(run: Outreach, packs: Path, tmp_path: Path) -> None:
    ended = run("campaigns", "check", str(shutil.copy(packs / "vision.yaml", tmp_path)))
    assert ended.status == 1
    assert "topic" in ended.out


def test_nothing_to_check_is_refused(run: Outreach, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert run("campaigns", "check", str(empty)).status == 1
    assert run("campaigns", "check", str(tmp_path / "absent")).status == 2


def test_a_preview_shows_every_language_with_its_segments(run: Outreach) -> None:
    rows = run("campaigns", "preview", "screenings/vision", "--json").json
    assert {row["language"] for row in rows} == set(SHIPPED)
    for row in rows:
        assert row.keys() == {
            "step", "when", "language", "state", "text", "encoding", "segments", "price", "replace", "problems",
        }  # fmt: skip
        assert "{" not in row["text"]
        assert row["segments"] >= 1
        assert row["problems"] == []
        assert Decimal(row["price"]) == row["segments"] * Decimal("0.0113")
        assert row["replace"] == {}


def test_a_preview_names_the_letters_that_make_a_text_dearer(run: Outreach) -> None:
    asked = ("campaigns", "preview", "vision", "--language", "en", "--set", "place=García School gym")
    (row,) = run(*asked, "--json").json
    assert (row["encoding"], row["segments"], row["replace"]) == ("UCS-2", 3, {"í": "i"})
    assert "write i instead of í" in run(*asked).out


def test_a_preview_takes_values_a_language_and_a_sender(run: Outreach) -> None:
    ended = run(
        "campaigns", "preview", "vision", "--language", "Spanish", "--sender", "Garfield", "--set", "place=Gym 4",
        "--json",
    )  # fmt: skip
    (row, *_) = ended.json
    assert {one["language"] for one in ended.json} == {"es"}
    assert "Gym 4" in row["text"]
    assert "Garfield" in row["text"]
    assert row["text"] in run(
        "campaigns", "preview", "vision", "--language", "es", "--sender", "Garfield", "--set", "place=Gym 4"
    ).out  # fmt: skip


def test_a_language_without_translation_says_so(run: Outreach) -> None:
    ended = run("campaigns", "preview", "vision", "--language", "ne")
    assert ended.status == 0
    assert "Nepali is missing" in ended.out


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("x-ray",), 1),
        (("vision", "--language", "klingon"), 1),
        (("vision", "--set", "date=soon"), 1),
        (("vision", "--set", "colour=red"), 1),
        (("vision", "--set", "date"), 2),
        ((), 2),
    ],
)
def test_a_preview_that_cannot_be_is_refused(run: Outreach, arguments: tuple[str, ...], status: int) -> None:
    ended = run("campaigns", "preview", *arguments)
    assert (ended.status, ended.out) == (status, "")
    assert ended.err.strip()
