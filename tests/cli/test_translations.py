"""`outreach translations …`."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach import runtime
from outreach.campaigns.own_packs import create_from, own_id
from outreach.campaigns.packs import packs_at
from outreach.runtime import Runtime
from outreach.wording.catalog import ReviewState, translations_at
from outreach.wording.exchange.entries import Entry
from outreach.wording.exchange.files import read_file, write_file
from outreach.wording.models import AcceptedLanguage, Origin, Wording, WordingState
from tests.cli.conftest import Outreach
from tests.support.translation_server import run_translation_server


@pytest.fixture
def content(work: Runtime, tmp_path: Path) -> Path:
    """A deployment's own copy of what is shipped."""
    folder = tmp_path / "content"
    for name in ("campaigns", "locales"):
        shutil.copytree(work.settings.content / name, folder / name)
    runtime.use(Runtime(replace(work.settings, content=folder)))
    return folder


COUNTS = {"reviewed", "awaiting", "in_review", "draft", "stale", "missing", "too_long"}
HELP = "reply:ask_zip"


def rewrite(path: Path, change: Callable[[Entry], Entry]) -> None:
    """What a translator does to a file."""
    read = read_file(path)
    write_file(path, replace(read, entries=tuple(change(entry) for entry in read.entries)))


def translated(context: str, text: str) -> Callable[[Entry], Entry]:
    """One text put in, its state as editors leave it."""
    return lambda entry: (
        replace(entry, forms=(text,), state=ReviewState.AWAITING) if entry.context == context else entry
    )


def entry_in(path: Path, context: str) -> Entry:
    return next(entry for entry in read_file(path).entries if entry.context == context)


def test_the_status_of_every_language(run: Outreach, work: Runtime) -> None:
    rows = run("translations", "status", "--json").json
    assert [row["language"] for row in rows] == list(work.settings.languages)
    assert all(row.keys() == {"language", "complete"} | COUNTS for row in rows)
    assert (rows[0]["complete"], rows[0]["stale"], rows[0]["missing"]) == (100.0, 0, 0)
    words = run("translations", "status")
    assert words.status == 0
    assert len(words.out.splitlines()) == len(rows)
    assert run("translations", "status", "--shipped", "--json").json == rows


def test_what_is_not_complete_can_be_made_an_error(run: Outreach, content: Path) -> None:
    shutil.rmtree(content / "locales/es/LC_MESSAGES")
    ended = run("translations", "status", "--require-complete", "--json")
    assert ended.status == 1
    assert "not complete: " in ended.err
    spanish = next(row for row in ended.json if row["language"] == "es")
    assert (spanish["complete"], spanish["reviewed"] + spanish["awaiting"]) == (0.0, 0)
    assert spanish["missing"] > 60


def test_a_text_that_is_too_long_with_sample_values_is_counted(run: Outreach, content: Path) -> None:
    before = {row["language"]: row["too_long"] for row in run("translations", "status", "--json").json}
    for path in (content / "locales/es/LC_MESSAGES").glob("*.po"):
        rewrite(path, translated(HELP, "{service}: " + "¿Cuál es su ZIP? 02139. " * 20))
    translations_at.cache_clear()
    after = {row["language"]: row["too_long"] for row in run("translations", "status", "--json").json}
    assert after == {**before, "es": before["es"] + 1}


@pytest.mark.parametrize("ending", ["po", "xlf", "csv"])
def test_what_was_exported_and_left_so_changes_nothing(
    run: Outreach, work: Runtime, tmp_path: Path, ending: str
) -> None:
    file = tmp_path / f"es.{ending}"
    left = run("translations", "export", "Spanish", str(file), "--json")
    assert (left.status, left.json["language"]) == (0, "es")
    contexts = [entry.context for entry in read_file(file).entries]
    assert {"reply:help", "category:food", "screenings/vision:invitation"} <= set(contexts)
    assert len(contexts) == len(set(contexts)) == left.json["texts"]
    back = run("translations", "import", str(file), "--json")
    assert (back.status, back.err) == (0, "")
    assert (back.json["imported"], back.json["refused"]) == (0, 0)
    assert back.json["unchanged"] + back.json["unfinished"] == left.json["texts"]
    with work.database.reading() as session:
        assert session.scalars(select(Wording)).all() == []


def test_translators_are_told_samples_limits_and_reply_words(run: Outreach, tmp_path: Path) -> None:
    file = tmp_path / "vi.po"
    run("translations", "export", "vi", str(file))
    about = "\n".join(entry_in(file, "screenings/vision:invitation").notes)
    assert "{sender} = " in about
    assert "At most 2 segments (306 characters)" in about
    assert "TALK: " in "\n".join(entry_in(file, "reply:help").notes)


@pytest.mark.parametrize("ending", ["po", "xlf", "csv"])
def test_good_lines_become_drafts_and_bad_ones_go_back(
    run: Outreach, work: Runtime, tmp_path: Path, ending: str
) -> None:
    file, rejects = tmp_path / f"es.{ending}", tmp_path / f"rejects.{ending}"
    run("translations", "export", "es", str(file))
    rewrite(file, translated(HELP, "{service}: ¿Cuál es su código ZIP? Mande los 5 números, por ejemplo 02139."))
    rewrite(file, translated("reply:unknown_zip", "{service}: No conocemos ese ZIP."))
    dry = run("translations", "import", str(file), "--dry-run", "--json")
    assert (dry.status, dry.json["imported"], dry.json["refused"], dry.json["dry_run"]) == (1, 1, 1, True)
    ended = run("translations", "import", str(file), "--rejects", str(rejects), "--json")
    assert (ended.status, ended.json["imported"], ended.json["refused"]) == (1, 1, 1)
    [refusal] = ended.json["refusals"]
    assert (refusal["context"], refusal["line"]) == ("reply:unknown_zip", entry_in(file, "reply:unknown_zip").line)
    assert "{zip}" in refusal["problem"]
    assert f"{file.name}, line {refusal['line']}, reply:unknown_zip: " in ended.err
    with work.database.reading() as session:
        [kept] = session.scalars(select(Wording)).all()
        assert (kept.context, kept.state, kept.origin) == (HELP, WordingState.DRAFT, Origin.UPLOAD)
        assert kept.reviewed_at is None
    [rejected] = read_file(rejects).entries
    assert rejected.context == "reply:unknown_zip"
    assert any("{zip}" in note for note in rejected.notes)
    rewrite(rejects, translated("reply:unknown_zip", "{service}: No conocemos el ZIP {zip}. Mande los 5 números."))
    mended = run("translations", "import", str(rejects), "--json")
    assert (mended.status, mended.json["imported"]) == (0, 1)
    again = run("translations", "import", str(rejects))
    assert (again.status, again.out) == (0, "es: imported 0, unchanged 1, unfinished 0, refused 0\n")


def test_a_line_translated_here_meanwhile_is_neither_lost_nor_overwritten(run: Outreach, tmp_path: Path) -> None:
    text = "{service}: ¿Cuál es su código ZIP? Mande los 5 números, por ejemplo 02139."
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    for file in (old, new):
        run("translations", "export", "es", str(file))
    rewrite(new, translated(HELP, text))
    assert run("translations", "import", str(new), "--json").json["imported"] == 1
    assert run("translations", "import", str(old), "--json").json["imported"] == 0
    rewrite(old, translated(HELP, text.replace("Mande", "Escriba")))
    late = run("translations", "import", str(old))
    assert late.status == 1
    assert "was changed here since the export" in late.err
    run("translations", "export", "es", str(new))
    assert (entry_in(new, HELP).text, entry_in(new, HELP).state) == (text, ReviewState.DRAFT)


def test_a_pack_of_this_deployment_s_own_goes_to_translators_too(run: Outreach, work: Runtime, tmp_path: Path) -> None:
    with work.database.writing() as session:
        pack = packs_at(work.settings.content / "campaigns")["screenings/vision"]
        own = own_id(create_from(session, work.settings, pack, by=None))
    file = tmp_path / "vi.xlf"
    run("translations", "export", "vi", str(file))
    assert f"{own}:invitation" in {entry.context for entry in read_file(file).entries}
    run("translations", "export", "vi", str(file), "--shipped")
    assert f"{own}:invitation" not in {entry.context for entry in read_file(file).entries}


def test_texts_go_into_the_catalogs_of_a_checkout_as_awaiting_review(
    run: Outreach, content: Path, tmp_path: Path
) -> None:
    text = "{service}: ¿Cuál es su código ZIP? Mande los 5 números, por ejemplo 02139."
    catalog, file = content / "locales/es/LC_MESSAGES/replies.po", tmp_path / "es.xliff"
    run("translations", "update")
    run("translations", "export", "es", str(file), "--shipped")
    rewrite(file, translated(HELP, text))
    rewrite(file, lambda entry: replace(entry, state=ReviewState.REVIEWED) if entry.context == HELP else entry)
    ended = run("translations", "import", str(file), "--into", "locales", "--json")
    assert (ended.status, ended.json["imported"]) == (0, 1), ended.err
    kept = entry_in(catalog, HELP)
    assert (kept.text, kept.state, kept.reviewer) == (text, ReviewState.AWAITING, "")
    assert run("translations", "update", "--check").status == 0
    assert all(entry.state is not ReviewState.REVIEWED for entry in read_file(catalog).entries)


def test_a_language_without_catalogs_gets_them(run: Outreach, content: Path, tmp_path: Path) -> None:
    shutil.rmtree(content / "locales/fr/LC_MESSAGES", ignore_errors=True)
    file = tmp_path / "fr.csv"
    run("translations", "export", "fr", str(file), "--shipped")
    rewrite(file, translated("category:food", "Nourriture"))
    assert run("translations", "import", str(file), "--into", "locales").status == 0
    assert entry_in(content / "locales/fr/LC_MESSAGES/replies.po", "category:food").text == "Nourriture"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("export", "klingon", "x.po"), "klingon"),
        (("export", "en", "x.po"), "English"),
        (("export", "es", "x.xlsx"), "CSV UTF-8"),
        (("export", "es", "no/such/folder/x.po"), "x.po"),
        (("import", "absent.po"), "absent.po"),
        (("import", "absent.txt"), "ends in none of"),
    ],
)
def test_what_cannot_be_exchanged_is_refused(run: Outreach, arguments: tuple[str, ...], says: str) -> None:
    ended = run("translations", *arguments)
    assert (ended.status, ended.out) == (1, "")
    assert says in ended.err


def test_rejects_are_another_file_of_the_same_kind(run: Outreach, tmp_path: Path) -> None:
    file = str(tmp_path / "es.po")
    assert run("translations", "import", file, "--rejects", file).status == 2
    assert run("translations", "import", file, "--rejects", str(tmp_path / "es.csv")).status == 2


def test_a_checkout_without_a_database_serves_translators_all_the_same(
    run: Outreach, work: Runtime, tmp_path: Path
) -> None:
    absent = tmp_path / "nowhere" / "outreach.sqlite"
    runtime.use(Runtime(replace(work.settings, database_url=f"sqlite:///{absent}")))
    file = tmp_path / "es.po"
    assert run("translations", "status").status == 0
    assert run("translations", "export", "es", str(file)).status == 0
    rewrite(file, translated(HELP, "{service}: ¿Cuál es su código ZIP? Mande los 5 números, por ejemplo 02139."))
    ended = run("translations", "import", str(file))
    assert (ended.status, ended.out) == (1, "")
    assert "--into locales" in ended.err
    assert not absent.parent.exists()


def test_what_is_shipped_is_up_to_date(run: Outreach) -> None:
    ended = run("translations", "update", "--check")
    assert (ended.status, ended.out) == (0, "every catalog is up to date\n")


def test_a_catalog_that_is_behind_is_told_and_then_updated(run: Outreach, content: Path) -> None:
    pack = content / "campaigns/screenings/vision.yaml"
    pack.write_text(pack.read_text(encoding="utf-8").replace("eye", "sight"), encoding="utf-8")
    behind = run("translations", "update", "--check")
    assert (behind.status, behind.out) == (1, "")
    assert "es/packs.po" in behind.err
    assert "es/packs.po" in run("translations", "update").out
    assert run("translations", "update", "--check").status == 0


def test_a_broken_catalog_is_refused_by_its_name(run: Outreach, content: Path) -> None:
    (content / "locales/es/LC_MESSAGES/packs.po").write_text(
        'msgctxt "a"\nmsgid "b"\nthis is no PO file\n', encoding="utf-8"
    )
    for command in (
        ("translations", "status"),
        ("translations", "update", "--check"),
        ("campaigns", "preview", "vision"),
    ):
        ended = run(*command)
        assert (ended.status, ended.out) == (1, ""), command
        assert "packs.po" in ended.err


def test_a_broken_pack_is_refused_by_its_name(run: Outreach, content: Path) -> None:
    (content / "campaigns/screenings/vision.yaml").write_text("title: [\n", encoding="utf-8")
    for command in (("translations", "status"), ("translations", "update"), ("campaigns", "preview", "vision")):
        ended = run(*command)
        assert (ended.status, ended.out) == (1, ""), command
        assert "vision" in ended.err


def test_accepting_is_kept_on_record_once(run: Outreach, work: Runtime) -> None:
    first = run("translations", "accept", "Spanish", "ht", "--by", "Nora Nurse")
    assert (first.status, first.out) == (0, "es: accepted, on record\nht: accepted, on record\n")
    assert run("translations", "accept", "es", "--by", "Somebody else").out == "es: was accepted before\n"
    with work.database.reading() as session:
        rows = session.scalars(select(AcceptedLanguage)).all()
        assert {row.language for row in rows} == {"es", "ht"}
        assert {row.accepted_by for row in rows} == {"Nora Nurse"}


def test_a_language_nobody_knows_is_refused_before_any_is_accepted(run: Outreach, work: Runtime) -> None:
    ended = run("translations", "accept", "es", "klingon")
    assert (ended.status, ended.out) == (1, "")
    assert "klingon" in ended.err
    with work.database.reading() as session:
        assert session.scalars(select(AcceptedLanguage)).all() == []
    assert run("translations", "accept").status == 2


def test_a_machine_drafts_what_is_missing_and_a_person_has_to_mend_it(
    run: Outreach, content: Path, work: Runtime
) -> None:
    (content / "locales" / "vi" / "LC_MESSAGES" / "replies.po").unlink(missing_ok=True)
    with run_translation_server() as server:
        settings = replace(runtime.current().settings, translate_url=server.url)
        runtime.use(Runtime(settings))
        ended = run("translations", "draft", "vi", HELP, "reply:media", "--json")
        assert (ended.status, ended.json["drafted"]) == (0, 2)
        assert run("translations", "draft", "vi", HELP, "--json").json["drafted"] == 0
        assert run("translations", "draft", "vi", "reply:nothing").status == 1
    with work.database.reading() as session:
        drafts = session.scalars(select(Wording)).all()
    assert {(one.state, one.origin) for one in drafts} == {(WordingState.DRAFT, Origin.MACHINE)}
    assert "{service}" in next(one.text for one in drafts if one.context == HELP)


def test_without_a_translation_server_the_command_says_what_to_set(run: Outreach, work: Runtime) -> None:
    refused = run("translations", "draft", "vi")
    assert refused.status == 1
    assert "OUTREACH_TRANSLATE_URL is not set" in refused.err
