"""The wheel: what `pip install` brings is enough to run, without a checkout beside it."""

import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from outreach.setting_values import PACKAGE
from tests.conftest import missing

ROOT = PACKAGE.parent


@pytest.fixture(scope="module")
def unzipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's content in a folder. Building asks no network."""
    if find_spec("hatchling") is None:
        missing("hatchling")
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=60,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python with the wheel's content before all else, in a folder that is no checkout."""
    environment = {"PYTHONPATH": str(site), "PATH": "", "OUTREACH_DATA": str(site.parent / "data")}
    return subprocess.run(
        [sys.executable, "-P", *arguments], cwd=site.parent, env=environment, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize(
    "pattern",
    [
        "_content/campaigns/*/*.yaml",
        "_content/locales/*/words.yaml",
        "_content/locales/*/LC_MESSAGES/*.po",
        "admin/templates/**/*.html",
        "admin/static/**/*.*",
        "simulator/templates/*.html",
        "simulator/static/*.*",
        "resources/sample/*.csv",
        "resources/*.yaml",
        "migrations/versions/*.py",
        "migrations/env.py",
    ],
)
def test_the_wheel_holds_every_file_the_checkout_has(unzipped: Path, pattern: str) -> None:
    start = ROOT if pattern.startswith("_content/") else PACKAGE
    wanted = {path.relative_to(start) for path in start.glob(pattern.removeprefix("_content/")) if path.is_file()}
    inside = unzipped / "outreach" / ("_content" if start is ROOT else "")
    assert wanted
    assert {path for path in wanted if not (inside / path).is_file()} == set()


def test_nothing_of_the_tests_or_of_a_person_s_data_is_inside(unzipped: Path) -> None:
    assert {path.name for path in unzipped.iterdir() if path.is_dir()} == {"outreach", "outreach-0.1.0.dist-info"}
    names = [path.name for path in unzipped.rglob("*")]
    assert not [name for name in names if name.endswith((".sqlite", ".pyc")) or name == "secret_key"]


def test_settings_find_the_content_that_came_along(unzipped: Path) -> None:
    code = "import outreach.settings as s; print(s.__file__); print(s.Settings.from_env().content)"
    module, content = run(unzipped, "-c", code).stdout.splitlines()
    assert Path(module) == unzipped / "outreach/settings.py"
    assert Path(content) == unzipped / "outreach/_content"


def test_commands_work_from_the_wheel(unzipped: Path) -> None:
    for command in (("campaigns", "check"), ("db", "upgrade"), ("explain", "STOP"), ("--version",)):
        ended = run(unzipped, "-m", "outreach.cli", *command)
        assert (ended.returncode, ended.stderr) == (0, ""), command
