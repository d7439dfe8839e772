"""`outreach campaigns check | preview`: packs before anything is launched from them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from outreach.campaigns.own_packs import packs_for
from outreach.campaigns.pack_check import check_pack, check_packs
from outreach.campaigns.packs import Pack, PackError, packs_at, read_pack
from outreach.campaigns.wordings import StepText, word_pack
from outreach.cli.output import as_json, counted, refuse, show, working
from outreach.languages import LANGUAGES, find_language
from outreach.runtime import Runtime
from outreach.wording.catalog import CatalogError, TranslationSource, translations_at
from outreach.wording.characters import spare_characters
from outreach.wording.fields import FieldError, read_values
from outreach.wording.library import read_library

Pairs = tuple[str, ...]


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path, exists=True))
@as_json
def check(path: Path | None, as_json: bool) -> None:
    """Check packs and their translations: the deployment's, or those at PATH.

    PATH holds campaigns/ and locales/, or it is a folder of packs or one YAML file: then the deployment's own
    locales/ are asked for the translations.
    """
    with working() as work:
        settings = work.settings
    try:
        if path is None or (path / "campaigns").is_dir():
            problems = check_packs(path or settings.content, settings.languages)
        else:
            translations = translations_at(settings.content / "locales")
            packs = read_at(path)
            problems = [p for pack in packs for p in check_pack(pack, translations, settings.languages)]
    except (CatalogError, PackError) as error:
        problems = str(error).splitlines()
    show(problems, json_wanted=as_json, words="\n".join(problems) or "every pack and every translation is in order")
    if problems:
        raise SystemExit(1)


def read_at(path: Path) -> list[Pack]:
    """The packs of one file, of a topic's folder, or of a folder of topics. Raises PackError with every problem."""
    files = [path] if path.is_file() else sorted([*path.glob("*.yaml"), *path.glob("*/*.yaml")])
    if not files:
        refuse(f"there is no pack in {path}")
    packs, problems = [], []
    for file in files:
        try:
            packs.append(read_pack(file.resolve()))  # its folder's name is its topic
        except PackError as error:
            problems += error.problems
    if problems:
        raise PackError(problems)
    return packs


def _words(
    pack: Pack, values: Mapping[str, str], translations: TranslationSource, languages: Sequence[str]
) -> list[StepText]:
    """Every step in every language; samples stand in for the fields without a value. Raises FieldError."""
    fields = {**pack.given, **pack.fields}
    read = read_values(fields, {**{name: field.sample for name, field in fields.items()}, **values})
    worded = word_pack(pack, read, translations, languages, frozenset())
    return [step for wording in worded.values() for step in wording.steps]


@click.command()
@click.argument("pack")
@click.option(
    "--set",
    "values",
    multiple=True,
    metavar="NAME=VALUE",
    help="A field's value; samples stand in for the others.",
)
@click.option("--language", help="Only this language.")
@click.option("--sender", help="Who writes; by default the service's name.")
@as_json
def preview(pack: str, values: Pairs, language: str | None, sender: str | None, as_json: bool) -> None:
    """Show what families will read, with segments and the price of a text to the US."""
    with working() as work:
        price = work.settings.segment_price
        packs, translations = wording_here(work)
        chosen = find_pack(packs, pack)
        languages = [read_language(language)] if language else work.settings.languages
        filled = {"sender": sender or work.settings.service_name, **read_pairs(values)}
        try:
            steps = _words(chosen, filled, translations, languages)
        except FieldError as error:
            refuse(str(error))
    shown: list[dict[str, Any]] = [
        {
            "step": step.step.name,
            "when": step.step.when_words,
            "language": step.language,
            "state": str(step.state),
            "text": step.text,
            "encoding": step.count.encoding if step.count else None,
            "segments": step.count.segments if step.count else None,
            "price": str(step.count.segments * price) if step.count else None,
            "replace": spare_characters(step.text, step.language),
            "problems": list(step.problems),
        }
        for step in steps
    ]
    show(shown, json_wanted=as_json, words="\n\n".join(_preview_words(row) for row in shown))


def _preview_words(row: dict[str, Any]) -> str:
    head = f"{row['language']}  {row['step']} ({row['when']}), {row['state']}"
    if not row["text"]:
        return f"{head}\n{'; '.join(row['problems'])}"
    spare = "".join(f", write {new or 'nothing'} instead of {old}" for old, new in row["replace"].items())
    size = counted(row["segments"], "segment", "segments")
    return f"{head}, {size} {row['encoding']}, ${row['price']}{spare}\n{row['text']}"


def wording_here(work: Runtime) -> tuple[Mapping[str, Pack], TranslationSource]:
    """Packs and wording as this deployment has them; as they are shipped, and it is said, without its database."""
    campaigns, locales = work.settings.content / "campaigns", work.settings.content / "locales"
    try:
        with work.database.reading() as session:
            return packs_for(session, work.settings, None), read_library(session, locales)
    except (OperationalError, ProgrammingError):
        click.echo("the database is away or has no schema: shown as it is shipped", err=True)
        return packs_at(campaigns), translations_at(locales)


def find_pack(packs: Mapping[str, Pack], name: str) -> Pack:
    """The pack of this id, or of this name in whatever topic; a pack that is not there is refused."""
    found = packs.get(name) or next((p for p in packs.values() if p.id.endswith(f"/{name}")), None)
    if found is None:
        refuse(f"there is no pack {name!r}; there are {', '.join(packs)}")
    return found


def read_pairs(options: Pairs) -> dict[str, str]:
    """NAME=VALUE options."""
    pairs = {}
    for option in options:
        name, equals, value = option.partition("=")
        if not equals:
            raise click.UsageError(f"{option!r} is not NAME=VALUE")
        pairs[name] = value
    return pairs


def read_language(name: str) -> str:
    """The code of a language however it is called; an unknown one is refused."""
    code = find_language(name)
    if code is None:
        refuse(f"{name!r} is not a language we know; there are {', '.join(LANGUAGES)}")
    return code
