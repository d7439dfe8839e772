"""The words families are told to send: known ones in every language, and none that carriers take for themselves."""

import pytest

from outreach.wording.checks import check_english, check_translation
from outreach.wording.problems import Check


def said(english: str, text: str, language: str = "es") -> list[str]:
    return [str(problem) for problem in check_translation(english, text, language)]


def checks(english: str, text: str, language: str = "es") -> set[Check]:
    return {problem.check for problem in check_translation(english, text, language)}


# Keywords


@pytest.mark.parametrize(
    ("language", "english", "text"),
    [
        ("es", "Text TALK.", "Escriba HABLAR."),
        ("es", "Text TALK.", "Escriba LLAMAR."),
        ("es", "Text TALK.", "Escriba TALK."),
        ("es", "Text TALK.", 'Escriba "hablar".'),
        ("es", "Text STOP to stop.", "Para parar: PARAR."),
        ("ar", "Text FOOD and your ZIP.", "أرسلوا «طعام» والرمز البريدي."),
        ("ar", "Text FOOD and your ZIP.", "أرسلوا FOOD والرمز البريدي."),
        ("zh_Hans", "Text FOOD and your ZIP.", "请回复“食物”和邮编。"),
        ("zh_Hans", "Text FOOD and your ZIP.", "请回复FOOD和邮编。"),
        ("km", "Text TALK.", "សូមផ្ញើ TALK។"),
        ("vi", "Text FOOD and your ZIP.", "Nhắn THỰC PHẨM và mã ZIP."),
        ("es", "We ask your ZIP. TV is fine.", "Pedimos su ZIP. La TV va bien."),
        ("es", "Text FOOD for food, TALK for a call.", "Escriba COMIDA para comida, HABLAR para una llamada."),
    ],
)
def test_a_keyword_may_be_any_word_the_service_knows_there(language: str, english: str, text: str) -> None:
    assert said(english, text, language) == []


@pytest.mark.parametrize(
    ("language", "english", "text", "problem"),
    [
        (
            "es",
            "Text TALK.",
            "Escríbanos.",
            "the keyword TALK is missing; write LLAMAR or TALK, in capitals",
        ),
        (
            "es",
            "Text TALK.",
            "Escriba PLATICAR.",
            "the keyword TALK is missing; the service does not know PLATICAR",
        ),
        ("es", "Text TALK.", "Escriba COMIDA.", "the keyword TALK is missing"),
        (
            "vi",
            "Text TALK.",
            "Nhắn GỘI.",
            "the keyword TALK is missing; the service does not know GỘI; write GỌI",
        ),
        (
            "zh_Hans",
            "Text TALK and we call.",
            "请发送信息，我们会打电话。",
            "the keyword TALK is missing; write 电话 or TALK",
        ),
        (
            "ar",
            "Text FOOD.",
            "أرسلوا طعام.",
            "the keyword FOOD is missing; write طعام or FOOD",
        ),
        ("es", "Text DENTAL, like DENTAL 02139.", "Escriba DENTAL, como DNTAL 02139.", "the keyword DENTAL is missing"),
        (
            "es",
            "Text 1 if yes, 2 if no.",
            "Responda 2 si viene, 1 si no.",
            "the answers stand in the order 1, 2 in",
        ),
        ("es", "Call or text 988.", "Llame al 988 o mande PLATICAR al 988.", "988 may not know PLATICAR"),
    ],
)
def test_a_lost_or_unknown_keyword_is_named_with_words_that_work(
    language: str, english: str, text: str, problem: str
) -> None:
    assert any(line.startswith(problem) for line in said(english, text, language)), said(english, text, language)


def test_keywords_in_another_order_are_worth_a_look_and_stop_nothing() -> None:
    english = "Text FOOD for food, TALK for a call."
    (problem,) = check_translation(english, "Escriba HABLAR para comida, COMIDA para una llamada.", "es")
    assert (problem.check, problem.stops) == (Check.ORDER, False)


def test_the_english_tells_only_words_the_service_knows() -> None:
    assert [str(problem) for problem in check_english("Text BINGO to win.")] == [
        "families are told to text BINGO, which the service does not know; use a keyword such as TALK"
    ]
    assert check_english("Text TALK. Our TV team, the ABC club, likes PARENT nights.") == []


# Reserved words


@pytest.mark.parametrize(
    "text",
    [
        "Text STOP to stop.",
        "Text STOP at any time to stop.",
        "If you want them again, text START.",
        "To stop all our texts, text STOP.",
        "To get them again, text START {word}.",
        "Text HELP to see what you can ask.",
        "Text FOOD for food near you, TALK for a call, HELP for more.",
        "Text STOP.",
        "To reach them, text START to 88788.",
        "Yes, it is free. We need your help to start. End of the day: 5 PM. No need to cancel.",
        "If you can help, text TALK.",
    ],
)
def test_reserved_words_may_be_told_in_their_own_meaning(text: str) -> None:
    assert check_english(text) == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Reply YES if you will come.", "YES"),
        ("Reply yes if you will come.", "YES"),
        ("Text 'cancel' to cancel the visit.", "CANCEL"),
        ("Will you come? YES or 2.", "YES"),
        ("Text CANCEL to cancel your seat.", "CANCEL"),
        ("Text END to stop.", "END"),
        ("Text INFO for more.", "INFO"),
        ("Text STOP if you cannot come.", "STOP"),
        ("If you cannot come, text STOP.", "STOP"),
        ("Text STOP to cancel your visit.", "STOP"),
        ("If you will come, text START.", "START"),
        ("Text HELP if you need a ride.", "HELP"),
        ("TEXT YES IF YOU WILL COME.", "YES"),
    ],
)
def test_a_reserved_word_asked_for_as_an_answer_is_named(text: str, word: str) -> None:
    problems = check_english(text)
    assert [problem.check for problem in problems] == [Check.RESERVED]
    assert str(problems[0]).startswith(f"{word} cannot be asked for as an answer: it ")


@pytest.mark.parametrize("text", ["Responda YES si viene.", "Responda yes si viene.", "Para cancelar: CANCEL."])
def test_a_translation_brings_no_reserved_word_of_its_own(text: str) -> None:
    assert checks("Will you come?", text) == {Check.RESERVED}


def test_a_translation_has_a_reserved_word_no_more_often_than_the_english() -> None:
    english = "Text 1 if you cannot come. Text STOP to stop."
    assert said(english, "Responda 1 si no puede. Para parar: STOP.") == []
    assert checks(english, "Responda 1 o STOP si no puede. Para parar: STOP.") == {Check.RESERVED}
