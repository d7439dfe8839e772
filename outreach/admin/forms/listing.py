"""A listing in a form: what somebody typed, read into values, each field with what is wrong about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from outreach.admin.forms.draft import Trouble
from outreach.admin.forms.opening import always, as_schedules, fill_week, read_week
from outreach.languages import LANGUAGES
from outreach.people.zip_codes import find_zip
from outreach.resources.hsds_quirks import read_phones
from outreach.resources.models import ServiceAtLocation
from outreach.resources.upkeep.models import ListingField
from outreach.resources.upkeep.values import placed, read_value

LONGEST_NAME = 200
LONGEST_WHO = 300
LONGEST_LINE = 300
LONGEST_CITY = 120
LONGEST_PHONE = 60
OFFERED = LANGUAGES.keys() - {"en"}
NOWHERE = dict.fromkeys(("address_line", "city", "zip", "latitude", "longitude", "zone"))


@dataclass
class Typed:
    """Values by field, those that differ from the listing alone; `troubles` say what has to be mended first."""

    values: dict[ListingField, Any] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)


def form_of(listing: ServiceAtLocation | None) -> MultiDict[str, str]:
    """What the form shows before anybody typed."""
    if listing is None:
        return MultiDict({"hours": "week"})
    grid = fill_week(listing.hours)
    hours = "keep" if grid is None else "week" if grid else "unknown"
    shown: MultiDict[str, str] = MultiDict(
        {
            "name": listing.name,
            "who": listing.eligibility or "",
            "phone": listing.phone or "",
            "address_line": listing.address_line or "",
            "city": listing.city or "",
            "zip": listing.zip or "",
            "hours": "always" if read_value(listing, ListingField.HOURS) == always() else hours,
            **(grid or {}),
        }
    )
    shown.setlist("language", list(listing.speaks))
    shown.setlist("category", [one.category for one in listing.categories])
    return shown


def read_listing(form: MultiDict[str, str], listing: ServiceAtLocation | None, kinds: Mapping[str, str]) -> Typed:
    """Compare the form with the listing; a new one has nothing to compare with. `kinds` of help are those offered."""
    typed = Typed()
    _take(typed, ListingField.NAME, _text(typed, form, "name", LONGEST_NAME, "The name"), listing)
    if not form.get("name", "").strip():
        typed.troubles.append(Trouble("The name is missing. Families look for it on the door.", "name"))
    who = _text(typed, form, "who", LONGEST_WHO, "Whom it serves")
    _take(typed, ListingField.ELIGIBILITY, who or None, listing)
    _read_phone(typed, form, listing)
    _read_address(typed, form, listing)
    _read_languages(typed, form, listing)
    _read_categories(typed, form, listing, kinds)
    _read_hours(typed, form, listing)
    return typed


def _take(typed: Typed, one: ListingField, value: Any, listing: ServiceAtLocation | None) -> None:
    if listing is None or read_value(listing, one) != value:
        typed.values[one] = value


def _text(typed: Typed, form: Mapping[str, str], name: str, longest: int, label: str) -> str:
    text = " ".join(form.get(name, "").split())
    if len(text) > longest:
        typed.troubles.append(Trouble(f"{label}: {len(text)} characters, at most {longest}. Make it shorter.", name))
    return text


def _read_phone(typed: Typed, form: Mapping[str, str], listing: ServiceAtLocation | None) -> None:
    text = _text(typed, form, "phone", LONGEST_PHONE, "The phone")
    if text == ((listing.phone if listing else None) or ""):
        return
    numbers = read_phones(text).value
    if text and (len(numbers) != 1 or not (numbers[0].e164 or len(text) <= 6)):  # 211 and 988 are numbers as well
        typed.troubles.append(Trouble(f"The phone: {text} is not one US number. Write it like 617-555-0123.", "phone"))
        return
    _take(typed, ListingField.PHONE, numbers[0].shown if text else None, listing)


def _read_address(typed: Typed, form: Mapping[str, str], listing: ServiceAtLocation | None) -> None:
    line = _text(typed, form, "address_line", LONGEST_LINE, "The street")
    city = _text(typed, form, "city", LONGEST_CITY, "The city")
    zip_code = _text(typed, form, "zip", 10, "The ZIP")
    before = read_value(listing, ListingField.ADDRESS) if listing else NOWHERE
    if zip_code and zip_code != before["zip"] and find_zip(zip_code) is None:
        typed.troubles.append(Trouble(f"The ZIP: nobody knows {zip_code}. Write its five digits, like 02139.", "zip"))
        return
    if (line or city) and not zip_code:
        wanted = "The ZIP is missing. Without it nobody knows how far it is, and families are offered it last."
        if listing is None or before["zip"]:
            typed.troubles.append(Trouble(wanted, "zip"))
            return
    _take(typed, ListingField.ADDRESS, placed(line or None, city or None, zip_code or None, before), listing)


def _read_languages(typed: Typed, form: MultiDict[str, str], listing: ServiceAtLocation | None) -> None:
    """Those the form does not offer stay: English, and what the source knows and we do not."""
    before = listing.speaks if listing else ()
    chosen = [code for code in dict.fromkeys(form.getlist("language")) if code in OFFERED]
    kept = [code for code in before if code in chosen or code not in OFFERED]
    codes = [*kept, *(code for code in chosen if code not in kept)]
    if listing is None or set(codes) != set(before):
        _take(typed, ListingField.LANGUAGES, " ".join(codes), listing)


def _read_categories(
    typed: Typed, form: MultiDict[str, str], listing: ServiceAtLocation | None, kinds: Mapping[str, str]
) -> None:
    chosen = sorted({key for key in form.getlist("category") if key in kinds})
    before = {one.category for one in listing.categories} if listing else set()
    if not chosen and (listing is None or before):
        typed.troubles.append(
            Trouble(
                "Choose at least one kind of help, or no family is ever sent there. To stop that, hide it.", "kinds"
            )
        )
        return
    _take(typed, ListingField.CATEGORIES, sorted({*chosen, *(before - kinds.keys())}), listing)


def _read_hours(typed: Typed, form: Mapping[str, str], listing: ServiceAtLocation | None) -> None:
    match form.get("hours", ""):
        case "always":
            _take(typed, ListingField.HOURS, always(), listing)
        case "unknown":
            _take(typed, ListingField.HOURS, [], listing)
        case "week":
            grid, troubles = read_week(form)
            typed.troubles += troubles
            if not grid and not troubles:
                typed.troubles.append(Trouble("The hours: no day has times. Give some, or say nobody knows.", "hours"))
            elif listing is None or grid != fill_week(listing.hours):
                _take(typed, ListingField.HOURS, as_schedules(grid), listing)
