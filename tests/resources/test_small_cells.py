"""Small counts are kept back so that nobody can work them out again: checked by trying to."""

import random
import time
from itertools import product

import pytest

from outreach.resources.small_cells import SMALLEST_SHOWN, TOTAL, Cell, Table, protect


def knowable(table: Table) -> set[Cell]:
    """Hidden cells that the totals give away exactly, by elimination over all rows and columns."""
    hidden = sorted(table.hidden)
    rows: list[list[float]] = []
    for place in (0, 1):
        for name in {cell[place] for cell in table.cells}:
            line = [cell for cell in table.cells if cell[place] == name]
            signed = [(cell, -1.0 if cell[1 - place] == TOTAL else 1.0) for cell in line]
            known = sum(sign * table.cells[cell] for cell, sign in signed if cell not in table.hidden)
            rows.append([dict(signed).get(cell, 0.0) for cell in hidden] + [-known])
    return {cell for at, cell in enumerate(hidden) if _is_determined(rows, at, len(hidden))}


def _is_determined(rows: list[list[float]], at: int, width: int) -> bool:
    """Whether e(at) is in the span of the rows."""
    matrix = [row[:width] for row in rows]
    wanted = [1.0 if place == at else 0.0 for place in range(width)]
    return _rank(matrix) == _rank([*matrix, wanted])


def _rank(rows: list[list[float]]) -> int:
    rows = [row[:] for row in rows]
    rank = 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in range(rank, len(rows)) if abs(rows[row][column]) > 1e-9), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        for row in range(len(rows)):
            if row != rank and abs(rows[row][column]) > 1e-9:
                factor = rows[row][column] / rows[rank][column]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[rank], strict=True)]
        rank += 1
    return rank


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({}, {}),
        ({("food", "1"): 11}, {("food", "1"): 11, ("food", TOTAL): 11, (TOTAL, TOTAL): 11}),
        ({("food", "1"): 5}, {("food", "1"): None, ("food", TOTAL): None, (TOTAL, TOTAL): None}),
        # 25 - 20 would be 5: the 20 goes as well, and only the sum of both stands.
        ({("food", "1"): 5, ("food", "2"): 20}, {("food", "1"): None, ("food", "2"): None, ("food", TOTAL): 25}),
        # 27 - 20 would be 7, the sum of two small ones.
        (
            {("food", "1"): 3, ("food", "2"): 4, ("food", "3"): 20},
            {("food", "1"): None, ("food", "2"): None, ("food", "3"): None, ("food", TOTAL): 27},
        ),
        # Two small ones that together are enough.
        (
            {("food", "1"): 5, ("food", "2"): 6, ("jobs", "1"): 40, ("jobs", "2"): 50},
            {("food", "1"): None, ("food", "2"): None, ("food", TOTAL): 11},
        ),
    ],
)
def test_what_is_shown(counts: dict[Cell, int], shown: dict[Cell, int | None]) -> None:
    table = protect(counts)
    assert {cell: table.shown(*cell) for cell in shown} == shown


@pytest.mark.parametrize("seed", range(60))
def test_no_hidden_count_and_no_small_sum_can_be_worked_out(seed: int) -> None:
    chance = random.Random(seed)
    rows, columns = "abcde"[: chance.randint(1, 5)], "12345"[: chance.randint(1, 5)]
    sizes = (0, 0, 1, 4, 9, 10, 11, 12, 30, 100)
    table = protect({cell: chance.choice(sizes) for cell in product(rows, columns)})
    assert all(count >= SMALLEST_SHOWN or cell in table.hidden for cell, count in table.cells.items())
    assert knowable(table) == set()
    for place in (0, 1):
        for name in {cell[place] for cell in table.cells}:
            line = [cell for cell in table.cells if cell[place] == name]
            parts = [cell for cell in line if cell[1 - place] != TOTAL]
            total = next(cell for cell in line if cell[1 - place] == TOTAL)
            hidden = sum(table.cells[cell] for cell in parts if cell in table.hidden)
            assert total in table.hidden or hidden == 0 or hidden >= SMALLEST_SHOWN


def test_the_check_itself_finds_a_count_that_is_given_away() -> None:
    counts = {("food", "1"): 5, ("food", "2"): 20}
    open_table = Table(protect(counts).cells, {("food", "1")})
    assert knowable(open_table) == {("food", "1")}


def test_a_large_table_is_done_in_a_moment() -> None:
    chance = random.Random(7)
    cells = product([f"kind {number}" for number in range(14)], [f"{number:05d}" for number in range(40)])
    started = time.perf_counter()
    table = protect({cell: chance.choice((0, 0, 0, 1, 2, 5, 15, 40)) for cell in cells})
    assert time.perf_counter() - started < 10
    assert table.shown(TOTAL, TOTAL) is not None
