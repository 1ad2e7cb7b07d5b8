"""Lines of a text file, and how much the layout of a whole file can be trusted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

MARKER = re.compile(r"\s*(?P<marker>[-*+•‣▪◦●·–—]|\(?(?:\d{1,3}|[a-z]|[ivx]{2,4})[.)]|[A-Z]\))"
                    r"\s+(?=\S)")
RULE = re.compile(r"\s*(=|-|\*|_)[ ]?(?:\1[ ]?){2,}\s*$|\s*\|?(?:\s*:?-{2,}:?\s*\|)+"
                  r"(?:\s*:?-{2,}:?)?\s*$")
_WIDTH = 110


@dataclass(slots=True)
class Line:
    """A line that is not blank, its place in the file, and whether a blank one precedes it."""

    text: str
    start: int
    blank_before: bool
    stripped: str

    @property
    def indent(self) -> int:
        return len(self.text) - len(self.text.lstrip())


def lines_of(text: str) -> list[Line]:
    """The lines that are not blank."""
    return list(_lines(text))


def _lines(text: str) -> Iterator[Line]:
    start, blank = 0, True
    for raw in text.split("\n"):
        stripped = raw.strip()
        if stripped:
            yield Line(raw, start, blank, stripped)
        blank = not stripped
        start += len(raw) + 1


def is_wrapped(lines: Sequence[Line]) -> bool:
    """Whether paragraphs run over several lines of even length, with blank lines between."""
    if len(lines) < 4:
        return False
    longest = sorted(len(line.text) for line in lines)[int(len(lines) * 0.95)]
    open_ended = sum(not following.blank_before and line.stripped[-1] not in ".?!:;"
                     and len(line.text) > 40 and not MARKER.match(following.text)
                     for line, following in pairwise(lines))
    return longest <= _WIDTH and open_ended >= 0.15 * len(lines)


def is_ordered(marker: str | None) -> bool:
    """Whether a list marker counts ("1.", "(b)")."""
    return bool(marker) and any(char.isalnum() for char in marker or "")
