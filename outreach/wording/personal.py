"""The family's own field: `{name}` stays open in a wording until a family's name, or what stands for one, fills it.

A wording is filled in two steps. `fill_frame` writes all that is the same for everybody and leaves `{name}` standing;
`fill_name` writes one family's text from that frame, for a preview and for a million rows alike, so that what was
previewed is what is sent.

A family without a name reads its language's own word for a family ("reply:no_name") where the name would stand. One
word a language is less than a second wording for each step, which would have to be written, translated and reviewed
ten times over; it reads well because `{name}` is for speaking to somebody ("Hello {name}, …"), and translators see
that it takes the name's place. It begins with a capital where a sentence does.
"""

from collections.abc import Mapping

import regex

from outreach.wording.direction import isolate_name
from outreach.wording.fields import Value, fill, finish
from outreach.wording.models import LONGEST_WORDING
from outreach.wording.segments import to_plain

NAME = "name"
OPEN = "{name}"
SAMPLE_NAME = "Maria Santos"
DEAR_NAME = "María Santos"  # the same with a letter that GSM-7 has not
NO_NAME = "no_name"  # the reply text that stands for a name
_MARK = "\ufffc"  # "an object stands here": no letter, so that nothing is isolated before the name is known
_LETTER = regex.compile(r"\p{L}")
# Marks that would turn the rest of the text around, or end an isolate of ours; halves of characters and private ones.
_STRAY = regex.compile(r"[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufffc\p{Cs}\p{Co}]")
_BREAKS = regex.compile(r"[\s\p{Cc}]+")
_OPENING = regex.compile(r"((?:^|[.!?:]\s+)[¡¿]?)?\{name\}")


def fill_frame(wording: str, values: Mapping[str, Value], language: str) -> str:
    """The wording with everything filled but `{name}`. Raises FieldError."""
    return fill(wording, {**values, NAME: _MARK}, language).replace(_MARK, OPEN)


def fill_without_name(frame: str, word: str, language: str) -> str:
    """What a family without a name reads; `word` is "reply:no_name" in its language."""

    def stand_in(found: regex.Match[str]) -> str:
        return word if found[1] is None else found[1] + word[:1].upper() + word[1:]

    return finish(_OPENING.sub(stand_in, frame), language)


def fill_name(frame: str, name: str | None, language: str, nameless: str) -> str:
    """What one family reads. `nameless` is the text for those whose name cannot be read, or is too long for a text.

    A name is taken as it stands, braces and all: it is put in, never looked into.
    """
    shown = read_name(name)
    if not shown:
        return nameless
    text = finish(frame.replace(OPEN, isolate_name(shown, language)), language)
    return text if len(text) <= LONGEST_WORDING else nameless


def read_name(name: str | None) -> str:
    """A family's name on one line, look-alikes plain, without invisible marks; "" when no letter is in it ("-")."""
    if not name:
        return ""
    if not (name.isascii() and name.isprintable()):
        name = _STRAY.sub("", to_plain(name))
        name = _BREAKS.sub(" ", name)
    name = " ".join(name.split())
    return name if _LETTER.search(name) else ""
