"""What can be done with one own pack: another text, title or document, retire, restore, ask for its languages.

Each returns what to tell the person, or why it was not done.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import abort, request
from sqlalchemy.orm import Session

from outreach import runtime
from outreach.admin.own_pack_sheet import read_own
from outreach.admin.sign_in import me_in
from outreach.campaigns import own_packs
from outreach.campaigns.own_packs import OwnPackError, PackConflictError
from outreach.campaigns.pack_writing import reword, set_value
from outreach.campaigns.packs import Pack, PackError
from outreach.languages import LANGUAGES
from outreach.staff.models import Staff
from outreach.wording.library import OWN
from outreach.wording.record import WordingError
from outreach.wording.requests import ask


@dataclass(frozen=True)
class Refused:
    """It was not done; `problems` say why. `conflict`: somebody else was faster, and what stands there now."""

    problems: Sequence[str]
    conflict: PackConflictError | None = None


def do(number: int) -> str | Refused:
    """What the form's button asks for."""
    act = ACTS.get(request.form.get("action", "")) or abort(400)
    try:
        with runtime.current().database.writing() as session:
            return act(session, number, me_in(session))
    except PackConflictError as error:
        return Refused([str(error)], error)
    except PackError as error:
        whole = request.form.get("action") == "document"
        return Refused([f"Line {one.line}: {one.what}" if whole else one.what for one in error.problems])
    except (OwnPackError, WordingError) as error:
        return Refused([str(error)])


def _reword(session: Session, number: int, person: Staff) -> str:
    pack, step = _pack(session, number, person), request.form.get("step", "")
    text = _line("text")
    if not text:
        raise OwnPackError("the text is empty")
    try:
        document = reword(pack, step, text)
    except KeyError:
        raise OwnPackError(f"this pack has no step {step!r} any more") from None
    _change(session, number, document, person)
    return "The English is changed. Its translations are out of date from now on: ask for them."


def _rename(session: Session, number: int, person: Staff) -> str:
    pack = _pack(session, number, person)
    title, summary = _line("title"), _line("summary")
    if not title or not summary:
        raise OwnPackError("the title or the summary is empty")
    renamed = own_packs.parse(set_value(pack, "title", title), f"{OWN}{number}", runtime.current().settings)
    _change(session, number, set_value(renamed, "summary", summary), person)
    return "Renamed. Texts and translations stay as they are."


def _document(session: Session, number: int, person: Staff) -> str:
    _change(session, number, request.form.get("document", "").replace("\r\n", "\n"), person)
    return "The pack is changed. Translations of what it says otherwise are out of date."


def _retire(session: Session, number: int, person: Staff) -> str:
    own_packs.archive(session, f"{OWN}{number}", by=person)
    return "Retired: nobody launches it any more. Campaigns that run go on."


def _restore(session: Session, number: int, person: Staff) -> str:
    own_packs.restore(session, f"{OWN}{number}", by=person)
    return "The pack is in use again."


def _ask(session: Session, number: int, person: Staff) -> str:
    """Ask for all that is missing, in the languages that were chosen."""
    settings = runtime.current().settings
    sheet = read_own(session, settings, number, person)
    english = {step.context: step.english for step in sheet.pack_or_404.steps}
    chosen = [one for one in sheet.wanting if one.code in request.form.getlist("language")]
    if not chosen:
        raise WordingError("choose at least one language")
    asked = 0
    for one in chosen:
        wanted = [(context, english[context]) for context in one.missing]
        asked += ask(session, one.code, wanted, by=person, remark=request.form.get("remark", ""))
    names = ", ".join(LANGUAGES[one.code].english for one in chosen)
    if not asked:
        return f"All of it was asked for already, in {names}."
    return f"Asked for {asked} translation{'' if asked == 1 else 's'}: {names}."


ACTS: Mapping[str, Callable[[Session, int, Staff], str]] = {
    "reword": _reword,
    "rename": _rename,
    "document": _document,
    "retire": _retire,
    "restore": _restore,
    "ask": _ask,
}


def _pack(session: Session, number: int, person: Staff) -> Pack:
    return read_own(session, runtime.current().settings, number, person).pack_or_404


def _change(session: Session, number: int, document: str, person: Staff) -> None:
    seen = request.form.get("version", "")
    version = int(seen) if seen.isdecimal() and len(seen) < 10 else -1
    own_packs.change(session, runtime.current().settings, f"{OWN}{number}", document, by=person, version=version)


def _line(field: str) -> str:
    return " ".join(request.form.get(field, "").split())
