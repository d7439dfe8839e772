"""The zip code a family wrote, told apart from phone numbers, house numbers, years, prices and times."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NOT_A_ZIP = re.compile(
    r"(?<!\d)(?:\+?1[\s.\-]*)?\(?\d{3}\)?[\s.\-]*\d{3}[\s.\-]*\d{4}(?!\d)"  # a phone number
    r"|(?<!\d)\d{3}[\s.\-]\d{4}(?!\d)"  # a local one
    r"|[$€£#]\s?\d[\d,.]*"  # a price, an apartment
    r"|\d{1,3}(?:,\d{3})+"  # a number with thousands
    r"|\d[\d,.]*\s?(?:dollars?|usd|bucks|d[oó]lares|reais|dola|đô)"
    r"|\d{1,2}[:h]\d{2}"  # a time
    r"|\d{1,4}[/\-]\d{1,2}[/\-]\d{1,4}"  # a date
)
_STREET = (
    r"(?:[nsew]\.? )?(?:[^\W\d_]+\.? ){1,3}"
    r"(?:st|street|ave|avenue|av|rd|road|blvd|boulevard|dr|drive|ln|lane|ct|court|pl|place|way|ter|terrace|hwy|pkwy|sq)"
    r"(?![^\W_])"
)
_HOUSE_NUMBER = re.compile(rf"(?<!\d)\d{{1,5}}(?= {_STREET})")
_HOUSE_NUMBER_BEFORE = re.compile(
    r"(?<![^\W_])(?:calle|avenida|rua|rue|apt|apto|unit|room|suite|case|caso|id|account)\s*(?:no?\.? ?)?#?\d+"
)
_FIVE = re.compile(r"(?<![\w+])(?<!\d[.,])([o0]?\d{4,5})(?:[\s\-]*-[\s\-]*\d{4})?(?![\w%]|[.,:]\d)")
_ZIP_PLUS_FOUR = re.compile(r"(?<![\d.,+])(\d{5})[\s]?-?[\s]?\d{4}(?!\d)")
_YEARS = range(1930, 2051)
_ZIP_WORD = re.compile(
    r"(?:zip|zipcode|zip code|code|codigo(?: postal)?|código(?: postal)?|cep|kod(?: postal)?|邮编|area)\s*:?\s*$"
)


@dataclass(frozen=True, slots=True)
class FoundZip:
    """`zip` has five ASCII digits; `written` is how it stands in the folded text."""

    zip: str
    written: str


def find_zip(folded: str) -> FoundZip | None:
    """The first zip in a folded text (`normalise.Message.clean`), or None.

    Zip+4 is cut to five. Four digits of a New England zip get the zero back that a spreadsheet dropped, unless
    they can be a year in a sentence.
    """
    plus_four = _ZIP_PLUS_FOUR.search(folded)
    if plus_four and "-" in plus_four[0]:
        return FoundZip(plus_four[1], plus_four[0])
    for pattern in (_NOT_A_ZIP, _HOUSE_NUMBER, _HOUSE_NUMBER_BEFORE):
        folded = pattern.sub(" ~ ", folded)
    candidates = list(_FIVE.finditer(folded))
    for found in candidates:
        digits = found[1].replace("o", "0")
        if len(digits) == 5 and digits != "00000" and not digits.startswith("000"):
            return FoundZip(digits, found[0])
    for found in candidates:
        if len(found[1]) == 4 and _may_lack_its_zero(found[1], folded, found.start()):
            return FoundZip("0" + found[1], found[0])
    return None


def _may_lack_its_zero(digits: str, folded: str, start: int) -> bool:
    """New England zips run from 01001 to 06928."""
    if not digits.isdigit() or not 1001 <= int(digits) <= 6928:
        return False
    named = _ZIP_WORD.search(folded[:start]) is not None
    words = len(re.findall(r"[^\W\d_]+", folded))
    return named or (int(digits) not in _YEARS or words <= 2)
