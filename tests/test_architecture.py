"""How the parts may lean on each other: imports go one way down the floors, and each door is the only door."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from outreach.setting_values import PACKAGE

FLOORS = (  # from the top; what stands on one floor may import what stands below it, and its neighbors without a circle
    ("cli", "wsgi", "worker", "supervisor", "gunicorn_config"),
    ("app", "health", "prometheus"),
    ("admin", "simulator", "sample"),
    ("incoming", "engine"),
    ("campaigns", "callbacks", "calls", "threads"),
    ("outgoing", "mail"),
    ("people", "wording", "resources", "staff"),
    ("runtime", "carriers", "db", "queues", "redis_server", "migrations", "metrics", "crew"),
    ("clock", "settings", "setting_values", "environment", "languages", "logs"),
)
FLOOR = {part: number for number, floor in enumerate(FLOORS) for part in floor}

FILES = sorted(path for path in PACKAGE.rglob("*.py") if "versions" not in path.parts)
EVERY_MODEL = "outreach.migrations.tables"  # Alembic needs all tables in one place: it alone looks up
SENDING_DOORS = {
    "outreach.outgoing.outbox",
    "outreach.outgoing.orders",  # a person's pause, resume and cancel
    "outreach.outgoing.models",
    "outreach.outgoing.breaker",  # which campaigns ask why a run was stopped
    "outreach.outgoing.status",
    "outreach.outgoing.quiet_hours",  # a pure rule, which pages say in words
    "outreach.outgoing.forecast",  # what would become of a text, asked before it is written
    "outreach.outgoing.closed_days",  # a calendar, which callbacks keep as well
    "outreach.outgoing.hours",  # a rule: who calls by hand is warned by the hours of texts
}
CARRIER_SIGNATURE = "outreach.outgoing.webhook"  # every webhook checks it the same way
READS_CLOCKS = {"clock", "simulator"}  # the simulator is a server on the other side of HTTP
LONGEST_FILE = 300


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


MODULES = {module_name(path): path for path in FILES}


@cache
def imported(path: Path) -> frozenset[str]:
    """Full names of the modules that a file imports, ours and others', wherever in the file it says so."""
    return frozenset(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path.name} imports relatively"
            base = node.module or ""
            for name in node.names:
                yield f"{base}.{name.name}" if f"{base}.{name.name}" in MODULES else base


def part_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def arrows() -> Iterator[tuple[str, str]]:
    """Each import of ours by ours."""
    for module, path in MODULES.items():
        if module == EVERY_MODEL:
            continue
        for target in imported(path):
            if target.startswith("outreach.") and target != module:
                yield module, target


def find_circle(graph: dict[str, set[str]]) -> list[str]:
    """One circle of a graph as a path, or nothing."""
    done: set[str] = set()

    def walk(node: str, path: list[str]) -> list[str]:
        if node in path:
            return [*path[path.index(node) :], node]
        if node in done:
            return []
        done.add(node)
        return next((found for after in sorted(graph.get(node, ())) if (found := walk(after, [*path, node]))), [])

    return next((found for node in sorted(graph) if (found := walk(node, []))), [])


def graph_of(pairs: Iterator[tuple[str, str]]) -> dict[str, set[str]]:
    graph: dict[str, set[str]] = {}
    for start, end in pairs:
        if start != end:
            graph.setdefault(start, set()).add(end)
    return graph


def test_every_part_has_its_floor() -> None:
    parts = {part_of(module) for module in MODULES} - {""}
    assert parts == set(FLOOR)


def test_no_import_points_up() -> None:
    up = [f"{a} -> {b}" for a, b in arrows() if FLOOR[part_of(a)] > FLOOR[part_of(b)]]
    assert up == []


def test_no_circle_between_parts_nor_between_modules() -> None:
    assert find_circle(graph_of((part_of(a), part_of(b)) for a, b in arrows())) == []
    assert find_circle(graph_of(arrows())) == []


def test_a_circle_would_be_found() -> None:
    assert find_circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert find_circle({"a": {"b", "c"}, "b": {"c"}}) == []


def test_the_simulator_imports_nothing_of_ours() -> None:
    assert [f"{a} -> {b}" for a, b in arrows() if part_of(a) == "simulator" != part_of(b)] == []


def test_the_list_of_all_tables_imports_models_only_and_nothing_but_migrations_imports_it() -> None:
    path = MODULES[EVERY_MODEL]
    assert all(name == "outreach.db" or name.endswith(".models") for name in imported(path))
    assert {module for module in MODULES if module.endswith(".models")} <= imported(path)
    assert {part_of(a) for a, b in arrows() if b == EVERY_MODEL} == {"migrations"}


def test_sending_is_reached_through_the_outbox_alone() -> None:
    past = [
        f"{a} -> {b}"
        for a, b in arrows()
        if part_of(a) in ("incoming", "campaigns", "callbacks", "calls", "threads", "admin", "sample")
        and part_of(b) == "outgoing"
        and b not in SENDING_DOORS
        and not (a.endswith(".webhook") and b == CARRIER_SIGNATURE)
    ]
    assert past == []


def test_nobody_but_outgoing_writes_messages_or_hands_texts_to_the_carrier() -> None:
    """Others read `outgoing.models`: no Message is made, inserted, changed or deleted there, and nothing is sent."""
    found = [
        f"{module}: line {call.lineno}"
        for module, path in MODULES.items()
        if part_of(module) not in ("outgoing", "simulator", "carriers")
        for call in ast.walk(tree_of(path))
        if isinstance(call, ast.Call) and (writes_message(call, imported(path)) or sends(call))
    ]
    assert found == []


def test_a_phone_rings_through_one_door_alone() -> None:
    """The row of a call comes before the carrier is asked: whoever rang past calls/starting.py could ring twice."""
    found = [
        module
        for module, path in MODULES.items()
        for call in ast.walk(tree_of(path))
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("voice.start")
    ]
    assert found == ["outreach.calls.starting"]


def writes_message(call: ast.Call, imports: frozenset[str]) -> bool:
    if "outreach.outgoing.models" not in imports or not isinstance(call.func, ast.Name):
        return False
    named = [argument.id for argument in call.args if isinstance(argument, ast.Name)]
    return call.func.id == "Message" or (call.func.id in ("insert", "update", "delete") and "Message" in named)


def sends(call: ast.Call) -> bool:
    return (
        isinstance(call.func, ast.Attribute)
        and call.func.attr == "send"
        and isinstance(call.func.value, ast.Attribute)
        and call.func.value.attr == "carrier"
    )


def test_flask_stays_in_the_web_parts() -> None:
    """staff/models.py carries Flask-Security's mixins, so that signing in is the library's and not our own."""
    web = {"admin", "app", "health"}
    astray = [
        f"{module} imports {name}"
        for module, path in MODULES.items()
        for name in imported(path)
        if name.split(".")[0].startswith("flask")
        and part_of(module) not in web
        and not module.endswith(".webhook")
        and (module, name) != ("outreach.staff.models", "flask_security")
    ]
    assert astray == []


def test_nobody_but_the_clock_asks_for_the_time() -> None:
    """time.monotonic measures and is fine; the demo asks once, for the hours it writes into its environment."""
    asked = [
        f"{module}: line {node.lineno}"
        for module, path in MODULES.items()
        if part_of(module) not in READS_CLOCKS and module != "outreach.cli.demo"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute)
        and (
            (node.attr in ("now", "utcnow", "today") and ast.unparse(node.value) in ("datetime", "date"))
            or ast.unparse(node) == "time.time"
        )
    ]
    assert asked == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_file_is_longer_than_one_can_read_at_a_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


def test_every_module_and_package_says_where_it_stands() -> None:
    silent = [module for module, path in MODULES.items() if not ast.get_docstring(tree_of(path))]
    assert silent == []
