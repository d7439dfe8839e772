"""Languages: how far the wording of each is, and whether this deployment sends what awaits native review."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import runtime
from outreach.admin.guard import needs
from outreach.admin.sign_in import me_in
from outreach.campaigns.own_packs import packs_for
from outreach.languages import LANGUAGES
from outreach.people.models import Contact
from outreach.settings import Settings
from outreach.staff.audit import note
from outreach.staff.roles import Ability
from outreach.wording.acceptance import accept_language, withdraw_language
from outreach.wording.canned import CANNED
from outreach.wording.catalog import SOURCE_LANGUAGE, ReviewState
from outreach.wording.library import read_library
from outreach.wording.models import AcceptedLanguage
from outreach.wording.replies import CATEGORY_NAMES, REPLIES

# The columns of the page: a state, its label and what it means.
STATES = {
    ReviewState.REVIEWED: ("Reviewed", "A native speaker has read it and put a name to it"),
    ReviewState.AWAITING: ("Awaits review", "Translated, and not yet read by a native speaker"),
    ReviewState.IN_REVIEW: ("In review", "Written here, and waiting for somebody here to review it"),
    ReviewState.DRAFT: ("Draft", "Somebody here is at work on it"),
    ReviewState.MISSING: ("Missing", "There is no translation"),
    ReviewState.STALE: ("Out of date", "The English changed after it was translated"),
}

blueprint = Blueprint("languages", __name__, url_prefix="/languages")


@dataclass(frozen=True)
class Coverage:
    """One language: how many families read it, and in which state its wordings are."""

    code: str
    families: int
    states: Counter[ReviewState]
    accepted: AcceptedLanguage | None

    @property
    def is_source(self) -> bool:
        return self.code == SOURCE_LANGUAGE


@blueprint.get("/")
@needs(Ability.MANAGE)
def show() -> ResponseReturnValue:
    work = runtime.current()
    with work.database.reading() as session:
        readers = _readers(session)
        return render_template(
            "languages/show.html",
            states=STATES,
            languages=list(_coverage(session, work.settings, readers)),
            unspoken={code: count for code, count in readers.items() if code not in work.settings.languages},
        )


@blueprint.post("/<code>/accept")
@needs(Ability.MANAGE)
def accept(code: str) -> ResponseReturnValue:
    """From now on campaigns may send this language as it was shipped."""
    _must_be_spoken(code)
    with runtime.current().database.writing() as session:
        me = me_in(session)
        if accept_language(session, code, accepted_by=me.email, staff_id=me.id):
            note(session, "language.accepted", "language", 0, staff=me, details={"language": code})
        flash(f"Campaigns may now send {LANGUAGES[code].english} texts that await native review.", "success")
    return redirect(url_for(".show"))


@blueprint.post("/<code>/withdraw")
@needs(Ability.MANAGE)
def withdraw(code: str) -> ResponseReturnValue:
    """Campaigns launched from now on wait for native review again; those that run keep their wording."""
    _must_be_spoken(code)
    with runtime.current().database.writing() as session:
        me = me_in(session)
        if withdraw_language(session, code):
            note(session, "language.withdrawn", "language", 0, staff=me, details={"language": code})
        flash(f"New campaigns send {LANGUAGES[code].english} only where a native speaker has reviewed it.", "success")
    return redirect(url_for(".show"))


def _must_be_spoken(code: str) -> None:
    if code == SOURCE_LANGUAGE or code not in runtime.current().settings.languages:
        abort(404)


def _readers(session: Session) -> dict[str, int]:
    """How many families read each language."""
    rows = session.execute(select(Contact.language, func.count()).group_by(Contact.language))
    return dict(rows.all())


def _coverage(session: Session, settings: Settings, readers: dict[str, int]) -> Iterator[Coverage]:
    library = read_library(session, settings.content / "locales")
    accepted = {one.language: one for one in session.scalars(select(AcceptedLanguage))}
    wordings = list(_wordings(session, settings))
    for code in settings.languages:
        states = Counter(library.find(code, context, english).state for context, english in wordings)
        yield Coverage(code, readers.get(code, 0), states, accepted.get(code))


def _wordings(session: Session, settings: Settings) -> Iterator[tuple[str, str]]:
    """Context and English of everything we say: the steps of all packs, replies, kinds of help, ready-made texts."""
    for pack in packs_for(session, settings, me_in(session)).values():
        for step in pack.steps:
            yield step.context, step.english
    for name, english in REPLIES.items():
        yield f"reply:{name}", english
    for name, english in CATEGORY_NAMES.items():
        yield f"category:{name}", english
    for name, text in CANNED.items():
        yield f"canned:{name}", text.english
