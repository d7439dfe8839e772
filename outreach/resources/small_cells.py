"""Counts that could point at a family, kept back: small ones, and others that would give them away. Pure.

A table of counts with its totals is given; what comes back is the same table with None for what must not be shown.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

SMALLEST_SHOWN = 11  # CMS cell size suppression policy: 1 to 10 are never shown
Cell = tuple[str, str]  # row and column
TOTAL = ""  # the row, or column, of totals
Node = tuple[str, str]  # "row" or "column", and its name


@dataclass
class Table:
    """Cells by (row, column), totals under TOTAL; a cell that is not there is an open zero."""

    cells: dict[Cell, int]
    hidden: set[Cell] = field(default_factory=set)

    def shown(self, row: str, column: str) -> int | None:
        """The count, or None when it is kept back."""
        return None if (row, column) in self.hidden else self.cells.get((row, column), 0)


def protect(counts: Mapping[Cell, int]) -> Table:
    """Totals added; counts from 1 to 10 hidden; and as many more as keep those from being worked out, the smallest
    first and totals last.

    Two ways lead to a hidden count. By subtraction, also along several totals: with rows and columns as points and
    each hidden count as a line between its two, a count can be worked out exactly when its line is on no circle. And by
    adding up: the hidden ones of one row or column, whose sum the totals give away, must come to 11 at least.
    """
    table = Table(_with_totals(counts))
    table.hidden = {cell for cell, count in table.cells.items() if 0 < count < SMALLEST_SHOWN}
    while weak := _weaknesses(table):
        table.hidden.add(min(weak, key=lambda cell: (cell.count(TOTAL), table.cells[cell], cell)))
    return table


def _with_totals(counts: Mapping[Cell, int]) -> dict[Cell, int]:
    cells: dict[Cell, int] = {}
    for (row, column), count in counts.items():
        if count > 0:
            for cell in ((row, column), (row, TOTAL), (TOTAL, column), (TOTAL, TOTAL)):
                cells[cell] = cells.get(cell, 0) + count
    return cells


def _weaknesses(table: Table) -> set[Cell]:
    """What could be hidden beside each count, or sum, that could be worked out."""
    bridges = _on_no_circle(table.hidden)
    rows, columns = {cell[0] for cell in bridges}, {cell[1] for cell in bridges}
    beside = {cell for cell in table.cells if cell[0] in rows or cell[1] in columns}
    for line in _lines(table):
        if _gives_a_small_sum(table, line):
            beside.update(line)
    return beside - table.hidden


def _gives_a_small_sum(table: Table, line: Sequence[Cell]) -> bool:
    total, *parts = line
    hidden = [table.cells[cell] for cell in parts if cell in table.hidden]
    return bool(hidden) and total not in table.hidden and sum(hidden) < SMALLEST_SHOWN


def _on_no_circle(hidden: set[Cell]) -> list[Cell]:
    """Hidden counts whose row and column no other hidden counts connect: bridges of the graph (Tarjan 1974)."""
    beside: dict[Node, list[tuple[Node, Cell]]] = {}
    for cell in sorted(hidden):
        row, column = ("row", cell[0]), ("column", cell[1])
        beside.setdefault(row, []).append((column, cell))
        beside.setdefault(column, []).append((row, cell))
    found: list[Cell] = []
    met: dict[Node, int] = {}

    def walk(node: Node, by: Cell | None) -> int:
        lowest = met[node] = len(met)
        for other, cell in beside[node]:
            if cell == by:
                continue
            if other in met:
                lowest = min(lowest, met[other])
                continue
            reached = walk(other, cell)
            if reached > met[node]:
                found.append(cell)
            lowest = min(lowest, reached)
        return lowest

    for node in beside:
        if node not in met:
            walk(node, None)
    return found


def _lines(table: Table) -> Iterator[list[Cell]]:
    """Each row and each column, the totals' own among them; its total first, for TOTAL sorts before every name."""
    lines: dict[Node, list[Cell]] = {}
    for cell in sorted(table.cells):
        lines.setdefault(("row", cell[0]), []).append(cell)
        lines.setdefault(("column", cell[1]), []).append(cell)
    yield from lines.values()
