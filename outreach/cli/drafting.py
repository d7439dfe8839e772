"""`outreach translations draft`: a machine's first draft of what nobody has translated, for people to mend."""

from dataclasses import replace

import click

from outreach.cli.exchange import read_translated
from outreach.cli.output import as_json, refuse, show, working
from outreach.cli.wording import as_here, has_schema, present_entries
from outreach.wording.catalog import ReviewState
from outreach.wording.exchange.shelf import keep_as_drafts
from outreach.wording.machine import MachineError, draft, translator_of
from outreach.wording.models import Origin

WANTED = (ReviewState.MISSING, ReviewState.STALE)


@click.command("draft")
@click.argument("language")
@click.argument("contexts", nargs=-1)
@as_json
def draft_texts(language: str, contexts: tuple[str, ...], as_json: bool) -> None:
    """Let the machine set by OUTREACH_TRANSLATE_URL draft what is missing or stale in LANGUAGE, or in CONTEXTS alone.

    A draft is never sent: a person mends it, and another one reviews it.
    """
    code = read_translated(language)
    with working() as work:
        translator = translator_of(work.settings)
        if translator is None:
            refuse("OUTREACH_TRANSLATE_URL is not set: the address of a LibreTranslate server")
        if not has_schema(work):
            refuse("there is no database to keep drafts in: run outreach db upgrade")
        present = present_entries(work, as_here(work), code)
        if unknown := [context for context in contexts if context not in present]:
            refuse(f"there is no text {', '.join(unknown)}; outreach translations export shows every context")
        wanted = [one for context, one in present.items() if one.state in WANTED and context in (contexts or present)]
        refused: list[dict[str, str]] = []
        for entry in wanted:  # each is kept at once: a server that goes away takes nothing back
            try:
                text = draft(translator, entry.english, code)
            except MachineError as error:
                refused.append({"context": entry.context, "problem": str(error)})
                click.echo(f"{entry.context}: {error}", err=True)
                continue
            with work.database.writing() as session:
                keep_as_drafts(session, code, [replace(entry, forms=(text,))], Origin.MACHINE)
    report = {"language": code, "drafted": len(wanted) - len(refused), "refused": len(refused), "refusals": refused}
    show(report, json_wanted=as_json, words=f"{code}: drafted {report['drafted']}, refused {len(refused)}")
    raise SystemExit(1 if refused else 0)
