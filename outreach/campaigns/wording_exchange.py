"""All wording of a language as one file for translators, and what of their file may be kept, line by line."""

from collections.abc import Mapping

from outreach import clock
from outreach.campaigns.all_wording import AllWording
from outreach.campaigns.translatable import reply_words
from outreach.settings import Settings
from outreach.wording.catalog import SOURCE_LANGUAGE
from outreach.wording.checks import check_translation
from outreach.wording.exchange.entries import Entry, Exchange, ExchangeError
from outreach.wording.exchange.intake import Intake, take
from outreach.wording.exchange.shelf import for_translators
from outreach.wording.told_keywords import keywords_at


def give(settings: Settings, wording: AllWording, language: str, present: Mapping[str, Entry]) -> Exchange:
    """Every text with what a translator needs to know, as it leaves."""
    keywords = keywords_at(settings.content / "locales")
    entries = tuple(
        for_translators(
            present[text.context], text.about + reply_words(text.english, language, keywords), text.reference
        )
        for text in wording.texts.values()
    )
    return Exchange(language, entries, headers=(("PO-Revision-Date", f"{clock.now():%Y-%m-%d %H:%M%z}"),))


def take_back(
    settings: Settings, wording: AllWording, exchange: Exchange, present: Mapping[str, Entry], *, marks_stale: bool
) -> Intake:
    """Hold each line against our texts and the checks; nothing is kept yet. Raises ExchangeError."""
    language = exchange.language
    if language == SOURCE_LANGUAGE:
        raise ExchangeError("it says that it is in English, which is what everything is translated from")
    keywords = keywords_at(settings.content / "locales")

    def check(context: str, english: str, text: str) -> list[str]:
        problems = check_translation(english, text, language, keywords=keywords)
        length = wording.texts[context].too_long(text, language)
        return [problem.text for problem in problems if problem.stops] + ([length] if length else [])

    return take(exchange, present, check, marks_stale=marks_stale)
