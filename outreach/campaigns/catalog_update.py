"""Bringing PO files up to date with the English: new texts appear empty, changed ones become stale, none is lost."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import write_po

from outreach.wording.catalog import read_catalog

KEYWORDS = {"pgettext": ((1, "c"), 2), **dict.fromkeys(("reply", "category", "canned"), ((1, "c"), 2))}
Found = tuple[int, str | tuple[str, ...], list[str], str | None]
WORDING = Path(__file__).resolve().parent.parent / "wording"
OURS = ("replies", "canned")  # modules of WORDING, each a domain


def extract(content: Path) -> dict[str, Catalog]:
    """The English texts by domain: packs, replies and ready-made texts. Raises PackError."""
    packs = _catalog()
    for path in sorted((content / "campaigns").glob("*/*.yaml")):
        reference = f"campaigns/{path.parent.name}/{path.name}"
        _add(
            packs,
            reference,
            extract_from_file("outreach.campaigns.pack_extract:extract_pack", path, KEYWORDS),
        )
    catalogs = {"packs": packs}
    for domain in OURS:
        catalogs[domain] = _catalog()
        found = extract_from_file("python", WORDING / f"{domain}.py", KEYWORDS)
        _add(catalogs[domain], f"outreach/wording/{domain}.py", found)
    return catalogs


def _catalog(language: str | None = None) -> Catalog:
    return Catalog(
        language, project="outreach", version="1", msgid_bugs_address="", last_translator="", language_team=""
    )


def _add(catalog: Catalog, reference: str, extracted: Iterable[Found]) -> None:
    for _line, message, comments, context in extracted:
        # Without line numbers, so that moving a text in its file is no change for translators.
        catalog.add(message, None, [(reference, 0)], auto_comments=comments, context=context)


def _clean_header(catalog: Catalog) -> None:
    """Babel fills an absent header with placeholders for people who do not exist."""
    catalog.project, catalog.version = "outreach", "1"
    catalog.msgid_bugs_address = catalog.last_translator = catalog.language_team = ""


def _keep_stale(catalog: Catalog, before: Mapping[str, Message]) -> None:
    """Under each context whose English changed, the old translation, marked for another look."""
    for message in catalog:
        old = before.get(message.context or "")
        if old is None or message.string or old.id == message.id:
            continue
        message.string = old.string
        message.user_comments = list(old.user_comments)
        message.flags.add("fuzzy")
        catalog.obsolete.pop((str(old.id), str(old.context)), None)


def update(content: Path, language: str) -> dict[Path, bytes]:
    """What each PO file of a language should hold; compare with what it holds, or write it."""
    updated = {}
    for domain, template in extract(content).items():
        path = content / "locales" / language / "LC_MESSAGES" / f"{domain}.po"
        catalog = read_catalog(path, language) if path.exists() else _catalog(language)
        _clean_header(catalog)
        template.creation_date = catalog.creation_date  # else every day would change every file
        before = {message.context: message for message in catalog if message.context and message.string}
        catalog.update(template, no_fuzzy_matching=True)  # a guess from another text would look like a translation
        _keep_stale(catalog, before)
        buffer = BytesIO()
        write_po(buffer, catalog, width=100, ignore_obsolete=False, include_lineno=False)
        updated[path] = buffer.getvalue()
    return updated
