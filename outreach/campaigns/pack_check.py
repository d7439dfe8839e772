"""Checking all packs with their translations, as a coordinator would before launch: every problem with its place."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from outreach.campaigns.packs import Pack, PackError, read_packs
from outreach.campaigns.wordings import StepText, word_pack
from outreach.wording.catalog import Translations, read_translations
from outreach.wording.checks import check_translation
from outreach.wording.fields import read_values
from outreach.wording.replies import CATEGORY_NAMES, REPLIES


def check_packs(content: Path, languages: Sequence[str]) -> list[str]:
    """Problems of all packs and replies, each naming pack, step, language and what is wrong. Raises CatalogError."""
    translations = read_translations(content / "locales")
    try:
        packs = read_packs(content / "campaigns")
    except PackError as error:
        return [str(problem) for problem in error.problems]
    problems = [problem for pack in packs.values() for problem in check_pack(pack, translations, languages)]
    return problems + list(_check_replies(translations, languages))


def check_pack(pack: Pack, translations: Translations, languages: Sequence[str]) -> Iterator[str]:
    """Problems of one pack, rendered with its samples in each language."""
    fields = {**pack.given, **pack.fields}
    samples = read_values(fields, {name: field.sample for name, field in fields.items()})
    for wording in word_pack(pack, samples, translations, languages, frozenset()).values():
        for step in wording.steps:
            for problem in (*step.problems, *_length(step)):
                yield f"{pack.id}, step {step.step.name}, {wording.language}: {problem}"


def _length(step: StepText) -> list[str]:
    if not step.too_long or step.count is None:
        return []
    culprits = f" because of {' '.join(step.count.culprits)}" if step.count.culprits else ""
    return [f"{step.count.segments} segments ({step.count.encoding}{culprits}), longer than this step allows"]


def _check_replies(translations: Translations, languages: Sequence[str]) -> Iterator[str]:
    replies = {f"reply:{key}": text for key, text in REPLIES.items()}
    names = {f"category:{key}": text for key, text in CATEGORY_NAMES.items()}
    for context, english in {**replies, **names}.items():
        for language in languages:
            found = translations.find(language, context, english)
            problems = check_translation(english, found.text) if found.text else [f"is {found.state}"]
            for problem in problems:
                yield f"{context}, {language}: {problem}"
