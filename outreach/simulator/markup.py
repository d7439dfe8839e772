"""The part of TwiML for calls that the simulator plays: Say, Pause, Gather, Dial, Hangup."""

from dataclasses import dataclass
from xml.etree import ElementTree

from outreach.simulator.webhooks import Answer

DEFAULT_WAIT = 5.0  # seconds for a key, as Twilio has it
DEFAULT_RINGS = 30.0
FAILED = "We are sorry. An application error has occurred. Goodbye."


@dataclass(frozen=True, slots=True)
class Say:
    words: str


@dataclass(frozen=True, slots=True)
class Gather:
    words: str
    action: str
    wait: float


@dataclass(frozen=True, slots=True)
class Dial:
    number: str
    caller_id: str
    action: str
    rings: float
    callback: str | None
    events: frozenset[str]


Verb = Say | Gather | Dial


def read_markup(answer: Answer) -> list[Verb]:
    """The verbs of a document up to its Hangup. What cannot be read plays Twilio's own apology."""
    try:
        if not answer.good:
            raise ValueError
        root = ElementTree.fromstring(answer.body)  # noqa: S314 - from the application under test, on this machine
    except (ElementTree.ParseError, ValueError):
        return [Say(FAILED)]
    verbs: list[Verb] = []
    for element in root:
        if element.tag == "Hangup":
            break
        verb = _read_verb(element)
        if verb:
            verbs.append(verb)
    return verbs


def _read_verb(element: ElementTree.Element) -> Verb | None:
    get = element.get
    if element.tag == "Say":
        return Say(element.text or "")
    if element.tag == "Gather":
        words = " ".join(say.text or "" for say in element.iter("Say"))
        return Gather(words, get("action", ""), float(get("timeout", DEFAULT_WAIT)))
    if element.tag == "Dial":
        number = element.find("Number")
        inner = number if number is not None else element
        events = frozenset((inner.get("statusCallbackEvent") or "completed").split())
        rings = float(get("timeout", DEFAULT_RINGS))
        to = (inner.text or "").strip()
        return Dial(to, get("callerId", ""), get("action", ""), rings, inner.get("statusCallback"), events)
    return None
