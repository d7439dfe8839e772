"""The carrier's own stop list: single English words it acts on before the application hears of them.

As Twilio's default opt-out handling for long codes: the whole message must be the word, whatever its case.
"""

from dataclasses import dataclass

STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START = frozenset({"START", "YES", "UNSTOP"})
HELP = frozenset({"HELP", "INFO"})
TOLL_FREE = ("+1800", "+1833", "+1844", "+1855", "+1866", "+1877", "+1888")

STOPPED = "You will get no more texts from this number. Text START to get them again."
STARTED = "You will get texts from this number again. Text HELP for help, STOP to end. Rates may apply."
HELPED = "Text STOP to end texts from this number, START to get them again. Msg & data rates may apply."


@dataclass(frozen=True, slots=True)
class OptOut:
    """What a text does at the carrier: `kind` STOP, START, HELP or None, the block, the stock answer."""

    kind: str | None = None
    block: bool | None = None  # True puts the phone on the list, False takes it off, None leaves it
    answer: str | None = None


def read_keyword(body: str, number: str, blocked: bool, stock_help: bool) -> OptOut:
    """Judge a text sent to `number` by a phone that is `blocked` or not.

    YES and START are ordinary words to a phone that never stopped; on a toll-free number YES undoes nothing.
    """
    word = body.strip().upper()
    if word in STOP:
        return OptOut("STOP", True, None if blocked else STOPPED)
    if word in START:
        lifts = blocked and not (word == "YES" and number.startswith(TOLL_FREE))
        return OptOut("START", False, STARTED) if lifts else OptOut("START")
    if word in HELP:
        return OptOut("HELP", None, HELPED if stock_help and not blocked else None)
    return OptOut()
