"""Wording to translators and back: a file per language to download, and an upload with a report line by line."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from outreach import runtime
from outreach.admin.guard import needs
from outreach.admin.sign_in import me_in
from outreach.admin.wording import READERS, translated_languages
from outreach.admin.wording_search import name_text
from outreach.campaigns.all_wording import AllWording, present_entries, wording_for
from outreach.campaigns.wording_exchange import give, take_back
from outreach.staff.models import Staff
from outreach.staff.roles import Ability
from outreach.wording.exchange.entries import LARGEST, Entry, Exchange, ExchangeError
from outreach.wording.exchange.files import FORMATS, format_of, read_data
from outreach.wording.exchange.intake import Refusal
from outreach.wording.exchange.shelf import keep_as_draft, written_texts
from outreach.wording.record import WordingError
from outreach.wording.review import submit
from outreach.wording.told_keywords import keywords_at

blueprint = Blueprint("wording_exchange", __name__, url_prefix="/wording/exchange")

OFFERED = {"csv": "Spreadsheet", "po": "PO", "xlf": "XLIFF 2"}
TYPES = {"csv": "text/csv", "po": "text/x-gettext-translation", "xlf": "application/xliff+xml"}


@dataclass(frozen=True)
class Report:
    """What came of an upload. `kept` are drafts now, `sent` of them wait for review. `names` tell texts by context."""

    name: str
    language: str
    kept: tuple[Entry, ...]
    sent: int
    unchanged: int
    unfinished: int
    refused: tuple[Refusal, ...]
    names: Mapping[str, str]


@blueprint.get("/")
@needs(*READERS)
def show() -> ResponseReturnValue:
    return _page()


@blueprint.get("/outreach-<language>.<ending>")
@needs(*READERS)
def download(language: str, ending: str) -> ResponseReturnValue:
    """Every text in one language that this person sees, as a file."""
    if language not in translated_languages() or ending not in OFFERED:
        abort(404)
    settings = runtime.current().settings
    with runtime.current().database.reading() as session:
        wording = wording_for(session, settings, me_in(session))
        present = present_entries(settings, wording, language, written_texts(session, language))
    data = FORMATS[f".{ending}"].write(give(settings, wording, language, present))
    answer = Response(data, mimetype=TYPES[ending])
    answer.headers["Content-Disposition"] = f'attachment; filename="outreach-{language}.{ending}"'
    answer.headers["Cache-Control"] = "no-store"  # tomorrow it is another file
    return answer


@blueprint.post("/")
@needs(Ability.LAUNCH_CAMPAIGNS)
def upload() -> ResponseReturnValue:
    """Keep the good lines as drafts, and say of each other one why not."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return _page(problem="Choose a file that came back from a translator."), 422
    name, data = Path(file.filename).name, file.stream.read(LARGEST + 1)
    file.close()
    try:
        exchange = read_data(name, data, request.form.get("language") or None)
        with runtime.current().database.writing() as session:
            report = _keep(session, name, exchange, to_review=request.form.get("review") == "1")
    except ExchangeError as error:
        return _page(problem=f"Nothing was kept. {error}"), 422
    return _page(report=report)


def _keep(session: Session, name: str, exchange: Exchange, *, to_review: bool) -> Report:
    """One line that somebody changed in this very moment is refused like any other; the rest is kept."""
    settings, person, language = runtime.current().settings, me_in(session), exchange.language
    if language not in settings.languages:
        raise ExchangeError(f"{name}: {language} is not among the languages of this service (OUTREACH_LANGUAGES)")
    wording = wording_for(session, settings, person)
    present = present_entries(settings, wording, language, written_texts(session, language))
    marks = format_of(Path(name)).marks_stale
    intake = take_back(settings, wording, exchange, present, marks_stale=marks)
    kept, refused, sent = [], list(intake.refused), 0
    for entry in intake.accepted:
        try:
            sent += _keep_one(session, wording, language, entry, person, to_review=to_review)
        except WordingError as error:
            refused.append(Refusal(entry, str(error), "look at the text here, then decide which one is better"))
        else:
            kept.append(entry)
    names = {context: "{}: {}".format(*name_text(wording, context)) for context in wording.texts}
    return Report(name, language, tuple(kept), sent, intake.unchanged, intake.unfinished, tuple(refused), names)


def _keep_one(
    session: Session, wording: AllWording, language: str, entry: Entry, person: Staff, *, to_review: bool
) -> bool:
    """Returns whether it waits for review now."""
    stored = keep_as_draft(session, language, entry, by=person)
    if not to_review:
        return False
    submit(
        session, entry.context, language, by=person, version=stored.version,
        keywords=keywords_at(runtime.current().settings.content / "locales"),
        too_long=partial(wording.texts[entry.context].too_long, language=language),
    )  # fmt: skip
    return True


def _page(*, problem: str = "", report: Report | None = None) -> str:
    return render_template(
        "wording/exchange.html",
        languages=translated_languages(),
        offered=OFFERED,
        problem=problem,
        report=report,
        form=request.form,
    )
