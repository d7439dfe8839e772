"""JSON of any HSDS shape, flattened to records: full and listed objects, pages, lists, and tables under
file names."""

from collections.abc import Callable, Iterator
from typing import Any

from outreach.resources.hsds_quirks import Quirk
from outreach.resources.hsds_tables import Record, table_kind

# Which keys give an object away, most telling first (HSDS 3.0 schemas).
_SHAPES: tuple[tuple[str, frozenset[str]], ...] = (
    ("service_at_location", frozenset({"location", "location_id"})),
    ("location", frozenset({"location_type", "addresses", "latitude", "transportation"})),
    ("service", frozenset({
        "service_at_locations", "organization", "status", "eligibility_description",
        "interpretation_services", "application_process", "fees_description",
    })),
    ("organization", frozenset({
        "services", "locations", "legal_status", "year_incorporated", "parent_organization_id", "website",
        "tax_status", "organization_identifiers",
    })),
    ("taxonomy_term", frozenset({"taxonomy_detail", "parent_id", "term_uri", "taxonomy"})),
)  # fmt: skip
_NOT_DATA = frozenset({"openapi_url", "profile", "resources"})  # an API's base object, a package descriptor
_OWNERS = ("organization", "service", "location", "service_at_location", "phone")


def read_json(documents: list[tuple[str, Any]], add: Callable[[Record], None], quirks: list[Quirk]) -> bool:
    """Hand every record of the documents (file name, parsed JSON) to `add`, each once however often it is
    nested.

    Returns False when a page object names more pages than are here.
    """
    flattener = _Flattener(add)
    pages: dict[str, tuple[set[int], int]] = {}
    for file, document in documents:
        hint = table_kind(_stem(file))
        if _is_page(document):
            _note_page(document, hint or file, pages)
        for row, (named, item) in enumerate(_items(document), start=1):
            kind = named or _shape(item) or hint
            if kind:
                flattener.flatten(kind, item, {}, file, row)
            elif not _NOT_DATA & item.keys():
                quirks.append(Quirk(file, row, _text(item.get("id")), None, "no HSDS object", "left out"))
    flattener.finish()
    return _all_pages(pages, quirks)


def _stem(file: str) -> str:
    name = file.casefold().removesuffix(".json")
    return name.removesuffix("_full").removesuffix("_list")


def _is_page(document: Any) -> bool:
    return isinstance(document, dict) and isinstance(document.get("contents"), list)


def _items(document: Any) -> Iterator[tuple[str | None, dict[str, Any]]]:
    """The objects of a document; with their kind where a key names it ("services.csv": […], "services":
    […])."""
    if isinstance(document, list):
        for entry in document:
            yield from _items(entry)
    elif _is_page(document):
        yield from _items(document["contents"])
    elif isinstance(document, dict):
        tables = {} if "name" in document else {key: rows for key, rows in document.items() if table_kind(key)}
        if "id" in document or not any(isinstance(rows, list) for rows in tables.values()):
            yield None, document
            return
        for key, rows in tables.items():
            kind = table_kind(key)
            if kind != "unused" and isinstance(rows, list):
                yield from ((kind, row) for row in rows if isinstance(row, dict))


def _shape(item: dict[str, Any]) -> str | None:
    if "service" in item and isinstance(item["service"], dict):
        return "service_at_location"
    return next((kind for kind, keys in _SHAPES if keys & item.keys() and _fits(kind, item)), None)


def _fits(kind: str, item: dict[str, Any]) -> bool:
    if kind == "service_at_location":
        return isinstance(item.get("location"), dict) or {"service_id", "location_id"} <= item.keys()
    return "name" in item


def _note_page(page: dict[str, Any], hint: str, pages: dict[str, tuple[set[int], int]]) -> None:
    number, total = page.get("page_number"), page.get("total_pages")
    if isinstance(number, int) and isinstance(total, int):
        first = next((entry for entry in page["contents"] if isinstance(entry, dict)), {})
        kind = _shape(first) or hint
        pages[kind] = (pages.get(kind, (set(), 0))[0] | {number}, total)


def _all_pages(pages: dict[str, tuple[set[int], int]], quirks: list[Quirk]) -> bool:
    complete = True
    for kind, (seen, total) in pages.items():
        if len(seen) < total:
            problem = f"{len(seen)} of {total} pages of {kind}"
            quirks.append(Quirk("", None, None, None, problem, "imported these; nothing was taken as gone"))
            complete = False
    return complete


class _Flattener:
    """Turns nested objects into records; the same object met again adds only what was missing."""

    def __init__(self, add: Callable[[Record], None]) -> None:
        self._add = add
        self._records: dict[tuple[str, str, str], Record] = {}

    def flatten(self, kind: str, item: dict[str, Any], owner: dict[str, str], file: str, row: int) -> str:
        """Record one object and all it holds; returns its id, made from its owner's where it has none."""
        values = {key.casefold(): _text(value) for key, value in item.items() if not isinstance(value, dict | list)}
        values = {key: value for key, value in values.items() if value} | owner
        identity = values.setdefault("id", _made_id(kind, owner, len(self._records)))
        for key, child in item.items():
            if isinstance(child, dict):
                self._flatten_parent(table_kind(key), child, values, file, row)
            elif isinstance(child, list):
                self._flatten_children(kind, identity, table_kind(key), child, file, row)
        self._keep(Record(kind, file, row, values), owner)
        return identity

    def finish(self) -> None:
        for record in self._records.values():
            self._add(record)

    def _flatten_parent(
        self, kind: str | None, parent: dict[str, Any], values: dict[str, str], file: str, row: int
    ) -> None:
        """An object inside another ("organization" of a service): recorded by itself, linked by its id."""
        if kind in ("organization", "service", "location", "taxonomy_term"):
            values[f"{kind}_id"] = self.flatten(kind, parent, {}, file, row)

    def _flatten_children(
        self, owner_kind: str, owner_id: str, kind: str | None, children: list[Any], file: str, row: int
    ) -> None:
        if kind in (None, "unused"):
            return
        for child in children:
            if not isinstance(child, dict) or kind is None:
                continue
            if kind == "attribute":
                self.flatten(kind, child, {"link_id": owner_id, "link_entity": owner_kind}, file, row)
            elif kind in ("taxonomy", "taxonomy_term"):  # 2.x and some APIs hang terms on the service itself
                term = self.flatten("taxonomy_term", child, {}, file, row)
                link = {"link_id": owner_id, "link_entity": owner_kind, "taxonomy_term_id": term}
                self._keep(Record("attribute", file, row, {"id": f"{owner_id}:{term}", **link}), link)
            elif owner_kind in _OWNERS:
                self.flatten(kind, child, {f"{owner_kind}_id": owner_id}, file, row)

    def _keep(self, record: Record, owner: dict[str, str]) -> None:
        """A shared child (one phone for a service and its location) is one record for each owner."""
        link = "" if record.kind in ("service", "location", "organization", "service_at_location") else str(owner)
        key = (record.kind, record.id, link)
        first = self._records.setdefault(key, record)
        if first is not record:
            first.values = record.values | first.values


def _made_id(kind: str, owner: dict[str, str], count: int) -> str:
    return ":".join([*owner.values(), kind, str(count)])


def _text(value: Any) -> str:
    if value is None or isinstance(value, dict | list):
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value).strip()
