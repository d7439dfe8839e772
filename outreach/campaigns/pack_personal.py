"""What a pack may know of each family: its own fields, allowed only where the pack says so ("personal: [name]")."""

from collections.abc import Callable, Iterator

from outreach.campaigns.pack_yaml import Node
from outreach.wording.fields import Field, FieldType
from outreach.wording.personal import NAME, SAMPLE_NAME

NAME_FIELD = Field(NAME, FieldType.TEXT, "The family's name", SAMPLE_NAME, 120)  # as long as contacts.name
# What is said beside "is not a field" of a name that a pack could ask for.
NOT_PERSONAL = {NAME: "; for the family's own name the pack needs the line 'personal: [name]'"}


def read_personal(root: Node, problem: Callable[[int, str], None]) -> Iterator[str]:
    """The family's own fields that this pack declares, each once; `problem` is told the line and what is wrong."""
    node = root.get("personal")
    if node is None:
        return
    items = root.items("personal")
    if not items:
        problem(node.line, "'personal' is a list of the family's own fields; there is only [name]")
    for item in items:
        if item.value != NAME:
            problem(item.line, f"'personal': {item.value!r} is not a field of the family's own; there is only name")
    if any(item.value == NAME for item in items):
        fields = root.get("fields")
        if fields is not None and NAME in fields:
            problem(fields.line_of(NAME), "field 'name': 'personal' makes it the family's own; call this one otherwise")
        yield NAME
