"""The languages we know: codes, names, direction, and the many ways an export spells them.

What is shipped has its wording under locales/. The others are known so that a roster's families keep the language
they read: a campaign then asks what to do for them. A deployment speaks one more by a folder locales/CODE and a code
in OUTREACH_LANGUAGES.
"""

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


_LANGUAGES = (
    Language("en", "en", "English", "English", aliases=("eng", "en-us", "inglés", "anglais")),
    Language("es", "es", "Español", "Spanish", aliases=(
        "spa", "es-us", "es-419", "es-mx", "castellano", "castilian", "spanish; castilian", "spanish (mexico)")),
    Language(
        "pt_BR",
        "pt-BR",
        "Português",
        "Portuguese",
        aliases=("pt", "por", "pt-pt", "brazilian", "brazilian portuguese", "portuguese (brazil)",
                 "português (brasil)"),
    ),
    Language(
        "ht",
        "ht",
        "Kreyòl ayisyen",
        "Haitian Creole",
        aliases=("hat", "kreyol", "kreyòl", "haitian", "creole", "haitian-creole", "ht-ht",
                 "kreyol ayisyen", "creole (haitian)", "haitian; haitian creole"),
    ),
    Language("fr", "fr", "Français", "French", aliases=("fra", "fre", "fr-ca", "fr-fr")),
    Language("vi", "vi", "Tiếng Việt", "Vietnamese", aliases=("vie", "vi-vn", "tieng viet")),
    Language(
        "zh_Hans",
        "zh-Hans",
        "中文",
        "Chinese",
        aliases=("zh", "zho", "chi", "zh-cn", "zh-sg", "zh-hans-cn", "mandarin", "mandarin chinese", "cantonese",
                 "simplified chinese", "chinese, simplified", "chinese (simplified)", "简体中文"),
    ),
    Language("ar", "ar", "العربية", "Arabic", direction="rtl", aliases=("ara", "ar-eg", "ar-sa")),
    Language("so", "so", "Soomaali", "Somali", aliases=("som", "so-so", "af soomaali")),
    Language("km", "km", "ខ្មែរ", "Khmer", aliases=("khm", "km-kh", "cambodian", "central khmer")),
    # Known, and not shipped.
    Language("kea", "kea", "Kabuverdianu", "Cape Verdean Creole", aliases=(
        "cpv", "cape verdean", "cabo verdean", "cape verdean kriolu", "kriolu", "crioulo", "caboverdiano", "criolo")),
    Language("zh_Hant", "zh-Hant", "繁體中文", "Chinese (traditional)", aliases=(
        "zh-tw", "zh-hk", "zh-mo", "traditional chinese", "chinese traditional")),
    Language("am", "am", "አማርኛ", "Amharic", aliases=("amh",)),
    Language("bn", "bn", "বাংলা", "Bengali", aliases=("ben", "bangla")),
    Language("fa_AF", "fa-AF", "دری", "Dari", "rtl", aliases=("prs", "fa", "fas", "per", "persian", "farsi")),
    Language("gu", "gu", "ગુજરાતી", "Gujarati", aliases=("guj",)),
    Language("hi", "hi", "हिन्दी", "Hindi", aliases=("hin",)),
    Language("it", "it", "Italiano", "Italian", aliases=("ita",)),
    Language("ja", "ja", "日本語", "Japanese", aliases=("jpn",)),
    Language("ko", "ko", "한국어", "Korean", aliases=("kor",)),
    Language("lo", "lo", "ລາວ", "Lao", aliases=("laotian",)),
    Language("my", "my", "မြန်မာ", "Burmese", aliases=("mya", "bur", "myanmar")),
    Language("ne", "ne", "नेपाली", "Nepali", aliases=("nep",)),
    Language("pl", "pl", "Polski", "Polish", aliases=("pol",)),
    Language("ps", "ps", "پښتو", "Pashto", "rtl", aliases=("pus", "pushto")),
    Language("ru", "ru", "Русский", "Russian", aliases=("rus",)),
    Language("rw", "rw", "Ikinyarwanda", "Kinyarwanda", aliases=("kin",)),
    Language("sq", "sq", "Shqip", "Albanian", aliases=("sqi", "alb")),
    Language("sw", "sw", "Kiswahili", "Swahili", aliases=("swa", "swh")),
    Language("ti", "ti", "ትግርኛ", "Tigrinya", aliases=("tir",)),
    Language("tl", "tl", "Tagalog", "Tagalog", aliases=("tgl", "fil", "filipino")),
    Language("uk", "uk", "Українська", "Ukrainian", aliases=("ukr",)),
    Language("ur", "ur", "اردو", "Urdu", "rtl", aliases=("urd",)),
)  # fmt: skip
LANGUAGES = {language.code: language for language in _LANGUAGES}
SHIPPED = ("en", "es", "pt_BR", "ht", "fr", "vi", "zh_Hans", "ar", "so", "km")


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
