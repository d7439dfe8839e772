"""Judges one phone number found in a cell: which it is, and whether a family could have it."""

import re
from dataclasses import dataclass, replace

from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    ValidationResult,
    country_code_for_region,
    format_number,
    is_possible_number_with_reason,
    is_valid_number,
    number_type,
    parse,
    region_code_for_number,
)

from outreach.people.phone_reasons import PhoneReason


@dataclass(frozen=True)
class Number:
    """One number found in a cell: `key` tells two of them apart, `prefixed` that 1 or 001 went before."""

    key: str
    reason: PhoneReason
    prefixed: bool = False

    @property
    def good(self) -> bool:
        return self.reason in (PhoneReason.OK, PhoneReason.OK_INTERNATIONAL)


TOLL_FREE_AREAS = ("800", "833", "844", "855", "866", "877", "888")

_FILLERS = ("1234567890", "0123456789", "9876543210", "0987654321", "1234567", "7654321")
_EXIT_CODE = re.compile(r"(?:011|00)([1-9]\d{7,})")  # dialled before a country code, in the US and elsewhere
_PLUS = re.compile(r"\D*1?\D*\+")  # also '1+617…' and '++1…'
_US_PREFIX = re.compile(r"^11?(?=\d{10}$)")  # no area code begins with 1, so '1 1 617…' is a 1 too many
_US_GROUPS = re.compile(r"\D*\d{3}\D+\d{3}\D+\d{4}\d*(?:\D+\d+)*\D*")


def digits_of(text: str) -> str:
    return "".join(re.findall(r"[0-9]", text))


def is_filler(digits: str) -> bool:
    """Typed because the field had to hold something: '000-0000', '9999999999', '123-456-7890'."""
    return digits in _FILLERS or (len(set(digits)) == 1 and (len(digits) > 2 or digits[0] == "0"))


def read_number(piece: str, region: str) -> Number:
    """Read a stretch of digits and separators that holds one number; + and 011 lead abroad."""
    digits = digits_of(piece)
    if is_filler(digits):
        return Number(digits, PhoneReason.PLACEHOLDER)
    plus = bool(_PLUS.match(piece))
    if exit_code := _EXIT_CODE.fullmatch(digits) if len(digits) > 10 else None:
        digits, plus = exit_code[1], True
    if not plus and country_code_for_region(region) != 1:
        return _judge_foreign(digits, region, region)
    if plus and digits[0] != "1":
        return _judge_foreign("+" + digits, None, region)
    national = _US_PREFIX.sub("", digits)
    if len(national) < 10 or (plus and national == digits and len(digits) == 10):
        return Number(digits, PhoneReason.TOO_SHORT)
    if len(national) > 10:
        return Number(digits, _why_long(digits, piece, plus=plus))
    number = _judge_us(national, region)
    if national != digits and not plus and _looks_chinese(digits, piece, number):
        return Number(digits, PhoneReason.AMBIGUOUS_INTERNATIONAL)
    return replace(number, prefixed=national != digits)


def _why_long(digits: str, piece: str, *, plus: bool) -> PhoneReason:
    """Eleven digits and more: foreign when a + would make it good, or it has the 0 dialled at home abroad.

    '50937101234' may be Haiti; '617-555-01245', grouped as in the US, has a digit too many.
    """
    if plus or _US_GROUPS.fullmatch(piece):
        return PhoneReason.TOO_LONG
    foreign = (digits[0] == "0" and len(digits) <= 12) or _judge_foreign("+" + digits, None, "").good
    return PhoneReason.AMBIGUOUS_INTERNATIONAL if foreign else PhoneReason.TOO_LONG


def _looks_chinese(digits: str, piece: str, number: Number) -> bool:
    """Chinese mobiles have eleven digits that begin with 1: '138 1234 5678' is no US number with its 1."""
    if number.reason is not PhoneReason.INVALID_AREA_CODE or _US_GROUPS.search(piece):
        return False
    return _judge_foreign("+86" + digits, None, "").good


def _judge_us(national: str, region: str) -> Number:
    """Ten digits of the North American plan (area, exchange, line), which reaches Guam and Jamaica."""
    number = PhoneNumber(country_code=1, national_number=int(national))
    home = region_code_for_number(number)
    good = PhoneReason.OK if home == region else PhoneReason.OK_INTERNATIONAL
    return Number(f"+1{national}", _us_fault(national, number, area_known=bool(home)) or good)


def _us_fault(national: str, number: PhoneNumber, *, area_known: bool) -> PhoneReason | None:
    """What is wrong with the ten digits, the area code first (NANPA: NXX-NXX-XXXX, N11 reserved).

    555-01xx is fiction that the library calls good, but for a few islands: it is good there too.
    """
    area, exchange, line = national[:3], national[3:6], national[6:]
    if is_filler(national) or national[3:] in ("0000000", "5551212"):
        return PhoneReason.PLACEHOLDER
    if area in TOLL_FREE_AREAS:
        return PhoneReason.TOLL_FREE
    if area == "900":
        return PhoneReason.PREMIUM
    if area[0] in "01" or area[1:] == "11" or not (area_known or _area_exists(area)):
        return PhoneReason.INVALID_AREA_CODE
    if exchange == "976":
        return PhoneReason.PREMIUM
    fictional = exchange == "555" and line.startswith("01")
    if exchange[0] in "01" or exchange[1:] == "11" or not (fictional or is_valid_number(number)):
        return PhoneReason.INVALID_EXCHANGE
    return PhoneReason.INVALID if number_type(number) == PhoneNumberType.PERSONAL_NUMBER else None


def _area_exists(area: str) -> bool:
    return is_valid_number(PhoneNumber(country_code=1, national_number=int(area + "5550123")))


_LENGTH_REASONS = {
    ValidationResult.TOO_SHORT: PhoneReason.TOO_SHORT,
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: PhoneReason.TOO_SHORT,
    ValidationResult.TOO_LONG: PhoneReason.TOO_LONG,
}
_TYPE_REASONS = {
    PhoneNumberType.TOLL_FREE: PhoneReason.TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE: PhoneReason.PREMIUM,
    PhoneNumberType.SHARED_COST: PhoneReason.PREMIUM,
}


def _judge_foreign(digits: str, parse_region: str | None, region: str) -> Number:
    """A number of any other country: international with its +, or at home in `parse_region`."""
    try:
        number = parse(digits, parse_region)
    except NumberParseException as error:
        long = error.error_type == NumberParseException.TOO_LONG
        return Number(digits, PhoneReason.TOO_LONG if long else PhoneReason.INVALID)
    if not is_valid_number(number):
        length = is_possible_number_with_reason(number)
        return Number(digits, _LENGTH_REASONS.get(length, PhoneReason.INVALID))
    e164 = format_number(number, PhoneNumberFormat.E164)
    home = region_code_for_number(number) == region
    default = PhoneReason.OK if home else PhoneReason.OK_INTERNATIONAL
    return Number(e164, _TYPE_REASONS.get(number_type(number), default))
