"""Ways to damage a translation, as hurried people and broken tools do it. Each gives the damaged text, or None."""

import re
import unicodedata
from collections.abc import Callable
from random import Random

import regex

from outreach.incoming.intent import recognise
from outreach.incoming.vocabulary import load_vocabulary
from outreach.setting_values import PACKAGE
from outreach.wording.direction import FSI, PDI
from tests.support.wordings import Worded

BRACES = re.compile(r"\{\w+\}")
LINK = re.compile(r"https?://[\w./-]+\w|\w+@\w+\.\w+", re.ASCII)
PHONE = re.compile(r"\(?\d{3}\)?[ -]\d{3}-\d{4}")
CAPITALS = regex.compile(r"(?<!\p{Latin})\p{Lu}{2,}(?: \p{Lu}{2,})*(?!\p{Latin})|(?<=[“«])[^”»]+(?=[”»])")
NUMBER = re.compile(r"(?<![\d.,:/-])\d+(?![\d.,:/-])")
OTHER_WORDS = ("TALK", "FOOD", "HOUSING", "JOBS", "STOP")
ANSWERS = ("YES", "CANCEL", "END", "QUIT", "INFO", "UNSUBSCRIBE", "START", "HELP", "STOP")
ASK = {
    "es": "Responda {}.", "pt_BR": "Responda {}.", "ht": "Reponn {}.", "fr": "Répondez {}.", "vi": "Trả lời {}.",
    "zh_Hans": "请回复{}。", "ar": "أجيبوا {}.", "so": "Ku jawaab {}.", "km": "សូមឆ្លើយ {} ។",
}  # fmt: skip
TWINS = {
    "ar": dict(zip("كيه", "کیہ", strict=True)),
    "zh_Hans": dict(
        zip("请时来问们会间发复费无学医疗为人日月一子大", "請時來問們會間發復費無學醫療為⼈⽇⽉⼀⼦⼤", strict=True)
    ),
    "km": dict(zip("រកបាេ", "ร\u0e01บา\u0e40", strict=True)),
}  # fmt: skip
LATIN_TWINS = dict(zip("aeopcxyiAEOPCTBHMK", "аеорсхуіАЕОРСТВНМК", strict=True))
NATIVE = {"ar": 0x0660, "km": 0x17E0, "zh_Hans": 0xFF10}
HALVES = {
    "es": (" p.m.", " a.m."), "pt_BR": (" PM", " AM"), "ht": ("apremidi", "dimaten"), "vi": (" CH", " SA"),
    "zh_Hans": ("下午", "上午"), "ar": (" م،", " ص،"), "so": (" GD", " GH"), "km": (" PM", " AM"),
    "fr": ("15 h", "3 h"),
}  # fmt: skip

Mutation = Callable[[Worded, Random], str | None]


Match = re.Match[str] | regex.Match[str]


def _pick(pattern: re.Pattern[str] | regex.Pattern[str], text: str, random: Random) -> Match | None:
    found: list[Match] = list(pattern.finditer(text))
    return random.choice(found) if found else None


def _replace(text: str, match: Match, new: str) -> str:
    return text[: match.start()] + new + text[match.end() :]


def _outside_braces(text: str, pattern: str) -> list[int]:
    inside = {place for match in BRACES.finditer(text) for place in range(*match.span())}
    return [match.start() for match in re.finditer(pattern, text) if match.start() not in inside]


def drop_placeholder(worded: Worded, random: Random) -> str | None:
    match = _pick(BRACES, worded.text, random)
    return match and _replace(worded.text, match, "")


def double_placeholder(worded: Worded, random: Random) -> str | None:
    match = _pick(BRACES, worded.text, random)
    return match and _replace(worded.text, match, f"{match[0]} {match[0]}")


def translate_placeholder(worded: Worded, random: Random) -> str | None:
    match = _pick(BRACES, worded.text, random)
    return match and _replace(worded.text, match, random.choice(("{lugar}", "{fecha}", "{nombre}", "{", "}")))


def change_digit(worded: Worded, random: Random) -> str | None:
    places = _outside_braces(worded.text, "[0-9]")
    if not places:
        return None
    place = random.choice(places)
    digit = random.choice([digit for digit in "0123456789" if digit != worded.text[place]])
    return worded.text[:place] + digit + worded.text[place + 1 :]


def swap_two_digits(worded: Worded, random: Random) -> str | None:
    """As tired hands do: 02139 becomes 02193."""
    places = [
        place
        for place in _outside_braces(worded.text, "[0-9](?=[0-9])")
        if worded.text[place] != worded.text[place + 1]
    ]
    if not places:
        return None
    place = random.choice(places)
    return worded.text[:place] + worded.text[place + 1] + worded.text[place] + worded.text[place + 2 :]


def drop_number(worded: Worded, random: Random) -> str | None:
    match = _pick(NUMBER, worded.text, random)
    return match and _replace(worded.text, match, "")


def change_link(worded: Worded, random: Random) -> str | None:
    match = _pick(LINK, worded.text, random)
    if match is None:
        return None
    ways = (
        lambda link: link.replace("example", "exemple"),
        lambda link: link.replace(".org", ".com"),
        lambda link: link.replace("fair", "feria"),
        lambda link: link.replace("https", "http") if "https" in link else link[:-1],
        lambda _link: "",
    )
    return _replace(worded.text, match, random.choice(ways)(match[0]))


def change_phone(worded: Worded, random: Random) -> str | None:
    match = _pick(PHONE, worded.text, random)
    if match is None:
        return None
    digits = [place for place, character in enumerate(match[0]) if character.isdigit()]
    place = random.choice(digits)
    other = random.choice([digit for digit in "0123456789" if digit != match[0][place]])
    return _replace(worded.text, match, match[0][:place] + other + match[0][place + 1 :])


def drop_phone(worded: Worded, random: Random) -> str | None:
    match = _pick(PHONE, worded.text, random)
    return match and _replace(worded.text, match, "")


def exchange_keyword(worded: Worded, random: Random) -> str | None:
    """Another keyword than the one that is told."""
    match = _pick(CAPITALS, _without_places(worded), random)
    if match is None or meaning(match[0], worded.language) is None:
        return None
    words = [w for w in OTHER_WORDS if meaning(w, worded.language) != meaning(match[0], worded.language)]
    return _replace(worded.text, match, random.choice(words))


def misspell_keyword(worded: Worded, random: Random) -> str | None:
    """A keyword with a letter lost, doubled into another, or two exchanged. What the service still takes for the
    same word, as a keyword and not by guessing at a typo, is no damage."""
    match = _pick(CAPITALS, _without_places(worded), random)
    if match is None or meaning(match[0], worded.language) is None:
        return None
    word, place = match[0], random.randrange(len(match[0]) - 1)
    wrong = random.choice(
        (
            word[:place] + word[place + 1 :],
            word[:place] + word[place + 1] + word[place] + word[place + 2 :],
            word[:place] + random.choice("XZWKJ") + word[place + 1 :],
        )
    )
    if meaning(wrong, worded.language) == meaning(word, worded.language):
        return None
    return _replace(worded.text, match, wrong)


def translate_keyword_wrongly(worded: Worded, random: Random) -> str | None:
    """A word that sounds right and that the service does not know."""
    match = _pick(CAPITALS, _without_places(worded), random)
    if match is None or meaning(match[0], worded.language) is None:
        return None
    words = {"es": "PLATICAR", "pt_BR": "PAPEAR", "ht": "DISKITE", "fr": "CAUSER", "so": "SHEEKAYSO"}
    wrong = words.get(worded.language, "XIN")
    return None if meaning(wrong, worded.language) else _replace(worded.text, match, wrong)


def leave_sentence(worded: Worded, random: Random) -> str | None:
    """One sentence of the English, in place of one of the translation or beside them."""
    sentences = [part for part in re.split(r"(?<=[.!?])\s+", worded.english) if _is_sentence(part)]
    if not sentences:
        return None
    left = random.choice(sentences)
    parts = re.split(r"(?<=[.!?。؟។])\s*", worded.text)
    parts[random.randrange(len(parts))] = left
    return " ".join(parts) if random.random() < 0.5 else f"{worded.text} {left}"


def _is_sentence(part: str) -> bool:
    return len(re.findall(r"\b[A-Za-z]?[a-z']+\b", BRACES.sub("", part))) >= 2


def leave_all(worded: Worded, random: Random) -> str | None:
    return worded.english if _is_sentence(worded.english) else None


def leave_words(worded: Worded, random: Random) -> str | None:
    """A run of five or six English words in the middle."""
    runs = re.findall(r"(?:\b[a-z]+\b ){4,5}\b[a-z]+\b", worded.english)
    if not runs:
        return None
    place = random.choice([match.start() for match in re.finditer(r" |(?<=[。，])", worded.text)] or [0])
    return f"{worded.text[:place]} {random.choice(runs)} {worded.text[place:]}"


def mix_letters(worded: Worded, random: Random) -> str | None:
    twins = TWINS.get(worded.language, LATIN_TWINS)
    places = [
        p for p in _outside_braces(worded.text, r"\w") if worded.text[p] in twins and not _in_link(worded.text, p)
    ]
    if not places:
        return None
    place = random.choice(places)
    return worded.text[:place] + twins[worded.text[place]] + worded.text[place + 1 :]


def _in_link(text: str, place: int) -> bool:
    return any(match.start() <= place < match.end() for match in LINK.finditer(text))


def ask_for_reserved_word(worded: Worded, random: Random) -> str | None:
    asked = ASK[worded.language].format(random.choice(ANSWERS))
    return random.choice((f"{worded.text} {asked}", f"{asked} {worded.text}"))


def answer_with_reserved_word(worded: Worded, random: Random) -> str | None:
    """YES in place of 1."""
    match = _pick(re.compile(r"(?<![\w.,:/-])[12](?![\w.,:/-])", re.ASCII), worded.text, random)
    return match and _replace(worded.text, match, random.choice(("YES", "CANCEL", "QUIT", "yes")))


def swap_answers(worded: Worded, random: Random) -> str | None:
    if "Text 1" not in worded.english or "2" not in worded.english:
        return None
    swapped = re.sub(r"(?<![\d$.,:-])[12](?![\d.,:/])", lambda m: "2" if m[0] == "1" else "1", worded.text)
    return None if swapped == worded.text else swapped


def drop_isolate(worded: Worded, random: Random) -> str | None:
    marks = [place for place, mark in enumerate(worded.text) if mark in (FSI, PDI)]
    if not marks:
        return None
    place = random.choice(marks)
    alone = worded.text[:place] + worded.text[place + 1 :]
    return random.choice((alone, worded.text.replace(FSI, "").replace(PDI, "")))


def add_invisible(worded: Worded, random: Random) -> str | None:
    place = random.randrange(len(worded.text))
    return worded.text[:place] + random.choice("\u00a0\u202f\u200b\ufeff\u200f\u00ad") + worded.text[place:]


def write_native_digits(worded: Worded, random: Random) -> str | None:
    zero = NATIVE.get(worded.language)
    if zero is None or not _outside_braces(worded.text, "[0-9]"):
        return None
    return re.sub("[0-9]", lambda digit: chr(zero + int(digit[0])), worded.text)


def decompose(worded: Worded, random: Random) -> str | None:
    return unicodedata.normalize("NFD", worded.text)


def exchange_halves_of_the_day(worded: Worded, random: Random) -> str | None:
    late, early = HALVES[worded.language]
    return worded.text.replace(late, early) if "3:30 PM" in worded.english else None


def lose_decimal(worded: Worded, random: Random) -> str | None:
    return re.sub(r"(\d)[.,](\d)", r"\1\2", worded.text) if "$" in worded.english else None


def exchange_month(worded: Worded, random: Random) -> str | None:
    months = {
        "es": ("diciembre", "noviembre"), "pt_BR": ("dezembro", "novembro"), "ht": ("desanm", "novanm"),
        "fr": ("décembre", "novembre"), "vi": ("tháng 12", "tháng 11"), "zh_Hans": ("12月", "11月"),
        "ar": ("ديسمبر", "نوفمبر"), "so": ("Diseembar", "Noofeembar"), "km": ("ធ្នូ", "វិច្ឆិកា"),
    }  # fmt: skip
    right, wrong = months[worded.language]
    return worded.text.replace(right, wrong) if "December" in worded.english else None


def _without_places(worded: Worded) -> str:
    """The text with its braces blanked, so that keywords keep their places."""
    return BRACES.sub(lambda match: " " * len(match[0]), worded.text)


def meaning(word: str, language: str) -> tuple[str, str] | None:
    """What the router makes of a keyword, exactly as written: a guess at a misspelled word is none."""
    intent = recognise(word, load_vocabulary(PACKAGE.parent / "locales"), contact_language=language)
    if intent.route == "unknown" or "one letter away" in intent.reason:
        return None
    return str(intent.route), str(intent.args.get("category") or intent.args.get("series") or "")


MUTATIONS: tuple[Mutation, ...] = (
    drop_placeholder, double_placeholder, translate_placeholder, change_digit, swap_two_digits, drop_number,
    change_link, change_phone, drop_phone, exchange_keyword, misspell_keyword, translate_keyword_wrongly,
    leave_sentence, leave_all, leave_words, mix_letters, ask_for_reserved_word, answer_with_reserved_word, swap_answers,
    drop_isolate, add_invisible, write_native_digits, decompose, exchange_halves_of_the_day, lose_decimal,
    exchange_month,
)  # fmt: skip
