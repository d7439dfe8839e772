"""Urgent campaigns: they may wake families, so a second person approves or refuses them before anything leaves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from redis import Redis
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from outreach import clock
from outreach.campaigns import progress
from outreach.campaigns.models import Campaign, CampaignState, CampaignWording, Run, RunState
from outreach.campaigns.progress import StateError
from outreach.campaigns.recipients import Recipients
from outreach.campaigns.runs import fire_after_commit
from outreach.languages import LANGUAGES
from outreach.outgoing import outbox
from outreach.outgoing.models import Priority
from outreach.people.consent import Purpose
from outreach.settings import Settings
from outreach.staff.audit import note
from outreach.staff.models import Staff
from outreach.staff.roles import ABILITIES, Ability, may
from outreach.wording.models import Text
from outreach.wording.personal import SAMPLE_NAME, fill_name
from outreach.wording.segments import count_segments

SHORTEST_REASON, LONGEST_REASON = 10, 200
SHORTEST_REFUSAL = 3  # "No." tells a colleague nothing, "Duplicate" does
PAGE_USE = timedelta(hours=12)
SOURCE = "campaign"  # the outbox's word for what a page to staff answers to
_DECIDERS = tuple(role for role, abilities in ABILITIES.items() if Ability.LAUNCH_CAMPAIGNS in abilities)


class ApprovalError(ValueError):
    """This person may not decide about it; the text says why, for her to read."""


class ReasonError(ApprovalError):
    """She did not say why she refuses it."""


@dataclass(frozen=True)
class Verdict:
    """The answer to "may she?"; `reason` says in words why not."""

    allowed: bool
    reason: str | None = None


@dataclass(frozen=True)
class Reach:
    """What an approval would send as things stand: families of this moment, segments of all their texts."""

    families: int
    segments: int


def reason_problem(reason: str) -> str | None:
    """What is wrong with the reason why a campaign is urgent; None: it will do."""
    length = len(" ".join(reason.split()))
    if length < SHORTEST_REASON:
        return f"why it is urgent: write at least {SHORTEST_REASON} characters in your own words"
    if length > LONGEST_REASON:
        return f"why it is urgent: write at most {LONGEST_REASON} characters"
    return None


def may_ask(person: Staff | None) -> Verdict:
    """Whether this person may ask for an urgent campaign. A colleague has to know whom to ask back."""
    if person is None:
        return Verdict(False, "an urgent campaign needs the name of the person who asks for it")
    if not person.active or not person.password:
        return Verdict(False, "this account cannot sign in")
    if not may(person.role, Ability.LAUNCH_CAMPAIGNS):
        return Verdict(False, f"the role {person.role} may not launch campaigns")
    return Verdict(True)


def may_decide(person: Staff, asked_by_id: int | None) -> Verdict:
    """Whether this person may approve or refuse what another one, by the id of staff, asked for."""
    if asked_by_id is None:
        return Verdict(False, "it is not known who asked for it")
    if person.id == asked_by_id:
        return Verdict(False, "the person who asked cannot decide as well; a colleague must")
    return may_ask(person)


def approvers(session: Session, campaign: Campaign) -> list[Staff]:
    """Everybody who may decide about it, by name."""
    wanted = select(Staff).where(
        Staff.active, Staff.password.is_not(None), Staff.role.in_(_DECIDERS), Staff.id != campaign.launched_by_id
    )
    return list(session.scalars(wanted.order_by(Staff.name, Staff.id)))


def waiting(session: Session) -> list[Campaign]:
    """Campaigns that wait for a second person, the oldest first."""
    return list(session.scalars(select(Campaign).where(Campaign.state == CampaignState.AWAITING).order_by(Campaign.id)))


def page_approvers(session: Session, redis: Redis, settings: Settings, campaign: Campaign) -> int:
    """Text those who may decide and have a phone: what, by whom, a link; nothing of a family. Returns how many."""
    assert campaign.launched_by
    paged = 0
    for person in approvers(session, campaign):
        if not person.phone:
            continue
        draft = outbox.Draft(
            source=SOURCE,
            source_id=campaign.id,
            part="approval",
            phone=person.phone,
            body=f"{settings.service_name}: {campaign.launched_by.name} asks you to approve an urgent text, "
            f'"{campaign.title}". {settings.public_url}/campaigns/{campaign.id}',
            language="en",
            purpose=Purpose.ALERT,
            priority=Priority.ALERT,
            useful=PAGE_USE,
        )
        paged += outbox.queue(session, draft)
    outbox.wake_dispatch(session, redis, Priority.ALERT)
    return paged


def measure_reach(session: Session, campaign: Campaign) -> Reach:
    """How many families would get it now, consent and languages left out considered, in how many segments."""
    each: dict[str, int] = {}
    for wording in campaign.wordings:
        if wording.text:
            each[wording.language] = each.get(wording.language, 0) + _segments(wording, wording.text)
    recipients = Recipients.read(campaign.audience, tuple(LANGUAGES))
    counts = [count for count in recipients.count(session, campaign.topic) if count.language in each]
    return Reach(
        sum(count.reachable for count in counts), sum(count.reachable * each[count.language] for count in counts)
    )


def _segments(wording: CampaignWording, text: Text) -> int:
    """Of one text; of a personal one with the sample name, as the bill has it."""
    if wording.nameless is None:
        return text.segments
    said = fill_name(text.body, SAMPLE_NAME, wording.sent_language, wording.nameless.body)
    return count_segments(said).segments


def use_ends(session: Session, campaign: Campaign) -> datetime | None:
    """When the last of its texts is of no more use: approved later, its runs are left out."""
    last = select(func.max(Run.expires_at, type_=Run.expires_at.type))
    return session.scalar(last.where(Run.campaign_id == campaign.id, Run.state == RunState.PLANNED))


def approve(session: Session, redis: Redis, campaign: Campaign, staff: Staff, *, by_command: bool = False) -> bool:
    """Let it go, at any hour. A second click of the same person changes nothing and returns False.

    Raises ApprovalError for somebody who may not, StateError when it does not wait any more.
    """
    _lock(session, campaign, staff)
    if campaign.approved_by_id == staff.id:
        return False
    _must_wait(campaign)
    campaign.state = CampaignState.RUNNING
    campaign.approved_by, campaign.approved_at = staff, clock.now()
    details = {"urgent": campaign.urgent_reason, "approved_for": measure_reach(session, campaign).families}
    _note(session, "campaign.approved", campaign, staff, details, by_command=by_command)
    session.flush()
    fire_after_commit(session, redis)
    return True


def refuse(session: Session, campaign: Campaign, staff: Staff, reason: str) -> None:
    """End it before anything left; the reason stays on record. Raises ApprovalError, ReasonError, StateError."""
    _lock(session, campaign, staff)
    _must_wait(campaign)
    reason = " ".join(reason.split())
    if not SHORTEST_REFUSAL <= len(reason) <= LONGEST_REASON:
        raise ReasonError(f"Say in {SHORTEST_REFUSAL} to {LONGEST_REASON} characters why, so that your colleague knows")
    _end(session, campaign, "a second person refused it")
    _note(session, "campaign.refused", campaign, staff, {"reason": reason})


def cancel(session: Session, campaign: Campaign, staff: Staff | None = None) -> int:
    """End it, whether it still waits for approval or not. Returns how many texts were stopped. Raises StateError."""
    session.refresh(campaign, with_for_update=True)
    if campaign.state is not CampaignState.AWAITING:
        return progress.cancel(session, campaign, staff)
    _end(session, campaign, "the campaign was canceled")
    note(session, "campaign.canceled", "campaign", campaign.id, staff=staff, details={"texts": 0})
    return 0


def _lock(session: Session, campaign: Campaign, staff: Staff) -> None:
    """The row stays locked until the transaction ends, so that two decisions come one after the other."""
    session.refresh(campaign, with_for_update=True)
    if not campaign.urgent_reason:
        raise StateError("the campaign is not urgent")
    verdict = may_decide(staff, campaign.launched_by_id)
    if not verdict.allowed:
        raise ApprovalError(str(verdict.reason))


def _must_wait(campaign: Campaign) -> None:
    if campaign.state is not CampaignState.AWAITING:
        raise StateError(f"the campaign is {campaign.state}")


def _end(session: Session, campaign: Campaign, why: str) -> None:
    campaign.state = CampaignState.CANCELED
    session.execute(
        update(Run)
        .where(Run.campaign_id == campaign.id, Run.state == RunState.PLANNED)
        .values(state=RunState.CANCELED, reason=why)
    )


def _note(
    session: Session,
    action: str,
    campaign: Campaign,
    staff: Staff,
    details: Mapping[str, object],
    *,
    by_command: bool = False,
) -> None:
    extra = {"by_command": True} if by_command else {}
    note(session, action, "campaign", campaign.id, staff=staff, details={**details, **extra})
