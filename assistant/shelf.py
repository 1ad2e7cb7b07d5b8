"""What the page may do with the library: look at a file before it is added, add, replace,
correct and remove reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from corpus.model import Metadata


class Stage(StrEnum):
    """How far a file that was dropped on the page has come."""

    WAITING = "waiting"
    PARSING = "parsing"
    READY = "ready"        # parsed, waiting for the reader's word
    ADDING = "adding"      # being indexed; answers still come from the index before
    ADDED = "added"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A dropped file. ``token`` names it in later calls; ``problem`` is a full sentence where it
    can't be added. ``replaces`` is the id of an indexed report that it would take the place of.
    ``grades`` pairs a section with its grade; ``counts`` are findings by kind. ``owner`` is whoever
    dropped it, as ``drop`` was told."""

    token: str
    name: str
    stage: Stage
    metadata: Metadata | None = None
    sections: tuple[str, ...] = ()
    grades: tuple[tuple[str, str], ...] = ()
    counts: Mapping[str, int] | None = None
    replaces: str | None = None
    problem: str = ""
    notes: tuple[str, ...] = ()
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Shelved:
    """A report of the library. ``uploaded`` ones can be removed in the page; others belong to
    the folder they were found in. ``problem`` says why its newest version could not be read,
    while the version before it goes on answering."""

    metadata: Metadata
    name: str
    uploaded: bool
    counts: Mapping[str, int]
    grades: tuple[tuple[str, str], ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """Whether the index is being brought in step, and how far it is; ``message`` in words."""

    busy: bool
    done: int = 0
    total: int = 0
    message: str = ""


class Shelf(Protocol):
    """The library as the page sees it. Safe to call from several threads; every call returns
    soon, long work goes on in the background and shows in ``candidates`` and ``progress``."""

    def drop(self, path: Path, name: str, owner: str = "") -> str:
        """Take a copy of a dropped file under a cleaned name and start parsing it; its token."""
        ...

    def candidates(self) -> list[Candidate]:
        """Everybody's dropped files that have not been added or put away, oldest first."""
        ...

    def add(self, token: str, corrections: Mapping[str, str]) -> None:
        """Add a READY candidate with corrected metadata (title, force, year, cycle, pillar,
        publisher, published, url), and bring the index in step. Raises ``GiveUp`` for an unknown
        token or a value that does not fit."""
        ...

    def put_away(self, token: str) -> None:
        """Forget a candidate; nothing was added. Raises ``TryAgain`` for one that is being
        added."""
        ...

    def shelved(self) -> list[Shelved]:
        """Every report of the library, by title."""
        ...

    def unread(self) -> list[str]:
        """Files of the library that can't be read, each a full sentence with its name."""
        ...

    def correct(self, report_id: str, corrections: Mapping[str, str]) -> None:
        """Correct a report's metadata; the report file itself is never changed."""
        ...

    def remove(self, report_id: str) -> None:
        """Remove an uploaded report. Raises ``GiveUp`` for one that was not uploaded."""
        ...

    def restore(self, report_id: str) -> None:
        """Undo the last removal of a report, while the app runs."""
        ...

    def progress(self) -> Progress:
        """Whether the index is being brought in step."""
        ...
