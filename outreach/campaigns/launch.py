"""Launching: the plan becomes a campaign, its wording fixed to the character, its runs planned. All of it, or none."""

from collections.abc import Iterator
from typing import Any

from redis import Redis
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.campaigns.approval import may_ask, page_approvers
from outreach.campaigns.models import Campaign, CampaignState, CampaignStep, CampaignWording, Event, Run, RunState
from outreach.campaigns.packs import Kind
from outreach.campaigns.plan import Plan
from outreach.campaigns.runs import fire_after_commit
from outreach.campaigns.series import enrol_audience
from outreach.campaigns.timeline import day_anchor
from outreach.settings import Settings
from outreach.staff.audit import note
from outreach.staff.models import Staff
from outreach.wording.fields import store_values
from outreach.wording.texts import store_text


class LaunchError(Exception):
    """The campaign was refused; `problems` say why, in words for the person who launches."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def launch(
    session: Session,
    redis: Redis,
    settings: Settings,
    plan: Plan,
    *,
    staff: Staff | None = None,
    launch_key: str | None = None,
) -> Campaign:
    """Launch the plan. The same `launch_key` twice gives the same campaign once. Raises LaunchError.

    An urgent one needs `staff`, and waits for a colleague, who is paged.
    """
    if launch_key:
        done = session.scalars(select(Campaign).where(Campaign.launch_key == launch_key)).one_or_none()
        if done is not None:
            return done
    if problems := (*plan.problems, *_asker_problems(plan, staff), *_event_problems(session, plan)):
        raise LaunchError(problems)
    campaign = _campaign(plan, settings, staff, launch_key)
    campaign.steps = list(_steps(plan))
    campaign.wordings = list(_wordings(session, plan))
    session.add(campaign)
    session.flush()
    if plan.request.pack.kind is Kind.SERIES:
        enrol_audience(session, campaign, plan.request.recipients, settings)
    campaign.runs = list(_runs(plan, settings))
    session.flush()
    details = _details(plan)
    if campaign.state is CampaignState.AWAITING:
        details |= {"urgent": campaign.urgent_reason, "paged": page_approvers(session, redis, settings, campaign)}
    else:
        fire_after_commit(session, redis)
    note(session, "campaign.launched", "campaign", campaign.id, staff=staff, details=details)
    return campaign


def _asker_problems(plan: Plan, staff: Staff | None) -> Iterator[str]:
    if plan.request.urgent is not None and (reason := may_ask(staff).reason):
        yield reason


def _event_problems(session: Session, plan: Plan) -> Iterator[str]:
    """Locks the event: whoever corrects it meanwhile comes before the launch or after it, and is told."""
    if (event := plan.request.event) is None:
        return
    words = (Event.title, Event.place, Event.titles, Event.places, Event.starts_at)
    row = select(*words).where(Event.id == event.id).with_for_update(key_share=True)
    if tuple(session.execute(row).one()) != (event.title, event.place, event.titles, event.places, event.starts_at):
        yield "somebody has just corrected the event; read the texts once more, then send"


def _steps(plan: Plan) -> Iterator[CampaignStep]:
    for position, planned in enumerate(plan.steps):
        yield CampaignStep(
            step=planned.step.name,
            position=position,
            when=planned.step.when_words,
            useful_seconds=int(planned.step.useful.total_seconds()),
        )


def _campaign(plan: Plan, settings: Settings, staff: Staff | None, launch_key: str | None) -> Campaign:
    request = plan.request
    return Campaign(
        pack=request.pack.id,
        title=request.event.title if request.event else request.pack.title,
        topic=request.pack.topic,
        audience=request.recipients.words,
        fields=store_values(plan.values),
        bill=plan.bill.record(),
        anchor_at=plan.anchor,
        timezone=settings.timezone,
        recurrence=request.recurrence,
        state=CampaignState.RUNNING if request.urgent is None else CampaignState.AWAITING,
        urgent_reason=request.urgent and " ".join(request.urgent.split()),
        by_keyword=request.pack.by_keyword,
        launch_key=launch_key,
        event=request.event,
        partner=request.partner,
        launched_by=staff,
        launched_at=clock.now(),
    )


def _wordings(session: Session, plan: Plan) -> Iterator[CampaignWording]:
    """For each language, the text its families get; a language nobody decided about has no row and is skipped."""
    for language in dict.fromkeys([*plan.wordings, *plan.request.choices]):
        sent = plan.sent_language(language)
        if sent is None and language not in plan.request.choices:
            continue
        for position, planned in enumerate(plan.steps):
            text = plan.wordings[sent].steps[position] if sent else None
            said = (text.frame or text.text) if text else ""
            yield CampaignWording(
                step=planned.step.name,
                language=language,
                sent_language=sent or language,
                text=store_text(session, said) if said else None,
                nameless=store_text(session, text.nameless) if text and text.personal else None,
            )


def _runs(plan: Plan, settings: Settings) -> Iterator[Run]:
    anchor = day_anchor(plan.anchor, settings.zone) if plan.request.pack.kind is Kind.SERIES else plan.anchor
    for planned in plan.steps:
        yield Run(
            step=planned.step.name,
            anchor_at=anchor,
            due_at=planned.due,
            expires_at=planned.expires,
            state=RunState.SKIPPED if planned.too_late else RunState.PLANNED,
            reason="its time had passed at launch" if planned.too_late else None,
        )


def _details(plan: Plan) -> dict[str, Any]:
    return {
        "pack": plan.request.pack.id,
        "audience": plan.request.recipients.words,
        "families": plan.families,
        "segments": plan.segments,
        "cost": str(plan.cost),
        "choices": dict(plan.request.choices),
    }
