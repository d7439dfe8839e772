"""YAML with line numbers, so that a pack's mistakes can be pointed at."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

UNREADABLE = "not readable as YAML: a character or a date in it is not possible"


@dataclass(frozen=True)
class PackProblem:
    """One mistake: `file` is the pack's id with .yaml, `line` counts from 1."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.what}"


class Node:
    """A YAML value with the line it stands on. Missing keys are None; a value of another shape counts as missing."""

    def __init__(self, node: yaml.Node, loader: yaml.SafeLoader) -> None:
        self._loader = loader
        self.line = node.start_mark.line + 1
        self._pairs: dict[str, tuple[int, yaml.Node]] = {}
        self._items: list[yaml.Node] = []
        if isinstance(node, yaml.MappingNode):
            self._pairs = {str(key.value): (key.start_mark.line + 1, value) for key, value in node.value}
        elif isinstance(node, yaml.SequenceNode):
            self._items = node.value
        self.value: Any = loader.construct_object(node, deep=True)

    def __iter__(self) -> Iterator[str]:
        """The keys of a mapping; nothing for other shapes."""
        return iter(self._pairs)

    def get(self, key: str) -> "Node | None":
        return Node(self._pairs[key][1], self._loader) if key in self._pairs else None

    def child(self, key: str) -> "Node":
        return Node(self._pairs[key][1], self._loader)

    def items(self, key: str) -> "list[Node]":
        child = self.get(key)
        return [Node(item, self._loader) for item in child._items] if child else []

    def line_of(self, key: str) -> int:
        return self._pairs[key][0] if key in self._pairs else self.line


class _Loader(yaml.SafeLoader):
    """YAML without aliases: a few lines of them unfold into more text than there is memory."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="a pack has no aliases (*name)", problem_mark=mark)
        return super().compose_node(parent, index)


def read_yaml(document: str, name: str, problems: list[PackProblem]) -> Node:
    """The document's root; `name` is what problems are told of. What is no YAML mapping reads as an empty one."""
    try:
        loader = _Loader(document)
        node = loader.get_single_node()
        root = Node(node, loader) if isinstance(node, yaml.MappingNode) else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problems.append(PackProblem(name, line, f"not readable as YAML: {error.problem}"))
        return _empty()
    except (yaml.YAMLError, ValueError):  # a control character, a day that no month has
        problems.append(PackProblem(name, 1, UNREADABLE))
        return _empty()
    except RecursionError:
        problems.append(PackProblem(name, 1, "not readable as YAML: brackets within brackets without end"))
        return _empty()
    if root is None:
        problems.append(PackProblem(name, 1, "a pack is a mapping that begins with 'title:'"))
        return _empty()
    return root


def _empty() -> Node:
    loader = yaml.SafeLoader("{}")
    node = loader.get_single_node()
    assert node is not None
    return Node(node, loader)
