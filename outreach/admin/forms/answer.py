"""An answer being written to one family: as it would leave, what it costs, when it leaves, what speaks against it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from outreach.incoming.written_in import Mismatch, find_mismatch
from outreach.people.models import Contact
from outreach.runtime import Runtime
from outreach.staff.models import Staff
from outreach.threads import answers
from outreach.threads.ready_made import Offer, offers
from outreach.wording.canned import ASKED
from outreach.wording.direction import mend_direction
from outreach.wording.fields import FieldError, Value, fill, read_value
from outreach.wording.reserved_words import check_reserved_english
from outreach.wording.segments import SegmentCount, count_segments, to_plain

USUAL_SEGMENTS = 3  # a longer text is better a call


@dataclass(frozen=True)
class Answer:
    """What the form says so far. `text` is exactly what would leave; empty while something is missing.

    `problems` by input keep it back; so does `mismatch`, until the person says that the language is meant. `cautions`
    keep nothing back. `missing` counts no empty form as a fault.
    """

    way: answers.Way
    offers: tuple[Offer, ...]
    typed: MultiDict[str, str]
    price: Decimal
    text: str = ""
    english: str = ""  # what a ready-made text says
    problems: dict[str, str] = field(default_factory=dict)
    mismatch: Mismatch | None = None
    cautions: tuple[str, ...] = ()

    @property
    def chosen(self) -> str:
        return self.typed.get("canned", "")

    @property
    def count(self) -> SegmentCount:
        return count_segments(self.text)

    @property
    def is_long(self) -> bool:
        return self.count.segments > USUAL_SEGMENTS

    @property
    def is_meant(self) -> bool:
        """Whether the person said that the text is right in this language."""
        return self.mismatch is None or self.typed.get("meant") == "1"

    @property
    def withheld(self) -> dict[str, int]:
        """In which states those ready-made texts are that nobody may send in this language, and how many of each."""
        states = [str(offer.state) for offer in self.offers if not offer.wording]
        return {state: states.count(state) for state in dict.fromkeys(states)}


def read_answer(
    session: Session,
    work: Runtime,
    contact: Contact,
    me: Staff,
    last_wrote: datetime | None,
    typed: MultiDict[str, str],
) -> Answer:
    """What was typed, as a text. An unfinished one has problems, an untouched one too."""
    way = answers.foresee(work, contact, last_wrote)
    offered = tuple(offers(session, work.settings, contact.language))
    price = work.settings.segment_price
    sender = me.partner.short_name if me.partner else work.settings.service_name
    if typed.get("canned"):
        given: dict[str, Value] = {"service": sender, "phone": work.settings.office_phone}
        offer = next((one for one in offered if one.key == typed["canned"] and one.wording), None)
        return _ready_made(Answer(way, offered, typed, price), offer, given, contact.language)
    return _own_words(Answer(way, offered, typed, price), contact.language, sender)


def _ready_made(answer: Answer, offer: Offer | None, given: dict[str, Value], language: str) -> Answer:
    if offer is None:
        return replace(
            answer, problems={"canned": "This text is not ready in the family's language. Choose another one."}
        )
    problems = {}
    for name in offer.canned.asks:
        try:
            given[name] = read_value(ASKED[name], answer.typed.get(name, ""))
        except FieldError as error:
            problems[name] = f"{error}."
    if problems:
        return replace(answer, problems=problems)
    return replace(answer, text=fill(offer.wording, given, language), english=fill(offer.canned.english, given, "en"))


def _own_words(answer: Answer, language: str, sender: str) -> Answer:
    typed = to_plain(answer.typed.get("words", "")).strip()
    if not typed:
        return replace(answer, problems={"words": "Write what the family should read, or choose a ready-made text."})
    text = sign(typed, sender, language)
    if len(text) > answers.LONGEST:
        over = len(text) - answers.LONGEST
        return replace(answer, problems={"words": f"Your text is {over} characters too long. Shorten it, or call."})
    mismatch = find_mismatch(typed, language)
    return replace(answer, text=text, mismatch=mismatch, cautions=tuple(_cautions(typed)))


def sign(typed: str, sender: str, language: str) -> str:
    """The text with who writes before it, once: a family may not know the number."""
    body = mend_direction(typed, language)
    if typed.casefold().startswith(f"{sender}:".casefold()):
        return body
    return fill("{service}: ", {"service": sender}, language) + body


def _cautions(typed: str) -> Iterator[str]:
    for problem in check_reserved_english(typed):
        yield f"{problem.text[:1].upper()}{problem.text[1:]}."
