"""Bringing the index on a server in step with a library. The edition in force serves until the
new one is whole, and is put out of force in one step."""

from __future__ import annotations

import logging
import shutil
import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from corpus.errors import FindingsError, TryAgain
from corpus.library import Library
from index import catalogue, generation
from index.embedding import Embedder, Vectors
from index.generation import Manifest
from index.matrix import Matrix
from index.neighbours import NAME
from index.passages import Passage, passage
from index.shared import edition as editions
from index.shared import held, record
from index.shared.edition import Edition, Shelf
from index.shared.held import Held
from index.shared.lease import Lease
from index.shared.mirror import rows_of
from index.shared.record import Incomplete
from index.shared.server import Server
from index.sync import Changes, Progress, changes, manifest_of
from index.wanted import Wanted

logger = logging.getLogger(__name__)
_BUILDING = "publishing"
_ROWS = 500
_BATCH = 64
# Chroma only marks what is deleted: collections of which more is dead than alive are made anew.
_MOST_DEAD = 1000


class Publishing:
    """One new edition. ``before`` is the edition in force, ``here`` the mirror of it on this
    machine or of an older one, ``local`` an index from before there was a server. Nothing that the
    server has of ``before`` is taken over where ``anew`` is set."""

    def __init__(self, server: Server, lock: Lease, folder: Path, number: int,
                 before: Edition | None, here: Held | None, local: Held | None,
                 anew: bool) -> None:
        self._server, self._lock, self._folder = server, lock, folder
        self._before, self._here, self._local = before, here, local
        self._anew = anew
        self.number = number
        # What is on the server and may be counted on, by what its ids begin with.
        self._findings: dict[str, str] = {}
        self._blobs: dict[str, str] = {}
        self._vectors: dict[str, Vectors] = {}
        self._known: dict[str, Vectors] = {}

    def build(self, wanted: Wanted, found: Library, keeper: str, embedder: Embedder,
              progress: Progress) -> Changes:
        """Store what is new, check that all is there, put the edition in force, and bring the
        mirror in step from what is at hand. Raises ``TryAgain`` where the server can't be reached
        or another was quicker: the edition in force stays, a later run goes on from there."""
        building = generation.folder(self._folder, _BUILDING)
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(parents=True)
        try:
            return self._built(building, wanted, found, keeper, embedder, progress)
        finally:
            shutil.rmtree(building, ignore_errors=True)

    def _built(self, building: Path, wanted: Wanted, found: Library, keeper: str,
               embedder: Embedder, progress: Progress) -> Changes:
        shelf = self._shelf(embedder.fingerprint)
        self._take_stock(shelf)
        passages = [passage(f) for report in found.reports for f in report.findings]
        refs = [self._findings.get(key, f"{key}-{self.number}")
                for key in map(record.key, passages)]
        matrix = Matrix(building / NAME, len(passages))
        count = self._store(shelf, passages, refs, matrix, embedder, progress)
        matrix.close()
        catalogue.write(building / "catalogue.sqlite", found.reports)
        manifest = manifest_of(wanted, found, embedder)
        reports, pointer = self._reports(shelf, found, refs, manifest)
        self._check(shelf, refs, [*reports, pointer])
        made = Edition(self.number, editions.token(), manifest.format, manifest.model,
                       manifest.fingerprint, shelf.name, pointer, len(refs),
                       self._dead(shelf, refs), keeper, socket.gethostname()[:100],
                       manifest.library)
        held.describe(building, made, self._server.access.place, refs, reports)
        self._lock.check()
        editions.put_in_force(self._server, made)
        generation.publish(self._folder, building, manifest)
        self._clear_up(made, shelf, refs, [*reports, pointer])
        return changes(self._here.manifest if self._here is not None else None, manifest, count)

    def _shelf(self, model: str) -> Shelf:
        """The collections to store in: those of the edition in force, else those that a run which
        was cut off began for this very edition, else new ones."""
        if self._anew:
            return editions.new_shelf(self._server, self.number, model)
        there = editions.shelves(self._server)
        before = self._before
        if before is not None and before.model == model \
                and before.dead <= max(_MOST_DEAD, before.findings) and before.shelf in there:
            return there[before.shelf]
        for shelf in there.values():
            if shelf.number == self.number and shelf.findings.metadata.get("model") == model \
                    and shelf.findings.metadata.get("format") == generation.FORMAT:
                return shelf
        return editions.new_shelf(self._server, self.number, model)

    def _take_stock(self, shelf: Shelf) -> None:
        """Find what may be counted on: what the edition in force reaches, and what a run that was
        cut off has stored for this one."""
        findings = set(editions.ids(self._server, shelf.findings))
        parts = set(editions.ids(self._server, shelf.reports))
        if self._here is not None and self._here.edition == self._before and not self._anew:
            for row, ref in enumerate(self._here.refs):
                if ref in findings:
                    self._findings[_key(ref)] = ref
                    self._vectors[ref] = self._here.vectors.row(row)
            self._blobs = {_key(ref): ref for ref in self._here.reports
                           if parts.issuperset(record.part_ids(ref))}
        begun = [ref for ref in findings if editions.brought_by(ref) == self.number]
        for some in editions.some(begun, _ROWS):
            try:
                for ref, (_, digest, vector) in rows_of(self._server, shelf, ids=some).items():
                    self._findings[_key(ref)] = ref
                    self._vectors[ref] = self._known[digest] = vector
            except Incomplete as error:
                # What is damaged is stored once more.
                logger.warning("a run that was cut off left something unusable: %s", error)
        for part in parts:
            ref = part.partition(".")[0]
            if editions.brought_by(part) == self.number \
                    and parts.issuperset(record.part_ids(ref)):
                self._blobs[_key(ref)] = ref

    def _store(self, shelf: Shelf, passages: Sequence[Passage], refs: Sequence[str],
               matrix: Matrix, embedder: Embedder, progress: Progress) -> int:
        """Store every finding that is not there; how many texts had to be embedded."""
        rows = {p.finding.id: row for row, p in enumerate(passages)}
        there = [row for row, ref in enumerate(refs) if ref in self._vectors]
        for some in editions.some(there, _ROWS):
            matrix.put(some, np.stack([self._vectors[refs[row]] for row in some]))
        missing = [p for p, ref in zip(passages, refs, strict=True) if ref not in self._vectors]
        known = self._at_hand({p.digest for p in missing})

        def put(some: Sequence[Passage], vectors: Vectors) -> None:
            self._lock.check()
            places = [rows[p.finding.id] for p in some]
            editions.put(self._server, shelf.findings, record.findings(
                some, [refs[place] for place in places], vectors, self.number))
            matrix.put(places, vectors)

        for again in editions.some((p for p in missing if p.digest in known), _ROWS):
            put(again, np.stack([known[p.digest] for p in again]))
        fresh = [p for p in missing if p.digest not in known]
        left = len(fresh)
        progress(len(passages) - left, len(passages))
        for batch, vectors in _embedded(fresh, embedder):
            put(batch, vectors)
            left -= len(batch)
            progress(len(passages) - left, len(passages))
        return len({p.digest for p in fresh})

    def _at_hand(self, wanted: set[str]) -> Mapping[str, Vectors]:
        """Vectors that need not be made again, by the digest of the embedded text."""
        known = {digest: self._known[digest] for digest in wanted & self._known.keys()}
        if self._anew:
            return known
        for one in (self._here, self._local):
            if one is not None:
                known |= one.by_digest(wanted - known.keys())
        return known

    def _reports(self, shelf: Shelf, found: Library, refs: Sequence[str],
                 manifest: Manifest) -> tuple[dict[str, str], str]:
        """Store the reports and the manifest; the reports' ids there with their own, and the
        manifest's."""
        waiting = record.Rows([], [], [], [])
        reports: dict[str, str] = {}
        begin = 0
        for report in found.reports:
            end = begin + len(report.findings)
            content = record.report(report, refs[begin:end])
            reports[self._blob(content, shelf, waiting)] = report.id
            begin = end
        told = record.manifest(asdict(manifest), reports)
        pointer = self._blob(told, shelf, waiting)
        self._put(waiting, shelf)
        return reports, pointer

    def _blob(self, content: bytes, shelf: Shelf, waiting: record.Rows) -> str:
        if (ref := self._blobs.get(record.blob_key(content))) is not None:
            return ref
        ref, rows = record.blob(content, self.number)
        waiting.extend(rows)
        if len(waiting.ids) >= _ROWS // 4:
            self._put(waiting, shelf)
        return ref

    def _put(self, waiting: record.Rows, shelf: Shelf) -> None:
        self._lock.check()
        editions.put(self._server, shelf.reports, waiting)
        waiting.clear()

    def _check(self, shelf: Shelf, refs: Sequence[str], blobs: Sequence[str]) -> None:
        """See that the server has everything, before anything points to it."""
        missing = set(refs) - set(editions.ids(self._server, shelf.findings))
        parts = {part for ref in blobs for part in record.part_ids(ref)}
        missing |= parts - set(editions.ids(self._server, shelf.reports))
        if missing:
            raise TryAgain(f"The Chroma server lost {len(missing)} of the rows that it had taken.",
                           "The index in force was kept. Try again.")

    def _dead(self, shelf: Shelf, refs: Sequence[str]) -> int:
        before = self._before
        if before is None or before.shelf != shelf.name:
            return 0
        return before.dead + (len(set(self._here.refs) - set(refs)) if self._here else 0)

    def _clear_up(self, made: Edition, shelf: Shelf, refs: Sequence[str],
                  blobs: Sequence[str]) -> None:
        """Remove what no edition needs any more; what is left over is removed the next time."""
        reached = {shelf.name: {*refs, *(p for ref in blobs for p in record.part_ids(ref))}}
        before = self._before
        if before is not None:
            if self._here is None or self._here.edition != before:
                # What it reaches is not known here, so nothing of its shelf is removed.
                reached.pop(before.shelf, None)
                logger.info("clearing up is left to the next time")
                return
            reached.setdefault(before.shelf, set()).update(self._here.refs, (
                p for ref in [*self._here.reports, before.manifest]
                for p in record.part_ids(ref)))
        try:
            self._lock.check()
            editions.clear_up(self._server, made, reached)
        except FindingsError as error:
            logger.info("clearing up is left to the next time: %s", error)


def _embedded(fresh: Sequence[Passage], embedder: Embedder) -> Iterator[
        tuple[list[Passage], Vectors]]:
    """Passages with their vectors, short ones first; no text is embedded twice."""
    by_text: dict[str, list[Passage]] = {}
    for p in sorted(fresh, key=lambda p: len(p.embedded)):
        by_text.setdefault(p.digest, []).append(p)
    for groups in editions.some(by_text.values(), _BATCH):
        vectors = embedder.embed([group[0].embedded for group in groups])
        yield ([p for group in groups for p in group],
               np.repeat(vectors, [len(group) for group in groups], axis=0))


def _key(ref: str) -> str:
    return ref.partition("-")[0]
