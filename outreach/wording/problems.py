"""What can be wrong with a wording, said so that a school nurse knows what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class Check(StrEnum):
    """Which rule a wording breaks."""

    PLACEHOLDER = "placeholder"
    LINK = "link"
    PHONE = "phone"
    TIME = "time"
    DAY = "day"
    AMOUNT = "amount"
    NUMBER = "number"
    DIGITS = "digits"  # of another script
    KEYWORD = "keyword"
    RESERVED = "reserved word"
    CHARACTER = "character"
    SCRIPT = "script"
    DIRECTION = "direction"
    ENGLISH = "left in English"
    PRICE = "price"
    LENGTH = "length"
    ORDER = "order"


# Worth a second look, and sometimes right: nobody is kept from sending because of them.
_ADVICE = frozenset({Check.PRICE, Check.LENGTH, Check.ORDER})


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: `text` says what, where, and what to write instead."""

    check: Check
    text: str

    @property
    def stops(self) -> bool:
        """Whether the wording must not be sent before it is mended."""
        return self.check not in _ADVICE

    def __str__(self) -> str:
        return self.text
