"""Wording: how far each language is and what waits for this person, and the list of all texts in one language."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import runtime
from outreach.admin.guard import needs
from outreach.admin.languages import STATES as STATE_WORDS
from outreach.admin.sign_in import me_in
from outreach.admin.waiting_count import Waiting
from outreach.admin.wording_queue import count_mine, review_queue
from outreach.admin.wording_search import HELP, REPLIES, STATES, Search, find_texts
from outreach.campaigns.all_wording import measure_coverage, wording_for
from outreach.people.models import Contact
from outreach.staff.models import Staff
from outreach.staff.roles import Ability
from outreach.wording.acceptance import accepted_languages
from outreach.wording.catalog import SOURCE_LANGUAGE
from outreach.wording.requests import open_requests

blueprint = Blueprint("wording", __name__, url_prefix="/wording")

READERS = (Ability.LAUNCH_CAMPAIGNS, Ability.ANSWER_CALLBACKS)  # who writes, and who reviews
TONES = {"reviewed": "go", "missing": "trouble", "stale": "trouble"}  # the other states wait
OWN_GROUPS = {"own": "Own packs", REPLIES: "Replies", HELP: "Kinds of help"}


@blueprint.get("/")
@needs(*READERS)
def show() -> ResponseReturnValue:
    """Each language in words, and what waits."""
    settings = runtime.current().settings
    with runtime.current().database.reading() as session:
        person = me_in(session)
        wording = wording_for(session, settings, person)
        queue = review_queue(session, settings, person)
        requests = [row for (_, context), row in open_requests(session).items() if context in wording.texts]
        return render_template(
            "wording/show.html",
            mine=[one for one in queue if one.mine],
            others=[one for one in queue if not one.mine],
            asked={code: [row for row in requests if row.language == code] for code in translated_languages()},
            coverage=[measure_coverage(wording, code) for code in translated_languages()],
            readers=_readers(session),
            accepted=accepted_languages(session),
            my_languages=person.languages,
        )


@blueprint.get("/texts")
@needs(*READERS)
def texts() -> ResponseReturnValue:
    """A page of texts in one language; the filters stand in the address."""
    languages = translated_languages()
    if not languages:
        abort(404, "OUTREACH_LANGUAGES names no language besides English: there is nothing to translate.")
    with runtime.current().database.reading() as session:
        person = me_in(session)
        wording = wording_for(session, runtime.current().settings, person)
        search = Search.read(request.args, languages, usual_language(person, languages))
        found = find_texts(wording, open_requests(session, search.language), search)
        topics = {pack.topic: pack.topic.replace("_", " ").capitalize() for pack in wording.packs.values()}
        return render_template(
            "wording/texts.html",
            found=found,
            search=found.search,
            languages=languages,
            state_words={key: STATE_WORDS[state] for key, state in STATES.items()},
            tones=TONES,
            groups={**topics, **OWN_GROUPS},
        )


def translated_languages() -> list[str]:
    """The deployment's languages besides English."""
    return [code for code in runtime.current().settings.languages if code != SOURCE_LANGUAGE]


def usual_language(person: Staff, languages: list[str]) -> str:
    """The first of this person's languages that is translated here, else the deployment's first."""
    return next((code for code in person.languages if code in languages), languages[0])


def count_waiting() -> Waiting:
    """For the bar: how many texts this person may review."""
    with runtime.current().database.reading() as session:
        person = me_in(session)
        return Waiting(count_mine(session, runtime.current().settings, person))


def _readers(session: Session) -> dict[str, int]:
    """How many families read each language."""
    return dict(session.execute(select(Contact.language, func.count()).group_by(Contact.language)).all())
