"""The English that all translations start from: plain, short, kind, and honest about how often and how to stop."""

import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from outreach.campaigns.packs import Kind, Pack, Step, read_packs
from outreach.people.roster import TOPICS
from outreach.wording.canned import CANNED
from outreach.wording.fields import fill, read_values
from outreach.wording.readability import FIELD, HIGHEST_GRADE, SIGNED, grade, long_sentences, syllables
from outreach.wording.replies import REPLIES
from outreach.wording.segments import GSM, count_segments

PACKS = read_packs(Path(__file__).parents[2] / "campaigns")
STEPS = [(pack, step) for pack in PACKS.values() for step in pack.steps]
TEXTS = {step.context: step.english for _, step in STEPS} | {f"reply:{key}": text for key, text in REPLIES.items()}
TEXTS |= {f"canned:{key}": one.english for key, one in CANNED.items()}
FIRSTS = [(pack, pack.steps[0]) for pack in PACKS.values()]
SERIES = [pack for pack in PACKS.values() if pack.kind is Kind.SERIES or "You will get" in pack.steps[0].english]

# Filled with samples. Translations run longer, days and places do not; three segments of UCS-2 hold 201 characters,
# and a first text may have four.
LONGEST, LONGEST_FIRST = 185, 240
LONGEST_WORDING = 160  # without the fields

# Parts of a longer text take no name before them; neither does the crisis text, which says first who is not reading.
UNSIGNED = re.compile(
    r"reply:(resources_(near|any|more|last|end)|listing_\w+|open_\w+|opens_at|hours_\w+|topic_\w+|no_name|crisis)"
)

# Words a family is told to text (locales/en/words.yaml), and what else stands in capitals.
OURS = {"TALK", "FOOD", "HELP", "HOUSING", "DENTAL", "JOBS", "MORE", "CLOSED"}
CAPITALS = {"TV", "ZIP"}
# Twilio's default words for opting out and in: the carrier acts on them before we see them.
RESERVED = {
    "STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "START", "UNSTOP", "YES", "INFO",
}  # fmt: skip
STOPPING = re.compile(r"Text STOP\b[^.]* to stop\b|To stop [^.]*text STOP\b|text START\b")  # START only undoes a STOP

UNKIND = re.compile(
    r"\b(must|should|have to|required?|mandatory|fail(ed|ure|s)?|missed|overdue|delinquent|fault|blame|lazy|neglect\w*"
    r"|wrong with|bad (parent|mother|father)|warning|never|don't you|diagnos\w+|disorder|symptoms?|patients?"
    r"|assessment|ophthalm\w+|treatment|disease|illness|obes\w+|overweight|poison\w*|suicid\w+|immigra\w+|undocumented"
    r"|deport\w*|custody|divorce|prison|jail|violence|abuse|committed)\b",
    re.IGNORECASE,
)  # fmt: skip


def sample(pack: Pack, step: Step) -> str:
    fields = {**pack.given, **pack.fields}
    return fill(step.english, read_values(fields, {name: field.sample for name, field in fields.items()}), "en")


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("day", 1), ("like", 1), ("makes", 1), ("table", 2), ("little", 2), ("places", 2), ("children", 2),
        ("breathe", 1), ("family", 3), ("insurance", 3), ("idea", 3), ("looked", 1), ("needed", 2), ("quiet", 2),
        ("area", 3), ("language", 2), ("you're", 1), ("988", 1), ("here", 1), ("together", 3), ("they", 1),
    ],
)  # fmt: skip
def test_syllables_are_counted_as_people_say_them(word: str, count: int) -> None:
    assert syllables(word) == count


def test_the_grade_tells_plain_from_learned() -> None:
    assert grade("{sender}: The cat sat on the mat. It was a big cat.") < 1
    assert grade("These ophthalmological evaluations necessitate parental authorization documentation.") > 20


@pytest.mark.parametrize(("context", "text"), TEXTS.items(), ids=TEXTS)
def test_a_child_of_eleven_could_read_it(context: str, text: str) -> None:
    assert grade(text) <= HIGHEST_GRADE, f"grade {grade(text):.1f}"
    assert not long_sentences(text)


@pytest.mark.parametrize(("context", "text"), TEXTS.items(), ids=TEXTS)
def test_it_says_who_writes_in_plain_letters_and_blames_nobody(context: str, text: str) -> None:
    assert SIGNED.match(text) or UNSIGNED.fullmatch(context)
    assert count_segments(FIELD.sub("", text)).encoding == GSM, count_segments(FIELD.sub("", text)).culprits
    assert not UNKIND.search(text)


@pytest.mark.parametrize(("context", "text"), TEXTS.items(), ids=TEXTS)
def test_a_family_is_asked_for_no_word_but_ours(context: str, text: str) -> None:
    said = set(re.findall(r"\b[A-Z]{2,}\b", STOPPING.sub("", text)))
    assert not said & RESERVED
    assert said <= OURS | CAPITALS


@pytest.mark.parametrize(("pack", "step"), STEPS, ids=[step.context for _, step in STEPS])
def test_it_is_short_enough_to_be_translated(pack: Pack, step: Step) -> None:
    text = sample(pack, step)
    count = count_segments(text)
    assert (count.encoding, count.segments <= 2) == (GSM, True)
    assert len(text) <= (LONGEST_FIRST if step.introduces else LONGEST), len(text)
    assert step.introduces or len(FIELD.sub("", step.english)) <= LONGEST_WORDING


@pytest.mark.parametrize(("pack", "step"), FIRSTS, ids=[step.context for _, step in FIRSTS])
def test_the_first_text_tells_how_to_stop(pack: Pack, step: Step) -> None:
    # A notice tells what keeps a family safe today, and nothing else.
    assert ("Text STOP to stop." in step.english) is (pack.topic != "notices")


@pytest.mark.parametrize("pack", SERIES, ids=lambda pack: pack.id)
def test_a_series_says_how_many_texts_and_how_often_and_keeps_to_it(pack: Pack) -> None:
    told = re.search(r"You will get (\d+) texts, one a week\b", pack.steps[0].english)
    assert told
    assert int(told[1]) == len(pack.steps)
    assert [step.when.offset for step in pack.steps] == [timedelta(weeks=number) for number in range(len(pack.steps))]
    assert "This is our last text." in pack.steps[-1].english
    assert not any("our last text" in step.english for step in pack.steps[:-1])


@pytest.mark.parametrize(("pack", "step"), STEPS, ids=[step.context for _, step in STEPS])
def test_it_arrives_at_a_decent_hour_and_not_too_late(pack: Pack, step: Step) -> None:
    clock = step.when.clock
    assert clock is None or 9 <= clock.hour < 19
    assert timedelta(hours=2) <= step.useful <= timedelta(days=3)


@pytest.mark.parametrize("pack", [pack for pack in PACKS.values() if pack.kind is Kind.EVENT], ids=lambda pack: pack.id)
def test_an_invitation_is_answered_with_a_digit(pack: Pack) -> None:
    assert "Text 1 if you will come, 2 if you cannot." in pack.steps[0].english


@pytest.mark.parametrize("name", ["grief", "frightening_event"])
def test_hard_topics_offer_a_person_in_every_text_and_988_by_the_end(name: str) -> None:
    texts = [step.english for step in PACKS[f"coping_skills/{name}"].steps]
    assert all("text TALK" in text for text in texts)
    assert "988" in texts[-1]


def test_each_topic_has_packs_enough_and_each_pack_says_what_it_rests_on() -> None:
    by_topic = Counter(pack.topic for pack in PACKS.values())
    assert all(by_topic[topic] >= 3 for topic in TOPICS)
    assert all(pack.guidance for pack in PACKS.values())
