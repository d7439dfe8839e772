"""Checking packs with their translations: a brace lost in one language is named, and stops the launch."""

import shutil
from pathlib import Path

import pytest

from outreach.campaigns.launch import LaunchError
from outreach.campaigns.pack_check import check_packs
from outreach.languages import LANGUAGES
from outreach.runtime import Runtime
from outreach.settings import PACKAGE
from outreach.wording.acceptance import accept_language
from outreach.wording.catalog import AWAITING, REVIEWED
from tests.support.campaigns import launch_plan, plan_pack
from tests.support.sending import make_family

SHIPPED = ("en", "es", "pt_BR", "ht")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The database does not matter here."""
    return sqlite_url


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the shipped packs and translations, to be spoiled."""
    for name in ("campaigns", "locales"):
        shutil.copytree(PACKAGE.parent / name, tmp_path / "content" / name)
    return tmp_path / "content"


def spoil(content: Path, language: str, context: str, old: str, new: str, catalog: str = "packs") -> None:
    """Change the translation under one context."""
    path = content / "locales" / language / "LC_MESSAGES" / f"{catalog}.po"
    text = path.read_text(encoding="utf-8")
    start = text.index("msgstr", text.index(f'msgctxt "{context}"'))
    end = text.find("\n\n", start) + 1 or len(text)
    assert old in text[start:end]
    path.write_text(text[:start] + text[start:end].replace(old, new, 1) + text[end:], encoding="utf-8")


def test_what_is_shipped_has_no_problem() -> None:
    assert check_packs(PACKAGE.parent, SHIPPED) == []


def test_a_lost_placeholder_is_named_and_the_launch_refused(work: Runtime, content: Path) -> None:
    spoil(content, "es", "screenings/vision:invitation", "{place}", "aquí")
    assert check_packs(content, SHIPPED) == [
        "screenings/vision, step invitation, es: Spanish: {place} is missing",
    ]
    make_family(work), make_family(work, 1, language="es")
    with work.database.writing() as session:
        accept_language(session, "es", accepted_by="a test")
    plan = plan_pack(work, content=content)
    assert plan.problems == ("Spanish, 1 family: step invitation: Spanish: {place} is missing",)
    with pytest.raises(LaunchError):
        launch_plan(work, plan)
    assert plan_pack(work, content=content, choices={"es": "en"}).problems == ()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("{place}", "{lugar}", ["{place} is missing", "{lugar} is not in the English"]),
        ("{place}", "{place", ["its braces do not pair"]),
        ("{place}", "{place} {sender} {event}", ["{event} is not in the English"]),
        ("{sender}", "{sender} 🎈🎈 " + "á" * 300, ["segments (UCS-2 because of"]),
    ],
)
def test_each_kind_of_mistake_is_named(content: Path, old: str, new: str, says: list[str]) -> None:
    spoil(content, "es", "screenings/vision:invitation", old, new)
    problems = check_packs(content, SHIPPED)
    for words in says:
        assert any(p.startswith("screenings/vision, step invitation, es: ") and words in p for p in problems), problems


def test_a_language_nobody_has_translated_is_missing_everywhere(content: Path) -> None:
    problems = check_packs(content, ("en", "vi"))
    assert "screenings/vision, step invitation, vi: Vietnamese is missing" in problems
    assert "reply:help, vi: is missing" in problems
    assert not any(", en" in problem for problem in problems)
    assert "vi" in LANGUAGES


def test_a_reply_without_its_placeholder_is_named(content: Path) -> None:
    spoil(content, "ht", "reply:help", "{phone}", "211", "replies")
    assert check_packs(content, SHIPPED) == ["reply:help, ht: {phone} is missing"]


def test_changed_english_makes_its_translations_stale(content: Path) -> None:
    path = content / "campaigns" / "screenings" / "vision.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("Free check", "A free check"), encoding="utf-8")
    assert check_packs(content, SHIPPED) == [
        f"screenings/vision, step invitation, {language}: {LANGUAGES[language].english} is stale"
        for language in ("es", "pt_BR", "ht")
    ]


def test_broken_packs_are_told_alone(content: Path) -> None:
    path = content / "campaigns" / "screenings" / "vision.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("kind: broadcast", "kind: often"), encoding="utf-8")
    (problem,) = check_packs(content, SHIPPED)
    assert problem.startswith("screenings/vision.yaml, line 3: kind 'often' is none of")


def test_one_reviewed_entry_is_ready_without_an_acceptance(work: Runtime, content: Path) -> None:
    make_family(work, language="es")
    assert len(plan_pack(work, content=content).problems) == 1
    path = content / "locales" / "es" / "LC_MESSAGES" / "packs.po"
    before, _, after = path.read_text(encoding="utf-8").partition('msgctxt "screenings/vision:invitation"')
    head, _, tail = before.rpartition(f"# {AWAITING}")
    path.write_text(f'{head}# {REVIEWED} Ana{tail}msgctxt "screenings/vision:invitation"{after}', encoding="utf-8")
    assert plan_pack(work, content=content).problems == ()
