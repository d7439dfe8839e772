"""Ready-made texts that staff send to one family with a click; locales/ has them in each language, in canned.po.

Each stands under the gettext context "canned:KEY". {service} and {phone} are filled from the settings; what a person
fills in besides stands in ASKED.
"""

from dataclasses import dataclass

from outreach.wording.fields import Field, FieldType

CONTEXT = "canned:"


@dataclass(frozen=True)
class Canned:
    """One ready-made text. `label` is what staff read in the list."""

    label: str
    english: str

    @property
    def asks(self) -> tuple[str, ...]:
        """The fields that a person fills in, in the order of ASKED."""
        return tuple(name for name in ASKED if f"{{{name}}}" in self.english)


CANNED: dict[str, Canned] = {}
ASKED = {
    field.name: field
    for field in (
        Field("date", FieldType.DATE, "Day", "2026-12-05"),
        Field("time", FieldType.TIME, "Time", "10:00"),
        Field("place", FieldType.TEXT, "Where", "Lincoln School gym"),
    )
}


def canned(context: str, text: str, label: str) -> None:
    """Declare a ready-made text. Babel extracts these calls, so the arguments are plain string literals."""
    CANNED[context.removeprefix(CONTEXT)] = Canned(label, text)


canned("canned:received", "{service}: We got your text. A person will answer you soon.", "We got your text")
canned("canned:thanks", "{service}: Thank you for telling us.", "Thank you")
canned(
    "canned:tell_more",
    "{service}: Please tell us a little more, so that we can help you.",
    "Please tell us more",
)
canned(
    "canned:please_write",
    "{service}: We cannot open pictures or recordings here. Please write it to us in a text.",
    "Please write instead of a picture or recording",
)
canned(
    "canned:what_time",
    "{service}: What day and time is good for you? Please answer this text.",
    "What time suits you?",
)
canned(
    "canned:best_number",
    "{service}: What is the best phone number to call you? Please answer this text.",
    "What number can we call?",
)
canned(
    "canned:not_reached",
    "{service}: We called you and could not reach you. When may we call again? Please answer this text.",
    "We could not reach you by phone",
)
canned(
    "canned:will_call",
    "{service}: A person will call you on {date} at about {time}.",
    "We will call you on a day, at a time",
)
canned("canned:call_office", "{service}: Please call our office at {phone}.", "Please call the office")
canned(
    "canned:interpreter",
    "{service}: We will find a person who speaks your language, and then we will call you.",
    "We will find somebody who speaks your language",
)
canned(
    "canned:fair_where",
    "{service}: The health fair is on {date} at {time}. Where: {place}.",
    "When and where the health fair is",
)
canned(
    "canned:free",
    "{service}: It is free. You do not need insurance or papers.",
    "It is free, no insurance or papers",
)
canned(
    "canned:wrong_information",
    "{service}: We are sorry, our last text was not right. We will text you the right information.",
    "Sorry, our last text was not right",
)
