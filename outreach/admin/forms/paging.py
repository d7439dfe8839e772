"""Lists in pages of fifty."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from sqlalchemy import Row, Select, func
from sqlalchemy.orm import Session

SIZE = 50


@dataclass(frozen=True)
class Page:
    """Rows are tuples, as the statement selects them."""

    rows: Sequence[Row[*tuple[Any, ...]]]
    number: int
    total: int  # rows on all pages

    @property
    def last(self) -> int:
        return max(-(-self.total // SIZE), 1)

    @property
    def more(self) -> bool:
        return self.number < self.last

    def address(self, number: int) -> dict[str, Any]:
        """The query of another page of the same list."""
        return {**request.args.to_dict(), "page": number}


def read_page(session: Session, statement: Select[*tuple[Any, ...]]) -> Page:
    """The page that the address asks for, of a statement with an order."""
    number = max(request.args.get("page", 1, type=int), 1)
    rows = session.execute(statement.limit(SIZE).offset((number - 1) * SIZE)).all()
    count = statement.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    return Page(rows, number, session.scalar(count) or 0)
