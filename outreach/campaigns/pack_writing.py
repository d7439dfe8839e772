"""Writing a pack's document for a coordinator who types into a form: one value changes, all else stays as it stands."""

import json
from collections.abc import Iterator

import yaml

from outreach.campaigns.packs import Pack

STEP_VALUES = frozenset({"text", "when", "useful_for"})
PACK_VALUES = frozenset({"title", "topic", "summary"})


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
