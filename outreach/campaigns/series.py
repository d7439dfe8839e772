"""Series: families join on a day of their own, and the steps count from that day."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import literal, select, update
from sqlalchemy.orm import Session

from outreach import clock
from outreach.campaigns.models import Campaign, CampaignState, CampaignWording, Enrolment
from outreach.campaigns.recipients import Recipients
from outreach.campaigns.runs import plan_runs
from outreach.campaigns.timeline import day_anchor
from outreach.db import change, insert_new
from outreach.people.consent import skip_reason
from outreach.people.models import Contact
from outreach.settings import Settings
from outreach.wording.personal import fill_name


def enrol_audience(session: Session, campaign: Campaign, recipients: Recipients, settings: Settings) -> int:
    """Everybody in the audience whom we may text joins on the campaign's first day. Returns how many joined.

    Who may not be texted yet stays out, and may join by itself on the day it agrees.
    """
    anchor = day_anchor(campaign.anchor_at, settings.zone)
    selected = select(literal(campaign.id), Contact.id, literal(anchor, type_=Enrolment.anchor_at.type)).where(
        recipients.where(), skip_reason(campaign.topic).is_(None)
    )
    insert = insert_new(session, Enrolment).from_select(["campaign_id", "contact_id", "anchor_at"], selected)
    return change(session, insert)


def running_series(session: Session, topic: str, now: datetime) -> Campaign | None:
    """The newest series of this topic that has begun, still takes families, and is for all who ask."""
    return session.scalars(
        select(Campaign)
        .where(
            Campaign.topic == topic,
            Campaign.by_keyword,
            Campaign.state == CampaignState.RUNNING,
            Campaign.anchor_at <= now,
            Campaign.id.in_(select(Enrolment.campaign_id)),
        )
        .order_by(Campaign.id.desc())
        .limit(1)
    ).one_or_none()


def join(session: Session, campaign: Campaign, contact: Contact) -> bool:
    """A family joins by itself, today; one that had left begins anew. Returns False when it was in already."""
    anchor = day_anchor(clock.now(), ZoneInfo(campaign.timezone))
    new = insert_new(session, Enrolment).values(campaign_id=campaign.id, contact_id=contact.id, anchor_at=anchor)
    again = (
        update(Enrolment)
        .where(Enrolment.campaign_id == campaign.id, Enrolment.contact_id == contact.id, Enrolment.left_at.is_not(None))
        .values(anchor_at=anchor, left_at=None)
    )
    if session.execute(new.returning(Enrolment.contact_id)).scalar() is None and not change(session, again):
        return False
    plan_runs(session, campaign, anchor, launched=False)
    return True


def first_text(session: Session, campaign: Campaign, contact: Contact) -> str | None:
    """The text that greets a family which joins, in its language and with its name where the pack has one; None when
    there is no wording for it."""
    wording = session.get(CampaignWording, (campaign.id, campaign.steps[0].step, contact.language))
    if wording is None or wording.text is None:
        return None
    if wording.nameless is None:
        return wording.text.body
    return fill_name(wording.text.body, contact.name, wording.sent_language, wording.nameless.body)


def leave_all(session: Session, contact: Contact) -> None:
    """A family that said stop is in no series any more."""
    session.execute(
        update(Enrolment)
        .where(Enrolment.contact_id == contact.id, Enrolment.left_at.is_(None))
        .values(left_at=clock.now())
    )
