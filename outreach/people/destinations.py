"""Where a number lies, as carriers price it: a country, by the first digits alone, so that a query can group by."""

from functools import lru_cache

from phonenumbers import PhoneNumber, region_code_for_country_code, region_code_for_number
from sqlalchemy import ColumnElement, func

from outreach.people.area_codes import states_of
from outreach.people.models import Contact

TERRITORIES = frozenset({"AS", "GU", "MP", "PR", "VI"})  # states to the post office, countries to a carrier
UNKNOWN = "ZZ"  # CLDR's code for a region nobody knows
_PREFIX = 5  # "+1617": the area code where +1 is shared, the whole country code everywhere else


def prefix() -> ColumnElement[str]:
    """The part of a contact's number that tells its destination."""
    return func.substr(Contact.phone, 1, _PREFIX)


@lru_cache(maxsize=4096)
def destination_of(phone: str) -> str:
    """The country (ISO 3166, two letters) of an E.164 number or of its prefix; UNKNOWN for none.

    '+1617' US, '+1787' PR, '+1416' CA, '+1876' JM, '+5093' HT.
    """
    digits = phone[1:_PREFIX]
    if digits.startswith("1"):
        return _in_north_america(digits[1:])
    found = (region_code_for_country_code(int(digits[:size])) for size in (1, 2, 3) if digits[:size].isdecimal())
    return next((region for region in found if region.isalpha() and region != UNKNOWN), UNKNOWN)


def _in_north_america(area: str) -> str:
    """One numbering plan, some twenty countries; overlays too new for `phonenumbers` are in our own table."""
    if len(area) != 3 or not area.isdecimal():
        return UNKNOWN
    found = region_code_for_number(PhoneNumber(1, int(f"{area}2345678")))
    if found:
        return str(found)
    state = next(iter(states_of(f"+1{area}2345678", None)), None)
    return state if state in TERRITORIES else "US" if state else UNKNOWN
