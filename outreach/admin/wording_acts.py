"""What can be done with one text: save, send to review, let go, send back, withdraw, ask for it, draft it by machine.

Each returns what to tell the person. Raises WordingError and ConflictError as the engine does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from flask import abort, request
from sqlalchemy.orm import Session

from outreach import runtime
from outreach.admin.sign_in import me_in
from outreach.admin.wording_sheet import Sheet, read_sheet
from outreach.languages import LANGUAGES
from outreach.wording import requests, review
from outreach.wording.machine import MachineError, draft, translator_of
from outreach.wording.models import Origin, Wording, WordingState
from outreach.wording.record import WordingError
from outreach.wording.told_keywords import Keywords, keywords_at


@dataclass(frozen=True)
class Saved:
    """The text was kept as a draft, but something keeps it from going to review."""

    but: str


def do(language: str, context: str) -> str | Saved:
    """What the form's button asks for."""
    act = ACTS.get(request.form.get("action", "")) or abort(400)
    return act(language, context)


def _save(language: str, context: str) -> str:
    if _write(language, context).state is WordingState.REVIEWED:
        return "Nothing was changed: this is the text that families get."
    return "The draft is saved. Families do not get it before somebody reviewed it."


def _submit(language: str, context: str) -> str | Saved:
    """Save what was typed, and send it to review. What is saved stays so when the checks find something."""
    version = _write(language, context).version
    try:
        with runtime.current().database.writing() as session:
            sheet = _sheet(session, language, context)
            review.submit(
                session, context, language, by=sheet.me, version=version, keywords=_keywords(),
                too_long=partial(sheet.text.too_long, language=language),
            )  # fmt: skip
    except WordingError as error:
        return Saved(f"Your text is saved as a draft. It cannot go to review yet: {error}.")
    return f"It waits for review now, by somebody else who reads {LANGUAGES[language].english}."


def _write(language: str, context: str) -> Wording:
    with runtime.current().database.writing() as session:
        sheet = _sheet(session, language, context)
        _same_english(sheet)
        typed, english = _typed("text"), sheet.text.english
        return review.write(session, context, language, english, typed, by=sheet.me, version=_seen())


def _approve(language: str, context: str) -> str:
    with runtime.current().database.writing() as session:
        sheet = _sheet(session, language, context)
        _same_english(sheet)
        review.approve(
            session, context, language, sheet.text.english, by=sheet.me, version=_seen(), reason=_typed("reason"),
            keywords=_keywords(), too_long=partial(sheet.text.too_long, language=language),
        )  # fmt: skip
    return "Reviewed. From now on families get this text; your name stands beside it."


def _sign(language: str, context: str) -> str:
    """Put one's name to a translation as it is shipped."""
    with runtime.current().database.writing() as session:
        sheet = _sheet(session, language, context)
        _same_english(sheet)
        if not sheet.found.text or sheet.found.text != _typed("read"):
            raise WordingError("this text is another one now; read it once more")
        review.approve_shipped(
            session, context, language, sheet.text.english, sheet.found.text, by=sheet.me, reason=_typed("reason"),
            keywords=_keywords(), too_long=partial(sheet.text.too_long, language=language),
        )  # fmt: skip
    return "Reviewed. Your name stands beside this text."


def _send_back(language: str, context: str) -> str:
    with runtime.current().database.writing() as session:
        sheet = _sheet(session, language, context)
        review.send_back(session, context, language, by=sheet.me, version=_seen(), remark=_typed("remark"))
    return "It went back to whoever wrote it, with your remark."


def _withdraw(language: str, context: str) -> str:
    with runtime.current().database.writing() as session:
        sheet = _sheet(session, language, context)
        if not sheet.found.text:
            raise WordingError("families do not get this text; there is nothing to take out of use")
        review.withdraw(
            session, context, language, sheet.text.english, sheet.found.text, by=sheet.me, version=_seen(),
            remark=_typed("remark"),
        )  # fmt: skip
    return "This text is out of use. It stands here as a draft, to be mended."


def _ask(language: str, context: str) -> str:
    with runtime.current().database.writing() as session:
        sheet = _sheet(session, language, context)
        if not sheet.wanted:
            raise WordingError("there is a translation already")
        asked = requests.ask(
            session, language, [(context, sheet.text.english)], by=sheet.me, remark=_typed("remark")
        )  # fmt: skip
    name = LANGUAGES[language].english
    return f"It stands among the texts that wait for {name}." if asked else "Somebody had asked for it already."


def _not_needed(language: str, context: str) -> str:
    with runtime.current().database.writing() as session:
        sheet = _sheet(session, language, context)
        if not sheet.may_write:
            raise WordingError(f"the role {sheet.me.role} may not take a request back")
        requests.settle(session, context, language)
    return "Nobody waits for this translation any more."


def _machine(language: str, context: str) -> str:
    """A first draft. The server is asked with no transaction open: it may take half a minute."""
    translator = translator_of(runtime.current().settings) or abort(404)
    with runtime.current().database.reading() as session:
        sheet = _sheet(session, language, context)
    if not sheet.may_write:
        raise WordingError(f"the role {sheet.me.role} may not change wording")
    try:
        text = draft(translator, sheet.text.english, language)
    except MachineError as error:
        raise WordingError(str(error)) from None
    with runtime.current().database.writing() as session:
        review.write(
            session, context, language, sheet.text.english, text, by=me_in(session), version=_seen(),
            origin=Origin.MACHINE,
        )  # fmt: skip
    return "The machine wrote a draft. Read it against the English, mend it, then send it to review."


ACTS: Mapping[str, Callable[[str, str], str | Saved]] = {
    "save": _save,
    "submit": _submit,
    "approve": _approve,
    "sign": _sign,
    "send_back": _send_back,
    "withdraw": _withdraw,
    "ask": _ask,
    "not_needed": _not_needed,
    "machine": _machine,
}


def _sheet(session: Session, language: str, context: str) -> Sheet:
    return read_sheet(session, runtime.current().settings, language, context, me_in(session))


def _same_english(sheet: Sheet) -> None:
    if request.form.get("english") != sheet.english_digest:
        raise WordingError(
            "the English changed after you opened this page; it stands here as it is now: compare, and press again"
        )


def _typed(field: str) -> str:
    """What stands in a field; forms bring line ends as CR LF, which no text has."""
    return request.form.get(field, "").replace("\r\n", "\n").strip()


def _seen() -> int:
    """The version of the text that the page showed."""
    seen = request.form.get("version", "")
    return int(seen) if seen.isdecimal() and len(seen) < 10 else -1


def _keywords() -> Keywords:
    return keywords_at(runtime.current().settings.content / "locales")
