"""Answers to lists and questions of ours, and topics beside a stop: pure, in ten languages."""

from pathlib import Path

import pytest

from outreach.incoming.entries import Kind
from outreach.incoming.intent import Intent, Route, recognise
from outreach.incoming.menus import CALLBACK_TIME, DAY_PARTS, LISTINGS, RSVP
from outreach.incoming.optout import CARRIER_STOP
from outreach.incoming.vocabulary import Vocabulary, load_vocabulary

LOCALES = Path(__file__).parents[2] / "locales"


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary(LOCALES)


def read(vocabulary: Vocabulary, text: str, *pending: str, last: str | None = None) -> Intent:
    return recognise(text, vocabulary, pending=frozenset(pending), numbers=last)


def words(vocabulary: Vocabulary, route: str) -> list[tuple[str, str, str | None]]:
    kinds = (Kind.KEYWORD, Kind.WORD)
    return [
        (entry.language, entry.text, entry.detail)
        for entry in vocabulary.entries
        if entry.route == route and entry.kind in kinds
    ]


@pytest.mark.parametrize(
    ("text", "args"),
    [
        ("2", {"listing": "2"}),
        (" 2. ", {"listing": "2"}),
        ("#3", {"listing": "3"}),
        ("２", {"listing": "2"}),
        ("٢", {"listing": "2"}),
        ("2️⃣", {"listing": "2"}),
        ("number 1 please", {"listing": "1"}),
        ("MORE", {"more": True}),
        ("more please 🙏", {"more": True}),
        ("show me more", {"more": True}),
        ("CLOSED 2", {"problem": "closed", "listing": "2"}),
        ("2 closed", {"problem": "closed", "listing": "2"}),
        ("number 2 is closed", {"problem": "closed", "listing": "2"}),
        ("1 wrong address", {"problem": "wrong", "listing": "1"}),
        ("no answer 3", {"problem": "no_answer", "listing": "3"}),
        ("closed", {"problem": "closed", "listing": None}),
        ("I took two buses and it was closed", {"problem": "closed", "listing": None}),
        ("i went 2 the pantry and it was closed", {"problem": "closed", "listing": None}),
    ],
)
def test_an_answer_to_a_list_of_places(text: str, args: dict[str, object], vocabulary: Vocabulary) -> None:
    intent = read(vocabulary, text, LISTINGS)
    assert (intent.route, dict(intent.args)) == (Route.RESOURCE, args)


@pytest.mark.parametrize(
    "text",
    ["2 kids need coats tomorrow", "1 2", "10", "is it closed on sunday?", "we moved 2 towns over", "maybe 2 or 3"],
)
def test_a_number_or_a_word_in_other_company_answers_no_list(text: str, vocabulary: Vocabulary) -> None:
    assert not {"listing", "more", "problem"} & set(read(vocabulary, text, LISTINGS).args)


@pytest.mark.parametrize("text", ["2", "MORE", "CLOSED 2", "morning", "no answer", "noche", "FAIR"])
def test_without_a_question_these_words_mean_nothing(text: str, vocabulary: Vocabulary) -> None:
    assert read(vocabulary, text).route is Route.UNKNOWN


def test_every_word_for_more_and_for_wrong_listings_works_in_its_language(vocabulary: Vocabulary) -> None:
    for language, text, _ in words(vocabulary, "more"):
        intent = recognise(text, vocabulary, contact_language=language, pending=frozenset({LISTINGS}))
        assert intent.args.get("more"), (language, text, intent)
    for language, text, problem in words(vocabulary, "flag"):
        for written, number in ((text, None), (f"{text} 2", "2"), (f"2 {text.upper()}", "2")):
            intent = recognise(written, vocabulary, contact_language=language, pending=frozenset({LISTINGS}))
            assert dict(intent.args) == {"problem": problem, "listing": number}, (language, written, intent)


def test_every_time_of_day_works_in_its_language_and_by_its_number(vocabulary: Vocabulary) -> None:
    for language, text, part in words(vocabulary, "call_time"):
        intent = recognise(text, vocabulary, contact_language=language, pending=frozenset({CALLBACK_TIME}))
        assert (intent.route, dict(intent.args)) == (Route.CALLBACK, {"time": part}), (language, text, intent)
    for number, part in enumerate(DAY_PARTS, start=1):
        assert dict(read(vocabulary, f"{number}.", CALLBACK_TIME).args) == {"time": part}
    assert read(vocabulary, "4", CALLBACK_TIME).route is Route.UNKNOWN


@pytest.mark.parametrize(
    "text", ["good morning", "buenas tardes", "boa noite", "صباح الخير", "早上好", "subax wanaagsan", "chào buổi sáng"]
)
def test_a_greeting_is_no_time_of_day(text: str, vocabulary: Vocabulary) -> None:
    assert read(vocabulary, text, CALLBACK_TIME).route is not Route.CALLBACK


@pytest.mark.parametrize(
    ("last", "route"), [(RSVP, Route.RSVP_YES), (LISTINGS, Route.RESOURCE), (CALLBACK_TIME, Route.CALLBACK)]
)
def test_a_bare_number_answers_what_was_asked_last(last: str, route: Route, vocabulary: Vocabulary) -> None:
    assert read(vocabulary, "1", RSVP, LISTINGS, CALLBACK_TIME, last=last).route is route


def test_words_answer_their_own_question_whatever_was_asked_last(vocabulary: Vocabulary) -> None:
    everything = (RSVP, LISTINGS, CALLBACK_TIME)
    assert read(vocabulary, "yes we will come", *everything, last=LISTINGS).route is Route.RSVP_YES
    assert read(vocabulary, "MORE", *everything, last=RSVP).args == {"more": True}
    assert read(vocabulary, "in the evening", *everything, last=RSVP).args == {"time": "evening"}


@pytest.mark.parametrize("word", sorted(CARRIER_STOP))
def test_no_question_of_ours_takes_a_stop_or_a_crisis(word: str, vocabulary: Vocabulary) -> None:
    assert read(vocabulary, word, RSVP, LISTINGS, CALLBACK_TIME).route is Route.STOP
    assert read(vocabulary, "2 i want to kill myself", LISTINGS, CALLBACK_TIME).route is Route.CRISIS
    assert read(vocabulary, "food 02139", LISTINGS, CALLBACK_TIME).args == {"category": "food", "zip": "02139"}


def test_every_topic_word_stops_and_starts_that_topic_alone(vocabulary: Vocabulary) -> None:
    for language, text, topic in words(vocabulary, "topic"):
        for verb, route in (("STOP", Route.STOP), ("START", Route.START)):
            intent = recognise(f"{verb} {text}", vocabulary, contact_language=language)
            assert (intent.route, dict(intent.args)) == (route, {"topic": topic}), (language, text, intent)


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("stop the fair texts please", "health_fairs"),
        ("no more fair texts", "health_fairs"),
        ("STOP FAIR and PARENT", "health_fairs parenting"),
        ("alto feria", "health_fairs"),
        ("parar feira", "health_fairs"),
        ("arret foire", "health_fairs"),
        ("sispann fwa", "health_fairs"),
        ("dừng hội chợ", "health_fairs"),
        ("停止 健康日", "health_fairs"),
        ("توقف معرض", "health_fairs"),
        ("jooji bandhig", "health_fairs"),
        ("ឈប់ ពិព័រណ៍", "health_fairs"),
    ],
)
def test_a_stop_that_names_topics_and_nothing_else_stops_those(text: str, topics: str, vocabulary: Vocabulary) -> None:
    intent = read(vocabulary, text)
    assert (intent.route, dict(intent.args)) == (Route.STOP, {"topic": topics})


@pytest.mark.parametrize(
    "text", ["stop. see you at the fair", "STOP. we moved, no fair for us", "stop texting me, the fair was enough"]
)
def test_a_stop_that_only_mentions_a_topic_is_for_all_texts(text: str, vocabulary: Vocabulary) -> None:
    intent = read(vocabulary, text)
    assert (intent.route, dict(intent.args)) == (Route.STOP, {})


@pytest.mark.parametrize("text", ["I will stop by the fair", "YES FAIR", "para la feria", "when does the fair start"])
def test_a_topic_beside_other_words_is_neither_a_stop_nor_a_start(text: str, vocabulary: Vocabulary) -> None:
    assert read(vocabulary, text).route not in (Route.STOP, Route.START)


@pytest.mark.parametrize(
    "text",
    [
        "I'm driving with Driving Focus turned on. I'll see your message when I get where I'm going.",
        "I'm driving right now - I'll get back to you later.",
        "I am driving",
        "Sorry, I can't talk right now.",
        "I'm in a meeting. Can I call you later?",
        "This is an automated message. Do not reply.",
        "Estoy manejando",
        "Estou dirigindo",
        "自动回复",
        "رد تلقائي",
    ],
)
def test_a_phone_that_answers_by_itself_is_known(text: str, vocabulary: Vocabulary) -> None:
    for pending in ((), (RSVP, LISTINGS, CALLBACK_TIME)):
        intent = read(vocabulary, text, *pending)
        assert (intent.route, dict(intent.args)) == (Route.UNKNOWN, {"automatic": True})


@pytest.mark.parametrize("text", ["I can't talk right now please call me at 5", "I'm driving to school call me"])
def test_a_person_who_drives_is_heard(text: str, vocabulary: Vocabulary) -> None:
    assert read(vocabulary, text).route is Route.CALLBACK


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("after 5", "evening"),
        ("after 5:30 pm please", "evening"),
        ("call me around 10 am", "morning"),
        ("between 1 and 3", "afternoon"),
        ("9-11am", "morning"),
        ("después de las 3", "afternoon"),
        ("a las 6 de la tarde", "afternoon"),  # as the family says it
        ("depois das 17h", "evening"),
        ("après 16h", "afternoon"),
        ("apre 4è", "afternoon"),
        ("sau 5 giờ", "evening"),
        ("下午3点以后", "afternoon"),
        ("بعد الساعة ٤", "afternoon"),
        ("saacadda 10", "morning"),
        ("ក្រោយម៉ោង ៥", "evening"),
    ],
)
def test_an_hour_says_the_time_of_day_for_a_call(text: str, part: str, vocabulary: Vocabulary) -> None:
    intent = read(vocabulary, text, CALLBACK_TIME)
    assert (intent.route, intent.args) == (Route.CALLBACK, {"time": part})


@pytest.mark.parametrize(
    "text", ["my son is 5", "tomorrow after 5", "8", "after 42", "02139", "room 12 at the school", "at 617-555-0100"]
)
def test_a_number_that_is_no_hour_is_not_taken_for_one(text: str, vocabulary: Vocabulary) -> None:
    assert "time" not in read(vocabulary, text, CALLBACK_TIME).args
