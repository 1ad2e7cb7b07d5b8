"""The library behind the page: uploads parsed in the background, corrections, removal, and the
index brought in step when something has changed."""

from __future__ import annotations

import logging
import os
import shutil
import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from assistant.filenames import clean_name, free
from assistant.shelf import Candidate, Progress, Shelved, Stage
from corpus.digests import Digests
from corpus.errors import FindingsError, GiveUp, TryAgain, UnreadableReport
from corpus.metadata import CORRECTABLE, written
from corpus.model import Finding, Report, counts_of, grades_of
from corpus.parse import questions, report_from
from index.catalogue import Catalogue
from index.wanted import CORRECTIONS, UPLOADS
from prompts import wording

logger = logging.getLogger(__name__)
_MOST_CANDIDATES = 50
_MOST_OF_ALL = 300
Sync = Callable[[Callable[[int, int], None]], None]


class Shelving:
    """``catalogue`` gives the catalogue in force, ``sync`` brings the index in step (telling how
    far it is), ``home`` is where uploads and corrections are kept."""

    def __init__(self, home: Path, catalogue: Callable[[], Catalogue],
                 manifest: Callable[[], tuple[tuple[str, ...], Mapping[str, str], tuple[str, ...]]],
                 sync: Sync) -> None:
        self._home = home
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
            folder = self._home / "incoming" / token
            target = folder / clean
            try:
                folder.mkdir(parents=True)
                shutil.copyfile(path, target)
            except OSError as error:
                raise GiveUp(f"{clean} can't be stored ({error.strerror}).",
                             "Free some space and try again.") from error
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
        with self._lock:
            candidate, path, report = self._candidates.get(token, (None, None, None))
            if candidate is None or path is None or report is None \
                    or candidate.stage is not Stage.READY:
                raise GiveUp("That file is not waiting to be added.", "Drop it again.")
            text = written(_cleaned(corrections), report.metadata)
            self._candidates[token] = (replace(candidate, stage=Stage.ADDING), path, report)
        uploads = self._home / UPLOADS
        replaced = self._uploaded(report.id)
        try:
            uploads.mkdir(parents=True, exist_ok=True)
            target = free(uploads / path.name) if replaced is None else replaced
            if replaced is not None and replaced.suffix != path.suffix:
                target = free(uploads / path.name)
            path.replace(target)
            self._write_correction(target, text)
            if replaced is not None and replaced != target:
                # Only now: a version that could not be stored must not cost the one before.
                replaced.unlink()
        except OSError as error:
            raise GiveUp(f"{candidate.name} can't be stored ({error.strerror}).",
                         "Free some space and try again.") from error
        self._indexer.submit(self._index, token)

    def put_away(self, token: str) -> None:
        """Forget a candidate; nothing was added."""
        with self._lock:
            _, path, _ = self._candidates.pop(token, (None, None, None))
        if path is not None:
            shutil.rmtree(path.parent, ignore_errors=True)

    def shelved(self) -> list[Shelved]:
        """Every report of the library, by title."""
        catalogue = self._catalogue()
        skipped, _, kept = self._manifest()
        sources = catalogue.sources()
        by_report: dict[str, list[Finding]] = {}
        for finding in catalogue.findings():
            by_report.setdefault(finding.report_id, []).append(finding)
        rows = []
        for about in catalogue.reports():
            found = by_report.get(about.id, [])
            source = Path(sources[about.id][1].partition("#")[0])
            problem = next((s for s in skipped if s.startswith(f"{source.name}:")), "") \
                if about.id in kept else ""
            rows.append(Shelved(about, source.name, self._is_upload(source), counts_of(found),
                                grades_of(found), problem))
        return rows

    def unread(self) -> list[str]:
        """Files of the library that can't be read, each a full sentence with its name."""
        skipped, _, _ = self._manifest()
        return list(skipped)

    def correct(self, report_id: str, corrections: Mapping[str, str]) -> None:
        """Correct a report's metadata; the report file itself is never changed."""
        about = next((m for m in self._catalogue().reports() if m.id == report_id), None)
        if about is None:
            raise GiveUp("That report is no longer in the library.", "Look at the list again.")
        text = written(_cleaned(corrections), about)
        source = Path(self._catalogue().sources()[report_id][1])
        try:
            self._write_correction(source, text)
        except OSError as error:
            raise GiveUp(f"The correction can't be stored ({error.strerror}).",
                         "Free some space and try again.") from error
        self._indexer.submit(self._index, None)

    def remove(self, report_id: str) -> None:
        """Remove an uploaded report. Raises ``GiveUp`` for one that was not uploaded."""
        path = self._uploaded(report_id)
        if path is None:
            raise GiveUp("Only a report that was added on this page can be removed here.",
                         "Remove the others from their folder.")
        bin_folder = self._home / "removed" / report_id
        bin_folder.mkdir(parents=True, exist_ok=True)
        path.replace(bin_folder / path.name)
        with self._lock:
            self._removed[report_id] = (bin_folder / path.name, path)
        self._indexer.submit(self._index, None)

    def restore(self, report_id: str) -> None:
        """Undo the last removal of a report, while the app runs."""
        with self._lock:
            stored, place = self._removed.pop(report_id, (None, None))
        if stored is None or place is None or not stored.exists():
            raise GiveUp("That removal can't be undone any more.", "Add the file again.")
        stored.replace(free(place))
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
        shutil.rmtree(self._home / "incoming", ignore_errors=True)

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
        self._progress = Progress(False, message=problem)
        if token is not None:
            with self._lock:
                candidate, path, report = self._candidates[token]
                stage = Stage.FAILED if problem else Stage.ADDED
                self._candidates[token] = (replace(candidate, stage=stage, problem=problem), path,
                                           report)
                if not problem:
                    self._candidates.pop(token)
            shutil.rmtree(path.parent, ignore_errors=True)

    def _write_correction(self, file: Path, text: str) -> None:
        if not text:
            return
        folder = self._home / CORRECTIONS
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{Digests().of(file)}.toml"
        scratch = target.with_suffix(".new")
        scratch.write_text(text, "utf-8")
        scratch.replace(target)

    def _uploaded(self, report_id: str) -> Path | None:
        source = self._catalogue().sources().get(report_id)
        path = Path(source[1]) if source is not None else None
        return path if path is not None and self._is_upload(path) and path.exists() else None

    def _is_upload(self, path: Path) -> bool:
        return path.is_relative_to((self._home / UPLOADS).resolve())


def _cleaned(corrections: Mapping[str, str]) -> dict[str, str]:
    unknown = set(corrections) - CORRECTABLE
    if unknown:
        raise GiveUp(f"There is no field {sorted(unknown)[0]!r}.",
                     f"Known are {', '.join(sorted(CORRECTABLE))}.")
    return {key: " ".join("".join(c for c in str(value) if unicodedata.category(c)[0] != "C")
                          .split())[:300] for key, value in corrections.items()}
