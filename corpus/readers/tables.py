"""A table as readable lines: each row with the header's words before its cells."""

from __future__ import annotations

import re
from collections.abc import Sequence

_GRADE = re.compile(r"(?:outstanding|good|adequate|requires improvement|inadequate|not graded"
                    r"|ungraded)\.?$", re.IGNORECASE)
_FIGURES = re.compile(r"[\d£$€%.,:+\-–()\s]+$")
_HEADER_WORDS = 8


def lines_of(rows: Sequence[Sequence[str]], header: bool | None = None) -> list[str]:
    """The rows as lines: "Area: Preventing crime; Grade: Good".

    ``header`` says whether the first row heads the columns; None means that the source does
    not say, and the cells decide. Empty rows, and columns that are empty throughout, vanish.
    """
    table = [[" ".join(cell.split()) for cell in row] for row in rows]
    table = [row for row in table if any(row)]
    if not table:
        return []
    width = max(map(len, table))
    table = [row + [""] * (width - len(row)) for row in table]
    kept = [n for n in range(width) if any(row[n] for row in table)]
    table = [[row[n] for n in kept] for row in table]
    if len(kept) == 1:
        return [row[0] for row in table]
    if header is None:
        header = heads(table)
    if not header or len(table) == 1:
        return [(": " if len(kept) == 2 else "; ").join(cell for cell in row if cell)
                for row in table]
    return [_row(table[0], row) for row in table[1:]]


def heads(table: Sequence[Sequence[str]]) -> bool:
    """Whether a table's first row reads like the heads of its columns."""
    first = table[0]
    return (len(table) > 1 and all(first[1:]) and
            all(len(cell.split()) <= _HEADER_WORDS and not _GRADE.match(cell)
                and (not _FIGURES.match(cell) or re.fullmatch(r"(?:19|20)\d\d(?:[/–-]\d\d)?", cell))
                and cell[-1:] not in (".", ";") for cell in first if cell))


def _row(header: Sequence[str], row: Sequence[str]) -> str:
    if sum(map(bool, row)) == 1 or len(set(row)) == 1:
        return next(cell for cell in row if cell)
    return "; ".join(f"{head.rstrip(':')}: {cell}" if head else cell
                     for head, cell in zip(header, row, strict=True) if cell)
