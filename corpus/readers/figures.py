"""Numbers that a file states where a reader expects one: bounded, whatever is written there."""

from __future__ import annotations

import re

_FIGURES = re.compile(r"[0-9]{1,9}")


def whole(text: str | None, otherwise: int, most: int) -> int:
    """The number that ``text`` writes, ``most`` at most; ``otherwise`` for anything that is not
    between one and nine of the figures 0 to 9 (a raised ² is a figure to Python, and no number)."""
    found = _FIGURES.fullmatch(text.strip()) if text else None
    return min(int(found[0]), most) if found else otherwise
