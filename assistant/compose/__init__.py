"""Composers turn evidence into drafted sentences; none of them is shown before the check."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.answer import Layout
from corpus.model import Finding


@dataclass(frozen=True, slots=True)
class Evidence:
    """A finding under the number that a draft cites it by (from 1)."""

    n: int
    finding: Finding


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence as composed, without citation marks, and the evidence numbers it cites.

    ``cell`` is its row and column, from 0, in the table of a comparison. ``counts`` are numbers
    that the program counted for a heading: they are right though no finding says them.
    """

    text: str
    citations: tuple[int, ...]
    layout: Layout = Layout.TEXT
    cell: tuple[int, int] | None = None
    counts: tuple[int, ...] = ()


class Composer(Protocol):
    """Writes an answer to a question from numbered evidence, sentence by sentence."""

    name: str

    def drafts(self, question: str, evidence: Sequence[Evidence], most: int = 3,
               cancel: threading.Event | None = None) -> Iterator[Draft]:
        """Yield each sentence as soon as it is whole, at most ``most``; end soon after
        ``cancel`` is set.

        Raises ``TryAgain`` or ``FixConfiguration`` when a model fails.
        """
        ...
