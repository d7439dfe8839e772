"""What a wording must keep to, rule by rule: what is found, and what is said about it."""

import re

import pytest

from outreach.languages import SHIPPED
from outreach.wording.checks import check_english, check_translation
from outreach.wording.direction import FSI
from outreach.wording.problems import Check
from outreach.wording.replies import CATEGORY_NAMES, REPLIES
from tests.support.wordings import COMING, LUNCH, SAMPLES, SHOES


def said(english: str, text: str, language: str = "es") -> list[str]:
    return [str(problem) for problem in check_translation(english, text, language)]


def checks(english: str, text: str, language: str = "es") -> set[Check]:
    return {problem.check for problem in check_translation(english, text, language)}


# Placeholders


@pytest.mark.parametrize(
    ("english", "translated", "problems"),
    [
        ("Hi {a}", "Hola {a}", []),
        ("{a} and {b}", "{b} y {a}", []),
        ("{a} and {a}", "{a}", ["{a} stands 1 times here, 2 in the English"]),
        ("Hi", "Hola", []),
        ("Hi {a}", "Hola", ["{a} is missing"]),
        ("Hi", "Hola {a}", ["{a} is not in the English"]),
        ("{a} {b}", "{c}", ["{a} is missing", "{b} is missing", "{c} is not in the English"]),
        ("{date}", "{fecha}", ["{date} is missing", "{fecha} is not in the English"]),
        ("Hi {a}", "Hola {a", ["its braces do not pair"]),
        ("Hi {a}", "Hola a}", ["its braces do not pair"]),
    ],
)
def test_every_brace_of_the_english_stands_in_the_translation(
    english: str, translated: str, problems: list[str]
) -> None:
    assert said(english, translated) == problems


# Numbers, times, days, amounts, phone numbers, links


@pytest.mark.parametrize(
    ("language", "english", "text"),
    [
        ("es", "You will get 4 texts.", "Va a recibir 4 mensajes."),
        ("es", "Ten minutes help.", "Ayudan 10 minutos."),
        ("es", "We open at noon.", "Abrimos a las 12:00."),
        ("es", "Come at 10 AM.", "Venga a las 10:00 a.m."),
        ("es", "Come at 10:00.", "Venga a las 10:00."),
        ("fr", "Come at 3:30 PM.", "Venez à 15 h 30."),
        ("fr", "Come at 10 AM.", "Venez à 10 h 00."),
        ("fr", "It takes 2 hours.", "Il faut 2 h de temps."),
        ("pt_BR", "Come at 3:30 PM.", "Venha às 3h30."),
        ("vi", "Come at 3:30 PM.", "Mời đến lúc 3:30 chiều."),
        ("zh_Hans", "Come on December 5.", "请12月5日来。"),
        ("zh_Hans", "Come on December 5.", "请12月5号来。"),
        ("ar", "Come on December 5.", "تعالوا يوم 5 كانون الأول."),
        ("es", "Come on December 5th.", "Venga el 5 de diciembre."),
        ("fr", "Come on June 1.", "Venez le 1er juin."),
        ("pt_BR", "It costs $12.50.", "Custa US$ 12,50."),
        ("pt_BR", "It costs $1,200.", "Custa $1.200."),
        ("fr", "It costs $5.", "Ça coûte 5,00 $."),
        ("es", "Call 617-555-0142.", "Llame al (617) 555-0142."),
        ("es", "Call 1-833-TLC-MAMA.", "Llame al 1-833-TLC-MAMA."),
        ("es", "See https://example.org/a.", "Vea https://example.org/a"),
        ("es", "Call or text 988.", "Llame al 988 y marque 2, o mande AYUDA al 988."),
        ("es", "Call 988, or text 988.", "Llame o escriba al 988."),
        ("es", "Open 24/7.", "Abierto 24/7."),
    ],
)
def test_facts_may_be_written_as_each_language_writes_them(language: str, english: str, text: str) -> None:
    assert said(english, text, language) == []


@pytest.mark.parametrize(
    ("language", "english", "text", "problem"),
    [
        ("es", "You will get 4 texts.", "Va a recibir cuatro mensajes.", "the number 4 is missing; write it in digits"),
        (
            "es",
            "You will get 4 texts.",
            "Va a recibir 5 mensajes.",
            "the number is 4 in the English and 5 here; write",
        ),
        ("es", "You will get texts.", "Va a recibir 5 mensajes.", "the number 5 is not in the English; take it out"),
        ("es", "Like 02139.", "Como 2139.", "the number is 02139 in the English and 2139 here"),
        ("es", "Come at 3:30 PM.", "Venga a las 3:30 a.m.", "the time is 3:30 PM in the English and 3:30 a.m. here"),
        ("es", "Come at 3:30 PM.", "Venga a las 15:30.", "the time is 3:30 PM in the English and 15:30 here"),
        ("fr", "Come at 3:30 PM.", "Venez à 3 h 30.", "the time is 3:30 PM in the English and 3 h 30 here"),
        ("es", "Come at 10:00.", "Venga a las 10:30.", "the time is 10:00 in the English and 10:30 here"),
        ("es", "On December 5.", "El 6 de diciembre.", "the day is December 5 in the English and 6 de diciembre here"),
        ("es", "On December 5.", "El 5 de enero.", "the day is December 5 in the English and 5 de enero here"),
        ("zh_Hans", "On December 5.", "11月5日。", "the day is December 5 in the English and 11月5日 here"),
        ("es", "It costs $12.50.", "Cuesta $1250.", "the amount is $12.50 in the English and $1250 here"),
        ("es", "It costs $12.50.", "Cuesta 12.50.", "the amount $12.50 is missing; put it in"),
        ("vi", "It costs $250.", "Giá $2.50.", "the amount is $250 in the English and $2.50 here"),
        ("es", "Call 617-555-0142.", "Llame al 617-555-0124.", "the phone number is 617-555-0142 in the English and"),
        ("es", "Call 617-555-0142.", "Llámenos.", "the phone number 617-555-0142 is missing; put it in"),
        ("es", "See https://example.org/a.", "Vea https://exemple.org/a.", "the link is https://example.org/a in the"),
        ("es", "See example.org.", "Vea example.com.", "the link is example.org in the English and example.com here"),
        ("es", "Call 988.", "Llame al 989.", "the number is 988 in the English and 989 here; write 988"),
        ("es", "Call us.", "Marque 2.", "the number 2 is not in the English; take it out"),
    ],
)
def test_a_changed_fact_is_named(language: str, english: str, text: str, problem: str) -> None:
    assert any(line.startswith(problem) for line in said(english, text, language)), said(english, text, language)


@pytest.mark.parametrize(
    ("language", "text", "says"),
    [
        ("ar", "خلال ١٥ دقيقة.", "write 15 instead of ١٥: families' texts use 0 to 9"),
        ("km", "ក្នុង ១៥ នាទី។", "write 15 instead of ១៥: families' texts use 0 to 9"),
        ("zh_Hans", "需要１５分钟。", "write 15 instead of １５: families' texts use 0 to 9"),
    ],
)
def test_digits_of_other_scripts_count_as_digits_and_are_named(language: str, text: str, says: str) -> None:
    assert said("In 15 minutes.", text, language) == [says]


# Characters and price


@pytest.mark.parametrize(
    ("character", "says"),
    [
        ("\u00a0", "a no-break space (U+00A0)"),
        ("\u202f", "a narrow no-break space (U+202F)"),
        ("\u200b", "a zero-width space (U+200B)"),
        ("\ufeff", "a byte order mark (U+FEFF)"),
        ("\u200f", "a direction mark (U+200F)"),
        ("\u0007", "an invisible character (U+0007)"),
        ("\u2003", "an invisible character (U+2003)"),
        (FSI, "an invisible character (U+2068)"),
    ],
)
@pytest.mark.parametrize("language", ["es", "ht", "vi"])
def test_invisible_characters_are_named_with_their_place(language: str, character: str, says: str) -> None:
    problems = said("Come today.", f"Bon{character} bon.", language)
    assert any(line.startswith(f'{says} stands after "Bon') for line in problems), problems


def test_accents_stored_apart_are_named() -> None:
    assert checks("Come today.", "Venga ma\u006e\u0303ana.") == {Check.CHARACTER}


@pytest.mark.parametrize(
    ("language", "text", "says"),
    [
        ("es", "Hoy – mañana", "– makes this text dearer; write -"),
        ("es", "Hoy…", "… makes this text dearer; write ..."),
        ("fr", "l’école", "’ makes this text dearer; write '"),
        ("pt_BR", "“olá”", '“ makes this text dearer; write "'),
        ("ht", "Èske w ap vini?", "È makes this text dearer; write E"),
        ("ht", "çok", "ç makes this text dearer; write c"),
        ("so", "Kaalay 🎈", "🎈 makes this text dearer; write something else, or nothing"),
    ],
)
def test_a_character_that_makes_a_text_dearer_is_named_with_its_plain_form(language: str, text: str, says: str) -> None:
    problems = check_translation("Hi all!", text, language)
    assert says in map(str, problems)
    assert not any(problem.stops for problem in problems)


def test_letters_a_language_needs_and_marks_of_dear_scripts_are_left_alone() -> None:
    assert said("Come today!", "¡Venga mañana, mamá!") == []
    assert said("Come today!", "Vini jodi a, papa, tè, kò, ekri è!", "ht") == []
    assert said("Come today!", "Venez aujourd'hui, ça va être bien!", "fr") == []
    assert said("Come “today”!", "今天来——“好”……", "zh_Hans") == []


def test_english_names_what_makes_it_dearer() -> None:
    assert [str(problem) for problem in check_english("It’s free.")] == ["’ makes this text dearer; write '"]


# Scripts


@pytest.mark.parametrize(
    ("language", "text", "says"),
    [
        ("es", "Hol\u0430 familia", "is Cyrillic (U+0430)"),
        ("es", "C\u03bfmida gratis", "is Greek (U+03BF)"),
        ("fr", "\u0131ci", "is another Latin letter (U+0131)"),
        ("es", "Com1da gratis", '"Com1da" has a digit among its letters'),
        ("ar", "أهلا ب\u06a9م", "is another Arabic letter (U+06A9)"),
        ("zh_Hans", "今天請来", "is another Han letter (U+8ACB)"),
        ("zh_Hans", "今天⼈来", "is another Han letter (U+2F08)"),
        ("km", "សូម\u0e01មក", "is Thai (U+0E01)"),
        ("km", "សូnមមក", "mixes Latin letters into a word"),
        ("ar", "Taalu ila al-madrasa", "this does not look like Arabic"),
        ("km", "Som mok", "this does not look like Khmer"),
        ("es", "Приходите", "is Cyrillic"),
    ],
)
def test_letters_that_do_not_belong_are_named(language: str, text: str, says: str) -> None:
    assert any(says in line for line in said("Please come.", text, language)), said("Please come.", text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh_Hans", "请回复TALK或致电。"),
        ("ar", "أرسلوا TALK والرمز ZIP code."),
        ("km", "សូមផ្ញើTALK។"),
        ("es", "El H1N1 de Škoda"),
        ("ru", "Напишите нам TALK."),
        ("am", "ነገ ይምጡ TALK"),
    ],
)
def test_names_and_keywords_of_the_english_may_stand_in_any_script(language: str, text: str) -> None:
    assert Check.SCRIPT not in checks("Text TALK about H1N1 to Škoda.", text, language)


# English left behind, length


@pytest.mark.parametrize(
    ("english", "text"),
    [
        (LUNCH, LUNCH),
        ("It is free for everyone. Come today.", "Es gratis. It is free for everyone."),
        ("Please come to school today with your family.", "Venga come to school today con todos."),
        ("Thank you. Good day.", "Thank you. Buen día."),
        ("Immigration help", "Immigration help"),
        ("Food", "Food"),
        ("{category} near {zip}:", "{category} near {zip}:"),
    ],
)
def test_english_left_in_a_translation_is_named(english: str, text: str) -> None:
    assert Check.ENGLISH in checks(english, text)


@pytest.mark.parametrize(
    ("language", "english", "text"),
    [
        ("fr", "Immigration", "Immigration"),
        ("es", "{category}:", "{category}:"),
        ("es", "The Boys and Girls Club of Lawrence invites you.", "The Boys and Girls Club of Lawrence les invita."),
        ("es", "Text your ZIP code.", "Mande su ZIP code."),
        ("ht", "Call and say Haitian Creole.", 'Rele epi di "Haitian Creole".'),
    ],
)
def test_names_and_cognates_are_no_english(language: str, english: str, text: str) -> None:
    assert Check.ENGLISH not in checks(english, text, language)


def test_a_length_that_makes_one_wonder_is_advice() -> None:
    english = "Please come to our school on the day of the fair with all your family and friends."
    for text, says in (("Venga.", "much shorter"), ("Venga " * 50, "much longer")):
        (problem,) = check_translation(english, text, "es")
        assert str(problem).startswith(says)
        assert not problem.stops
    assert said(english, "开放日请带全家和朋友来学校。", "zh_Hans") == []


# All of it together


@pytest.mark.parametrize("english", [SHOES, LUNCH, COMING, *REPLIES.values(), *CATEGORY_NAMES.values()])
def test_our_english_keeps_to_the_rules(english: str) -> None:
    assert [str(problem) for problem in check_english(english)] == []
    assert check_translation(english, english, "en") == check_english(english)


def test_every_language_has_samples() -> None:
    assert {*SAMPLES, "en"} == set(SHIPPED)


def test_what_is_said_is_for_people() -> None:
    for problem in check_translation(SHOES, SHOES.replace("{place}", "").replace("PM", "\u00a0"), "es"):
        assert not re.search(r"None|\\x|Check\.|\bNFC\b(?!\))", str(problem))
