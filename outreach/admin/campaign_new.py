"""Planning a campaign: choose a pack, fill in one page, read exactly what families will get, send it."""

from itertools import groupby
from uuid import uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from outreach import runtime
from outreach.admin.forms.audience import offer_groups
from outreach.admin.forms.draft import INPUTS, Draft, other_languages, read_draft
from outreach.admin.forms.launching import Refusal, launch_draft
from outreach.admin.forms.one_family import FamiliesFound, find_families_in
from outreach.admin.guard import needs
from outreach.admin.sign_in import me_in, signed_in
from outreach.campaigns.approval import LONGEST_REASON, SHORTEST_REASON
from outreach.campaigns.models import Campaign, CampaignState
from outreach.campaigns.own_packs import packs_for
from outreach.campaigns.packs import Kind, Pack
from outreach.campaigns.wordings import word_pack
from outreach.staff.roles import Ability, may
from outreach.wording.acceptance import accepted_languages
from outreach.wording.fields import MAY_DIFFER, Value, read_value
from outreach.wording.library import Library, read_library
from outreach.wording.told_keywords import keywords_at

blueprint = Blueprint("campaign_new", __name__, url_prefix="/campaigns/new")


@blueprint.get("/")
@needs(Ability.LAUNCH_CAMPAIGNS)
def choose() -> ResponseReturnValue:
    """Step 1: the packs, by topic."""
    work = runtime.current()
    with work.database.reading() as session:
        packs = sorted(_packs(session).values(), key=lambda pack: (pack.topic, pack.title))
        library = read_library(session, work.settings.content / "locales")
        ready = {pack.id: _ready_languages(session, library, pack) for pack in packs}
    topics = [(topic, list(group)) for topic, group in groupby(packs, key=lambda pack: pack.topic)]
    return render_template("campaign_new/choose.html", topics=topics, ready=ready)


@blueprint.get("/<topic>/<name>")
@needs(Ability.LAUNCH_CAMPAIGNS)
def fill_in(topic: str, name: str) -> ResponseReturnValue:
    """Step 2: everything else, on one page."""
    with runtime.current().database.reading() as session:
        pack = find_pack(session, topic, name)
    if pack.kind is Kind.EVENT:
        return redirect(url_for("events.list_all"))
    return _show(pack, MultiDict(request.args))


@blueprint.post("/<topic>/<name>")
@needs(Ability.LAUNCH_CAMPAIGNS)
def send(topic: str, name: str) -> ResponseReturnValue:
    with runtime.current().database.reading() as session:
        pack = find_pack(session, topic, name)
    if request.form.get("action") != "launch":
        return _show(pack, request.form)
    # Read once more where it is launched: it may have changed since, and then nobody has seen what it says.
    done = launch_draft(
        lambda session: _draft(session, find_pack(session, topic, name), request.form),
        request.form.get("launch_key", ""),
    )
    if isinstance(done, Refusal):
        return _show(pack, request.form, done), 422
    flash(said_after_launch(done), "success")
    return redirect(url_for("campaigns.show", campaign_id=done.id))


@blueprint.post("/<topic>/<name>/preview")
@needs(Ability.LAUNCH_CAMPAIGNS)
def preview(topic: str, name: str) -> ResponseReturnValue:
    """What the form would send, as it stands: the part of the page that follows every change."""
    with runtime.current().database.reading() as session:
        draft = _draft(session, find_pack(session, topic, name), request.form)
        return render_template("campaign_new/_preview.html", draft=draft, found=_found(session, draft))


def find_pack(session: Session, topic: str, name: str) -> Pack:
    return _packs(session).get(f"{topic}/{name}") or abort(404)


def said_after_launch(campaign: Campaign) -> str:
    if campaign.state is CampaignState.AWAITING:
        return f"Nothing has left yet: {campaign.title} waits for a colleague's approval."
    return f"{campaign.title} is on its way. You can close this page; sending goes on."


def _packs(session: Session) -> dict[str, Pack]:
    return packs_for(session, runtime.current().settings, me_in(session))


def _draft(session: Session, pack: Pack, typed: MultiDict[str, str]) -> Draft:
    return read_draft(session, runtime.current().settings, pack, typed, partner=me_in(session).partner)


def _found(session: Session, draft: Draft) -> FamiliesFound | None:
    return find_families_in(session, draft, draft.typed.get("whose", "")) if _sees_families() else None


def _sees_families() -> bool:
    return may(signed_in().role, Ability.SEE_FAMILIES)


def _show(pack: Pack, typed: MultiDict[str, str], refusal: Refusal | None = None) -> str:
    settings = runtime.current().settings
    with runtime.current().database.reading() as session:
        draft = _draft(session, pack, typed)
        partner = draft.request.partner
        return render_template(
            "campaign_new/fill_in.html",
            pack=pack,
            typed=typed,
            draft=draft,
            found=_found(session, draft),
            sees_families=_sees_families(),
            refusal=refusal,
            groups=offer_groups(session, typed),
            sender=partner.short_name if partner else settings.service_name,
            launch_key=typed.get("launch_key") or str(uuid4()),
            zone=settings.timezone,
            decent_hours=settings.quiet_hours,
            inputs=INPUTS,
            may_differ=MAY_DIFFER,
            spoken=other_languages(),
            reason_length=(SHORTEST_REASON, LONGEST_REASON),
        )


def _ready_languages(session: Session, library: Library, pack: Pack) -> list[str]:
    """The deployment's languages in which this pack may be sent today."""
    settings = runtime.current().settings
    samples: dict[str, Value] = {
        name: read_value(field, field.sample) for name, field in {**pack.given, **pack.fields}.items()
    }
    keywords = keywords_at(settings.content / "locales")
    worded = word_pack(pack, samples, library, settings.languages, accepted_languages(session), keywords)
    return [language for language, wording in worded.items() if wording.ready]
