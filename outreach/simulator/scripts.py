"""Which language and direction a text on a phone has, by its letters: enough for `lang` and `dir`."""

import unicodedata

BY_SCRIPT = {
    "ARABIC": "ar",
    "HEBREW": "he",
    "CYRILLIC": "ru",
    "CJK": "zh",
    "HANGUL": "ko",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "KHMER": "km",
    "DEVANAGARI": "ne",
    "ETHIOPIC": "am",
    "MYANMAR": "my",
    "BENGALI": "bn",
    "THAI": "th",
    "LATIN": "en",
}
SHARED = {
    "ARABIC": {"ar", "fa", "ps", "ur", "ckb"},
    "CYRILLIC": {"ru", "uk", "bg", "sr"},
    "CJK": {"zh", "ja", "yue"},
    "DEVANAGARI": {"ne", "hi", "mr"},
    "ETHIOPIC": {"am", "ti"},
}
RIGHT_TO_LEFT = {"ar", "fa", "ps", "ur", "he", "ckb", "ug", "sd", "yi", "dv"}
OWN_NAMES = {
    "en": "English", "es": "Español", "pt": "Português", "ht": "Kreyòl ayisyen", "fr": "Français",
    "vi": "Tiếng Việt", "zh": "中文", "ar": "العربية", "km": "ខ្មែរ", "so": "Soomaali", "ne": "नेपाली",
    "sw": "Kiswahili", "kea": "Kabuverdianu", "ru": "Русский", "uk": "Українська", "ps": "پښتو",
    "fa": "فارسی", "ti": "ትግርኛ", "am": "አማርኛ", "my": "မြန်မာ", "tl": "Tagalog",
}  # fmt: skip


def script_of(text: str) -> str | None:
    """The script of the first letter, by its Unicode name; None for a text without letters."""
    for character in text:
        if character.isalpha():
            first = unicodedata.name(character, "").split(" ")[0]
            return first if first in BY_SCRIPT else None
    return None


def language_of(text: str, preferred: str = "") -> str:
    """A BCP 47 tag for a text: the phone's own where the letters allow it, else the script's usual one."""
    script = script_of(text)
    base = preferred.split("-")[0].lower()
    if script is None:
        return preferred
    if script == "LATIN":
        foreign = any(base in tags for tags in SHARED.values()) or base in set(BY_SCRIPT.values()) - {"en"}
        return "en" if foreign else preferred
    return preferred if base in SHARED.get(script, {BY_SCRIPT[script]}) else BY_SCRIPT[script]


def direction_of(language: str) -> str:
    return "rtl" if language.split("-")[0].lower() in RIGHT_TO_LEFT else "ltr"


def own_name(language: str) -> str:
    """The language in its own words, or its tag."""
    return OWN_NAMES.get(language.split("-")[0].lower(), language)
