"""Try a text: what a family's words are taken for and what would be answered; and words a deployment adds itself."""

from collections.abc import Callable
from contextlib import suppress

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from outreach import runtime
from outreach.admin.forms.draft import Trouble
from outreach.admin.guard import needs
from outreach.admin.sign_in import me_in
from outreach.admin.words import meaning_of
from outreach.incoming import own_words
from outreach.incoming.models import LONGEST_WORD, OwnWord, OwnWordKind, OwnWordState
from outreach.incoming.own_words import GRAVE, MEANINGS, Draft, OwnWordError
from outreach.incoming.rehearsal import Rehearsal, rehearse
from outreach.incoming.words_in_force import look_at_once, words_in_force
from outreach.languages import LANGUAGES
from outreach.staff.models import Staff
from outreach.staff.roles import Ability
from outreach.wording.replies import CATEGORY_NAMES

blueprint = Blueprint("try_text", __name__, url_prefix="/try-a-text")

LONGEST = 1600
MEANING_WORDS = {
    "stop": "Stop: wants no more texts",
    "start": "Start: wants texts again",
    "help": "Help: asks what this is",
    "crisis": "Crisis: danger to life",
    "callback": "Call: wants a person to call",
    "rsvp_yes": "Yes to an invitation",
    "rsvp_no": "No to an invitation",
    "series parent": "Series: parenting tips",
    "series cope": "Series: coping skills",
}
DETAILS = {"zip": "ZIP code", "topic": "Topic", "to": "Language asked for", "also": "Says as well", "series": "Series"}
KINDS = {
    OwnWordKind.WORD: "The whole text",
    OwnWordKind.PHRASE: "A part of any text",
}


class _Tried(Exception):  # noqa: N818 - no error: what was tried is rolled back
    """The rehearsal is over."""


@blueprint.get("/")
@needs(Ability.LAUNCH_CAMPAIGNS, Ability.ANSWER_CALLBACKS)
def show() -> ResponseReturnValue:
    with runtime.current().database.reading() as session:
        return _page(session)


@blueprint.post("/")
@needs(Ability.LAUNCH_CAMPAIGNS, Ability.ANSWER_CALLBACKS)
def attempt() -> ResponseReturnValue:
    """The text travels in the form and never in an address, which would be logged. Nothing is kept of it."""
    text = request.form.get("text", "")[:LONGEST]
    language = request.form.get("language") or None
    invited = request.form.get("invited") == "yes"
    if language is not None and language not in runtime.current().settings.languages:
        abort(400)
    tried = _rehearse(text, language, invited) if text.strip() else None
    troubles = [] if tried else [Trouble("Write the text of a family.", "text")]
    with runtime.current().database.reading() as session:
        return _page(session, troubles, tried=tried)


def _rehearse(text: str, language: str | None, invited: bool) -> Rehearsal | None:
    """By the very code that answers families, in a transaction that is rolled back."""
    work, tried = runtime.current(), None
    with suppress(_Tried), work.database.writing() as session:
        tried = rehearse(session, work, text, language, invited=invited)
        raise _Tried
    return tried


@blueprint.post("/words")
@needs(Ability.LAUNCH_CAMPAIGNS)
def add() -> ResponseReturnValue:
    """A word for a second person to look at."""
    typed = request.form
    route, _, detail = typed.get("meaning", "").partition(" ")
    kind = typed.get("kind", "")
    if kind not in KINDS or typed.get("word_language", "") not in LANGUAGES:
        abort(400)
    draft = Draft(typed["word_language"], route, detail or None, OwnWordKind(kind), typed.get("word", ""))
    try:
        with runtime.current().database.writing() as session:
            vocabulary = words_in_force(session, runtime.current().settings.content / "locales")
            word = own_words.propose(session, vocabulary, draft, me_in(session))
    except OwnWordError as error:
        with runtime.current().database.reading() as session:
            return _page(session, [Trouble(str(error), "word")]), 422
    flash(f"“{word.text}” waits for a second person who reads {LANGUAGES[word.language].english}.", "success")
    return redirect(url_for(".show"))


@blueprint.post("/words/<int:word_id>/let-in")
@needs(Ability.LAUNCH_CAMPAIGNS, Ability.ANSWER_CALLBACKS)
def let_in(word_id: int) -> ResponseReturnValue:
    def decide(session: Session, word: OwnWord, me: Staff) -> str:
        vocabulary = words_in_force(session, runtime.current().settings.content / "locales")
        own_words.let_in(session, vocabulary, word, me, request.form.get("reason", ""))
        return f"“{word.text}” is understood from now on; within a minute everywhere."

    return _decide(word_id, decide)


@blueprint.post("/words/<int:word_id>/refuse")
@needs(Ability.LAUNCH_CAMPAIGNS)
def refuse(word_id: int) -> ResponseReturnValue:
    def decide(session: Session, word: OwnWord, me: Staff) -> str:
        own_words.refuse_word(session, word, me, request.form.get("reason", ""))
        return f"“{word.text}” will not be added."

    return _decide(word_id, decide)


@blueprint.post("/words/<int:word_id>/withdraw")
@needs(Ability.LAUNCH_CAMPAIGNS)
def withdraw(word_id: int) -> ResponseReturnValue:
    def decide(session: Session, word: OwnWord, me: Staff) -> str:
        own_words.withdraw(session, word, me, request.form.get("reason", ""))
        return f"“{word.text}” is no longer understood so; within a minute everywhere."

    return _decide(word_id, decide)


def _decide(word_id: int, decide: Callable[[Session, OwnWord, Staff], str]) -> ResponseReturnValue:
    try:
        with runtime.current().database.writing() as session:
            word = session.get(OwnWord, word_id, with_for_update=True)
            if word is None:
                abort(404)
            flash(decide(session, word, me_in(session)), "success")
    except OwnWordError as error:
        flash(f"{error}.".replace("..", "."), "error")
    look_at_once()
    return redirect(url_for(".show", _anchor="words"))


def _page(session: Session, troubles: list[Trouble] | None = None, tried: Rehearsal | None = None) -> str:
    settings = runtime.current().settings
    me = me_in(session)
    waiting = own_words.words_on_record(session, OwnWordState.WAITING)
    return render_template(
        "try_text/show.html",
        troubles=troubles or [],
        typed=request.form,
        tried=tried,
        means=meaning_of(tried.intent.route, tried.intent.args) if tried else "",
        details=_details(tried) if tried else [],
        languages=settings.languages,
        meanings=[(f"{route} {detail}".removesuffix(" None"), _meaning(route, detail)) for route, detail in MEANINGS],
        kinds=KINDS,
        longest=LONGEST,
        longest_word=LONGEST_WORD,
        waiting=[(word, own_words.why_not_decide(word, me)) for word in waiting],
        in_force=own_words.words_on_record(session, OwnWordState.IN_FORCE),
        meaning_words=_meaning,
        grave=GRAVE,
        my_id=me.id,
    )


def _meaning(route: str, detail: str | None) -> str:
    if route == "resource":
        return f"Help nearby: {CATEGORY_NAMES.get(str(detail), detail)}"
    return MEANING_WORDS[f"{route} {detail}" if detail else route]


def _details(tried: Rehearsal) -> list[tuple[str, str]]:
    """What else was read from the text, as pairs of a label and words."""
    args = tried.intent.args
    found = [(label, str(args[name])) for name, label in DETAILS.items() if args.get(name)]
    if args.get("automatic"):
        found.append(("Written by", "a phone that answers by itself"))
    return found
