"""Reads phone cells: the first thing a family's row goes through, and where its texting zones come from."""

import re
from dataclasses import dataclass

from phonenumbers import NumberParseException, parse
from phonenumbers.timezone import time_zones_for_number

from outreach.people.phone_cells import Cell, Dirt, clean_cell
from outreach.people.phone_numbers import TOLL_FREE_AREAS, Number, digits_of, is_filler, read_number
from outreach.people.phone_reasons import EXPLANATIONS, PhoneReason
from outreach.people.zip_codes import find_zip

__all__ = ["EXPLANATIONS", "PhoneReading", "PhoneReason", "mask", "read_phone", "zones_of"]


@dataclass(frozen=True)
class PhoneReading:
    """`e164` is the number to store, or None with the reason; `extension` is its digits, or None."""

    e164: str | None
    reason: PhoneReason
    extension: str | None = None


def read_phone(raw: str, region: str = "US") -> PhoneReading:
    """Read one cell of an export; never raises, never guesses.

    A wrong number texts a stranger, so whatever can be read in two ways is refused with its reason.
    Read: '617/555-0128', '៦១៧៥៥៥០១៤៦', '6175550154.00', '++16175550170', '001 617 555 0166',
    '617-555-0174 ext. 210', '617-555-0180 (Dad)', '(617) 555-0188 / 6175550188', '011 509 3710 1234'.
    Refused: '1.61756E+10', '6175550103,8575550104', '617-555-0103/0104', '50937101234' (Haiti without
    its +, or a slip), '999-999-9999', '1-800-FLOWERS', '741741'. Fictional 555-01xx numbers are good.

    `region` is the two-letter country that a number without + belongs to.
    """
    if len(raw) > _LONGEST_CELL:
        return PhoneReading(None, PhoneReason.TOO_LONG)
    cell = clean_cell(raw)
    if refusal := _refuse(cell):
        return PhoneReading(None, refusal)
    numbers = _numbers_in(cell.text, region)
    if not numbers:
        return PhoneReading(None, _why_no_number(cell.text))
    number = numbers[0]
    if any(other.key != number.key for other in numbers):
        return PhoneReading(None, PhoneReason.MULTIPLE_NUMBERS)
    if not number.good:
        return PhoneReading(None, number.reason)
    return PhoneReading(number.key, _why_good(number, cell, twice=len(numbers) > 1), cell.extension or None)


def zones_of(e164: str, zip_code: str | None) -> tuple[str, ...]:
    """Every IANA zone the recipient may be in; () when nobody knows, and the caller's own zone serves.

    The ZIP wins, as a phone keeps its area code when a family moves. Without one, all the zones of
    the number's prefix: one for 617, two for 907 (Alaska), some forty for toll-free numbers.
    """
    place = find_zip(zip_code[:5]) if zip_code else None
    if place:
        return (place.timezone,)
    try:
        zones: tuple[str, ...] = time_zones_for_number(parse(e164))
    except NumberParseException:
        return ()
    return tuple(zone for zone in zones if zone != "Etc/Unknown")


def mask(e164: str) -> str:
    """The number as logs and pages may show it: its last two digits."""
    return f"***{e164[-2:]}" if len(e164) >= 8 else "***"


def _refuse(cell: Cell) -> PhoneReason | None:
    if not cell.text:
        return PhoneReason.BLANK
    if Dirt.EMPTY_WORD in cell.dirt:
        return PhoneReason.PLACEHOLDER
    return PhoneReason.EXCEL_PRECISION_LOST if Dirt.LOST in cell.dirt else None


def _why_good(number: Number, cell: Cell, *, twice: bool) -> PhoneReason:
    """Of several things that are true of a cell, the one a person would want to hear first."""
    truths = {
        PhoneReason.OK_INTERNATIONAL: number.reason is PhoneReason.OK_INTERNATIONAL,
        PhoneReason.OK_DUPLICATE: twice,
        PhoneReason.OK_EXTENSION: bool(cell.extension),
        PhoneReason.OK_TEXT_AROUND: Dirt.TEXT in cell.dirt,
        PhoneReason.OK_EXCEL_FLOAT: Dirt.FLOAT in cell.dirt,
        PhoneReason.OK_UNICODE: Dirt.UNICODE in cell.dirt,
        PhoneReason.OK_PREFIX: number.prefixed or Dirt.PREFIX in cell.dirt,
    }
    return next((reason for reason, true in truths.items() if true), PhoneReason.OK)


_LONGEST_CELL = 300  # characters: a number with notes stays far below; a pasted page is no phone cell
_WORD = re.compile(r"[^\W\d_]+")
_BETWEEN = re.compile(r"[;,|\n\t/&]|(?<=\d)\s*(?=\+)")
_US_SHAPE = re.compile(r"(?<!\d)(?:\+?1[\s().-]*)?\(?\d{3}\)?[\s()./-]*\d{3}[\s.-]*\d{4}(?!\d)")
_SHORT_CODE = re.compile(r"[2-9]11|988|[2-9]\d{4,5}")
_VANITY = re.compile(rf"\D*1?\W*({'|'.join(TOLL_FREE_AREAS)}|900)\W+(?=\w*[^\W\d_])[\w\s.-]{{6,}}")


def _numbers_in(text: str, region: str) -> list[Number]:
    """The numbers of seven digits or more; a filler beside another number is left out."""
    pieces = [part for chunk in _WORD.split(text) for part in _split_numbers(chunk)]
    numbers = [read_number(piece, region) for piece in pieces if len(digits_of(piece)) >= 7]
    numbers = [number for number in numbers if number.reason is not PhoneReason.PLACEHOLDER] or numbers[:1]
    return [_complete(number, numbers) for number in numbers]


def _complete(number: Number, numbers: list[Number]) -> Number:
    """'555-0188' beside '617-555-0188' is the same number, written without its area code."""
    whole = (other for other in numbers if other.good and other.key.endswith(number.key))
    return next(whole, number) if len(number.key) == 7 else number


def _split_numbers(chunk: str) -> list[str]:
    """The numbers of a stretch without letters: '6175550103,8575550104', '617-555-0103/0104'."""
    parts = [part for part in _BETWEEN.split(chunk) if digits_of(part)]
    if len(parts) > 1 and len(digits_of(parts[0])) >= 10:
        return [parts[0], *(_with_head(parts[0], part) for part in parts[1:])]
    found = _US_SHAPE.findall(chunk)
    rest = _US_SHAPE.sub(" ", chunk)
    if len(digits_of(rest)) >= 7 or (len(found) > 1 and not digits_of(rest)):
        return [*found, rest] if found else [chunk]
    return [chunk]


def _with_head(first: str, part: str) -> str:
    """'0104' after '617-555-0103' stands for 617-555-0104; one or two digits are a note, not an ending."""
    head, ending = digits_of(first), digits_of(part)
    return head[: -len(ending)] + ending if 2 < len(ending) < 7 else part


def _why_no_number(text: str) -> PhoneReason:
    """Short codes, toll-free words, or a number with digits missing; a house number is none of them."""
    pieces = [digits_of(piece) for piece in _WORD.split(text) if digits_of(piece)]
    if not pieces:
        return PhoneReason.NOT_A_NUMBER
    if is_filler("".join(pieces)):
        return PhoneReason.PLACEHOLDER
    if len(pieces) == 1 and pieces[0] in text and _SHORT_CODE.fullmatch(pieces[0]):
        return PhoneReason.SHORT_CODE
    if vanity := _VANITY.fullmatch(text):
        return PhoneReason.PREMIUM if vanity[1] == "900" else PhoneReason.TOLL_FREE
    short = not _WORD.search(text) or max(map(len, pieces)) >= 6
    return PhoneReason.TOO_SHORT if short else PhoneReason.NOT_A_NUMBER
