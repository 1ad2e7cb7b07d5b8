"""The library behind the page: uploads parsed in the background, corrections, removal, and the
index brought in step when something has changed."""

from __future__ import annotations

import logging
import os
import shutil
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from assistant import corrected
from assistant.filenames import clean_name
from assistant.shelf import Candidate, Progress, Shelved, Stage
from corpus.errors import FindingsError, GiveUp, TryAgain, UnreadableReport, remedy
from corpus.metadata import written
from corpus.model import Finding, Report, counts_of, grades_of
from corpus.parse import questions, report_from
from index.catalogue import Catalogue
from index.replacing import exchange, put
from index.wanted import UPLOADS
from prompts import wording

logger = logging.getLogger(__name__)
_MOST_CANDIDATES = 50
_MOST_OF_ALL = 300
Sync = Callable[[Callable[[int, int], None]], None]


class Shelving:
    """``catalogue`` gives the catalogue in force, ``sync`` brings the index in step (telling how
    far it is), ``home`` is where uploads and corrections are kept; ``elsewhere`` says where the
    library is kept, where that is not here. Dropped files wait in ``incoming``."""

    def __init__(self, home: Path, catalogue: Callable[[], Catalogue],
                 manifest: Callable[[], tuple[tuple[str, ...], Mapping[str, str], tuple[str, ...]]],
                 sync: Sync, elsewhere: Callable[[], str] = lambda: "",
                 incoming: Path | None = None) -> None:
        self._home, self._incoming = home, incoming or home / "incoming"
        self._elsewhere = elsewhere
        self._catalogue = catalogue
        self._manifest = manifest
        self._sync = sync
        self._lock = threading.RLock()
        self._candidates: OrderedDict[str, tuple[Candidate, Path, Report | None]] = OrderedDict()
        self._removed: dict[str, tuple[Path, Path]] = {}
        self._progress = Progress(False)
        self._parser = ThreadPoolExecutor(1, "parse")
        self._indexer = ThreadPoolExecutor(1, "index")

    def drop(self, path: Path, name: str, owner: str = "") -> str:
        """Take a copy of a dropped file under a cleaned name and start parsing it; its token."""
        self._check_kept_here()
        token = os.urandom(8).hex()
        clean = clean_name(name)
        with self._lock:
            if sum(one.owner == owner for one, _, _ in self._candidates.values()) \
                    >= _MOST_CANDIDATES:
                raise GiveUp(f"There are {_MOST_CANDIDATES} files waiting already.",
                             "Add them or put them away first.")
            if len(self._candidates) >= _MOST_OF_ALL:
                raise TryAgain("Too many files are waiting to be added just now.",
                               "Try again later.")
            folder = self._incoming / token
            target = folder / clean
            try:
                folder.mkdir(parents=True)
                shutil.copyfile(path, target)
            except OSError as error:
                # The half that was copied takes the room that is lacking.
                shutil.rmtree(folder, ignore_errors=True)
                raise GiveUp(f"{clean} can't be stored ({error.strerror}).",
                             remedy(error, "Make the home folder writable and try again.")) \
                    from error
            self._candidates[token] = (
                Candidate(token, clean, Stage.WAITING, owner=owner), target, None)
        self._parser.submit(self._parse, token)
        return token

    def _parse(self, token: str) -> None:
        with self._lock:
            if token not in self._candidates:
                return
            candidate, path, _ = self._candidates[token]
            self._candidates[token] = (replace(candidate, stage=Stage.PARSING), path, None)
        report: Report | None = None
        try:
            report = report_from(path)
            seen = self._described(candidate, report)
        except UnreadableReport as error:
            seen = replace(candidate, stage=Stage.FAILED, problem=str(error))
        except Exception:
            # Whatever a file does to a reader, the page has to say that it failed.
            logger.exception("%s could not be parsed", candidate.name)
            seen = replace(candidate, stage=Stage.FAILED, problem=str(
                wording("replies")["library"]["unreadable"]).format(name=candidate.name))
        with self._lock:
            if token in self._candidates:
                self._candidates[token] = (seen, path, report)

    def _described(self, candidate: Candidate, report: Report) -> Candidate:
        known = report.id in {m.id for m in self._catalogue().reports()}
        replaces = report.id if self._uploaded(report.id) is not None else None
        notes = report.notes
        if known and not replaces:
            notes = (*notes, str(wording("replies")["library"]["both_kept"]))
        if not report.findings:
            return replace(candidate, stage=Stage.FAILED, problem=str(
                wording("replies")["library"]["nothing_found"]).format(name=candidate.name))
        return replace(
            candidate, stage=Stage.READY, metadata=report.metadata,
            sections=tuple(" › ".join(path) for path in questions(report)),
            grades=grades_of(report.findings), counts=counts_of(report.findings),
            replaces=replaces, notes=notes)

    def candidates(self) -> list[Candidate]:
        """Everybody's dropped files that have not been added or put away, oldest first."""
        with self._lock:
            return [candidate for candidate, _, _ in self._candidates.values()]

    def add(self, token: str, corrections: Mapping[str, str]) -> None:
        """Add a READY candidate with corrected metadata, and bring the index in step. Raises
        ``GiveUp`` for an unknown token or a value that does not fit."""
        self._check_kept_here()
        with self._lock:
            candidate, path, report = self._candidates.get(token, (None, None, None))
            if candidate is None or path is None or report is None \
                    or candidate.stage is not Stage.READY:
                raise GiveUp("That file is not waiting to be added.", "Drop it again.")
            text = written(corrected.cleaned(corrections), report.metadata)
            self._candidates[token] = (replace(candidate, stage=Stage.ADDING), path, report)
        try:
            # First: it goes by the file's content, and a kill must not part the two.
            corrected.keep(self._home, path, text)
            self._take_in(path, self._uploaded(report.id))
        except OSError as error:
            with self._lock:
                # It waits as before: whoever frees some space can add it again.
                self._candidates[token] = (candidate, path, report)
            raise GiveUp(f"{candidate.name} can't be stored ({error.strerror}).",
                         remedy(error, "Make the home folder writable and try again.")) from error
        self._indexer.submit(self._index, token)

    def _take_in(self, path: Path, replaced: Path | None) -> None:
        """Move a file in, in the place of the one that it replaces."""
        uploads = self._home / UPLOADS
        uploads.mkdir(parents=True, exist_ok=True)
        if replaced is not None and replaced.suffix == path.suffix:
            path.replace(replaced)
            return
        if replaced is None:
            put(path, uploads / path.name)
            return
        exchange(path, replaced)

    def put_away(self, token: str) -> None:
        """Forget a candidate; nothing was added. Raises ``TryAgain`` for one that is being added:
        its file is in the library already, and only the library can let go of it."""
        with self._lock:
            candidate, path, _ = self._candidates.get(token, (None, None, None))
            if candidate is None or path is None:
                return
            if candidate.stage is Stage.ADDING:
                raise TryAgain(f"{candidate.name} is being added just now.",
                               "Remove it from the library once it is there.")
            del self._candidates[token]
        shutil.rmtree(path.parent, ignore_errors=True)

    def shelved(self) -> list[Shelved]:
        """Every report of the library, by title."""
        catalogue = self._catalogue()
        skipped, _, kept = self._manifest()
        sources, away = catalogue.sources(), bool(self._elsewhere())
        by_report: dict[str, list[Finding]] = {}
        for finding in catalogue.findings():
            by_report.setdefault(finding.report_id, []).append(finding)
        rows = []
        for about in catalogue.reports():
            found = by_report.get(about.id, [])
            source = Path(sources[about.id][1].partition("#")[0])
            problem = next((s for s in skipped if s.startswith(f"{source.name}:")), "") \
                if about.id in kept else ""
            rows.append(Shelved(about, source.name, self._is_upload(source) and not away,
                                counts_of(found), grades_of(found), problem))
        return rows

    def unread(self) -> list[str]:
        """Files of the library that can't be read, each a full sentence with its name."""
        skipped, _, _ = self._manifest()
        return list(skipped)

    def correct(self, report_id: str, corrections: Mapping[str, str]) -> None:
        """Correct a report's metadata; the report file itself is never changed."""
        self._check_kept_here()
        about = next((m for m in self._catalogue().reports() if m.id == report_id), None)
        if about is None:
            raise GiveUp("That report is no longer in the library.", "Look at the list again.")
        text = written(corrected.cleaned(corrections), about)
        source = Path(self._catalogue().sources()[report_id][1])
        try:
            corrected.keep(self._home, source, text)
        except OSError as error:
            raise GiveUp(f"The correction can't be stored ({error.strerror}).",
                         remedy(error, "Make the home folder writable and try again.")) from error
        self._indexer.submit(self._index, None)

    def remove(self, report_id: str) -> None:
        """Remove an uploaded report. Raises ``GiveUp`` for one that was not uploaded."""
        self._check_kept_here()
        path = self._uploaded(report_id)
        if path is None:
            raise GiveUp("Only a report that was added on this page can be removed here.",
                         "Remove the others from their folder.")
        bin_folder = self._home / "removed" / report_id
        try:
            bin_folder.mkdir(parents=True, exist_ok=True)
            path.replace(bin_folder / path.name)
        except OSError as error:
            raise GiveUp(f"{path.name} can't be removed ({error.strerror}).",
                         remedy(error, "Make the home folder writable and try again.")) from error
        with self._lock:
            self._removed[report_id] = (bin_folder / path.name, path)
        self._indexer.submit(self._index, None)

    def restore(self, report_id: str) -> None:
        """Undo the last removal of a report, while the app runs."""
        self._check_kept_here()
        with self._lock:
            stored, place = self._removed.get(report_id, (None, None))
            if stored is None or place is None or not stored.exists():
                raise GiveUp("That removal can't be undone any more.", "Add the file again.")
            try:
                put(stored, place)
            except OSError as error:
                raise GiveUp(f"{place.name} can't be put back ({error.strerror}).", remedy(
                    error, "Make the home folder writable and try again.")) from error
            del self._removed[report_id]
        self._indexer.submit(self._index, None)

    def progress(self) -> Progress:
        """Whether the index is being brought in step."""
        return self._progress

    def refresh(self) -> None:
        """Bring the index in step in the background, as when files have changed."""
        self._indexer.submit(self._index, None)

    def close(self) -> None:
        """Let running work end; files that wait to be confirmed are forgotten."""
        self._parser.shutdown(wait=True, cancel_futures=True)
        self._indexer.shutdown(wait=True, cancel_futures=True)
        shutil.rmtree(self._incoming, ignore_errors=True)

    def _index(self, token: str | None) -> None:
        def told(done: int, total: int) -> None:
            self._progress = Progress(True, done, total)

        self._progress = Progress(True)
        problem = ""
        try:
            self._sync(told)
        except FindingsError as error:
            logger.warning("the index could not be brought in step: %s", error)
            problem = str(error)
        except Exception:
            # Whatever goes wrong, the page has to say so, and the next file gets its turn.
            logger.exception("the index could not be brought in step")
            problem = str(wording("replies")["library"]["not_in_step"])
        self._progress = Progress(False, message=problem)
        if token is not None:
            self._settle(token, problem)

    def _settle(self, token: str, problem: str) -> None:
        """Take an added candidate off the list, or say on it what went wrong."""
        with self._lock:
            candidate, path, report = self._candidates.pop(token)
            if problem:
                self._candidates[token] = (
                    replace(candidate, stage=Stage.FAILED, problem=problem), path, report)
        shutil.rmtree(path.parent, ignore_errors=True)

    def _check_kept_here(self) -> None:
        if words := self._elsewhere():
            raise GiveUp(words)

    def _uploaded(self, report_id: str) -> Path | None:
        source = self._catalogue().sources().get(report_id)
        path = Path(source[1]) if source is not None else None
        return path if path is not None and self._is_upload(path) and path.exists() else None

    def _is_upload(self, path: Path) -> bool:
        return path.is_relative_to((self._home / UPLOADS).resolve())
