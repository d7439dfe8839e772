"""Exchange of translations: nothing is lost on the way to a translator and back, and nothing wrong comes in."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.wording.catalog import ReviewState, read_translations
from outreach.wording.exchange import po, sheet, xliff
from outreach.wording.exchange.entries import LARGEST, Entry, Exchange, ExchangeError
from outreach.wording.exchange.files import FORMATS, read_file, write_file
from outreach.wording.exchange.sheet import guard, unguard
from tests.conftest import missing

MISSING, STALE, DRAFT = ReviewState.MISSING, ReviewState.STALE, ReviewState.DRAFT
AWAITING, REVIEWED = ReviewState.AWAITING, ReviewState.REVIEWED
AWKWARD = [
    "{sender}: Hola\n\nSegunda línea",
    "\u200f‏مرحبا \u2068{date}\u2069 في 10:00",
    'Dijo "sí" \\ o \\n no',
    "  espacios delante y detrás  ",
    "\tTab\r\nCRLF\rCR",
    "👨‍👩‍👧‍👦 {a} {a} {b}",
    "=1+1",
    "<b>&amp;</b> ]]> {no campo} {",
    "ច\u200bខ្មែរ\u2028\x85",
    "'=x",
]

NO_BREAK = st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Cn"])
WORDS = st.text(NO_BREAK, min_size=1, max_size=30).map(str.strip).filter(bool)
ANY = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
TEXT = st.lists(st.sampled_from([*AWKWARD, "{sender}", " "]) | st.text(ANY, max_size=20), max_size=4).map("".join)
FULL = TEXT.filter(bool)
NOTE = WORDS.filter(lambda note: not note.startswith(("exported as", "reviewed by", "awaiting", "draft", "in review")))


@st.composite
def entries(draw: st.DrawFn, *, plural: bool = False) -> Entry:
    count = 6 if plural else 1
    forms = tuple(draw(FULL) for _ in range(count)) if draw(st.booleans()) else ("",) * count
    state = draw(st.sampled_from([each for each in ReviewState if each is not MISSING])) if any(forms) else MISSING
    return Entry(
        context=draw(st.text(NO_BREAK, min_size=1, max_size=20)),
        english=draw(FULL),
        forms=forms,
        plural=draw(FULL) if plural else "",
        state=state,
        reviewer=draw(WORDS) if state is REVIEWED else "",
        exported=draw(st.sampled_from(["", "0123456789ab"])),
        notes=tuple(draw(st.lists(NOTE, max_size=2))),
        comments=tuple(draw(st.lists(NOTE, max_size=2))),
        references=tuple(draw(st.lists(st.sampled_from(["campaigns/a.yaml", "b.py"]), max_size=2))),
        flags=tuple(draw(st.lists(st.sampled_from(["python-brace-format", "no-wrap"]), max_size=2, unique=True))),
        previous=tuple(draw(st.lists(st.sampled_from(['msgid "old"', 'msgctxt "x"']), max_size=2))),
        obsolete=draw(st.booleans()),
    )


def unlike(read: Exchange) -> tuple[Entry, ...]:
    return tuple(replace(entry, line=0) for entry in read.entries)


@settings(max_examples=150, deadline=None)
@given(st.lists(entries() | entries(plural=True), max_size=3))
def test_a_po_file_comes_back_as_it_left(given_entries: list[Entry]) -> None:
    sent = Exchange("ar", tuple(given_entries))
    read = po.read(po.write(sent))
    assert read.language == "ar"
    assert unlike(read) == sent.entries
    assert po.write(po.read(po.write(read))) == po.write(read)


@settings(max_examples=150, deadline=None)
@given(st.lists(entries() | entries(plural=True), max_size=3))
def test_an_xliff_file_comes_back_as_it_left(given_entries: list[Entry]) -> None:
    sent = Exchange("ar", tuple(given_entries))
    read = xliff.read(xliff.write(sent))
    assert (read.language, unlike(read)) == ("ar", sent.entries)


@settings(max_examples=150, deadline=None)
@given(st.lists(entries() | entries(plural=True), min_size=1, max_size=3, unique_by=lambda entry: entry.context))
def test_a_sheet_comes_back_with_its_texts_states_and_comments(given_entries: list[Entry]) -> None:
    kept = tuple(replace(entry, references=(), flags=(), previous=(), obsolete=False) for entry in given_entries)
    read = sheet.read(sheet.write(Exchange("ar", kept)))
    assert (read.language, unlike(read)) == ("ar", kept)


@given(TEXT)
def test_no_cell_begins_like_a_formula_and_each_comes_back(cell: str) -> None:
    assert unguard(guard(cell)) == cell
    assert not guard(cell).startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


def test_the_three_formats_hold_the_same() -> None:
    sent = Exchange(
        "es", tuple(Entry(f"a:{n}", f"E {text}", (text,), state=AWAITING) for n, text in enumerate(AWKWARD))
    )
    for kind in FORMATS.values():
        assert unlike(kind.read(kind.write(sent), None)) == sent.entries


def test_a_file_is_written_and_read_by_its_ending(tmp_path: Path) -> None:
    sent = Exchange("pt_BR", (Entry("reply:help", "Help", ("Ajuda",), state=AWAITING, notes=("a", "b")),))
    for ending in (".po", ".xlf", ".xliff", ".csv", ".PO"):
        path = tmp_path / f"file{ending}"
        write_file(path, sent)
        read = read_file(path)
        assert (read.language, unlike(read)) == ("pt_BR", sent.entries)
        assert read.entries[0].line > 0
    for name in ("file.xlsx", "file", "file.pot"):
        with pytest.raises(ExchangeError, match="ends in none of"):
            read_file(tmp_path / name)
    with pytest.raises(ExchangeError, match=r"absent\.po"):
        read_file(tmp_path / "absent.po")
    with (tmp_path / "big.csv").open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(ExchangeError, match="bytes"):
        read_file(tmp_path / "big.csv")


# PO


def test_a_po_file_keeps_what_others_wrote_at_its_top() -> None:
    written = b"""# Spanish for Riverside
msgid ""
msgstr ""
"Language: es_US\\n"
"X-Generator: Poedit 3.4\\n"
"Last-Translator: Ana\\n"

#~ msgid "gone"
#~ msgstr "ido"
"""
    read = po.read(written)
    assert (read.language, read.comments) == ("es", ("Spanish for Riverside",))
    again = po.write(read)
    assert b"X-Generator: Poedit 3.4\\n" in again
    assert b"Last-Translator: Ana\\n" in again
    assert again.startswith(b"# Spanish for Riverside\n")
    assert b'#~ msgid "gone"\n#~ msgstr "ido"\n' in again


@pytest.mark.parametrize(
    ("comments", "state", "reviewer"),
    [
        ("", AWAITING, ""),
        ("# awaiting native review\n", AWAITING, ""),
        ("# reviewed by Ana, 2026-11-20\n", REVIEWED, "Ana, 2026-11-20"),
        ("# draft\n", DRAFT, ""),
        ("#, fuzzy\n", STALE, ""),
        ("# reviewed by Ana\n#, fuzzy, python-brace-format\n", STALE, "Ana"),
    ],
)
def test_a_po_entry_is_as_far_as_its_comments_say(comments: str, state: ReviewState, reviewer: str) -> None:
    [entry] = po.read(f'{comments}msgctxt "a"\nmsgid "b"\nmsgstr "c"\n'.encode(), "es").entries
    assert (entry.state, entry.reviewer, entry.comments) == (state, reviewer, ())


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ('msgid "a"\nmsgstr "b', r"line 2: the quotes"),
        ('msgid "a" b"\nmsgstr "b"', r"line 1: the quotes"),
        ('msgid "a"\n', r"line 1: an entry has no msgstr"),
        ('msgid "a"\nmsgid "b"\nmsgstr "c"', r"line 2: msgid stands here twice"),
        ('msgctxt "a"\nmsgstr "c"', r"line 1: an entry has no msgid"),
        ('msgid "a\\q"\nmsgstr "c"', r"line 1: \\q means nothing"),
        ("nothing of the kind", "line 1"),
        ('msgid ""\nmsgstr "Language: tlh\\n"', "'tlh' is none of ours"),
        ('msgid ""\nmsgstr "Language: fr\\n"', "'fr', not in es"),
        ('msgid ""\nmsgstr "Language: zh_TW\\n"', "'zh_TW' is none of ours"),
        (
            'msgid ""\nmsgstr "Plural-Forms: nonsense\\n"\n\nmsgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"',
            "line 4: Plural-Forms",
        ),
    ],
)
def test_a_po_file_nobody_can_read_is_refused_with_its_line(written: str, says: str) -> None:
    with pytest.raises(ExchangeError, match=says):
        po.read(written.encode(), "es")


def test_a_file_that_does_not_say_its_language_asks_for_it() -> None:
    with pytest.raises(ExchangeError, match="--language"):
        po.read(b'msgid "a"\nmsgstr "b"\n')
    with pytest.raises(ExchangeError, match="UTF-8"):
        po.read('msgid "a"\nmsgstr "é"\n'.encode("latin-1"), "es")


# GNU gettext


@pytest.fixture
def gettext() -> None:
    if not (shutil.which("msgmerge") and shutil.which("msgfmt")):
        missing("GNU gettext")


def run(*command: str | Path) -> None:
    ended = subprocess.run([str(part) for part in command], check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.usefixtures("gettext")
def test_what_gettext_merged_and_checked_still_reads(tmp_path: Path) -> None:
    kept = Entry("a:1", "Hello {name}", ("مرحبا {name}\u200f",), state=AWAITING, comments=("ملاحظة",))
    changed = Entry("a:2", "The clinic is open on Monday morning.", ("العيادة مفتوحة",), state=AWAITING)
    files = Exchange("ar", (kept, changed, Entry("a:3", "Gone", ("ذهب",), state=AWAITING)))
    write_file(tmp_path / "ar.po", files)
    now = replace(changed, english="The clinic is open on Tuesday morning.", forms=("",), state=MISSING)
    template = po.write(Exchange("ar", (replace(kept, forms=("",), state=MISSING, comments=()), now)))
    (tmp_path / "new.pot").write_bytes(template)
    run("msgmerge", "--quiet", "--previous", "-o", tmp_path / "merged.po", tmp_path / "ar.po", tmp_path / "new.pot")
    run("msgfmt", "-c", "-o", tmp_path / "ar.mo", tmp_path / "merged.po")
    merged = {entry.context: entry for entry in read_file(tmp_path / "merged.po").entries}
    assert merged["a:1"] == kept
    assert (merged["a:2"].state, merged["a:2"].text) == (STALE, "العيادة مفتوحة")
    assert merged["a:2"].previous[-1] == 'msgid "The clinic is open on Monday morning."'
    assert merged["a:3"].obsolete
    again = tmp_path / "again.po"
    write_file(again, read_file(tmp_path / "merged.po"))
    run("msgfmt", "-c", "-o", tmp_path / "again.mo", again)
    assert (tmp_path / "again.mo").read_bytes()
    assert read_file(again).entries == read_file(tmp_path / "merged.po").entries


@pytest.mark.usefixtures("gettext")
def test_a_catalog_whose_changed_entry_went_out_of_use_loads(tmp_path: Path) -> None:
    """Merged twice: what was fuzzy and then gone stands there with its former English, as "#~|"."""
    folder = tmp_path / "ar/LC_MESSAGES"
    folder.mkdir(parents=True)
    first = Entry("a/b:1", "The clinic is open on Monday morning.", ("العيادة مفتوحة",), state=AWAITING)
    second = replace(first, english="The clinic is open on Tuesday morning.", forms=("",), state=MISSING)
    for number, entries in enumerate([(first,), (second,), (Entry("a/b:2", "Other"),)]):
        write_file(tmp_path / f"{number}.po", Exchange("ar", entries))
    merge = ("msgmerge", "--quiet", "--previous")
    run(*merge, "-o", tmp_path / "merged.po", tmp_path / "0.po", tmp_path / "1.po")
    run(*merge, "-o", folder / "packs.po", tmp_path / "merged.po", tmp_path / "2.po")
    assert "\n#~| msgid" in (folder / "packs.po").read_text(encoding="utf-8")
    assert list(read_translations(tmp_path).contexts("ar")) == ["a/b:2"]
    [_, old] = read_file(folder / "packs.po").entries
    assert (old.obsolete, old.text) == (True, "العيادة مفتوحة")


def test_a_catalog_without_a_date_loads(tmp_path: Path) -> None:
    folder = tmp_path / "es/LC_MESSAGES"
    folder.mkdir(parents=True)
    undated = Exchange("es", (Entry("a/b:1", "One", ("Uno",), state=AWAITING),), (("PO-Revision-Date", ""),))
    write_file(folder / "packs.po", undated)
    assert read_translations(tmp_path).find("es", "a/b:1", "One").text == "Uno"


@pytest.mark.usefixtures("gettext")
def test_a_catalog_that_gettext_merged_loads(tmp_path: Path) -> None:
    folder = tmp_path / "ar/LC_MESSAGES"
    folder.mkdir(parents=True)
    entry = Entry(
        "reply:help", "Long " * 40 + "{service}", ("طويل " * 40 + "{service}",), state=REVIEWED, reviewer="Ana"
    )
    write_file(tmp_path / "old.po", Exchange("ar", (entry,)))
    write_file(tmp_path / "new.po", Exchange("ar", (replace(entry, forms=("",), state=MISSING, reviewer=""),)))
    run("msgmerge", "--quiet", "-o", folder / "replies.po", tmp_path / "old.po", tmp_path / "new.po")
    found = read_translations(tmp_path).find("ar", "reply:help", entry.english)
    assert (found.state, found.text) == (REVIEWED, entry.text)


# XLIFF

HEAD = '<?xml version="1.0"?>\n'
ROOT = '<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="en" trgLang="es-MX"><file id="f">'


def unit(inside: str, more: str = "") -> bytes:
    return f'{HEAD}{more}{ROOT}<unit id="1" name="a:1">{inside}</unit></file></xliff>'.encode()


@pytest.mark.parametrize(
    ("state", "meant"),
    [
        ('state="initial"', AWAITING),
        ("", AWAITING),
        ('state="translated"', AWAITING),
        ('state="reviewed"', REVIEWED),
        ('state="final"', REVIEWED),
        ('state="initial" subState="outreach:stale"', STALE),
        ('state="translated" subState="outreach:stale"', AWAITING),
        ('state="final" subState="outreach:draft"', REVIEWED),
    ],
)
def test_states_of_other_tools_are_understood(state: str, meant: ReviewState) -> None:
    read = xliff.read(unit(f"<segment {state}><source>a</source><target>b</target></segment>"))
    assert (read.language, read.entries[0].state) == ("es", meant)
    assert xliff.read(unit(f"<segment {state}><source>a</source></segment>")).entries[0].state is MISSING


def test_a_unit_that_a_tool_split_is_one_text_again() -> None:
    read = xliff.read(
        unit(
            '<originalData><data id="d">{a}</data></originalData>'
            '<segment state="final"><source>One <ph id="1" dataRef="d"/>.</source>'
            '<target order="3">Uno <mrk id="m" type="term"><ph id="1" dataRef="d"/></mrk>.</target></segment>'
            "<ignorable><source> </source></ignorable>"
            '<segment state="translated"><source>Two.</source><target order="1">Dos.</target></segment>'
        )
    )
    assert (read.entries[0].english, read.entries[0].text) == ("One {a}. Two.", "Dos. Uno {a}.")
    assert read.entries[0].state is AWAITING
    half = xliff.read(
        unit("<segment><source>A</source><target>B</target></segment><segment><source>C</source></segment>")
    )
    assert (half.entries[0].text, half.entries[0].state) == ("", MISSING)


def test_a_field_is_protected_and_pairs_with_its_twin() -> None:
    written = xliff.write(Exchange("es", (Entry("a", "{b} and {c}", ("{c} y {b}",), state=AWAITING),))).decode()
    assert written.count('<ph id="0-1" canDelete="no" dataRef="d0" equiv="{b}" disp="{b}"/>') == 2
    assert '<data id="d1">{c}</data>' in written
    bare = xliff.read(unit('<segment><source>a</source><target><ph id="9" equiv="{x}"/></target></segment>'))
    assert bare.entries[0].text == "{x}"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (unit("", '<!DOCTYPE x [<!ENTITY a "b">]>'), "document type"),
        (unit("", '<!DOCTYPE x SYSTEM "file:///etc/passwd">'), "document type"),
        (unit("<segment><source>&undefined;</source></segment>"), "no proper XML"),
        (unit("<segment><source>a</source>"), "no proper XML"),
        (b"", "no proper XML"),
        (b"<xliff version='1.2'/>", "no XLIFF 2.0"),
        (b'<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2"/>', "no XLIFF 2.0"),
        (unit("<g>" * 60 + "</g>" * 60), "stand in each other"),
        (unit("<segment><source>a</source><target><pc id='1'>b</pc></target></segment>"), "<pc> stands in a text"),
        (unit("<segment><source>a</source><target><cp hex='zz'/></target></segment>"), "names no character"),
        (unit("<segment><source>a</source><target><cp hex='D800'/></target></segment>"), "names no character"),
    ],
)
def test_xml_that_could_harm_or_means_nothing_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(ExchangeError, match=says):
        xliff.read(data)


# Sheets


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_sheet_is_read_as_office_programs_of_any_country_save_it(encoding: str, mark: str) -> None:
    rows = [
        ["Translation", "English", "Context", "Language"],
        ["Sí, {a}; ña", "Yes", "a:1", "Spanish"],
        ["", "", "", ""],
    ]
    data = "\r\n".join(mark.join(f'"{cell}"' for cell in row) for row in rows).replace('"Translation"', "Translation")
    [entry] = sheet.read(data.encode(encoding)).entries
    assert (entry.text, entry.english, entry.context, entry.state, entry.line) == (
        "Sí, {a}; ña",
        "Yes",
        "a:1",
        AWAITING,
        2,
    )


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "context is missing"),
        (b"context,english,translation\na,b,c\n", "language is missing"),
        (b"context,language,english,translation\na,es,b,c\nd,fr,e,f\n", "several languages"),
        (b"context,language,english,translation\na,,b,c\n", "--language"),
        (b'context,language,english,translation\na,es,b,"' + b"x" * 200_000, "no CSV"),
        ("context,language,english,translation\na,es,b,é\n".encode("cp1252"), "line 2: it is not in UTF-8"),
    ],
)
def test_a_sheet_nobody_can_read_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(ExchangeError, match=says):
        sheet.read(data)
