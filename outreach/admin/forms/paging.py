"""Lists in pages of fifty."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from sqlalchemy import Row, Select
from sqlalchemy.orm import Session

SIZE = 50


@dataclass(frozen=True)
class Page:
    """Rows are tuples, as the statement selects them."""

    rows: Sequence[Row[*tuple[Any, ...]]]
    number: int
    more: bool

    def address(self, number: int) -> dict[str, Any]:
        """The query of another page of the same list."""
        return {**request.args.to_dict(), "page": number}


def read_page(session: Session, statement: Select[*tuple[Any, ...]]) -> Page:
    """The page that the address asks for, of a statement with an order."""
    number = max(request.args.get("page", 1, type=int), 1)
    rows = session.execute(statement.limit(SIZE + 1).offset((number - 1) * SIZE)).all()
    return Page(rows[:SIZE], number, len(rows) > SIZE)
