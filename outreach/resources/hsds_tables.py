"""The names HSDS tables and columns go by: 3.x, 2.x, 1.x, and the slips seen in exports."""

import re
from dataclasses import dataclass

_NAMES = {
    "organization": "organization organizations",
    "service": "service services",
    "location": "location locations",
    "service_at_location": "service_at_location service_at_locations services_at_location services_at_locations",
    "phone": "phone phones",
    "address": "address addresses addresss",
    "physical_address": "physical_address physical_addresses",
    "postal_address": "postal_address postal_addresses",
    "schedule": "schedule schedules regular_schedule regular_schedules",
    "language": "language languages",
    "accessibility": "accessibility accessibilities accessibilitys accessibility_for_disabilities",
    "taxonomy_term": "taxonomy_term taxonomy_terms",
    "taxonomy": "taxonomy taxonomies taxonomys",
    "attribute": "attribute attributes service_attribute service_attributes service_taxonomy services_taxonomy "
    "service_taxonomies services_taxonomies other_attribute other_attributes",
    "eligibility": "eligibility eligibilities eligibilitys",
    "unused": "program programs funding fundings contact contacts service_area service_areas "
    "required_document required_documents cost_option cost_options organization_identifier "
    "organization_identifiers metadata "
    "meta_table_description meta_table_descriptions holiday_schedule holiday_schedules payment_accepted "
    "payments_accepted url urls unit units service_capacity service_capacities",
}
_KINDS = {name: kind for kind, names in _NAMES.items() for name in names.split()}

# Old column names, by table: what 3.0 calls them.
RENAMED = {
    "service": {
        "eligibility": "eligibility_description",
        "fees": "fees_description",
        "licenses": "accreditations",
    },
    "attribute": {"taxonomy_id": "taxonomy_term_id"},
    "language": {"language": "name"},
    "accessibility": {"accessibility": "description"},
    "phone": {"phone_number": "number", "phone_type": "type"},
    "schedule": {"closes": "closes_at", "opens": "opens_at"},
}

# The columns of HSDS 3.0 and 3.1, and those of 2.x we read; any other is left out, with a remark.
_OWNER_COLUMNS = "organization_id service_id location_id service_at_location_id contact_id phone_id"
_COLUMNS = {
    "organization": "name alternate_name description email website year_incorporated legal_status logo uri "
    "parent_organization_id tax_id tax_status url",
    "service": "name status program_id alternate_name description url email interpretation_services "
    "application_process fees_description accreditations eligibility_description minimum_age maximum_age "
    "assured_date assurer_email alert last_modified wait_time fees licenses eligibility",
    "location": "location_type url name alternate_name description transportation latitude longitude "
    "external_identifier external_identifier_type",
    "service_at_location": "description",
    "phone": "number extension type description language priority department",
    "address": "address_1 city state_province postal_code country address_type attention address_2 region",
    "schedule": "valid_from valid_to dtstart timezone until count wkst freq interval byday byweekno "
    "bymonthday byyearday description opens_at closes_at schedule_link attending_type notes weekday",
    "language": "name code note language",
    "accessibility": "description details url accessibility",
    "taxonomy_term": "name description code parent_id parent_name vocabulary taxonomy language taxonomy_id term_uri",
    "attribute": "link_id taxonomy_term_id link_entity link_type value label taxonomy_id taxonomy_detail",
}
COLUMNS = {kind: frozenset(f"id {_OWNER_COLUMNS} {columns}".split()) for kind, columns in _COLUMNS.items()}


@dataclass(slots=True)
class Record:
    """One row of one table. `values` are stripped, never empty; column names in lower case."""

    kind: str
    file: str
    row: int | None
    values: dict[str, str]

    def get(self, column: str) -> str:
        return self.values.get(column, "")

    @property
    def id(self) -> str:
        return self.values.get("id", "")


def table_kind(name: str) -> str | None:
    """The table a file, a datapackage resource or a JSON key means; "unused" for those we do not read,
    else None."""
    stem = re.sub(r"\.(csv|json)$", "", name.strip().casefold()).replace("-", "_").replace(" ", "_")
    return _KINDS.get(stem)
