"""Catalogs that GNU gettext's own tools wrote still load, with every translation where it was."""

import shutil
import subprocess
from pathlib import Path

import pytest

from outreach.languages import SHIPPED
from outreach.setting_values import PACKAGE
from outreach.wording.catalog import AWAITING, read_catalog
from outreach.wording.exchange import po

LOCALES = PACKAGE.parent / "locales"
CATALOGS = sorted(LOCALES.glob("*/LC_MESSAGES/*.po"))

pytestmark = pytest.mark.skipif(not shutil.which("msgmerge"), reason="GNU gettext is not installed")


def gnu(*command: str | Path) -> None:
    ended = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


def entries(path: Path, language: str) -> dict[tuple[str, str], tuple[object, bool, bool]]:
    """By context and English: the text (or plural forms), whether it is fuzzy, and whether it awaits review."""
    return {
        (str(entry.context), str(entry.id)): (
            entry.string,
            entry.fuzzy,
            AWAITING in [*entry.user_comments, *entry.auto_comments],
        )
        for entry in read_catalog(path, language)
        if entry.id
    }


def newer_english(catalog: Path, folder: Path, *, without: int) -> Path:
    """The catalog as a template of which msgmerge reads the English alone, its first entries left out."""
    made = folder / "english.pot"
    header, *rest = catalog.read_text(encoding="utf-8").split("\n\n")
    made.write_text("\n\n".join([header, *rest[without:]]), encoding="utf-8")
    return made


def test_every_language_but_english_has_catalogs() -> None:
    assert {path.parts[-3] for path in CATALOGS} == set(SHIPPED) - {"en"}


@pytest.mark.parametrize("catalog", CATALOGS, ids=lambda path: "/".join(path.parts[-3::2]))
def test_a_merged_catalog_says_the_same(catalog: Path, tmp_path: Path) -> None:
    language = catalog.parts[-3]
    merged = tmp_path / "merged.po"
    gnu("msgmerge", "--no-fuzzy-matching", "-o", merged, catalog, newer_english(catalog, tmp_path, without=0))
    assert entries(merged, language) == entries(catalog, language)
    gnu("msgfmt", "--check-format", "--check-header", "-o", tmp_path / "merged.mo", merged)


def test_what_the_english_no_longer_has_becomes_obsolete_and_loads(tmp_path: Path) -> None:
    catalog = LOCALES / "es/LC_MESSAGES/packs.po"
    merged = tmp_path / "merged.po"
    gnu("msgmerge", "--no-fuzzy-matching", "-o", merged, catalog, newer_english(catalog, tmp_path, without=3))
    before, after = entries(catalog, "es"), entries(merged, "es")
    assert len(after) == len(before) - 3
    assert after.items() <= before.items()


def test_arabic_plural_forms_are_read_in_gettexts_order(tmp_path: Path) -> None:
    """GNU writes form 3 for 3 to 10, 4 for 11 to 99 and 5 for the rest; Babel the last two the other way round."""
    source = tmp_path / "gnu.po"
    forms = "\n".join(f'msgstr[{number}] "form {number}"' for number in range(6))
    source.write_text(
        'msgid ""\nmsgstr ""\n"Language: ar\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Plural-Forms: nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? '
        f'4 : 5;\\n"\n\nmsgctxt "a"\nmsgid "one"\nmsgid_plural "many"\n{forms}\n',
        encoding="utf-8",
    )
    merged = tmp_path / "merged.po"
    gnu("msgmerge", "-o", merged, source, source)
    gnu("msgfmt", "--check-header", "-o", tmp_path / "merged.mo", merged)
    (entry,) = po.read(merged.read_bytes(), "ar").entries
    assert entry.forms == ("form 0", "form 1", "form 2", "form 3", "form 5", "form 4")  # in our own order
    assert [one.id for one in read_catalog(merged, "ar") if one.id] == [("one", "many")]
