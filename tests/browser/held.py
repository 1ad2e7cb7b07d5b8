"""An index for the page's tests that says how much it holds, and whose models work."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.model import Metadata


class FakeIndex:
    """As much of an index as is looked at to know whether questions can be answered."""

    def __init__(self, held: Sequence[Metadata]) -> None:
        self._held = list(held)
        self.embedder = self.reranker = self

    def reports(self) -> list[Metadata]:
        """What it was given."""
        return self._held

    def count(self) -> int:
        """A finding for each report."""
        return len(self._held)

    def embed(self, texts: Sequence[str]) -> None:
        """Works."""

    def scores(self, query: str, texts: Sequence[str]) -> None:
        """Works."""
