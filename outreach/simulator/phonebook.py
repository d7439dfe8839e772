"""The families' phones that were given a name, a language and words to tap; any other number works too."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

E164 = re.compile(r"\+(?:1[2-9]\d{2}[2-9]\d{6}|(?!1)[1-9]\d{6,14})")
CHIPS = {
    "en": ("FOOD 02139", "TALK", "STOP", "HELP"),
    "es": ("COMIDA", "HABLAR", "ALTO", "AYUDA"),
    "pt": ("COMIDA", "FALAR", "PARAR"),
    "ht": ("MANJE", "PALE", "KANPE"),
}
OTHER_CHIPS = ("1", "2", "HELP", "STOP")


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone on the wall. `language` is a BCP 47 tag or empty; `chips` are ready-made words to send."""

    number: str
    label: str = ""
    language: str = ""
    name: str = ""
    chips: tuple[str, ...] = ()
    registered: bool = True

    @property
    def words(self) -> tuple[str, ...]:
        return self.chips or CHIPS.get(self.language.split("-")[0].lower(), OTHER_CHIPS)


def parse_phone(entry: object) -> Phone:
    """One entry of a phones file: {number, label, language, name, chips}; raises ValueError."""
    if not isinstance(entry, Mapping):
        raise ValueError("a phone is an object with a number")
    number = str(entry.get("number", ""))
    if not E164.fullmatch(number):
        raise ValueError("a phone's number must be E.164, as +16175550123")
    chips = entry.get("chips") or []
    if not isinstance(chips, list):
        raise ValueError("chips must be a list of words")
    label, language, name = (str(entry.get(key) or "") for key in ("label", "language", "name"))
    return Phone(number, label, language, name, tuple(str(chip) for chip in chips))


def load_phones(path: Path) -> list[Phone]:
    """Read a phones file, a JSON list; raises ValueError when it is something else."""
    entries = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(entries, list):
        raise ValueError("a phones file is a JSON list")
    return [parse_phone(entry) for entry in entries]
