"""Checking all packs with their translations, as a coordinator would before launch: every problem with its place."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from outreach.campaigns.packs import Pack, PackError, read_packs
from outreach.campaigns.translatable import Translatable, translatable
from outreach.campaigns.wordings import StepText, word_pack
from outreach.wording.catalog import TranslationSource, read_translations
from outreach.wording.checks import check_translation
from outreach.wording.fields import read_values
from outreach.wording.told_keywords import Keywords, keywords_at


def check_packs(content: Path, languages: Sequence[str]) -> list[str]:
    """Problems of all packs and replies, each naming pack, step, language and what is wrong. Raises CatalogError."""
    translations = read_translations(content / "locales")
    keywords = keywords_at(content / "locales")
    try:
        packs = read_packs(content / "campaigns")
    except PackError as error:
        return [str(problem) for problem in error.problems]
    problems = [problem for pack in packs.values() for problem in check_pack(pack, translations, languages, keywords)]
    return problems + list(check_replies(translations, languages, keywords))


def check_pack(
    pack: Pack, translations: TranslationSource, languages: Sequence[str], keywords: Keywords | None = None
) -> Iterator[str]:
    """Problems of one pack, rendered with its samples in each language. `keywords`: as for `word_pack`."""
    fields = {**pack.given, **pack.fields}
    samples = read_values(fields, {name: field.sample for name, field in fields.items()})
    for wording in word_pack(pack, samples, translations, languages, frozenset(), keywords).values():
        for step in wording.steps:
            for problem in (*step.problems, *step.advice, *_length(step)):
                yield f"{pack.id}, step {step.step.name}, {wording.language}: {problem}"


def _length(step: StepText) -> list[str]:
    if not step.too_long or step.count is None:
        return []
    culprits = f" because of {' '.join(step.count.culprits)}" if step.count.culprits else ""
    return [f"{step.count.segments} segments ({step.count.encoding}{culprits}), longer than this step allows"]


def check_replies(
    translations: TranslationSource, languages: Sequence[str], keywords: Keywords | None = None
) -> Iterator[str]:
    """Problems of the service's own answers, kinds of help and ready-made texts, filled with sample values."""
    for context, answer in translatable(()).items():
        for language in languages:
            for problem in _answer(answer, translations, language, keywords):
                yield f"{context}, {language}: {problem}"


def _answer(
    answer: Translatable, translations: TranslationSource, language: str, keywords: Keywords | None
) -> Iterator[str]:
    found = translations.find(language, answer.context, answer.english)
    if not found.text:
        yield f"is {found.state}"
        return
    yield from map(str, check_translation(answer.english, found.text, language, keywords=keywords))
    long = answer.too_long(found.text, language)
    if long:
        yield long
