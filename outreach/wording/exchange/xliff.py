"""Exchange as XLIFF 2.0 (OASIS): a unit a text, its fields in braces as <ph>, so that tools keep translators off them.

A <ph> carries what it stands for three times: `dataRef` for the standard, `equiv` and `disp` for tools that show it.
Text with plural forms is a group with a unit a form, which no tool's sentence splitting can mix up.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape, quoteattr

from outreach.languages import LANGUAGES
from outreach.wording.catalog import ReviewState
from outreach.wording.exchange.entries import Entry, Exchange, ExchangeError, language_of
from outreach.wording.exchange.xml_tree import Element, read_xml

SPACE = "urn:oasis:names:tc:xliff:document:2.0"
_NS = f"{SPACE} "
PLURAL, OBSOLETE = "outreach:plural", "outreach:obsolete"
_PLACEHOLDER = re.compile(r"(\{[A-Za-z_]\w*\})", re.ASCII)
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what XML 1.0 cannot hold; the rest escapes
# How far an entry is: as every tool has it, and as we have it where that says less.
_WRITTEN = {
    ReviewState.MISSING: ("initial", ""),
    ReviewState.STALE: ("initial", "outreach:stale"),
    ReviewState.DRAFT: ("translated", "outreach:draft"),
    ReviewState.IN_REVIEW: ("translated", "outreach:in-review"),
    ReviewState.AWAITING: ("translated", ""),
    ReviewState.REVIEWED: ("reviewed", ""),
}
_MEANT = {written: state for state, written in _WRITTEN.items() if state is not ReviewState.MISSING}
# The note category of each field of an entry; a note of any other category is a translator's comment.
_NOTES = {"about": "notes", "comment": "comments", "reference": "references", "flag": "flags", "previous": "previous"}
_SINGLE = {"reviewed-by": "reviewer", "exported-as": "exported"}


def write(exchange: Exchange) -> bytes:
    """The entries as one XLIFF file."""
    language = LANGUAGES[exchange.language]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<xliff xmlns="{SPACE}" version="2.0" srcLang="en" trgLang="{language.tag}">',
        f'  <file id="wording" srcDir="ltr" trgDir="{language.direction}">',
    ]
    names: set[str] = set()
    for entry in exchange.entries:
        name = _name(entry.context, names)
        lines += _group(name, entry) if entry.plural else _unit(name, entry, entry.english, entry.text)
    return "\n".join([*lines, "  </file>", "</xliff>", ""]).encode()


def _name(context: str, taken: set[str]) -> str:
    """The unit's id, by which tools know it again: the context in the letters that an id may have."""
    base = name = re.sub(r"[^A-Za-z0-9_:-]+", ".", context) or "text"
    while name in taken:
        name = f"{base}.{len(taken)}"
    taken.add(name)
    return name


def _group(name: str, entry: Entry) -> Iterator[str]:
    yield f'    <group id="{name}" type="{PLURAL}" name={_attribute(entry.context)}>'
    for form, text in enumerate(entry.forms):
        yield from _unit(f"{name}.form{form}", entry, entry.plural if form else entry.english, text)
    if len(entry.forms) == 1:  # the plural of a language with one form: nothing to translate
        yield from _unit(f"{name}.plural", entry, entry.plural, "", translate=False)
    yield "    </group>"


def _unit(name: str, entry: Entry, english: str, text: str, *, translate: bool = True) -> Iterator[str]:
    more = ("" if translate else ' translate="no"') + (f' type="{OBSOLETE}"' if entry.obsolete else "")
    yield f'    <unit id="{name}" name={_attribute(entry.context)}{more}>'
    notes = [(category, note) for category, kind in _NOTES.items() for note in getattr(entry, kind)]
    notes += [(category, getattr(entry, kind)) for category, kind in _SINGLE.items() if getattr(entry, kind)]
    if notes:
        yield "      <notes>"
        yield from (f'        <note category="{category}">{_escape(note)}</note>' for category, note in notes)
        yield "      </notes>"
    names = list(dict.fromkeys(_PLACEHOLDER.findall(english + " " + text)))
    if names:
        data = "".join(f'<data id="d{number}">{name}</data>' for number, name in enumerate(names))
        yield f"      <originalData>{data}</originalData>"
    state, closer = _WRITTEN[entry.state]
    sub_state = f' subState="{closer}"' if closer else ""
    yield f'      <segment state="{state}"{sub_state}>'
    yield f'        <source xml:space="preserve">{_inline(english, names)}</source>'
    if text:
        yield f'        <target xml:space="preserve">{_inline(text, names)}</target>'
    yield "      </segment>"
    yield "    </unit>"


def _inline(text: str, names: list[str]) -> str:
    """The text with its fields protected. The n-th {date} has the same id in source and target, so tools pair them."""
    seen: Counter[str] = Counter()
    parts = []
    for part in _PLACEHOLDER.split(text):
        if part not in names:
            parts.append(_NO_XML.sub(lambda found: f'<cp hex="{ord(found[0]):04X}"/>', escape(part, {"\r": "&#13;"})))
            continue
        seen[part] += 1
        number = names.index(part)
        parts.append(
            f'<ph id="{number}-{seen[part]}" canDelete="no" dataRef="d{number}" equiv="{part}" disp="{part}"/>'
        )
    return "".join(parts)


def _escape(note: str) -> str:
    return escape(_NO_XML.sub("\ufffd", note), {"\r": "&#13;"})


def _attribute(value: str) -> str:
    return quoteattr(_NO_XML.sub("\ufffd", value))


def read(data: bytes, language: str | None = None) -> Exchange:
    """An XLIFF 2.0 file, also one whose segments a tool split or ordered anew. Raises ExchangeError."""
    root = read_xml(data)
    if root.name != f"{_NS}xliff":
        raise ExchangeError("it is no XLIFF 2.0; earlier versions are another format: export it as 2.0", root.line)
    code = language_of(root.attributes.get("trgLang", ""), language)
    entries = [entry for file in root.elements(f"{_NS}file") for entry in _entries(file)]
    return Exchange(code, tuple(entries))


def _entries(parent: Element) -> Iterator[Entry]:
    for child in parent.elements(f"{_NS}unit", f"{_NS}group"):
        if child.name == f"{_NS}unit":
            yield _entry(child)
        elif child.attributes.get("type") == PLURAL:
            yield _plural(child)
        else:
            yield from _entries(child)


def _plural(group: Element) -> Entry:
    units = list(group.elements(f"{_NS}unit"))
    if len(units) < 2:
        raise ExchangeError("a group of plural forms needs a unit for the singular and one for the plural", group.line)
    read = [_entry(unit) for unit in units]
    forms = tuple(
        entry.text for entry, unit in zip(read, units, strict=True) if unit.attributes.get("translate") != "no"
    )
    return replace(read[0], forms=forms, plural=read[1].english, state=_least(entry.state for entry in read))


def _entry(unit: Element) -> Entry:
    holders = unit.elements(f"{_NS}originalData")
    given = {data.attributes.get("id", ""): data.text for kind in holders for data in kind.elements(f"{_NS}data")}
    parts = [_part(part, given, place) for place, part in enumerate(_segments(unit), start=1)]
    whole = all(part.state is not ReviewState.MISSING for part in parts)
    text = "".join(part.text for part in sorted(parts, key=lambda part: part.order)) if whole else ""
    notes = [
        (note.attributes.get("category", ""), note.text)
        for holder in unit.elements(f"{_NS}notes")
        for note in holder.elements(f"{_NS}note")
    ]
    kinds: dict[str, tuple[str, ...]] = dict.fromkeys(_NOTES.values(), ())
    for category, note in notes:
        if category not in _SINGLE:
            kinds[_NOTES.get(category, "comments")] += tuple(note.split("\n"))
    return Entry(
        context=unit.attributes.get("name", ""),
        english="".join(part.english for part in parts),
        forms=(text,),
        state=_least(part.state for part in parts) if text else ReviewState.MISSING,
        reviewer=dict(notes).get("reviewed-by", ""),
        exported=dict(notes).get("exported-as", ""),
        notes=kinds["notes"],
        comments=kinds["comments"],
        references=kinds["references"],
        flags=kinds["flags"],
        previous=kinds["previous"],
        obsolete=unit.attributes.get("type") == OBSOLETE,
        line=unit.line,
    )


@dataclass(frozen=True)
class _Part:
    """One segment of a unit, or what stands between two. `order` is its place in the translation."""

    english: str
    text: str
    order: int
    state: ReviewState | None  # none for what stands between segments


def _segments(unit: Element) -> Iterator[Element]:
    return unit.elements(f"{_NS}segment", f"{_NS}ignorable")


def _part(part: Element, given: Mapping[str, str], place: int) -> _Part:
    english = "".join(_plain(child, given) for child in part.elements(f"{_NS}source"))
    target = next(part.elements(f"{_NS}target"), None)
    text = _plain(target, given) if target else ""
    order = target.attributes.get("order", "") if target else ""
    if part.name == f"{_NS}ignorable":
        return _Part(english, text or english, int(order) if order.isdecimal() else place, None)
    return _Part(english, text, int(order) if order.isdecimal() else place, _state(part.attributes, text))


def _state(attributes: Mapping[str, str], text: str) -> ReviewState:
    """Many tools leave `state` as it was: a text that is "initial" is a translation, unless we called it stale."""
    if not text:
        return ReviewState.MISSING
    state = attributes.get("state", "initial")
    if state in ("reviewed", "final"):
        return ReviewState.REVIEWED
    return _MEANT.get((state, attributes.get("subState", "")), ReviewState.AWAITING)


def _least(states: Iterable[ReviewState | None]) -> ReviewState:
    return min((state for state in states if state), key=list(ReviewState).index, default=ReviewState.MISSING)


def _plain(element: Element, given: Mapping[str, str]) -> str:
    """The text of a source or target: each code as what it stands for, marks by tools left out."""
    text = ""
    for child in element.children:
        if isinstance(child, str):
            text += child
        elif child.name == f"{_NS}ph":
            at = child.attributes
            text += given.get(at.get("dataRef", ""), at.get("equiv", at.get("disp", "")))
        elif child.name == f"{_NS}cp":
            text += _character(child)
        elif child.name == f"{_NS}mrk":
            text += _plain(child, given)
        elif child.name not in (f"{_NS}sm", f"{_NS}em"):
            tag = child.name.rpartition(" ")[2]
            raise ExchangeError(f"<{tag}> stands in a text; a text message has no formatting", child.line)
    return text


def _character(code: Element) -> str:
    number = code.attributes.get("hex", "")
    if not re.fullmatch("0*(?:[0-9A-Fa-f]{1,5}|10[0-9A-Fa-f]{4})", number) or 0xD800 <= int(number, 16) <= 0xDFFF:
        raise ExchangeError("<cp> names no character", code.line)
    return chr(int(number, 16))
