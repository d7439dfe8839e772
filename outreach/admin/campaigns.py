"""Campaigns: the list, one campaign as it is sent, who got it, and a person's hand on it."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from outreach import runtime
from outreach.admin.filled_in import filled_in
from outreach.admin.forms.approval import read_asked, read_refused
from outreach.admin.forms.paging import read_page
from outreach.admin.forms.standing import STATUSES, describe_audience, stand_of, standings
from outreach.admin.guard import needs
from outreach.admin.sending_trouble import explain_stop, find_pauses
from outreach.admin.sign_in import me_in
from outreach.campaigns import approval, progress
from outreach.campaigns.cost import rate_of
from outreach.campaigns.models import Campaign, CampaignState, Run
from outreach.campaigns.own_packs import find_pack
from outreach.campaigns.runs import RUN
from outreach.outgoing.models import Message, MessageStatus
from outreach.people.models import Contact
from outreach.people.phone import mask
from outreach.staff.models import AuditEntry, Staff
from outreach.staff.roles import Ability, may

blueprint = Blueprint("campaigns", __name__, url_prefix="/campaigns")

STATES = {
    "": "All",
    CampaignState.AWAITING: "Waiting for approval",
    CampaignState.RUNNING: "Running",
    CampaignState.PAUSED: "Paused",
    CampaignState.DONE: "Done",
    CampaignState.CANCELED: "Canceled",
}
HISTORY = {
    "campaign.launched": "Launched",
    "campaign.approved": "Approved",
    "campaign.refused": "Refused",
    "campaign.paused": "Paused",
    "campaign.resumed": "Resumed",
    "campaign.canceled": "Canceled",
}
RUNS_SHOWN = 40


@blueprint.get("/")
@needs(Ability.SEE_CAMPAIGNS)
def list_all() -> ResponseReturnValue:
    """All campaigns, the newest first."""
    state, words = request.args.get("state", ""), request.args.get("q", "").strip()
    with runtime.current().database.reading() as session:
        page = read_page(session, _listed(state, words))
        campaigns = [row[0] for row in page.rows]
        return render_template(
            "campaigns/list.html",
            page=page,
            standings=standings(session, campaigns),
            audiences={campaign.id: describe_audience(campaign) for campaign in campaigns},
            states=STATES,
            state=state,
            words=words,
        )


def _listed(state: str, words: str) -> Select[Campaign]:
    statement = select(Campaign).order_by(Campaign.id.desc())
    if state in STATES and state:
        statement = statement.where(Campaign.state == CampaignState(state))
    if words:
        statement = statement.where(
            or_(
                *(
                    column.icontains(words, autoescape=True)
                    for column in (Campaign.title, Campaign.pack, Campaign.audience)
                )
            )
        )
    return statement


@blueprint.get("/<int:campaign_id>")
@needs(Ability.SEE_CAMPAIGNS, Ability.PLAN_EVENTS)
def show(campaign_id: int) -> ResponseReturnValue:
    return _show(campaign_id)


def _show(campaign_id: int, *, missing: str | None = None) -> str:
    """The page; `missing` is what was left out of a refusal."""
    with runtime.current().database.reading() as session:
        campaign = _find(session, campaign_id)
        waits = campaign.state is CampaignState.AWAITING
        return render_template(
            "campaigns/show.html",
            **_present(session, campaign),
            reach=approval.measure_reach(session, campaign) if waits else None,
            audience=describe_audience(campaign),
            fields=filled_in(campaign, find_pack(session, runtime.current().settings, campaign.pack)),
            price=rate_of(campaign, runtime.current().settings),
            wordings=_wordings(campaign),
            history=_history(session, campaign),
            actions=HISTORY,
            missing=missing,
            longest_reason=approval.LONGEST_REASON,
        )


@blueprint.get("/<int:campaign_id>/progress")
@needs(Ability.SEE_CAMPAIGNS, Ability.PLAN_EVENTS)
def follow(campaign_id: int) -> ResponseReturnValue:
    """The part of the page that follows the sending."""
    with runtime.current().database.reading() as session:
        campaign = _find(session, campaign_id)
        return render_template(
            "campaigns/_live.html",
            **_present(session, campaign),
        )


def _present(session: Session, campaign: Campaign) -> dict[str, Any]:
    """What the part that follows the sending shows."""
    return {
        "campaign": campaign,
        "standing": stand_of(session, campaign),
        "stopped": explain_stop(campaign),
        "pauses": find_pauses(session),
        "may_steer": _may_steer(session, campaign),
        "runs": campaign.runs[:RUNS_SHOWN],
        "asked": read_asked(session, campaign, me_in(session)),
        "refused": read_refused(session, campaign),
    }


@blueprint.get("/<int:campaign_id>/families")
@needs(Ability.SEE_CAMPAIGNS, Ability.PLAN_EVENTS)
def families(campaign_id: int) -> ResponseReturnValue:
    """Who got it and who did not, a text a row."""
    status = request.args.get("status", "")
    with runtime.current().database.reading() as session:
        campaign = _find(session, campaign_id)
        return render_template(
            "campaigns/families.html",
            campaign=campaign,
            page=read_page(session, _texts(campaign, status)),
            standing=stand_of(session, campaign),
            status=status,
            statuses=STATUSES,
            mask=mask,
        )


def _texts(campaign: Campaign, status: str) -> Select[Message, str, str | None]:
    runs = select(Run.id).where(Run.campaign_id == campaign.id)
    conditions: list[ColumnElement[bool]] = [Message.source == RUN, Message.source_id.in_(runs)]
    if status in list(MessageStatus):
        conditions.append(Message.status == MessageStatus(status))
    return (
        select(Message, Run.step, Contact.name)
        .join(Run, Run.id == Message.source_id)
        .outerjoin(Contact, Contact.id == Message.contact_id)
        .where(*conditions)
        .order_by(Message.id)
    )


@blueprint.post("/<int:campaign_id>/approve")
@needs(Ability.LAUNCH_CAMPAIGNS)
def approve(campaign_id: int) -> ResponseReturnValue:
    """The second person's yes to an urgent campaign."""
    redis = runtime.current().redis
    return _decide(
        campaign_id,
        lambda session, campaign, staff: approval.approve(session, redis, campaign, staff),
        "Approved. You can close this page; sending goes on.",
    )


@blueprint.post("/<int:campaign_id>/refuse")
@needs(Ability.LAUNCH_CAMPAIGNS)
def refuse(campaign_id: int) -> ResponseReturnValue:
    """The second person's no, with her reason."""
    reason = request.form.get("reason", "")
    try:
        return _decide(
            campaign_id,
            lambda session, campaign, staff: approval.refuse(session, campaign, staff, reason),
            "Refused. Nothing has left, and nothing will.",
        )
    except approval.ReasonError as error:
        return _show(campaign_id, missing=str(error)), 422


def _decide(campaign_id: int, act: Callable[[Session, Campaign, Staff], object], said: str) -> ResponseReturnValue:
    try:
        with runtime.current().database.writing() as session:
            act(session, _find(session, campaign_id), me_in(session))
        flash(said, "success")
    except approval.ReasonError:
        raise
    except (approval.ApprovalError, progress.StateError) as error:
        flash(f"That is not possible: {error}.", "warning")
    return redirect(url_for("campaigns.show", campaign_id=campaign_id))


@blueprint.post("/<int:campaign_id>/pause")
@needs(Ability.LAUNCH_CAMPAIGNS, Ability.PLAN_EVENTS)
def pause(campaign_id: int) -> ResponseReturnValue:
    return _steer(
        campaign_id, lambda session, campaign, staff: progress.pause(session, campaign, staff), "Paused: {} stopped."
    )


@blueprint.post("/<int:campaign_id>/resume")
@needs(Ability.LAUNCH_CAMPAIGNS, Ability.PLAN_EVENTS)
def resume(campaign_id: int) -> ResponseReturnValue:
    redis = runtime.current().redis
    return _steer(
        campaign_id,
        lambda session, campaign, staff: progress.resume(session, redis, campaign, staff),
        "Resumed: {} on the way again.",
    )


@blueprint.post("/<int:campaign_id>/cancel")
@needs(Ability.LAUNCH_CAMPAIGNS, Ability.PLAN_EVENTS)
def cancel(campaign_id: int) -> ResponseReturnValue:
    return _steer(
        campaign_id,
        lambda session, campaign, staff: approval.cancel(session, campaign, staff),
        "Canceled: {} will not leave.",
    )


def _steer(campaign_id: int, act: Callable[[Session, Campaign, Staff], int], said: str) -> ResponseReturnValue:
    try:
        with runtime.current().database.writing() as session:
            campaign = _find(session, campaign_id)
            if not _may_steer(session, campaign):
                abort(403)
            texts = act(session, campaign, me_in(session))
            flash(said.format("1 text" if texts == 1 else f"{texts:,} texts"), "success")
    except progress.StateError as error:
        flash(f"That is not possible any more: {error}.", "warning")
    return redirect(url_for("campaigns.show", campaign_id=campaign_id))


def _find(session: Session, campaign_id: int) -> Campaign:
    """A campaign this person may see: any, or those of her own events."""
    campaign = session.get(Campaign, campaign_id) or abort(404)
    if not may(me_in(session).role, Ability.SEE_CAMPAIGNS) and not _own(session, campaign):
        abort(404)
    return campaign


def _may_steer(session: Session, campaign: Campaign) -> bool:
    return may(me_in(session).role, Ability.LAUNCH_CAMPAIGNS) or _own(session, campaign)


def _own(session: Session, campaign: Campaign) -> bool:
    staff = me_in(session)
    return bool(campaign.event and campaign.event.organizer_id == staff.id and may(staff.role, Ability.PLAN_EVENTS))


def _wordings(campaign: Campaign) -> dict[str, list[tuple[str, str, str | None, int, str | None]]]:
    """Per language of the audience: step, language it is sent in, text, segments, and where the text holds {name}, what
    families without one get; in the order of the steps."""
    order = {step.step: step.position for step in campaign.steps}
    languages: dict[str, list[tuple[str, str, str | None, int, str | None]]] = {}
    for wording in sorted(campaign.wordings, key=lambda one: (one.language, order[one.step])):
        text = wording.text
        said, segments = (text.body, text.segments) if text else (None, 0)
        nameless = wording.nameless.body if wording.nameless else None
        languages.setdefault(wording.language, []).append(
            (wording.step, wording.sent_language, said, segments, nameless)
        )
    return languages


def _history(session: Session, campaign: Campaign) -> list[tuple[AuditEntry, str | None]]:
    return [
        (entry, name)
        for entry, name in session.execute(
            select(AuditEntry, Staff.name)
            .outerjoin(Staff, Staff.id == AuditEntry.staff_id)
            .where(AuditEntry.subject == "campaign", AuditEntry.subject_id == campaign.id)
            .order_by(AuditEntry.id.desc())
        )
    ]
