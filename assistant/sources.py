"""Where the indexed reports came from: the original file of each, and whether it is as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from corpus import library
from corpus.errors import FixConfiguration
from index.store import Index
from index.wanted import CORRECTIONS

PAGED = ".pdf"


class State(StrEnum):
    """How an original file stands against what was indexed."""

    SAME = "same"
    CHANGED = "changed"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Original:
    """The file that a report was read from."""

    path: Path
    state: State


class Sources(Protocol):
    """What is known of the indexed reports beside their text. Safe to call from several
    threads."""

    def has_pages(self, report_id: str) -> bool:
        """Whether an indexed report was read from a file whose pages can be shown."""
        ...

    def original(self, report_id: str) -> Original | None:
        """The file that an indexed report was read from; None for an unknown report, or one
        whose file has no pages."""
        ...

    def report_of(self, finding_id: str) -> str | None:
        """The id of the report that an indexed finding stands in."""
        ...


class IndexedSources:
    """The sources of the index in force; ``home`` is where corrections of metadata are kept."""

    def __init__(self, home: Path, index: Callable[[], Index]) -> None:
        self._home = home
        self._index = index

    def has_pages(self, report_id: str) -> bool:
        """Whether an indexed report was read from a file whose pages can be shown."""
        return self._path(self._index(), report_id) is not None

    def original(self, report_id: str) -> Original | None:
        """The file that an indexed report was read from, compared with what was indexed."""
        index = self._index()
        path = self._path(index, report_id)
        if path is None:
            return None
        try:
            (item,) = library.items([path], self._home / CORRECTIONS)
        except (FixConfiguration, ValueError):
            return Original(path, State.MISSING)
        told = index.manifest
        # Of two reports with one id, the second can't be looked up by what its file held.
        same = told.digests.get(item.digest) == report_id or (
            report_id not in told.digests.values() and report_id not in told.kept)
        return Original(path, State.SAME if same else State.CHANGED)

    def report_of(self, finding_id: str) -> str | None:
        """The id of the report that an indexed finding stands in."""
        found = self._index().catalogue.get([finding_id])
        return found[finding_id].report_id if finding_id in found else None

    def _path(self, index: Index, report_id: str) -> Path | None:
        known = index.catalogue.sources().get(report_id)
        if known is None or index.manifest.passages_file:
            return None
        path = Path(known[1])
        return path if path.suffix.lower() == PAGED else None
