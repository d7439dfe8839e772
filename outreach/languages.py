"""The languages a deployment speaks: codes, names, direction, and the many ways an export spells them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """One language. `code` names its folder under locales/; `tag` is its BCP 47 tag for web pages."""

    code: str
    tag: str
    name: str  # its own name
    english: str
    direction: str = "ltr"
    aliases: tuple[str, ...] = ()


LANGUAGES = {
    language.code: language
    for language in (
        Language("en", "en", "English", "English", aliases=("eng", "en-us", "inglés", "anglais")),
        Language("es", "es", "Español", "Spanish", aliases=("spa", "es-us", "es-419", "es-mx", "castellano")),
        Language(
            "pt_BR",
            "pt-BR",
            "Português",
            "Portuguese",
            aliases=("pt", "por", "pt-pt", "brazilian", "brazilian portuguese", "portuguese (brazil)"),
        ),
        Language(
            "ht",
            "ht",
            "Kreyòl ayisyen",
            "Haitian Creole",
            aliases=("hat", "kreyol", "kreyòl", "haitian", "creole", "haitian-creole", "ht-ht"),
        ),
        Language("fr", "fr", "Français", "French", aliases=("fra", "fre", "fr-ca", "fr-fr")),
        Language("vi", "vi", "Tiếng Việt", "Vietnamese", aliases=("vie", "vi-vn")),
        Language(
            "zh_Hans",
            "zh-Hans",
            "中文",
            "Chinese",
            aliases=("zh", "zho", "chi", "zh-cn", "zh-sg", "mandarin", "cantonese", "simplified chinese"),
        ),
        Language("ar", "ar", "العربية", "Arabic", direction="rtl", aliases=("ara", "ar-eg", "ar-sa")),
        Language("so", "so", "Soomaali", "Somali", aliases=("som", "so-so", "af soomaali")),
        Language("km", "km", "ខ្មែរ", "Khmer", aliases=("khm", "km-kh", "cambodian")),
    )
}


def _key(name: str) -> str:
    return " ".join(name.strip().casefold().replace("_", "-").split())


_BY_NAME = {
    _key(name): language.code
    for language in LANGUAGES.values()
    for name in (language.code, language.tag, language.name, language.english, *language.aliases)
}


def find_language(name: str) -> str | None:
    """The code for a name, tag or ISO 639 code as exports write them ("Spanish", "spa", "pt-BR"), or None."""
    return _BY_NAME.get(_key(name))
