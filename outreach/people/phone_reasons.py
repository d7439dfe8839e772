"""Why a phone cell was read or refused, and how to say so to the person who exported it."""

from enum import StrEnum


class PhoneReason(StrEnum):
    """Why a cell was read, or refused, as it was."""

    OK = "ok"
    OK_UNICODE = "ok_unicode"
    OK_EXCEL_FLOAT = "ok_excel_float"
    OK_PREFIX = "ok_prefix"
    OK_EXTENSION = "ok_extension"
    OK_TEXT_AROUND = "ok_text_around"
    OK_DUPLICATE = "ok_duplicate"
    OK_INTERNATIONAL = "ok_international"
    BLANK = "blank"
    PLACEHOLDER = "placeholder"
    NOT_A_NUMBER = "not_a_number"
    EXCEL_PRECISION_LOST = "excel_precision_lost"
    MULTIPLE_NUMBERS = "multiple_numbers"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    INVALID = "invalid"
    INVALID_AREA_CODE = "invalid_area_code"
    INVALID_EXCHANGE = "invalid_exchange"
    AMBIGUOUS_INTERNATIONAL = "ambiguous_international"
    PREMIUM = "premium"
    TOLL_FREE = "toll_free"
    SHORT_CODE = "short_code"


# The middle of "Row 18, phone '617-555': too short for a US number. Correct it in the file …".
EXPLANATIONS: dict[PhoneReason, str] = {
    PhoneReason.OK: "a good number",
    PhoneReason.OK_UNICODE: "a good number, once its odd digits, dashes or hidden characters are replaced",
    PhoneReason.OK_EXCEL_FLOAT: "a good number that a spreadsheet had turned into a decimal",
    PhoneReason.OK_PREFIX: "a good number, once its prefix is read as the country code",
    PhoneReason.OK_EXTENSION: "a good number with an extension; texts go to the main number",
    PhoneReason.OK_TEXT_AROUND: "a good number with words around it",
    PhoneReason.OK_DUPLICATE: "a good number, written twice",
    PhoneReason.OK_INTERNATIONAL: "a good number outside the 50 states",
    PhoneReason.BLANK: "empty",
    PhoneReason.PLACEHOLDER: "a filler, not a phone number",
    PhoneReason.NOT_A_NUMBER: "no phone number in it",
    PhoneReason.EXCEL_PRECISION_LOST: "a spreadsheet rounded it and its last digits are gone",
    PhoneReason.MULTIPLE_NUMBERS: "more than one number, and nobody can tell which to text",
    PhoneReason.TOO_SHORT: "too short for a US number",
    PhoneReason.TOO_LONG: "too long for a phone number",
    PhoneReason.INVALID: "not a number that any phone can have",
    PhoneReason.INVALID_AREA_CODE: "its area code does not exist",
    PhoneReason.INVALID_EXCHANGE: "the three digits after its area code cannot be right",
    PhoneReason.AMBIGUOUS_INTERNATIONAL: "it may be a foreign number; write it with + and the country code",
    PhoneReason.PREMIUM: "a number that charges its callers",
    PhoneReason.TOLL_FREE: "a toll-free number of a business, not a family's phone",
    PhoneReason.SHORT_CODE: "a short service number, not a family's phone",
}
