"""Correcting an event: what may still change, what changed, and two people who do it at once."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.campaigns.events import EventError
from outreach.campaigns.models import Campaign, CampaignState, Event
from outreach.campaigns.progress import measure

ENDED = (CampaignState.DONE, CampaignState.CANCELED)
CORRECTABLE = ("title", "place", "titles", "places", "starts_at", "capacity")


class EventConflictError(Exception):
    """Somebody else changed the event after the form was opened."""


class TimeFixedError(EventError):
    """Texts are planned, and their times count from the one the event had when they were launched."""


def texts_of(session: Session, event: Event) -> Sequence[Campaign]:
    """The campaigns of an event, the latest first."""
    return session.scalars(select(Campaign).where(Campaign.event_id == event.id).order_by(Campaign.id.desc())).all()


def still_planned(campaigns: Sequence[Campaign]) -> list[Campaign]:
    """Those with texts to come. What is done or canceled sends nothing more, and fixes no time."""
    return [campaign for campaign in campaigns if campaign.state not in ENDED]


def were_told(session: Session, campaigns: Sequence[Campaign]) -> bool:
    """Whether a text of any of them has left."""
    return any(measure(session, campaign).left for campaign in campaigns)


def version_of(event: Event) -> str:
    """The SHA-256 of what can be corrected: the same version is the same event."""
    said = json.dumps({name: getattr(event, name) for name in CORRECTABLE}, sort_keys=True, default=_write_moment)
    return hashlib.sha256(said.encode()).hexdigest()


def _write_moment(moment: datetime) -> str:
    return str(moment.timestamp())


def change_event(
    session: Session,
    event: Event,
    *,
    seen: str,
    title: str,
    place: str,
    titles: Mapping[str, str],
    places: Mapping[str, str],
    starts_local: datetime,
    capacity: int | None,
) -> list[str]:
    """Correct an event that was read as version `seen`; `starts_local` is wall time in its own zone.

    Launched texts keep the words they were launched with. Returns the names of what changed. Raises EventError, and
    EventConflictError when the event is not what was seen.
    """
    session.refresh(event, with_for_update={"key_share": True})  # a launch of its texts waits, or was first
    if event.starts_at <= clock.now():
        raise EventError("the event has begun and cannot be corrected any more")
    if seen != version_of(event):
        raise EventConflictError
    wanted = {
        "title": title,
        "place": place,
        "titles": dict(titles),
        "places": dict(places),
        "starts_at": _moment(session, event, starts_local),
        "capacity": capacity,
    }
    changed = [name for name in CORRECTABLE if getattr(event, name) != wanted[name]]
    _write(event, {name: wanted[name] for name in changed})
    return changed


def _moment(session: Session, event: Event, starts_local: datetime) -> datetime:
    """When it begins from now on."""
    zone = ZoneInfo(event.timezone)
    if starts_local == event.starts_at.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0):
        return event.starts_at
    if still_planned(texts_of(session, event)):
        raise TimeFixedError("the day and time stay while texts are planned; cancel those texts first")
    starts_at = starts_local.replace(tzinfo=zone)
    if starts_at <= clock.now():
        raise EventError("the event would begin in the past")
    return starts_at


def _write(event: Event, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(event, name, value)
