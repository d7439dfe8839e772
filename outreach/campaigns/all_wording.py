"""Every text that families can read, with where its translations are found: what pages and commands on wording ask."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from outreach.campaigns.own_packs import packs_for
from outreach.campaigns.packs import Pack, packs_at
from outreach.campaigns.translatable import Translatable, translatable
from outreach.settings import Settings
from outreach.staff.models import Staff
from outreach.wording.catalog import ReviewState, Translation, TranslationSource, translations_at
from outreach.wording.exchange.entries import Entry
from outreach.wording.exchange.shelf import present_entry, shipped_entries
from outreach.wording.library import read_library


@dataclass(frozen=True)
class AllWording:
    """Texts by context, in the order of their packs; `source` knows their translations."""

    packs: Mapping[str, Pack]
    texts: Mapping[str, Translatable]
    source: TranslationSource


def shipped_wording(settings: Settings) -> AllWording:
    """What is shipped. Raises PackError, CatalogError."""
    packs = packs_at(settings.content / "campaigns")
    return AllWording(packs, translatable(packs.values()), translations_at(settings.content / "locales"))


def wording_for(session: Session, settings: Settings, staff: Staff | None) -> AllWording:
    """What this deployment has, as far as this person sees it; None: the command line, all. Raises CatalogError."""
    packs = packs_for(session, settings, staff)
    return AllWording(packs, translatable(packs.values()), read_library(session, settings.content / "locales"))


def present_entries(
    settings: Settings, wording: AllWording, language: str, written: Mapping[str, str]
) -> dict[str, Entry]:
    """Every text in one language as it is now, by context; `written` as shelf.written_texts. Raises CatalogError."""
    shipped = shipped_entries(settings.content / "locales", language)
    return {
        text.context: present_entry(text.context, text.english, language, wording.source, shipped, written)
        for text in wording.texts.values()
    }


@dataclass(frozen=True)
class Coverage:
    """How far one language is. `states` counts every text once; `there` those that have a text to send."""

    language: str
    states: Mapping[ReviewState, int]
    there: int
    total: int
    too_long: Sequence[str]  # contexts

    @property
    def complete(self) -> float:
        """In percent, rounded down: 100 is said of nothing that lacks a text."""
        return 1000 * self.there // self.total / 10 if self.total else 100.0


def measure_coverage(wording: AllWording, language: str) -> Coverage:
    found = {context: wording.source.find(language, context, text.english) for context, text in wording.texts.items()}
    states = dict.fromkeys(ReviewState, 0)
    for translation in found.values():
        states[translation.state] += 1
    there = sum(bool(translation.text) for translation in found.values())
    return Coverage(language, states, there, len(found), tuple(_too_long(wording, found, language)))


def _too_long(wording: AllWording, found: Mapping[str, Translation], language: str) -> Iterator[str]:
    for context, translation in found.items():
        if translation.text and wording.texts[context].too_long(translation.text, language):
            yield context
