"""From records to drafts: organizations, services and locations as our tables hold them, not yet compared
with them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from outreach.people.zip_codes import find_zip
from outreach.resources.categories import Rules, Term, categorise
from outreach.resources.hsds_places import Placing, place, read_zip
from outreach.resources.hsds_quirks import Cell, read_date, read_number, read_status
from outreach.resources.hsds_reader import Export
from outreach.resources.hsds_remarks import Remarks, digest
from outreach.resources.hsds_tables import Record
from outreach.resources.models import ServiceStatus


@dataclass(slots=True)
class Draft:
    """One row to be: its columns without keys and links. `links` name other drafts by external id; the
    fingerprint covers columns, children and what it links to, but no id."""

    external_id: str
    columns: dict[str, Any]
    links: dict[str, str | None] = field(default_factory=dict)
    fingerprint: str = ""
    categories: tuple[str, ...] = ()
    hours: list[dict[str, Any]] = field(default_factory=list)

    def seal(self, *linked: "Draft | None") -> "Draft":
        """Set the fingerprint, once all is in."""
        others = [draft.fingerprint if draft else "" for draft in linked]
        self.fingerprint = digest([self.columns, self.categories, self.hours, others])
        return self


Drafts = dict[str, Draft]


def by_column(records: Iterable[Record], column: str) -> dict[str, list[Record]]:
    grouped: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        if record.get(column):
            grouped[record.get(column)].append(record)
    return grouped


def draft_organizations(export: Export, remarks: Remarks) -> Drafts:
    drafts: Drafts = {}
    for record in remarks.prepare(export.of("organization")):
        name = remarks.text(record, "name", 200) or remarks.text(record, "alternate_name", 200)
        if name is None:
            remarks.note(record, "name", "an organization without a name", "left out")
            continue
        columns = {
            "name": name,
            "status": ServiceStatus.ACTIVE,
            "description": remarks.text(record, "description"),
            "url": remarks.text(record, "website", 400) or remarks.text(record, "url", 400),
            "email": remarks.text(record, "email", 200),
        }
        drafts[record.id[:120]] = Draft(record.id[:120], columns).seal()
    return drafts


def draft_services(export: Export, organizations: Drafts, remarks: Remarks, rules: Rules | None = None) -> Drafts:
    """Services with their categories. One whose organization is not in the export is kept without it."""
    terms = _terms_of_services(export, remarks)
    ages = by_column(export.of("eligibility"), "service_id")
    drafts: Drafts = {}
    for record in remarks.prepare(export.of("service")):
        organization_id = linked(record, "organization_id", organizations, "kept without it", remarks)
        organization = organizations.get(organization_id or "")
        name = remarks.text(record, "name", 200) or remarks.text(record, "alternate_name", 200)
        name = name or (organization.columns["name"] if organization else None)
        if name is None:
            remarks.note(record, "name", "a service without a name", "left out")
            continue
        columns = {"name": name, **_service_columns(record, ages.get(record.id, []), remarks)}
        decided = categorise(terms.get(record.id, []), name, columns["description"], rules)
        if not decided.categories and columns["status"] is ServiceStatus.ACTIVE:
            remarks.note(record, None, "no category fits this service", "imported, but families will not be sent to it")
        draft = Draft(record.id[:120], columns, {"organization_id": organization_id}, categories=decided.categories)
        drafts[draft.external_id] = draft.seal(organization)
    return drafts


def draft_locations(export: Export, remarks: Remarks) -> Drafts:
    addresses = _addresses(export, remarks)
    access = by_column(remarks.prepare(export.of("accessibility")), "location_id")
    known = {record.id for record in export.of("organization")}
    drafts: Drafts = {}
    for record in remarks.prepare(export.of("location")):
        if record.get("organization_id") and record.get("organization_id") not in known:
            remarks.note(record, "organization_id", "points at nothing in this export", "kept the location")
        kind = record.get("location_type").casefold()
        if kind not in ("physical", "postal", "virtual"):
            remarks.note(record, "location_type", "unknown or no location type", "took it as physical")
            kind = "physical"
        columns = {
            "name": remarks.text(record, "name", 200) or remarks.text(record, "alternate_name", 200),
            "status": ServiceStatus.ACTIVE,
            "kind": kind,
            **_where(record, kind, addresses.get(record.id, []), remarks),
            "transportation": remarks.text(record, "transportation"),
            "accessibility": " ".join(
                text for one in access.get(record.id, []) if (text := remarks.text(one, "description"))
            )
            or None,
        }
        drafts[record.id[:120]] = Draft(record.id[:120], columns).seal()
    return drafts


def linked(record: Record, column: str, drafts: Drafts, done: str, remarks: Remarks) -> str | None:
    """The external id in `column` when it leads somewhere; a dangling one is remarked on and None."""
    target = record.get(column)[:120]
    if target and target not in drafts:
        remarks.note(record, column, "points at nothing in this export", done)
        return None
    if not target:
        remarks.note(record, column, f"no {column}", done)
    return target or None


def _service_columns(record: Record, ages: list[Record], remarks: Remarks) -> dict[str, Any]:
    older = ages[0] if ages else record  # HSDS 2.x: a table of its own
    eligibility = remarks.text(record, "eligibility_description")
    if eligibility is None and ages:
        eligibility = remarks.text(older, "eligibility") or remarks.text(older, "description")
    minimum = record if record.get("minimum_age") else older
    maximum = record if record.get("maximum_age") else older
    status = "" if record.get("status").casefold() == "status" else record.get("status")
    return {
        "status": remarks.take(record, "status", read_status(status)),
        "description": remarks.text(record, "description"),
        "url": remarks.text(record, "url", 400),
        "email": remarks.text(record, "email", 200),
        "eligibility": eligibility,
        "minimum_age": _age(minimum, "minimum_age", remarks),
        "maximum_age": _age(maximum, "maximum_age", remarks),
        "fees": remarks.text(record, "fees_description"),
        "how_to_apply": remarks.text(record, "application_process"),
        "alert": remarks.text(record, "alert"),
        "assured_on": remarks.take(record, "assured_date", read_date(record.get("assured_date"))),
    }


def _age(record: Record, column: str, remarks: Remarks) -> int | None:
    age = remarks.take(record, column, read_number(record.get(column)))
    return age if age is not None and 0 <= age <= 150 else None


def _terms_of_services(export: Export, remarks: Remarks) -> dict[str, list[Term]]:
    """Terms by service id: attributes of HSDS 3, services_taxonomy of 1.x and 2.x. Its parents' codes need no
    look-up: a 211 code begins with its parent's."""
    rows = [*remarks.prepare(export.of("taxonomy")), *remarks.prepare(export.of("taxonomy_term"))]
    terms = {row.id: Term(row.get("name"), row.get("code")) for row in rows}
    service_of = {row.id: row.get("service_id") for row in export.of("service_at_location")}
    entities = {row.id for kind in ("organization", "location") for row in export.of(kind)}
    services = {row.id for row in export.of("service")}
    found: dict[str, list[Term]] = defaultdict(list)
    for row in remarks.prepare(export.of("attribute")):
        link = row.get("link_id") or row.get("service_id")
        service = service_of.get(link, link)
        term = terms.get(row.get("taxonomy_term_id"))
        if service not in services:
            if link not in entities:
                remarks.note(row, "link_id", "points at nothing in this export", "left out")
        elif term is None:
            remarks.note(row, "taxonomy_term_id", "points at nothing in this export", "left out")
        else:
            found[service].append(term)
    return found


def _addresses(export: Export, remarks: Remarks) -> dict[str, list[Record]]:
    records = list(export.of("address"))
    for kind in ("physical_address", "postal_address"):
        for record in export.of(kind):
            remarks.note(record, None, "a table of HSDS 2.x", "read as addresses")
            records.append(Record("address", record.file, record.row, {"address_type": kind[:-8], **record.values}))
    return by_column(remarks.prepare(records), "location_id")


def _where(record: Record, kind: str, addresses: list[Record], remarks: Remarks) -> dict[str, Any]:
    """Address and coordinates; a virtual location has neither, whatever its columns hold."""
    if kind == "virtual":
        return {"placed_by": Placing().by} | dict.fromkeys(
            ("address_line", "city", "state", "zip", "latitude", "longitude", "zone")
        )
    address = min(addresses, key=lambda one: one.get("address_type").casefold() != "physical", default=None)
    if address is None:
        address = Record("address", record.file, record.row, {})
        remarks.note(record, None, "a location without an address", "kept it")
    elif kind == "physical" and address.get("address_type").casefold() == "postal":
        remarks.note(address, "address_type", "a physical location with only a postal address", "used it")
    state = remarks.text(address, "state_province", 60)
    zip_code = remarks.take(address, "postal_code", read_zip(address.get("postal_code"), state or ""))
    middle = find_zip(zip_code) if zip_code else None
    if zip_code and middle is None:
        remarks.take(address, "postal_code", Cell(None, "a ZIP nobody knows", "kept it"))
    placing = remarks.take(record, "latitude", place(record.get("latitude"), record.get("longitude"), zip_code))
    lines = (remarks.text(address, "address_1", 200), remarks.text(address, "address_2", 98))
    return {
        "address_line": ", ".join(line for line in lines if line) or None,
        "city": remarks.text(address, "city", 120),
        "state": state,
        "zip": zip_code,
        "latitude": placing.latitude,
        "longitude": placing.longitude,
        "placed_by": placing.by,
        "zone": middle.timezone if middle else None,
    }
