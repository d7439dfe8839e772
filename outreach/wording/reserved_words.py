"""Words that carriers take for themselves: whoever answers YES or CANCEL has subscribed or stopped, not answered.

Twilio's default words, facts of its "Customize ... Advanced Opt-Out" page; 47 CFR 64.1200(a)(10) names most of the stop
words too. STOP, START and HELP may be told in their own meaning; the others never.
"""

from collections import Counter
from collections.abc import Iterator

import regex

from outreach.wording.facts_kept import HELPLINES
from outreach.wording.problems import Check, Problem
from outreach.wording.told_keywords import VERB

STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START_WORDS = frozenset({"START", "YES", "UNSTOP"})
HELP_WORDS = frozenset({"HELP", "INFO"})
RESERVED = STOP_WORDS | START_WORDS | HELP_WORDS

# What a sentence speaks of when it uses one of the three in its own meaning.
_OWN_MEANING = {
    "STOP": regex.compile(r"stop|end|no more|not (?:get|want)|unsubscribe|opt out|any ?time|texts", regex.IGNORECASE),
    "START": regex.compile(r"again|back|get (?:our|them|these|texts)|our texts|start|resume", regex.IGNORECASE),
    "HELP": regex.compile(r"help|more|question|ask|see what|know|office", regex.IGNORECASE),
}
_WHAT_THEY_DO = {
    **dict.fromkeys(STOP_WORDS, "stops all texts to the family"),
    **dict.fromkeys(START_WORDS, "starts all texts again"),
    **dict.fromkeys(HELP_WORDS, "is answered with help"),
}
_ANY = "|".join(sorted(RESERVED, key=len, reverse=True))
_CAPITALS = regex.compile(rf"(?<![\p{{Latin}}\p{{N}}-])(?:{_ANY})(?![\p{{Latin}}\p{{N}}-])")
_ASKED = regex.compile(
    rf"(?i:{VERB}) (?:[\"'“‘«](?P<quoted>(?i:{_ANY}))[\"'”’»]|(?P<bare>(?i:yes|cancel|quit|end|info|unsubscribe))\b)"
)
# English words that are none in other languages: as bad in small letters there.
_SMALL = regex.compile(
    r"(?<!\p{Latin})(?:yes|cancel|quit|unsubscribe|unstop|optout|revoke)(?!\p{Latin})", regex.IGNORECASE
)
_ELSEWHERE = regex.compile(rf"[\"'”’»]?\s+\p{{Ll}}+\s+(?:{'|'.join(sorted(HELPLINES))}|\d{{6}}|88788)\b")
_SENTENCE = regex.compile(r"(?<=[.!?;])\s+|\n")
_CONDITION = regex.compile(r"^\W*(?:\{\w+\}: )?(?:if|when)\b", regex.IGNORECASE)
_VERB_LAST = regex.compile(rf"(?i){VERB}\W*$")
_LETTER = regex.compile(r"\p{L}")
_BRACES = regex.compile(r"\{\w*\}")


def check_reserved_english(text: str) -> Iterator[Problem]:
    """Reserved words that an English wording asks for in another meaning than their own."""
    for sentence in _SENTENCE.split(text):
        for word, place in _asked(sentence):
            if word not in _OWN_MEANING or not _in_own_meaning(word, sentence, place):
                yield _taken(word)


def _asked(sentence: str) -> Iterator[tuple[str, int]]:
    """Reserved words that stand out or are asked for, each with its place; those for another number left out."""
    found: dict[int, tuple[str, int]] = {}
    if not sentence.isupper():  # shouted as a whole, nothing stands out
        found = {match.start(): (match[0], match.end()) for match in _CAPITALS.finditer(sentence)}
    for match in _ASKED.finditer(sentence):
        group = "quoted" if match["quoted"] else "bare"
        found[match.start(group)] = (match[group].upper(), match.end())
    for place, (word, end) in sorted(found.items()):
        if not _ELSEWHERE.match(sentence, end):
            yield word, place


def _in_own_meaning(word: str, sentence: str, place: int) -> bool:
    """Whether the clause around the word, or the whole sentence when it sets a condition, speaks of nothing else."""
    start, end = 0, len(sentence)
    if not _CONDITION.match(sentence):
        start = sentence.rfind(",", 0, place) + 1
        comma = sentence.find(",", place)
        end = comma if comma >= 0 else end
    before, after = _VERB_LAST.sub("", sentence[start:place]), sentence[place + len(word) : end]
    rest = _BRACES.sub(" ", f"{before} {after}")
    return not _LETTER.search(rest) or _OWN_MEANING[word].search(rest) is not None


def check_reserved(english: str, text: str) -> Iterator[Problem]:
    """Reserved words in a translation that its English does not have."""
    left = Counter(match[0] for match in _CAPITALS.finditer(english))
    small = {match[0].lower() for match in _SMALL.finditer(english)}
    for match in _CAPITALS.finditer(text):
        if left[match[0]] > 0 or _ELSEWHERE.match(text, match.end()):
            left[match[0]] -= 1
        else:
            yield _taken(match[0])
    for match in _SMALL.finditer(text):
        if not match[0].isupper() and match[0].lower() not in small:
            yield _taken(match[0].upper())


def _taken(word: str) -> Problem:
    return Problem(
        Check.RESERVED,
        f"{word} cannot be asked for as an answer: it {_WHAT_THEY_DO[word]}; ask for 1, 2 or a keyword such as TALK",
    )
