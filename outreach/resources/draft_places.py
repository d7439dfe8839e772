"""From records to resources: each service at each location, with the phone, hours and languages that hold
there."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from outreach.resources.drafts import Draft, Drafts, linked
from outreach.resources.hsds_hours import read_hours
from outreach.resources.hsds_quirks import read_languages, read_phones
from outreach.resources.hsds_reader import Export
from outreach.resources.hsds_remarks import Remarks
from outreach.resources.hsds_tables import Record

LONGEST_LANGUAGES = 300  # the column; some twenty languages
_TYPES = {
    "sms": "text",
    "mobile": "cell",
    "telephone": "voice",
    "phone": "voice",
    "main": "voice",
    "tty": "textphone",
}
_PREFERENCE = {"voice": 0, "": 1, "cell": 2, "text": 3, "video": 5, "textphone": 6, "pager": 7, "fax": 9}
Owned = dict[str, list[Any]]


def draft_places(
    export: Export, organizations: Drafts, services: Drafts, locations: Drafts, remarks: Remarks
) -> Drafts:
    """Resources by external id. A service without a location becomes one without a place, "service:ID"."""
    pairs = _pairs(export, services, locations, remarks)
    ids = [(place, service, location or "", _organization(services[service])) for place, service, location in pairs]
    known = {key for each in ids for key in _keys(each)}
    phones = _phones(export, known, remarks)
    hours = _hours(export, known, remarks)
    languages = _languages(export, remarks)
    drafts: Drafts = {}
    for keys, (external_id, service_id, location_id) in zip(ids, pairs, strict=True):
        service, location = services[service_id], locations.get(location_id or "")
        organization_id = service.links["organization_id"]
        organization = organizations.get(organization_id or "")
        draft = Draft(
            external_id,
            _columns(service, location, organization, _first(phones, keys), _spoken(languages, keys)),
            {"service_id": service_id, "location_id": location_id, "organization_id": organization_id},
            categories=service.categories,
            hours=next((found for key in _keys(keys) if (found := hours.get(key))), []),
        )
        drafts[external_id] = draft.seal(service, location)
    return drafts


def _organization(service: Draft) -> str:
    return service.links["organization_id"] or ""


def _pairs(export: Export, services: Drafts, locations: Drafts, remarks: Remarks) -> list[tuple[str, str, str | None]]:
    """(external id, service id, location id or None), each pair of service and location once."""
    pairs: dict[tuple[str, str | None], str] = {}
    for record in remarks.prepare(export.of("service_at_location")):
        service_id = linked(record, "service_id", services, "left out", remarks)
        if service_id is None:
            continue
        location_id = linked(record, "location_id", locations, "kept without a place", remarks)
        if (service_id, location_id) in pairs:
            remarks.note(record, None, "the same service at the same location twice", "kept the first")
        pairs.setdefault((service_id, location_id), record.id[:120])
    placed = {service_id for service_id, _ in pairs}
    pairs.update({(service_id, None): f"service:{service_id}"[:120] for service_id in services.keys() - placed})
    return sorted((external_id, service_id, location_id) for (service_id, location_id), external_id in pairs.items())


def _columns(
    service: Draft,
    location: Draft | None,
    organization: Draft | None,
    phones: list[dict[str, str]],
    languages: str,
) -> dict[str, Any]:
    where = location.columns if location else {}
    shown = min(phones, key=lambda phone: _PREFERENCE.get(phone["type"], 4), default=None)
    return {
        **{name: service.columns[name] for name in ("name", "status", "eligibility", "assured_on")},
        "organization": organization.columns["name"] if organization else None,
        **{name: where.get(name) for name in ("address_line", "city", "zip", "latitude", "longitude", "zone")},
        "phone": shown["number"] if shown and shown["type"] != "fax" else None,
        "phones": phones,
        "languages": languages,
    }


def _keys(ids: Sequence[str]) -> list[str]:
    """Under which keys the rows of a resource are found, most specific first: itself, the service at this
    location (a row that names both), the service, the location, the organization."""
    place, service, location, organization = ids
    keys = {
        f"place={place}": place,
        f"service={service}&location={location}": service and location,
        f"service={service}": service,
        f"location={location}": location,
        f"organization={organization}": organization,
    }
    return [key for key, given in keys.items() if given]


def _owner_key(record: Record, known: set[str], remarks: Remarks) -> str | None:
    """The most specific owner of a row that exists: what holds for a service at one location does not
    elsewhere."""
    columns = ("service_at_location_id", "service_id", "location_id", "organization_id")
    ids = [record.get(column)[:120] for column in columns]
    found = next((key for key in _keys(ids) if key in known), None)
    if found is None and not record.get("contact_id"):
        remarks.note(record, None, "belongs to nothing in this export", "left out")
    return found


def _first(phones: Owned, ids: Sequence[str]) -> list[dict[str, str]]:
    """All numbers of a resource, its own first, then the service's, the location's, the organization's;
    those that ring at a more specific desk are preferred by standing first among their kind."""
    found: dict[str, dict[str, str]] = {}
    for key in _keys(ids):
        for phone in phones.get(key, []):
            found.setdefault(phone["number"], phone)
    return list(found.values())


def _spoken(languages: Owned, ids: Sequence[str]) -> str:
    codes = dict.fromkeys(code for key in _keys(ids) for code in languages.get(key, []))
    kept = ""
    for code in codes:
        if len(kept) + len(code) < LONGEST_LANGUAGES:
            kept = f"{kept} {code}".strip()
    return kept


def _phones(export: Export, known: set[str], remarks: Remarks) -> Owned:
    owned: Owned = defaultdict(list)
    for record in remarks.prepare(export.of("phone")):
        numbers = remarks.take(record, "number", read_phones(record.get("number"), record.get("extension")))
        kind = record.get("type").casefold()
        kind = _TYPES.get(kind, kind)[:20]
        note = remarks.text(record, "description", 500) or ""
        key = _owner_key(record, known, remarks)
        if key:
            owned[key].extend({"number": phone.shown[:60], "type": kind, "description": note} for phone in numbers)
    return owned


def _hours(export: Export, known: set[str], remarks: Remarks) -> Owned:
    owned: Owned = defaultdict(list)
    for record in remarks.prepare(export.of("schedule")):
        key = _owner_key(record, known, remarks)
        hours = read_hours(record, remarks.take) if key else {}
        if key and hours not in owned[key]:
            owned[key].append(hours)
    return owned


def _languages(export: Export, remarks: Remarks) -> Owned:
    """Unlike phones and hours these add up: what the service speaks and what the place speaks."""
    owned: Owned = defaultdict(list)
    for record in remarks.prepare(export.of("language")):
        column = "code" if record.get("code") else "name"
        codes = remarks.take(record, column, read_languages(record.get(column)))
        owners = {"place": "service_at_location_id", "service": "service_id", "location": "location_id"}
        for key, column in owners.items():
            if record.get(column):
                owned[f"{key}={record.get(column)[:120]}"].extend(codes)
    return owned
