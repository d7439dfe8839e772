"""Families: finding one, and one family's page with its texts, its consent and what staff can do for it."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from outreach import clock, runtime
from outreach.admin.conversation import NOTHING_TYPED, mark_read, read_conversation
from outreach.admin.family_search import Search, find_families, no_sources
from outreach.admin.guard import needs
from outreach.admin.sign_in import me_in, signed_in
from outreach.admin.thread import read_thread
from outreach.admin.words import CONSENT, SOURCES, URGENCIES, consent_words, ledger_words
from outreach.callbacks.crisis.hold import holds_of
from outreach.callbacks.models import Urgency
from outreach.callbacks.requests import request_callback
from outreach.callbacks.wall import calls_of
from outreach.campaigns import series
from outreach.campaigns.models import Campaign, Enrolment, Event, Invitation
from outreach.languages import LANGUAGES
from outreach.people.consent import record_consent
from outreach.people.contacts import set_language
from outreach.people.ledger import Source
from outreach.people.models import Consent, ConsentEvent, Contact
from outreach.staff.audit import note
from outreach.staff.models import Staff
from outreach.staff.roles import Ability
from outreach.threads import waiting

blueprint = Blueprint("families", __name__, url_prefix="/families")

NEWEST = 20  # texts a family's page opens with
ALL_TEXTS = 1000
LONGEST_EVIDENCE = 400
LONGEST_REASON = 200


@blueprint.get("/")
@needs(Ability.SEE_FAMILIES)
def list_all() -> ResponseReturnValue:
    """A page of families; search, filters and order stand in the address."""
    with runtime.current().database.reading() as session:
        found = find_families(session, Search.read(request.args))
        return render_template(
            "families/list.html", found=found, search=found.search, consents=CONSENT, consent_words=consent_words
        )


@blueprint.get("/<int:contact_id>")
@needs(Ability.SEE_FAMILIES)
def show(contact_id: int) -> ResponseReturnValue:
    with runtime.current().database.reading() as session:
        page = show_family(session, _find(session, contact_id))
    mark_read(contact_id)
    return page


@blueprint.get("/<int:contact_id>/thread")
@needs(Ability.SEE_FAMILIES)
def thread(contact_id: int) -> ResponseReturnValue:
    """The texts alone, as they are now."""
    with runtime.current().database.reading() as session:
        contact = _find(session, contact_id)
        shown = read_thread(session, contact, _most())
        return render_template("families/_thread.html", thread=shown, contact=contact, all_texts=_all_texts())


@blueprint.post("/<int:contact_id>/stop")
@needs(Ability.SEE_FAMILIES)
def stop(contact_id: int) -> ResponseReturnValue:
    """The family said by voice that it wants no more texts."""
    return _record(contact_id, Consent.UNSUBSCRIBED)


@blueprint.post("/<int:contact_id>/consent")
@needs(Ability.SEE_FAMILIES)
def agree(contact_id: int) -> ResponseReturnValue:
    """The family agreed in person or on paper."""
    return _record(contact_id, Consent.SUBSCRIBED)


@blueprint.post("/<int:contact_id>/language")
@needs(Ability.SEE_FAMILIES)
def change_language(contact_id: int) -> ResponseReturnValue:
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        return _again(contact_id, "language", "Choose the language this family reads.")
    with runtime.current().database.writing() as session:
        contact, me = _find(session, contact_id), me_in(session)
        before = contact.language
        set_language(session, contact, chosen)
        details = {"from": before, "to": chosen}
        note(session, "family.language_changed", "contact", contact.id, staff=me, details=details)
        flash(f"From now on this family gets texts in {LANGUAGES[chosen].english}.", "success")
    return redirect(url_for(".show", contact_id=contact_id))


@blueprint.post("/<int:contact_id>/callback")
@needs(Ability.SEE_FAMILIES)
def ask_callback(contact_id: int) -> ResponseReturnValue:
    """Put the family on the list of calls, once; a crisis pages who is on duty."""
    reason, urgency = _typed("reason", LONGEST_REASON), request.form.get("urgency", "")
    if not reason or urgency not in list(Urgency):
        return _again(contact_id, "reason", "Say in a few words what the call is about, and how urgent it is.")
    work = runtime.current()
    with work.database.writing() as session:
        contact, me = _find(session, contact_id), me_in(session)
        asked = request_callback(
            session,
            work.redis,
            work.settings,
            contact,
            reason=reason,
            urgency=Urgency(urgency),
            partner_id=me.partner_id,
        )
        # The call takes what waited on the page; a text that came since still waits.
        waiting.settle(session, contact.id, request.form.get("seen", 0, type=int))
        details = {"urgency": urgency, "new": asked.new}
        note(session, "callback.requested", "callback", asked.callback.id, staff=me, details=details)
        flash(
            "This family is on the list of calls."
            if asked.new
            else "This family was on the list of calls already. What you wrote is in the call's history.",
            "success",
        )
    return redirect(url_for(".show", contact_id=contact_id))


def _record(contact_id: int, consent: Consent) -> ResponseReturnValue:
    evidence = _typed("evidence", LONGEST_EVIDENCE)
    stops = consent is Consent.UNSUBSCRIBED
    if not evidence:
        field = "stop-evidence" if stops else "agree-evidence"
        return _again(contact_id, field, "Say how the family told us: who, when and where.")
    with runtime.current().database.writing() as session:
        contact, me = _find(session, contact_id), me_in(session)
        record_consent(session, contact, consent, source=Source.STAFF, evidence=evidence, staff_id=me.id)
        if stops:
            series.leave_all(session, contact)
        note(session, "family.stopped" if stops else "family.agreed", "contact", contact.id, staff=me)
        flash("Nothing more is sent to this family." if stops else "This family gets our texts.", "success")
    return redirect(url_for(".show", contact_id=contact_id))


def _again(contact_id: int, field: str, problem: str) -> ResponseReturnValue:
    """The page once more, with what was typed and what is missing."""
    with runtime.current().database.reading() as session:
        return show_family(session, _find(session, contact_id), {field: problem}), 400


def show_family(
    session: Session,
    contact: Contact,
    errors: dict[str, str] | None = None,
    *,
    typed: MultiDict[str, str] = NOTHING_TYPED,
    tried: bool = False,
) -> str:
    """The family's page. `typed` and `tried` are of its answer, as `read_conversation` takes them."""
    shown = read_thread(session, contact, _most())
    speaks = runtime.current().settings.languages
    return render_template(
        "families/show.html",
        contact=contact,
        consent=consent_words(contact.consent, no_sources(session, [contact]).get(contact.id)),
        thread=shown,
        all_texts=_all_texts(),
        calls=calls_of(session, signed_in(), contact),
        holds=holds_of(session, contact),
        codes=list(dict.fromkeys([*speaks, contact.language])),
        speaks=speaks,
        urgencies=URGENCIES,
        sources=SOURCES,
        ledger_words=ledger_words,
        errors=errors or {},
        form=request.form,
        now=clock.now(),
        **read_conversation(session, contact, typed, tried=tried),
        **_history(session, contact),
    )


def _history(session: Session, contact: Contact) -> dict[str, Any]:
    """The ledger, newest first, with who wrote each entry, and the events and series of the family."""
    ledger = session.execute(
        select(ConsentEvent, Staff.name)
        .outerjoin(Staff, Staff.id == ConsentEvent.staff_id)
        .where(ConsentEvent.contact_id == contact.id)
        .order_by(ConsentEvent.happened_at.desc(), ConsentEvent.id.desc())
    ).all()
    invitations = session.scalars(
        select(Invitation).join(Event).where(Invitation.contact_id == contact.id).order_by(Event.starts_at.desc())
    ).all()
    enrolments = session.execute(
        select(Enrolment, Campaign)
        .join(Campaign, Campaign.id == Enrolment.campaign_id)
        .where(Enrolment.contact_id == contact.id)
        .order_by(Enrolment.anchor_at.desc())
    ).all()
    return {"ledger": ledger, "invitations": invitations, "enrolments": enrolments}


def _find(session: Session, contact_id: int) -> Contact:
    return session.get(Contact, contact_id) or abort(404)


def _typed(field: str, most: int) -> str:
    return " ".join(request.form.get(field, "").split())[:most]


def _all_texts() -> bool:
    return request.args.get("texts") == "all"


def _most() -> int:
    return ALL_TEXTS if _all_texts() else NEWEST
