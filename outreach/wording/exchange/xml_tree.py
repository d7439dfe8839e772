"""Reading XML that somebody sent us: no document types, so no entities to expand or fetch, and not too big or deep."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from outreach.wording.exchange.entries import LARGEST, ExchangeError

DEEPEST = 40


@dataclass
class Element:
    """`name` is "namespace name"; `children` are elements and the text between them, in order."""

    name: str
    attributes: dict[str, str]
    line: int
    children: list["Element | str"] = field(default_factory=list)

    def elements(self, *names: str) -> Iterator["Element"]:
        """The children with one of these names."""
        for child in self.children:
            if isinstance(child, Element) and child.name in names:
                yield child

    @property
    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text for child in self.children)


class _Tree:
    def __init__(self, parser: expat.XMLParserType) -> None:
        self.parser = parser
        self.open = [Element("", {}, 1)]
        parser.buffer_text = True
        parser.StartElementHandler = self.begin
        parser.EndElementHandler = lambda _name: self.open.pop()
        parser.CharacterDataHandler = lambda text: self.open[-1].children.append(text)
        parser.StartDoctypeDeclHandler = self.refuse

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.open) > DEEPEST:
            raise ExchangeError(f"more than {DEEPEST} elements stand in each other", self.parser.CurrentLineNumber)
        element = Element(name, attributes, self.parser.CurrentLineNumber)
        self.open[-1].children.append(element)
        self.open.append(element)

    def refuse(self, *_declared: object) -> None:
        raise ExchangeError("a document type (<!DOCTYPE>) is not taken; remove it", self.parser.CurrentLineNumber)


def read_xml(data: bytes) -> Element:
    """The root element. Raises ExchangeError."""
    if len(data) > LARGEST:
        raise ExchangeError(f"it has more than {LARGEST:,} bytes")
    parser = expat.ParserCreate(namespace_separator=" ")
    tree = _Tree(parser)
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise ExchangeError(f"it is no proper XML: {expat.ErrorString(error.code)}", error.lineno) from None
    return next(child for child in tree.open[0].children if isinstance(child, Element))
