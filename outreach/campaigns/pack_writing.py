"""Writing a pack's document for a coordinator who types into a form: one value changes, all else stays as it stands."""

import json
from collections.abc import Iterator

import yaml

from outreach.campaigns.packs import Pack
from outreach.wording.fields import FieldType, placeholders
from outreach.wording.personal import NAME

# What a coordinator most likely means by these names in braces: type, label and sample.
USUAL_FIELDS = {
    "place": (FieldType.TEXT, "Where", "Lincoln School gym"),
    "date": (FieldType.DATE, "Day", "2026-12-05"),
    "time": (FieldType.TIME, "Starts at", "10:00"),
    "phone": (FieldType.PHONE, "Phone number", "617-555-0100"),
    "link": (FieldType.LINK, "Link", "https://example.org/fair"),
    "amount": (FieldType.MONEY, "Amount", "5"),
}
GIVEN = "sender"

STEP_VALUES = frozenset({"text", "when", "useful_for"})
PACK_VALUES = frozenset({"title", "topic", "summary"})


def new_document(title: str, topic: str, summary: str, text: str) -> str:
    """The document of a broadcast with one text. Each name in its braces becomes a field, {name} the family's own.
    Raises ValueError for braces that do not pair."""
    names = [name for name in dict.fromkeys(placeholders(text)) if name != GIVEN]
    fields = {name: _field(name) for name in names if name != NAME}
    document = {
        "title": title,
        "topic": topic,
        "kind": "broadcast",
        **({"personal": [NAME]} if NAME in names else {}),
        "summary": summary,
        **({"fields": fields} if fields else {}),
        "timeline": [{"step": "invitation", "when": "at launch", "text": " ".join(text.split())}],
    }
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)


def _field(name: str) -> dict[str, str]:
    label = name.replace("_", " ").capitalize()
    kind, label, sample = USUAL_FIELDS.get(name, (FieldType.TEXT, label, label))
    return {"type": str(kind), "label": label, "sample": sample}


def reword(pack: Pack, step: str, english: str) -> str:
    """The pack's document with another English text in this step. Raises KeyError for a step it has not."""
    return set_step(pack, step, "text", english)


def set_step(pack: Pack, step: str, key: str, value: str) -> str:
    """The document with another value (one of STEP_VALUES) in this step. Raises KeyError when it stands nowhere."""
    for node in _steps(_root(pack.document)):
        if _scalar(node, "step").value == step:
            return _replaced(pack.document, _scalar(node, key), value)
    raise KeyError(step)


def set_value(pack: Pack, key: str, value: str) -> str:
    """The document with another title, topic or summary (PACK_VALUES)."""
    return _replaced(pack.document, _scalar(_root(pack.document), key), value)


def _root(document: str) -> yaml.Node:
    root = yaml.compose(document, Loader=yaml.SafeLoader)
    assert root is not None
    return root


def _steps(root: yaml.Node) -> Iterator[yaml.Node]:
    yield from next(value.value for key, value in root.value if key.value == "timeline")


def _scalar(node: yaml.Node, wanted: str) -> yaml.ScalarNode:
    for key, value in node.value:
        if key.value == wanted and isinstance(value, yaml.ScalarNode):
            return value
    raise KeyError(wanted)


def _replaced(document: str, node: yaml.ScalarNode, value: str) -> str:
    """In double quotes, in which YAML takes whatever JSON writes. A block ("text: >-") reaches to the next line."""
    start, end = node.start_mark.index, node.end_mark.index
    line_end = "\n" if document[start:end].endswith("\n") else ""
    return document[:start] + json.dumps(" ".join(value.split()), ensure_ascii=False) + line_end + document[end:]
