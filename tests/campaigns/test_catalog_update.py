"""Bringing PO files up to date: nothing a translator wrote is lost, and nothing looks translated that is not."""

import shutil
from pathlib import Path

import pytest

from outreach.campaigns.catalog_update import update
from outreach.campaigns.packs import read_packs
from outreach.setting_values import PACKAGE
from outreach.wording.catalog import ReviewState, Translation, read_catalog, read_translations
from outreach.wording.replies import REPLIES

CONTEXT = "screenings/vision:invitation"
SHIPPED = ("es", "pt_BR", "ht")


@pytest.fixture
def content(tmp_path: Path) -> Path:
    for name in ("campaigns", "locales"):
        shutil.copytree(PACKAGE.parent / name, tmp_path / name)
    return tmp_path


def write(content: Path, language: str = "es") -> None:
    for path, text in update(content, language).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)


def edit(content: Path, old: str, new: str) -> None:
    path = content / "campaigns" / "screenings" / "vision.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def english(content: Path, context: str = CONTEXT) -> str:
    pack, _, name = context.partition(":")
    steps = read_packs(content / "campaigns")[pack].steps
    return next(step.english for step in steps if step.name == name)


def find(content: Path, context: str = CONTEXT, language: str = "es") -> Translation:
    return read_translations(content / "locales").find(language, context, english(content, context))


def catalog_text(content: Path, language: str = "es") -> str:
    return (content / "locales" / language / "LC_MESSAGES" / "packs.po").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", SHIPPED)
def test_the_shipped_catalogs_are_up_to_date(language: str) -> None:
    for path, text in update(PACKAGE.parent, language).items():
        assert path.read_bytes() == text, f"{path.name} of {language}"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Free check", "A free check"),
        ("Free check of your child's eyes on", "Come and see us with all the children of your house on"),
    ],
)
def test_edited_english_makes_a_translation_stale_and_keeps_its_words(content: Path, old: str, new: str) -> None:
    before = find(content).text
    edit(content, old, new)
    assert find(content).state is ReviewState.STALE
    write(content)
    assert find(content) == Translation("es", "", ReviewState.STALE)
    entry = read_catalog(content / "locales/es/LC_MESSAGES/packs.po", "es").get(english(content), CONTEXT)
    assert entry is not None
    assert (entry.string, entry.fuzzy, entry.user_comments) == (before, True, ["awaiting native review"])
    again = update(content, "es")
    assert all(path.read_bytes() == text for path, text in again.items())


def test_english_edited_back_needs_a_translators_word(content: Path) -> None:
    edit(content, "Free check", "A free check")
    write(content)
    edit(content, "A free check", "Free check")
    write(content)
    assert find(content).state is ReviewState.STALE


def test_review_comments_are_kept(content: Path) -> None:
    path = content / "locales/es/LC_MESSAGES/packs.po"
    path.write_text(catalog_text(content).replace("# awaiting native review", "# reviewed by Ana"), encoding="utf-8")
    write(content)
    assert find(content).state is ReviewState.REVIEWED
    assert "awaiting native review" not in catalog_text(content).partition("msgctxt")[2]


def test_a_new_text_appears_empty_however_like_another_it_is(content: Path) -> None:
    path = content / "campaigns" / "screenings" / "vision.yaml"
    step = path.read_text(encoding="utf-8").partition("timeline:\n")[2]
    extra = step.replace("step: invitation", "step: again").replace("at launch", "7 days after at 10:00")
    path.write_text(path.read_text(encoding="utf-8") + extra.replace("Free check", "Free checks"), encoding="utf-8")
    write(content)
    assert find(content, "screenings/vision:again") == Translation("es", "", ReviewState.MISSING)
    assert find(content).state is ReviewState.AWAITING
    entry = read_catalog(content / "locales/es/LC_MESSAGES/packs.po", "es").get(
        english(content, "screenings/vision:again"), "screenings/vision:again"
    )
    assert entry is not None
    assert (entry.string, entry.fuzzy) == ("", False)
    assert any("Lincoln School gym" in comment for comment in entry.auto_comments)


def test_a_text_that_is_gone_is_kept_as_obsolete(content: Path) -> None:
    before = find(content).text
    (content / "campaigns" / "screenings" / "vision.yaml").unlink()
    write(content)
    assert f'#~ msgctxt "{CONTEXT}"' in catalog_text(content)
    assert before[:20] in catalog_text(content)


def test_a_new_language_gets_every_text_empty(content: Path) -> None:
    write(content, "ne")
    translations = read_translations(content / "locales")
    contexts = set(translations.contexts("ne"))
    assert {CONTEXT, *(f"reply:{key}" for key in REPLIES)} <= contexts
    assert translations.find("ne", CONTEXT, english(content)).state is ReviewState.MISSING
