"""Sentences with their places."""

from __future__ import annotations

import re

_END = re.compile(r"[.!?][”’\"')\]]*(?:\s*\[\d+\])*(?=\s+[“‘\"'(]?[A-Z0-9£])|[.!?][”’\"')\]]*\s*$")
_ABBREVIATION = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|Sir|St|No|Nos|Ch|Det|Sgt|Insp|Supt|approx|para"
                           r"|paras|fig|vol|pp?|vs|etc|e\.g|i\.e|cf|Ltd|Inc|[A-Z])\.)$",
                           re.IGNORECASE)


def spans(text: str) -> list[tuple[int, int]]:
    """``(start, end)`` of each sentence of ``text``, white space at the edges left out.

    Every character that is not white space belongs to exactly one sentence.
    """
    found: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        end = match.end()
        before = text[start:match.start() + 1]
        if _ABBREVIATION.search(before) and end < len(text.rstrip()):
            continue
        found.append((start, end))
        start = end
    if text[start:].strip():
        found.append((start, len(text)))
    return [(a + len(text[a:b]) - len(text[a:b].lstrip()), a + len(text[a:b].rstrip()))
            for a, b in found if text[a:b].strip()]


def split(text: str) -> list[str]:
    """The sentences of ``text``."""
    return [text[start:end] for start, end in spans(text)]
