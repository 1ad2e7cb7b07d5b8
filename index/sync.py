"""Brings the index in step with a library. The index in force serves until the new one is whole."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from corpus.errors import FindingsError, GiveUp
from corpus.library import Library
from corpus.model import Report
from index import catalogue, generation, neighbours
from index.catalogue import Catalogue
from index.embedding import Embedder, Vectors
from index.generation import FORMAT, Manifest
from index.journal import NAME as PART
from index.journal import Journal
from index.known import Earlier, Known, earlier, known
from index.lock import writing
from index.passages import Passage, passage
from index.vectors import VectorStore, readable
from index.wanted import Wanted, code

Progress = Callable[[int, int], None]
_BATCH = 256
_MOST_AT_ONCE = 2000
_MOST_GONE = 0.3


@dataclass(frozen=True, slots=True)
class Changes:
    """What a sync did, by report id; ``skipped`` are full sentences."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    findings: int = 0
    embedded: int = 0
    rebuilt: bool = True


def in_step(home: Path, source: Path, embedder: Embedder) -> bool:
    """Whether the index in force mirrors ``source`` as it is now, by this version and model."""
    found = generation.current(home)
    return found is not None and found[1].fingerprint == Wanted(home, source).fingerprint(embedder)


def sync(home: Path, source: Path, embedder: Embedder, progress: Progress = lambda a, b: None,
         wait: float = 0.0, rebuild: bool = False) -> Changes:
    """Index a folder of reports, or a ``.jsonl`` file of ready-made passages.

    Does nothing when the index is in step already. Files that have not changed are not parsed
    again, texts that the index in force, or a build that was cut off, has embedded are not
    embedded again. A file whose new version can't be read keeps its version before. ``rebuild``
    builds anew from the reports alone, whatever is there; the index in force serves until then.

    Raises ``TryAgain`` while another process indexes, ``FixConfiguration`` for a missing or
    unreadable source or a home that can't be written, ``GiveUp`` when nothing in the source can
    be read; the index in force then stays.
    """
    with writing(home, wait):
        wanted = Wanted(home, source)
        before = generation.current(home)
        if rebuild:
            generation.discard_builds(home)
        elif (done := _in_force(home, wanted.fingerprint(embedder), before)) is not None:
            return done
        try:
            usable = earlier(before) if before is not None and not rebuild \
                and before[1].model == embedder.fingerprint else None
            # Importing Chroma takes as long as reading a few reports: it begins meanwhile.
            threading.Thread(target=importlib.import_module, args=("chromadb",), daemon=True,
                             name="chromadb").start()
            found = wanted.read(before if usable is not None else None)
            return _build(home, wanted, found, before, usable, embedder, progress)
        except FindingsError:
            raise
        except (OSError, sqlite3.OperationalError) as error:
            raise generation.unstored(home, error) from error


def _in_force(home: Path, fingerprint: str, before: tuple[Path, Manifest] | None) -> Changes | None:
    """What is told where a whole index of what is wanted is in force, or only has to be put."""
    if before is not None and before[1].fingerprint == fingerprint and generation.whole(*before):
        told = before[1]
        return Changes(unchanged=tuple(told.reports), skipped=told.skipped,
                       findings=told.findings, rebuilt=False)
    if (made := generation.finished(home, fingerprint)) is None:
        return None
    generation.put_in_force(home, made[0])
    return changes(before[1] if before is not None else None, made[1], 0)


def _build(home: Path, wanted: Wanted, found: Library, before: tuple[Path, Manifest] | None,
           usable: Earlier | None, embedder: Embedder, progress: Progress) -> Changes:
    building, cut_off = generation.building(home, embedder.fingerprint,
                                            wanted.fingerprint(embedder))
    (building / "catalogue.sqlite").unlink(missing_ok=True)
    # What a process that was ended has left of Chroma may be torn, and is never opened. A new
    # name each time: a folder that Chroma failed to open can't be opened again by this process.
    for left in building.glob("chroma*"):
        shutil.rmtree(left, ignore_errors=True)
    target = building / f"chroma-{os.urandom(3).hex()}"
    passages = [passage(f) for report in found.reports for f in report.findings]
    journal = Journal(building / PART)
    with ThreadPoolExecutor(1, "catalogue") as beside:
        listing = beside.submit(catalogue.write, building / "catalogue.sqlite", found.reports)
        store, there = _begun(target, passages, usable)
        try:
            missing = [p for p in passages if p.finding.id not in there]
            stock = known(journal, cut_off, usable, {p.digest for p in missing})
            embedded = _store(store, passages, missing, stock, journal, embedder, progress)
            _check(store.count(), len(passages), "vectors")
        finally:
            store.close()
        listing.result()
    target.replace(building / "chroma")
    stock.learn(*journal.held())
    _lay_out(building, passages, stock, usable, there)
    journal.remove()
    manifest = manifest_of(wanted, found, embedder)
    generation.publish(home, building, manifest)
    return changes(before[1] if before is not None else None, manifest, embedded)


def manifest_of(wanted: Wanted, found: Library, embedder: Embedder) -> Manifest:
    """What a generation of these reports is made of."""
    return Manifest(FORMAT, wanted.fingerprint(embedder), embedder.fingerprint,
                    str(wanted.source), wanted.passages_file,
                    {report.id: content_hash(report) for report in found.reports},
                    sum(len(report.findings) for report in found.reports),
                    tuple(item.reason for item in found.skipped), dict(found.digests),
                    dict(found.paths), code(), found.kept)


def _begun(target: Path, wanted: Sequence[Passage],
           before: Earlier | None) -> tuple[VectorStore, set[str]]:
    """A store to put vectors in, and the ids of the findings that are in it as they should be.

    A copy of the one in force is quick, putting vectors in again is not. Chroma only marks what
    is deleted, though: a store that would be mostly dead is made anew.
    """
    here = {p.finding.id for p in wanted}
    gone = [one for one in before.ids if one not in here] if before is not None else []
    if before is None or len(gone) > _MOST_GONE * len(before.ids) \
            or not readable(before.path / "chroma"):
        return VectorStore(target), set()
    shutil.copytree(before.path / "chroma", target)
    store = VectorStore(target)
    if store.count() != len(before.ids):
        store.close()
        shutil.rmtree(target)
        return VectorStore(target), set()
    store.remove(gone)
    return store, {p.finding.id for p in wanted if before.holds(p.finding)}


def _store(store: VectorStore, wanted: Sequence[Passage], missing: Sequence[Passage],
           stock: Known, journal: Journal, embedder: Embedder, progress: Progress) -> int:
    """Put the vectors of what is missing in place; returns how many texts had to be embedded."""
    reused = [p for p in missing if p.digest in stock]
    for begin in range(0, len(reused), _MOST_AT_ONCE):
        batch = reused[begin:begin + _MOST_AT_ONCE]
        store.add(batch, stock.get([p.digest for p in batch]))
    fresh: dict[str, list[Passage]] = {}
    for p in sorted(missing, key=lambda p: len(p.embedded)):
        if p.digest not in stock:
            fresh.setdefault(p.digest, []).append(p)
    groups = list(fresh.values())
    left = sum(map(len, groups))
    progress(len(wanted) - left, len(wanted))
    for count in _embedded(groups, embedder, store, journal):
        left -= count
        progress(len(wanted) - left, len(wanted))
    return len(groups)


def _embedded(groups: Sequence[Sequence[Passage]], embedder: Embedder, store: VectorStore,
              journal: Journal) -> Iterator[int]:
    """Embed groups of passages of the same text and put them in; yields how many are in place
    after each step. One batch is stored while the next is embedded."""
    with ThreadPoolExecutor(1, "store") as writer:
        storing: Future[int] | None = None
        for begin in range(0, len(groups), _BATCH):
            batch = groups[begin:begin + _BATCH]
            vectors = embedder.embed([group[0].embedded for group in batch])
            journal.add([group[0].digest for group in batch], vectors)
            if storing is not None:
                yield storing.result()
            storing = writer.submit(_put, store, batch, vectors)
        if storing is not None:
            yield storing.result()


def _put(store: VectorStore, batch: Sequence[Sequence[Passage]], vectors: Vectors) -> int:
    passages = [p for group in batch for p in group]
    store.add(passages, np.repeat(vectors, [len(group) for group in batch], axis=0))
    return len(passages)


def _check(there: int, expected: int, what: str) -> None:
    if there != expected:
        raise GiveUp(f"The new index holds {there} {what} where {expected} were expected.",
                     "The index in force was kept. Try again.")


def _lay_out(building: Path, passages: Sequence[Passage], stock: Known, before: Earlier | None,
             there: set[str]) -> None:
    """Check that the catalogue is whole, and write the vectors in reading order; those of findings
    that were ``there`` are as in the generation before."""
    with closing(Catalogue(building / "catalogue.sqlite")) as held:
        _check(len(held), len(passages), "findings")
    digests = {p.finding.id: p.digest for p in passages if p.finding.id not in there}

    def vectors(ids: Sequence[str]) -> Mapping[str, Vectors]:
        return dict(zip(ids, stock.get([digests[one] for one in ids]), strict=True))

    neighbours.write(building, [p.finding.id for p in passages], vectors,
                     before.vectors if before is not None else None, digests.keys())


def content_hash(report: Report) -> str:
    """A digest of a report's metadata and text."""
    told = json.dumps(asdict(report.metadata), sort_keys=True)
    return hashlib.sha256((told + "\0" + report.text).encode()).hexdigest()


def changes(before: Manifest | None, manifest: Manifest, embedded: int) -> Changes:
    """What differs from the generation before; all is new where that had another model."""
    old = before.reports if before is not None and before.model == manifest.model else {}
    new = manifest.reports
    return Changes(
        added=tuple(i for i in new if i not in old),
        changed=tuple(i for i in new if i in old and old[i] != new[i]),
        removed=tuple(i for i in old if i not in new),
        unchanged=tuple(i for i in new if old.get(i) == new[i]),
        skipped=manifest.skipped, findings=manifest.findings, embedded=embedded)
