"""`outreach explain`: why a family's text is routed as it is."""

import json
import sys

import click

from outreach.cli.output import refuse, show, working
from outreach.incoming.intent import PENDING, Intent, recognise
from outreach.incoming.vocabulary import Vocabulary, load_vocabulary
from outreach.incoming.words_in_force import words_in_force


@click.command()
@click.argument("text", required=False)
@click.option("--language", help="The contact's stored language.")
@click.option(
    "--pending",
    type=click.Choice(PENDING),
    multiple=True,
    help="What the contact was asked and has not answered; the last one named was asked last.",
)
@click.option("--own", is_flag=True, help="Also by the words this deployment added (page Try a text).")
@click.option("--json", "json_wanted", is_flag=True, help="Report as JSON.")
@click.option(
    "--jsonl",
    is_flag=True,
    help="Read {text, contact_lang, pending_invitation} lines, write {route, args, reason} lines.",
)
def explain(
    text: str | None, language: str | None, pending: tuple[str, ...], own: bool, json_wanted: bool, jsonl: bool
) -> None:
    """Say what TEXT would be taken for, and why."""
    if jsonl == (text is not None):
        raise click.UsageError("give a TEXT, or --jsonl and lines on standard input")
    with working() as work:
        locales = work.settings.content / "locales"
        words = load_vocabulary(locales)
        if own:
            with work.database.reading() as session:
                words = words_in_force(session, locales)
    if jsonl:
        _explain_lines(words)
        return
    intent = recognise(
        text or "",
        words,
        contact_language=language,
        pending=frozenset(pending),
        numbers=pending[-1] if pending else None,
    )
    shown = ", ".join(f"{name}: {value}" for name, value in intent.args.items())
    show(
        _report(intent),
        json_wanted=json_wanted,
        words=f"{intent.route}{f' ({shown})' if shown else ''}: {intent.reason}",
    )


def _explain_lines(words: Vocabulary) -> None:
    for number, line in enumerate(sys.stdin.buffer, 1):
        if not line.strip():
            continue
        try:
            case = json.loads(line)
            text = case["text"]
        except (ValueError, KeyError, TypeError):
            text = None
        if not isinstance(text, str):
            refuse(f"line {number} of standard input is not JSON with a text")
        pending = frozenset({"rsvp"}) if case.get("pending_invitation") else frozenset[str]()
        intent = recognise(text, words, contact_language=case.get("contact_lang"), pending=pending)
        click.echo(json.dumps(_report(intent), ensure_ascii=False))


def _report(intent: Intent) -> dict[str, object]:
    return {"route": str(intent.route), "args": dict(intent.args), "reason": intent.reason}
