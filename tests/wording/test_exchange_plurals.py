"""Plural forms of other people's files: their own header says which is which."""

from pathlib import Path

import pytest

from outreach.wording.catalog import CatalogError, read_translations
from outreach.wording.exchange import po
from outreach.wording.exchange.plurals import (
    PluralError,
    form_order,
    header_in,
    house_header,
    in_house_order,
    read_rule,
)

GETTEXT_ARABIC = "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);"


def test_arabic_forms_are_read_in_the_order_that_the_file_says() -> None:
    theirs, ours = read_rule(GETTEXT_ARABIC), read_rule(house_header("ar"))
    assert [theirs.index(n) for n in (0, 1, 2, 3, 11, 100)] == [0, 1, 2, 3, 4, 5]
    assert [ours.index(n) for n in (0, 1, 2, 3, 11, 100)] == [0, 1, 2, 3, 5, 4]
    forms = tuple(f"form for {n}" for n in (0, 1, 2, 3, 11, 100))
    mine = in_house_order(forms, GETTEXT_ARABIC, "ar")
    for number in range(300):
        assert mine[ours.index(number)] == forms[theirs.index(number)]
    lines = [f'"Plural-Forms: {GETTEXT_ARABIC[:60]}"', f'"{GETTEXT_ARABIC[60:]}\\n"', "", 'msgctxt "a"', 'msgid "one"']
    lines += ['msgid_plural "many"', *(f'msgstr[{n}] "{form}"' for n, form in enumerate(forms))]
    read = po.read("\n".join(['msgid ""', 'msgstr ""', '"Language: ar\\n"', *lines, ""]).encode())
    assert read.entries[0].forms == mine
    assert po.read(po.write(read)).entries == read.entries


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("nplurals=2; plural=(n != 1);", "es"),
        ("nplurals=2; plural=n != 1;", "so"),
        ("nplurals=1; plural=0;", "km"),
        ("nplurals=2; plural=n>1", "fr"),
        ("nplurals=3; plural=(n == 0 || n == 1) ? 0 : n != 0 && n % 1000000 == 0 ? 1 : 2;", "fr"),
    ],
)
def test_headers_of_other_tools_fit(header: str, language: str) -> None:
    order = form_order(header, language)
    ours, theirs = read_rule(house_header(language)), read_rule(header)
    assert all(order[ours.index(n)] == theirs.index(n) for n in range(200))


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("nplurals=2; plural=(n != 1);", "ar"),
        ("nplurals=1; plural=0;", "es"),
        ("nplurals=2; plural=(n > 1);", "es"),
        ("nplurals=2; plural=n;", "es"),
        ("nplurals=2; plural=__import__('os');", "es"),
        ("nplurals=2; plural=1/n;", "es"),
        (f"nplurals=2; plural={'(' * 400}n{')' * 400};", "es"),
        ("nplurals=INTEGER; plural=EXPRESSION;", "es"),
        ("", "es"),
    ],
)
def test_a_header_that_does_not_fit_the_language_is_refused(header: str, language: str) -> None:
    with pytest.raises(PluralError):
        form_order(header, language)


@pytest.mark.parametrize(
    ("header", "language", "loads"),
    [
        (GETTEXT_ARABIC, "ar", True),
        (house_header("ar"), "ar", True),
        ("nplurals=2; plural=(n != 1);", "ar", False),
        ("", "ar", False),
        ("nplurals=2; plural=(n != 1);", "es", True),
    ],
)
def test_a_catalog_with_plural_forms_loads_when_its_header_fits(
    tmp_path: Path, header: str, language: str, loads: bool
) -> None:
    path = tmp_path / language / "LC_MESSAGES/packs.po"
    path.parent.mkdir(parents=True)
    top = f'"Plural-Forms: {header}\\n"\n' if header else ""
    forms = "".join(f'msgstr[{n}] "{n}"\n' for n in range(2 if "nplurals=2" in header else 6))
    plural = f'msgctxt "a/b:c"\nmsgid "one"\nmsgid_plural "many"\n{forms}'
    path.write_text(f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n{top}\n{plural}')
    if loads:
        assert list(read_translations(tmp_path).contexts(language)) == ["a/b:c"]
    else:
        with pytest.raises(CatalogError, match=r"packs\.po \(ar\).*Plural-Forms"):
            read_translations(tmp_path)


def test_a_wrapped_header_is_found() -> None:
    assert header_in('msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=1; "\n"plural=0;\\n"\n"X: y\\n"\n') == (
        "nplurals=1; plural=0;"
    )
    assert header_in('msgid "Plural-Forms"\nmsgstr ""\n') == ""
