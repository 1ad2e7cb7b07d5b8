"""The evaluation runs of a home, read only: each a folder that ``findings eval run`` made.

A folder that is damaged, or no run, is passed over and named with the reason. Nothing here knows
the program that makes runs: its files are its whole interface.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from assistant.results import FORMAT, Manifest, Overview, Results, Summary, moment
from corpus.errors import GiveUp

logger = logging.getLogger(__name__)

FOLDER = "evals"
# Files over this are not read, in bytes.
SIZE_LIMIT = 64 * 1024 * 1024
# As many runs are listed; those whose folders changed last.
MOST = 300
# As many whole reports are kept in memory.
_KEPT = 4
_AGAIN = "Run the evaluation again, or remove the folder."

Shape = TypeVar("Shape", bound=BaseModel)
Stamp = tuple[int, int]


class Lack(StrEnum):
    """Why a run's figures can't be shown as they are."""

    NOTHING = "nothing"
    NO_REPORT = "no_report"
    DAMAGED = "damaged"
    OLD = "old"


@dataclass(frozen=True, slots=True)
class Run:
    """A run as a list shows it. ``name`` is its folder's, unique in the home; ``answered`` counts
    questions; ``summaries`` are by metric and empty where there is no report."""

    name: str
    path: Path
    manifest: Manifest
    answered: int
    summaries: Mapping[str, Summary] = field(default_factory=dict)
    lack: Lack = Lack.NOTHING

    @property
    def is_finished(self) -> bool:
        """Whether every question has been asked and scored."""
        return bool(self.manifest.finished)

    @property
    def has_report(self) -> bool:
        """Whether its report can be opened."""
        return self.lack in (Lack.NOTHING, Lack.OLD)

    @property
    def started(self) -> datetime:
        """When it began; the beginning of time where that isn't recorded."""
        found = moment(self.manifest.started) or datetime.min
        return found if found.tzinfo else found.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Passed:
    """A folder that is no run that can be read, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The runs, newest first; what was passed over; and how many were left out as too many."""

    runs: tuple[Run, ...]
    passed: tuple[Passed, ...]
    more: int = 0


class Runs:
    """The runs of one home. Safe to use from several threads; reads each file anew only when it
    has changed."""

    def __init__(self, home: Path) -> None:
        self.path = home / FOLDER
        self._overviews: dict[str, tuple[Stamp, Overview | None]] = {}
        self._results: OrderedDict[str, tuple[Stamp, Results]] = OrderedDict()
        self._lock = threading.Lock()

    def listing(self) -> Listing:
        """Every run that is there now. Raises ``GiveUp`` where the folder can't be read."""
        try:
            # Hidden folders are nobody's runs.
            found = [one for one in self.path.iterdir()
                     if one.is_dir() and not one.name.startswith(".")]
        except FileNotFoundError:
            return Listing((), ())
        except OSError as error:
            raise GiveUp(f"{self.path} can't be read ({error.strerror}).",
                         "Make the folder readable.") from error
        newest = sorted(found, key=_changed, reverse=True)
        runs, passed = [], []
        for place in newest[:MOST]:
            try:
                runs.append(self._run(place))
            except GiveUp as error:
                passed.append(Passed(place.name, str(error)))
        with self._lock:
            for gone in self._overviews.keys() - {one.name for one in found}:
                del self._overviews[gone]
        runs.sort(key=lambda one: (one.started, one.name), reverse=True)
        return Listing(tuple(runs), tuple(sorted(passed, key=lambda one: one.name)),
                       max(0, len(newest) - MOST))

    def run(self, name: str) -> Run:
        """One run by its folder's name. Raises ``GiveUp`` where it isn't there or can't be
        read."""
        return self._run(self._place(name))

    def results(self, name: str) -> Results:
        """The whole report of a run. Raises ``GiveUp`` where there is none to be read."""
        path = self._place(name) / "report.json"
        stamp = _stamp(path)
        with self._lock:
            held = self._results.get(name)
            if held is not None and held[0] == stamp:
                self._results.move_to_end(name)
                return held[1]
        read = _read(path, Results)
        with self._lock:
            self._results[name] = (stamp, read)
            self._results.move_to_end(name)
            while len(self._results) > _KEPT:
                self._results.popitem(last=False)
        return read

    def file(self, name: str, file: str) -> bytes:
        """``report.html`` or ``report.json`` of a run as it is. Raises ``GiveUp`` where it isn't
        there or is over the limit, and for any other file."""
        if file not in ("report.html", "report.json"):
            raise GiveUp("There is no such file.", "Choose one of those offered.")
        return _content(self._place(name) / file)

    def page_size(self, name: str) -> int:
        """The size of a run's page in bytes, 0 where there is none. Raises ``GiveUp`` where there
        is no such run."""
        return _stamp(self._place(name) / "report.html")[1]

    def _place(self, name: str) -> Path:
        # Only a name in the folder: what a browser sends must not lead anywhere else.
        if not name or name.startswith(".") or "\0" in name or Path(name).name != name:
            raise GiveUp("There is no such run.", "Go back to the list of runs.")
        place = self.path / name
        if not place.is_dir():
            raise GiveUp("That run is no longer there.", "Go back to the list of runs.")
        return place

    def _run(self, place: Path) -> Run:
        file = place / "run.json"
        if not file.is_file():
            raise GiveUp("It holds no run.json, so it is no run.",
                         "Remove it if you don't need it.")
        manifest = _read(file, Manifest)
        if manifest.format != FORMAT:
            raise GiveUp("It was made by another version of the program.", _AGAIN)
        answered = manifest.dataset.questions if manifest.finished else \
            _lines(place / "answers.jsonl")
        overview, lack = self._overview(place)
        summaries = {one.metric: one for one in overview.summaries} if overview else {}
        return Run(place.name, place, manifest, answered, summaries, lack)

    def _overview(self, place: Path) -> tuple[Overview | None, Lack]:
        path = place / "report.json"
        if not path.is_file():
            return None, Lack.NO_REPORT
        stamp = _stamp(path)
        with self._lock:
            held = self._overviews.get(place.name)
        if held is None or held[0] != stamp:
            try:
                held = stamp, _read(path, Overview)
            except GiveUp as error:
                logger.warning("a run's report is passed over: %s", error)
                held = stamp, None
            with self._lock:
                self._overviews[place.name] = held
        if held[1] is None:
            return None, Lack.DAMAGED
        is_old = _stamp(place / "scores.jsonl")[0] > stamp[0]
        return held[1], Lack.OLD if is_old else Lack.NOTHING


def _changed(place: Path) -> int:
    return _stamp(place)[0]


def _stamp(path: Path) -> Stamp:
    """When a file changed last, in nanoseconds, and its size; zeros where it isn't there."""
    try:
        known = path.stat()
    except OSError:
        return 0, 0
    return known.st_mtime_ns, known.st_size


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > SIZE_LIMIT:
            raise GiveUp(f"{path.name} is larger than {SIZE_LIMIT // 1024 ** 2} MB.",
                         f"Look at it in {path.parent}.")
        return path.read_bytes()
    except OSError as error:
        raise GiveUp(f"{path.name} can't be read ({error.strerror}).",
                     f"`findings eval report {path.parent}` writes it anew.") from error


def _read(path: Path, shape: type[Shape]) -> Shape:
    try:
        return shape.model_validate_json(_content(path))
    except ValidationError as error:
        raise GiveUp(f"{path.name} is damaged.", _AGAIN) from error


def _lines(path: Path) -> int:
    """The whole lines of a file; one that a kill cut short counts for nothing."""
    try:
        return _content(path).count(b"\n")
    except GiveUp:
        return 0
