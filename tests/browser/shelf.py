"""A library for the page's tests: what a dropped file becomes is decided by its first words.

Parsing and indexing go on until the test lets them end.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from assistant.shelf import Candidate, Progress, Shelved, Stage
from corpus.errors import GiveUp
from corpus.model import Metadata

GOOD = b"Borsetshire Police: an inspection of effectiveness, 2018"
REPLACING = b"Northamptonshire, once more"
HOSTILE = b"hostile"
BROKEN = b"broken"

HOSTILE_WORDS = '<img src=x onerror="document.title=1"><b>bold</b> &amp; "quoted"'
PROBLEM = "It is protected by a password. Save it without the password and drop it again."
GRADES = (("Investigating crime", "requires improvement"), ("Protecting vulnerable people", "good"),
          ("Preventing crime", "outstanding"),
          ("Tackling serious and organised crime", "inadequate"),
          ("Specialist capabilities", "not graded"))
COUNTS = {"judgment": 5, "strength": 12, "weakness": 1, "area_for_improvement": 3}


def shelved(metadata: Metadata, uploaded: bool = False) -> Shelved:
    """A report of the library with grades and counts."""
    return Shelved(metadata, f"{metadata.id}.txt", uploaded, COUNTS, GRADES)


def found(content: bytes) -> Metadata | None:
    """What is read from a file's contents; None where it can't be read."""
    if content.startswith(BROKEN):
        return None
    if content.startswith(HOSTILE):
        return Metadata("hostile", HOSTILE_WORDS, force=HOSTILE_WORDS, url="javascript:alert(1)",
                        guessed=("title", "force"))
    if content.startswith(REPLACING):
        return Metadata("northamptonshire-peel-2017-effectiveness", "Northamptonshire, revised",
                        force="Northamptonshire", year=2017)
    return Metadata("borsetshire-2018", "Borsetshire: Effectiveness", force="Borsetshire",
                    year=2019, cycle="PEEL 2018", pillar="Effectiveness", publisher="HMICFRS",
                    published="2018-03-02", guessed=("force", "year"))


class FakeShelf:
    """Reports in memory. ``parsed`` and ``indexed`` are set unless a test holds work back."""

    def __init__(self, reports: list[Shelved]) -> None:
        self.reports = {one.metadata.id: one for one in reports}
        self.waiting: dict[str, Candidate] = {}
        self.parsed, self.indexed = threading.Event(), threading.Event()
        self.parsed.set()
        self.indexed.set()
        self.busy = False
        self.files_unread: list[str] = []
        self.given: list[tuple[str, dict[str, str]]] = []
        self.gone: dict[str, Shelved] = {}
        self.looks = 0
        self._lock = threading.RLock()

    def drop(self, path: Path, name: str, owner: str = "") -> str:
        """Read the file now, show what is in it once ``parsed`` is set."""
        content = path.read_bytes()
        with self._lock:
            token = f"t{len(self.given)}-{len(self.waiting)}-{name[:8]}"
            self.waiting[token] = Candidate(token, name, Stage.PARSING, owner=owner)
        threading.Thread(target=self._parse, args=(token, content), daemon=True).start()
        return token

    def _parse(self, token: str, content: bytes) -> None:
        self.parsed.wait(30)
        metadata = found(content)
        with self._lock:
            one = self.waiting[token]
            if metadata is None:
                self.waiting[token] = replace(one, stage=Stage.FAILED,
                                              problem=f"{one.name}: {PROBLEM}")
                return
            self.waiting[token] = replace(
                one, stage=Stage.READY, metadata=metadata, grades=GRADES, counts=COUNTS,
                sections=tuple(section for section, _ in GRADES),
                replaces=metadata.id if metadata.id in self.reports else None)

    def candidates(self) -> list[Candidate]:
        """Those that wait."""
        with self._lock:
            return list(self.waiting.values())

    def add(self, token: str, corrections: Mapping[str, str]) -> None:
        """Add once ``indexed`` is set."""
        with self._lock:
            one = self.waiting.get(token)
            if one is None or one.metadata is None:
                raise GiveUp("There is no such file.")
            metadata = corrected(one.metadata, corrections)
            self.given.append((token, dict(corrections)))
            self.waiting[token] = replace(one, stage=Stage.ADDING)
            self.busy = True
        threading.Thread(target=self._index, args=(token, metadata), daemon=True).start()

    def _index(self, token: str, metadata: Metadata) -> None:
        self.indexed.wait(30)
        with self._lock:
            one = self.waiting.pop(token)
            self.reports[metadata.id] = replace(shelved(metadata, uploaded=True), name=one.name)
            self.busy = any(one.stage is Stage.ADDING for one in self.waiting.values())

    def put_away(self, token: str) -> None:
        """Forget it."""
        with self._lock:
            self.waiting.pop(token, None)

    def shelved(self) -> list[Shelved]:
        """By title."""
        with self._lock:
            self.looks += 1
            return sorted(self.reports.values(), key=lambda one: one.metadata.title)

    def unread(self) -> list[str]:
        """Whatever the test has set."""
        return self.files_unread

    def correct(self, report_id: str, corrections: Mapping[str, str]) -> None:
        """Correct at once."""
        with self._lock:
            one = self.reports[report_id]
            self.given.append((report_id, dict(corrections)))
            self.reports[report_id] = replace(one, metadata=corrected(one.metadata, corrections))

    def remove(self, report_id: str) -> None:
        """Remove at once."""
        with self._lock:
            if not self.reports[report_id].uploaded:
                raise GiveUp("It was not added on the page.", "Take it out of its folder.")
            self.gone[report_id] = self.reports.pop(report_id)

    def restore(self, report_id: str) -> None:
        """Put it back."""
        with self._lock:
            self.reports[report_id] = self.gone.pop(report_id)

    def progress(self) -> Progress:
        """A third of the way while something is being added."""
        return Progress(True, 1, 3, "Indexing the reports.") if self.busy else Progress(False)


def corrected(metadata: Metadata, corrections: Mapping[str, str]) -> Metadata:
    """The metadata with corrections, which are no longer guessed; refuses a year of letters."""
    year = corrections.get("year", str(metadata.year or ""))
    if year and not year.isdigit():
        raise GiveUp(f"“{year}” is not a year.", "Give four digits, such as 2017.")
    left = tuple(name for name in metadata.guessed if name not in corrections)
    texts = {name: value or None for name, value in corrections.items() if name != "year"}
    return replace(metadata, **texts, year=int(year) if year else None, guessed=left)  # type: ignore[arg-type]
