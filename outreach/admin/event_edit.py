"""The page on which an event is corrected, until it begins."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from outreach import clock, runtime
from outreach.admin.event_access import find_event
from outreach.admin.forms.draft import Trouble, other_languages
from outreach.admin.forms.event import LONGEST, differences, left_behind, read_event, show_event
from outreach.admin.guard import needs
from outreach.admin.sign_in import me_in
from outreach.campaigns.event_change import (
    EventConflictError,
    TimeFixedError,
    change_event,
    still_planned,
    texts_of,
    version_of,
    were_told,
)
from outreach.campaigns.events import EventError
from outreach.campaigns.models import Event
from outreach.staff.audit import note
from outreach.staff.roles import Ability

blueprint = Blueprint("event_edit", __name__, url_prefix="/events")

NOT_YET = "Nothing has been changed yet."
OVERTAKEN = "Nothing has been changed yet: somebody else corrected this event after you opened this page."


@blueprint.get("/<int:event_id>/edit")
@needs(Ability.PLAN_EVENTS)
def show(event_id: int) -> ResponseReturnValue:
    with runtime.current().database.reading() as session:
        event = find_event(session, event_id, plan=True)
        if event.starts_at <= clock.now():
            return _too_late(event)
        return _page(session, event, show_event(event, other_languages()))


@blueprint.post("/<int:event_id>/edit")
@needs(Ability.PLAN_EVENTS)
def change(event_id: int) -> ResponseReturnValue:
    """Keep what was typed, if it is whole and nobody was faster."""
    languages = other_languages()
    with runtime.current().database.writing() as session:
        event = find_event(session, event_id, plan=True)
        if event.starts_at <= clock.now():
            return _too_late(event)
        # Inputs that the page showed as text, and languages it has no input for, stay as they are.
        before = show_event(event, languages)
        typed = {**before, **request.form}
        read, troubles = read_event(typed, languages)
        if read is None:
            return _page(session, event, typed, troubles, seen=request.form.get("seen", "")), 422
        read["titles"] = {**_without(event.titles, languages), **read["titles"]}
        read["places"] = {**_without(event.places, languages), **read["places"]}
        try:
            changed = change_event(session, event, seen=request.form.get("seen", ""), **read)
        except EventConflictError:
            return _page(session, event, typed, notice=OVERTAKEN, stands=True), 409
        except TimeFixedError as error:
            return _page(session, event, typed, [Trouble(_sentence(error), "starts")]), 409
        except EventError as error:
            return _page(session, event, typed, [Trouble(_sentence(error), "starts_date")]), 422
        if changed:
            note(session, "event.changed", "event", event.id, staff=me_in(session), details={"fields": changed})
        flash(_said(session, event, changed), "success")
        for words in left_behind(before, event, languages):
            flash(f"{words} was not changed. Correct it too, if it no longer holds.", "warning")
    return redirect(url_for("events.show", event_id=event_id))


def _without(words: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    return {code: said for code, said in words.items() if code not in languages}


def _said(session: Session, event: Event, changed: Sequence[str]) -> str:
    if not changed:
        return "Nothing was different; the event stays as it was."
    texts = texts_of(session, event)
    if changed == ["capacity"]:  # no text says it
        return "The event is corrected."
    if still_planned(texts):
        return "The event is corrected. Texts that are planned keep the old words."
    if were_told(session, texts):
        return "The event is corrected. Families who got a text do not know yet: send the invitation again."
    return "The event is corrected."


def _sentence(error: Exception) -> str:
    words = str(error)
    return f"{words[0].upper()}{words[1:]}."


def _too_late(event: Event) -> ResponseReturnValue:
    flash(f"{event.title} has begun and cannot be corrected any more.", "warning")
    return redirect(url_for("events.show", event_id=event.id))


def _page(
    session: Session,
    event: Event,
    typed: Mapping[str, str],
    troubles: Sequence[Trouble] = (),
    *,
    notice: str = NOT_YET,
    stands: bool = False,
    seen: str | None = None,
) -> str:
    """The form. `stands` shows what is kept beside what was typed; `seen` is the version that the person has read."""
    languages = other_languages()
    texts = texts_of(session, event)
    return render_template(
        "events/edit.html",
        event=event,
        typed=typed,
        troubles=troubles,
        notice=notice,
        stands=list(differences(event, typed, languages)) if stands else None,
        seen=version_of(event) if seen is None else seen,
        texts=texts,
        planned=still_planned(texts),
        told=were_told(session, texts),
        spoken=languages,
        longest=LONGEST,
        zone=event.timezone,
    )
