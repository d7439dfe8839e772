from pathlib import Path

import pytest

from outreach.setting_values import PACKAGE
from outreach.wording.catalog import CatalogError, ReviewState, Translation, read_translations

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
MISSING, STALE = ReviewState.MISSING, ReviewState.STALE
AWAITING, REVIEWED = ReviewState.AWAITING, ReviewState.REVIEWED


def write(folder: Path, *entries: str, language: str = "es", name: str = "packs") -> None:
    path = folder / language / "LC_MESSAGES" / f"{name}.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD + "\n\n".join(entries) + "\n", encoding="utf-8")


def entry(comments: str = "", english: str = "Hello", text: str = "Hola") -> str:
    return f'{comments}msgctxt "a/b:c"\nmsgid "{english}"\nmsgstr "{text}"'


@pytest.mark.parametrize(
    ("written", "state", "text"),
    [
        (entry(), AWAITING, "Hola"),
        (entry("# awaiting native review\n"), AWAITING, "Hola"),
        (entry("# reviewed by Ana\n"), REVIEWED, "Hola"),
        (entry("# a note\n# reviewed by Ana, 2026-11-20\n"), REVIEWED, "Hola"),
        (entry("#. reviewed by the machine\n"), AWAITING, "Hola"),
        (entry("# not reviewed by anybody\n"), AWAITING, "Hola"),
        (entry(text=""), MISSING, ""),
        (entry("# reviewed by Ana\n", text=""), MISSING, ""),
        (entry(english="Hello!"), STALE, ""),
        (entry("# reviewed by Ana\n", english="Hello!"), STALE, ""),
        (entry("# reviewed by Ana\n#, fuzzy\n"), STALE, ""),
        (entry().replace("a/b:c", "a/b:d"), MISSING, ""),
        ('#~ msgctxt "a/b:c"\n#~ msgid "Hello"\n#~ msgstr "Hola"', MISSING, ""),
    ],
)
def test_an_entry_is_as_far_as_its_comment_and_its_english_say(
    tmp_path: Path, written: str, state: ReviewState, text: str
) -> None:
    write(tmp_path, written)
    assert read_translations(tmp_path).find("es", "a/b:c", "Hello") == Translation("es", text, state)


def test_english_is_its_own_source_and_always_reviewed(tmp_path: Path) -> None:
    write(tmp_path, entry())
    translations = read_translations(tmp_path)
    assert translations.find("en", "anything", "Hello") == Translation("en", "Hello", REVIEWED)
    assert translations.find("vi", "a/b:c", "Hello").state is MISSING
    assert translations.languages == ("en", "es")
    assert list(translations.contexts("es")) == ["a/b:c"]


def test_all_catalogs_of_a_language_are_read(tmp_path: Path) -> None:
    write(tmp_path, entry())
    write(tmp_path, entry().replace("a/b:c", "reply:help"), name="replies")
    assert set(read_translations(tmp_path).contexts("es")) == {"a/b:c", "reply:help"}


@pytest.mark.parametrize(
    "broken", ['msgid Hello\nmsgstr "Hola"', 'msgid "Hello"\nmsgstr "Hola', 'msgid "Hi" you"', "no PO file"]
)
def test_a_file_nobody_can_read_is_named(tmp_path: Path, broken: str) -> None:
    write(tmp_path, broken)
    with pytest.raises(CatalogError, match=r"packs\.po \(es\)"):
        read_translations(tmp_path)


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    write(tmp_path, entry())
    (tmp_path / "es/LC_MESSAGES/packs.po").write_bytes((HEAD + entry(text="¡Adiós!")).encode("latin-1"))
    with pytest.raises(CatalogError, match=r"packs\.po \(es\)"):
        read_translations(tmp_path)


def test_the_shipped_translations_read() -> None:
    translations = read_translations(PACKAGE.parent / "locales")
    assert {"es", "pt_BR", "ht"} <= set(translations.languages)
