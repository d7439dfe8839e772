"""Listings that staff add by hand: rows like any other, of a source that no import has."""

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from outreach import clock
from outreach.resources.models import Service, ServiceAtLocation, ServiceStatus
from outreach.resources.upkeep.models import ListingField
from outreach.resources.upkeep.values import write_value

OWN_SOURCE = "(added here)"


def is_own(listing: ServiceAtLocation) -> bool:
    return listing.source == OWN_SOURCE


def add_listing(
    session: Session, values: Mapping[ListingField, Any], *, organization: str | None = None
) -> ServiceAtLocation:
    """A new listing, shown to families at once. `values` has at least a name."""
    stamp = {
        "source": OWN_SOURCE,
        "external_id": uuid.uuid4().hex,
        "fingerprint": "",
        "status": ServiceStatus.ACTIVE,
        "hidden": False,
        "imported_at": clock.now(),
    }
    service = Service(name=values[ListingField.NAME], **stamp)
    listing = ServiceAtLocation(service=service, organization=organization, phones=[], languages="", **stamp)
    listing.name = values[ListingField.NAME]
    session.add(listing)
    session.flush()
    for field in (ListingField.ADDRESS, *(field for field in values if field is not ListingField.ADDRESS)):
        if field in values:
            write_value(session, listing, field, values[field])
    session.flush()
    return listing
