"""Fetching an edition: what this machine lacks of it, checked, and then swapped in whole."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from corpus.errors import FixConfiguration
from corpus.model import Finding, Report
from index import catalogue, generation
from index.catalogue import Catalogue
from index.embedding import Vectors
from index.generation import Manifest
from index.matrix import Matrix
from index.neighbours import NAME
from index.shared import edition as editions
from index.shared import held, record
from index.shared.edition import Edition, Shelf
from index.shared.held import Held
from index.shared.record import Incomplete
from index.shared.server import Server
from index.sync import content_hash

Progress = Callable[[int, int], None]
_REPORTS, _FINDINGS = 100, 500
_BUILDING = "mirroring"


def fetch(server: Server, wanted: Edition, folder: Path,
          progress: Progress = lambda done, total: None) -> None:
    """Make an edition the generation in force in ``folder``, whose writer's lock is held.

    What is here already, by content, is not fetched again. A fetch that was cut off left nothing
    that is served; the next one begins again with what is here. Raises ``TryAgain`` where the
    server can't be reached or the edition is not whole there, ``FixConfiguration`` where the
    folder can't be written.
    """
    building = generation.folder(folder, _BUILDING)
    try:
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(parents=True)
        _fetched(server, wanted, folder, building, progress)
    except sqlite3.IntegrityError as error:
        raise Incomplete("a finding is there twice") from error
    except (OSError, sqlite3.OperationalError) as error:
        raise FixConfiguration(f"The mirror can't be stored in {folder}: {error}.",
                               "Free some space, or name another folder in FINDINGS_MIRROR.") \
            from error
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _fetched(server: Server, wanted: Edition, folder: Path, building: Path,
             progress: Progress) -> None:
    shelf = editions.shelves(server).get(wanted.shelf)
    if shelf is None:
        raise Incomplete("its collections are gone")
    told = editions.blobs(server, shelf, [wanted.manifest])[wanted.manifest]
    manifest = generation.manifest_from(told["manifest"])
    if manifest is None or len(told["reports"]) != len(manifest.reports):
        raise Incomplete("its manifest can't be read")
    with ExitStack() as stack:
        here = held.opened(folder, wanted.model, server.access.place)
        if here is not None:
            stack.enter_context(closing(here))
        fetching = _Fetching(server, shelf, here, Matrix(building / NAME, manifest.findings),
                             manifest, progress)
        catalogue.write(building / "catalogue.sqlite", fetching.reports(told["reports"]))
        if len(fetching.refs) != manifest.findings:
            raise Incomplete(f"{len(fetching.refs)} of {manifest.findings} findings")
        fetching.matrix.close()
    with closing(Catalogue(building / "catalogue.sqlite")) as made:
        if len(made) != manifest.findings or len(made.reports()) != len(manifest.reports):
            raise Incomplete("its parts don't fit together")
    held.describe(building, wanted, server.access.place, fetching.refs, told["reports"])
    generation.publish(folder, building, replace(manifest, files={}))


class _Fetching:
    """Reports one after the other, their vectors put in place on the way; ``refs`` are the ids of
    the findings that have come."""

    def __init__(self, server: Server, shelf: Shelf, here: Held | None, matrix: Matrix,
                 manifest: Manifest, progress: Progress) -> None:
        self._server, self._shelf, self._here = server, shelf, here
        self._manifest, self._progress = manifest, progress
        self.matrix = matrix
        self.refs: list[str] = []

    def reports(self, wanted: Mapping[str, str]) -> Iterator[Report]:
        """The reports of these ids on the server, in their order."""
        for some in editions.some(wanted.items(), _REPORTS):
            known = {ref: self._kept(ref) for ref, _ in some}
            blobs = editions.blobs(self._server, self._shelf,
                                   [ref for ref, report in known.items() if report is None])
            refs = {ref: blobs[ref]["findings"] if report is None else
                    self._here.refs_of([f.id for f in report.findings])  # type: ignore[union-attr]
                    for ref, report in known.items()}
            found = self._findings([one for listed in refs.values() for one in listed])
            for ref, identifier in some:
                kept = known[ref]
                report = kept if kept is not None else record.report_from(
                    blobs[ref], [found[one][0] for one in refs[ref]])
                if report.id != identifier \
                        or content_hash(report) != self._manifest.reports.get(identifier):
                    raise Incomplete(f"report {identifier}")
                self._place([found[one][1] for one in refs[ref]], refs[ref])
                yield report

    def _kept(self, ref: str) -> Report | None:
        """A report that is here already."""
        identifier = self._here.reports.get(ref) if self._here is not None else None
        return self._here.catalogue.report(identifier) \
            if self._here is not None and identifier is not None else None

    def _findings(self, wanted: Sequence[str]) -> dict[str, tuple[Finding, Vectors]]:
        """Findings with their vectors, from here or from the server."""
        found: dict[str, tuple[Finding, Vectors]] = {}
        if self._here is not None:
            rows = self._here.row_of
            kept = {ref: self._here.catalogue.ids[rows[ref]] for ref in wanted if ref in rows}
            known = self._here.catalogue.get(list(kept.values()))
            vectors = self._here.vectors.get(list(kept.values()))
            found = {ref: (known[one], vectors[one]) for ref, one in kept.items()}
        missing = [ref for ref in wanted if ref not in found]
        for some in editions.some(missing, _FINDINGS):
            found |= {ref: (finding, vector) for ref, (finding, _, vector)
                      in rows_of(self._server, self._shelf, ids=list(some)).items()}
        if lost := next((ref for ref in missing if ref not in found), None):
            raise Incomplete(f"finding {lost}")
        return found

    def _place(self, vectors: Sequence[Vectors], refs: Sequence[str]) -> None:
        if len(self.refs) + len(refs) > self._manifest.findings:
            raise Incomplete("there are more findings than its manifest says")
        if refs:
            self.matrix.put(range(len(self.refs), len(self.refs) + len(refs)), np.stack(vectors))
        self.refs += refs
        self._progress(len(self.refs), self._manifest.findings)


def rows_of(server: Server, shelf: Shelf, **asked: Any) -> dict[
        str, tuple[Finding, str, Vectors]]:
    """Findings with the digests of their embedded texts and their vectors, by their ids on the
    server; each checked. Raises ``Incomplete`` for one that was altered."""
    rows = server.get(shelf.findings, include=["metadatas", "documents", "embeddings"], **asked)
    try:
        return {ref: record.read(ref, told, text, vector) for ref, told, text, vector
                in zip(rows["ids"], rows["metadatas"], rows["documents"], rows["embeddings"],
                       strict=True)}
    except (KeyError, ValueError, TypeError, AttributeError, json.JSONDecodeError) as error:
        raise Incomplete(f"a finding can't be read: {type(error).__name__}") from error
