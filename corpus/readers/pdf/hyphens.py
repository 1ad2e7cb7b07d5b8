"""Words that were broken at the end of a line, put together again."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_BROKEN = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)([-\u00ad])$")
_REST = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)")
# They stand before a hyphen that belongs to the word.
_PREFIXES = frozenset((
    "anti", "co", "cross", "de", "ex", "far", "full", "half", "hard", "high", "ill", "in", "inter",
    "large", "long", "low", "mid", "multi", "near", "non", "off", "on", "one", "out", "part",
    "post", "pre", "pro", "re", "self", "semi", "short", "single", "small", "so", "sub", "three",
    "two", "under", "up", "well", "whole", "wide", "year", "day", "face", "first", "second",
    "third", "follow", "decision", "problem", "risk", "fly", "stop", "hate", "knife"))


class Words:
    """The words of a document, which tell whether a hyphen belongs to a word."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._known: set[str] = set()
        for line in lines:
            found = [match[0].lower() for match in _WORD.finditer(line)]
            # The first and the last word may be halves.
            cut = slice(None, -1) if line.endswith(("-", "\u00ad")) else slice(None)
            self._known.update(found[cut])

    def joined(self, before: str, after: str, turn: str = "") -> str:
        """Two lines as one; ``turn`` stands where a page ends, behind a word that crosses it."""
        broken, rest = _BROKEN.search(before), _REST.match(after)
        if not broken or not rest or not after[0].islower():
            if before.endswith("-") and rest and broken:
                return f"{before}{_after(after, turn)}"
            return f"{before.rstrip()}{turn or ' '}{after}"
        first, second = broken[1], rest[1]
        keeps = broken[2] == "-" and self._keeps(first.lower(), second.lower())
        word = f"{first}-{second}" if keeps else f"{first}{second}"
        return f"{before[:broken.start()]}{word}{_after(after[rest.end():], turn)}"

    def _keeps(self, first: str, second: str) -> bool:
        """Whether the hyphen belongs to the word."""
        whole, hyphened = f"{first}{second}", f"{first}-{second}"
        if hyphened in self._known:
            return True
        if whole in self._known:
            return False
        last = first.rsplit("-", 1)[-1]
        return "-" in first or last in _PREFIXES or (
            {last, second} <= self._known and len(last) > 2 and len(second) > 3)


def _after(text: str, turn: str) -> str:
    """What follows a joined word; the page turns behind the word, at the next space."""
    if not turn:
        return text
    head, space, tail = text.partition(" ")
    return f"{head}{turn}{tail}" if space else f"{text}{turn}"
