"""A first draft by machine, where a deployment has set one up: for a person to mend, never sent without review.

The port is `Translator`; its one adapter speaks LibreTranslate's HTTP API. Fields, keywords, numbers and links are
marked as not to be translated, as its HTML mode heeds (translate="no"), and a draft that lost one is no draft.
"""

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import regex
import urllib3

from outreach.languages import LANGUAGES
from outreach.settings import Settings
from outreach.wording.checks import check_translation
from outreach.wording.segments import to_plain

SECONDS = 30.0  # a small server takes some seconds for a text
# What such servers call our languages, the best first; any other has its own code.
_CODES: Mapping[str, Sequence[str]] = {
    "pt_BR": ("pt-BR", "pb", "pt"),
    "zh_Hans": ("zh-Hans", "zh-CN", "zh"),
    "zh_Hant": ("zh-Hant", "zh-TW", "zt"),
    "fa_AF": ("fa-AF", "fa"),
}
_KEPT = regex.compile(r"\{[^{}]*\}|https?://\S+|(?<![\p{L}\d])(?:\p{Lu}{2,}|\d[\d:,.-]*\d|\d)(?![\p{L}\d])")
_TAG = regex.compile(r"</?span[^>]*>")


class MachineError(Exception):
    """No draft came of it; the text says why, for a coordinator to read."""


class Translator(Protocol):
    def translate(self, english: str, language: str) -> str:
        """The text in that language (a code of LANGUAGES). Raises MachineError."""
        ...


@dataclass
class LibreTranslate:
    """A server with LibreTranslate's API at `url`; `key` where it asks for one."""

    url: str
    key: str | None = field(default=None, repr=False)
    _http: urllib3.PoolManager = field(
        default_factory=lambda: urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(SECONDS)), repr=False
    )

    def translate(self, english: str, language: str) -> str:
        asked = {"q": _protect(english), "source": "en", "target": self._code(language), "format": "html"}
        answer = self._ask("POST", "/translate", asked | ({"api_key": self.key} if self.key else {}))
        found = answer.get("translatedText") if isinstance(answer, dict) else None
        if not isinstance(found, str) or not found.strip():
            raise MachineError("the translation server answered without a translation")
        return _unprotect(found)

    def _code(self, language: str) -> str:
        code = next((code for code in _CODES.get(language, (language,)) if code in self._known), None)
        if code is None:
            raise MachineError(f"the translation server does not know {LANGUAGES[language].english}")
        return code

    @cached_property
    def _known(self) -> frozenset[str]:
        """The languages it translates English into."""
        answer = self._ask("GET", "/languages")
        if not isinstance(answer, list):
            raise MachineError("the translation server does not tell its languages")
        listed = [one for one in answer if isinstance(one, dict)]
        english = next((one for one in listed if one.get("code") == "en"), {})
        targets = english.get("targets")
        return frozenset(map(str, targets if isinstance(targets, list) else [one.get("code") for one in listed]))

    def _ask(self, method: str, path: str, body: Mapping[str, str] | None = None) -> Any:
        headers = {"Content-Type": "application/json"}
        sent = json.dumps(body).encode() if body is not None else None
        try:
            answer = self._http.request(method, f"{self.url.rstrip('/')}{path}", body=sent, headers=headers)
        except urllib3.exceptions.HTTPError as error:
            raise MachineError(f"the translation server does not answer ({type(error).__name__})") from None
        if answer.status != 200:
            raise MachineError(f"the translation server refuses ({answer.status})")
        try:
            return json.loads(answer.data)
        except ValueError:
            raise MachineError("the translation server answered with something else than JSON") from None


def translator_of(settings: Settings) -> Translator | None:
    """The deployment's own, None where OUTREACH_TRANSLATE_URL is not set."""
    return LibreTranslate(settings.translate_url, settings.translate_key) if settings.translate_url else None


def draft(translator: Translator, english: str, language: str) -> str:
    """A first draft whose fields and numbers are those of the English. Raises MachineError.

    Other faults that the checks find are left to the person who mends it: she sees them beside the text.
    """
    text = to_plain(translator.translate(english, language)).strip()
    lost = [kept for kept in _KEPT.findall(english) if text.count(kept) < english.count(kept)]
    if lost:
        raise MachineError(f"the machine lost {', '.join(dict.fromkeys(lost))}; write this text yourself")
    faults = [problem.text for problem in check_translation(english, text, language) if "{" in problem.text]
    if faults:
        raise MachineError(f"the machine broke a field ({faults[0]}); write this text yourself")
    return text


def _protect(english: str) -> str:
    """The text as HTML in which everything that must stay is marked so."""
    parts, at = [], 0
    for kept in _KEPT.finditer(english):
        parts += [html.escape(english[at : kept.start()], quote=False)]
        parts += [f'<span translate="no">{html.escape(kept.group(), quote=False)}</span>']
        at = kept.end()
    return "".join([*parts, html.escape(english[at:], quote=False)])


def _unprotect(answer: str) -> str:
    return html.unescape(_TAG.sub("", answer))
