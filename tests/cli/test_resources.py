"""`outreach resources import`."""

from pathlib import Path

import pytest

from tests.cli.conftest import Outreach

CASES = Path(__file__).resolve().parent.parent / "cases"
KEYS = {"source", "added", "changed", "unchanged", "gone", "dry_run", "quirks"}


@pytest.mark.parametrize("path", ["hsds_csv", "hsds_json/service_list.json", "hsds_json/organization_full.json"])
def test_a_directory_goes_in_once(run: Outreach, path: str) -> None:
    dry = run("resources", "import", str(CASES / path), "--dry-run", "--json")
    first = run("resources", "import", str(CASES / path), "--json")
    again = run("resources", "import", str(CASES / path), "--json")
    assert [ended.status for ended in (dry, first, again)] == [0, 0, 0]
    assert first.json.keys() >= KEYS
    assert dry.json["added"] == first.json["added"] > 0
    assert (again.json["added"], again.json["changed"]) == (0, 0)
    assert again.json["unchanged"] == first.json["added"]


def test_oddities_are_told_with_their_place_and_do_not_stop_the_import(run: Outreach) -> None:
    ended = run("resources", "import", str(CASES / "hsds_csv"))
    assert ended.status == 0
    head, *lines = ended.out.splitlines()
    assert "added" in head
    assert all(";" in line for line in lines)


def test_a_path_without_a_directory_is_refused(run: Outreach, tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{", encoding="utf-8")
    for path in (tmp_path / "absent", tmp_path, broken):
        ended = run("resources", "import", str(path))
        assert (ended.status, ended.out) == (1, "")
        assert ended.err.strip()
    assert run("resources", "import").status == 2
