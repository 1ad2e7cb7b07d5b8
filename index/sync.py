"""Brings the index in step with a library. The index in force serves until the new one is whole."""

from __future__ import annotations

import hashlib
import importlib
import json
import logging
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from corpus.errors import FindingsError, FixConfiguration, GiveUp
from corpus.library import Library
from corpus.model import Report
from index import catalogue, generation, neighbours
from index.catalogue import Catalogue
from index.embedding import Embedder, Vectors
from index.generation import FORMAT, Manifest
from index.lock import writing
from index.passages import Passage, passage
from index.vectors import VectorStore, readable
from index.wanted import Wanted, code

logger = logging.getLogger(__name__)
Progress = Callable[[int, int], None]
_BATCH = 256
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
        elif before is not None and before[1].fingerprint == wanted.fingerprint(embedder):
            told = before[1]
            return Changes(unchanged=tuple(told.reports), skipped=told.skipped,
                           findings=told.findings, rebuilt=False)
        try:
            usable = before if before is not None and not rebuild \
                and before[1].model == embedder.fingerprint \
                and generation.shortened(*before) is None else None
            # Importing Chroma takes as long as reading a few reports: it begins meanwhile.
            threading.Thread(target=importlib.import_module, args=("chromadb",), daemon=True,
                             name="chromadb").start()
            found = wanted.read(usable)
            return _build(home, wanted, found, before, usable, embedder, progress)
        except FindingsError:
            raise
        except (OSError, sqlite3.OperationalError) as error:
            raise FixConfiguration(f"The index can't be stored in {home}: {error}.", "Free some "
                                   "space or choose another folder with --home.") from error


def _build(home: Path, wanted: Wanted, found: Library, before: tuple[Path, Manifest] | None,
           usable: tuple[Path, Manifest] | None, embedder: Embedder,
           progress: Progress) -> Changes:
    building, cut_off = generation.building(home, embedder.fingerprint,
                                            wanted.fingerprint(embedder))
    (building / "catalogue.sqlite").unlink(missing_ok=True)
    all_passages = [passage(f) for report in found.reports for f in report.findings]
    earlier = [usable[0]] if usable is not None else []
    started_from: Path | None = None
    if usable is not None and not (building / "chroma").exists() \
            and readable(usable[0] / "chroma"):
        _start_from(usable[0], building)
        earlier, started_from = [], usable[0]
    with ThreadPoolExecutor(1, "catalogue") as beside:
        listing = beside.submit(catalogue.write, building / "catalogue.sqlite", found.reports)
        embedded, put = _store(building / "chroma", all_passages, [*earlier, *cut_off], embedder,
                               progress)
        listing.result()
    _lay_out(building, [p.finding.id for p in all_passages], started_from, put)
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


def _start_from(generation_folder: Path, building: Path) -> None:
    """Begin with a copy of the vectors in force: a copy is quick, putting them in again is not.
    It appears whole or not at all, so that a build that was cut off is never taken for more."""
    scratch = building / ".copying"
    shutil.rmtree(scratch, ignore_errors=True)
    shutil.copytree(generation_folder / "chroma", scratch)
    scratch.replace(building / "chroma")


def _store(target: Path, wanted: Sequence[Passage], earlier: Sequence[Path], embedder: Embedder,
           progress: Progress) -> tuple[int, set[str]]:
    """Put every passage's vector in place; returns how many texts had to be embedded, and the ids
    of the passages that were put in.

    A build that was cut off is taken up where it stopped, one whose files are damaged is begun
    again. ``earlier`` are generations and builds whose vectors may be taken over.
    """
    store, done = _taken_up(target)
    try:
        ids = {p.finding.id for p in wanted}
        gone = [identifier for identifier in done if identifier not in ids]
        # Chroma only marks what is deleted: a store that would be mostly dead is made anew.
        anew = len(gone) > _MOST_GONE * len(done)
        missing = [p for p in wanted if anew or done.get(p.finding.id) != p.digest]
        known = dict(_kept(store, done, {p.digest for p in missing}))
        known |= _known(earlier, {p.digest for p in missing} - known.keys())
        if anew:
            store.close()
            shutil.rmtree(target)
            store = VectorStore(target)
        else:
            store.remove(gone)
        reused = [p for p in missing if p.digest in known]
        store.add(reused, _stacked([known[p.digest] for p in reused]))
        fresh: dict[str, list[Passage]] = {}
        for p in sorted(missing, key=lambda p: len(p.embedded)):
            if p.digest not in known:
                fresh.setdefault(p.digest, []).append(p)
        groups = list(fresh.values())
        left = sum(map(len, groups))
        progress(len(wanted) - left, len(wanted))
        for count in _embedded(groups, embedder, store):
            left -= count
            progress(len(wanted) - left, len(wanted))
        return len(groups), {p.finding.id for p in missing}
    finally:
        store.close()


def _embedded(groups: Sequence[Sequence[Passage]], embedder: Embedder,
              store: VectorStore) -> Iterator[int]:
    """Embed groups of passages of the same text and put them in; yields how many are in place
    after each step. One batch is stored while the next is embedded."""
    with ThreadPoolExecutor(1, "store") as writer:
        storing: Future[int] | None = None
        for begin in range(0, len(groups), _BATCH):
            batch = groups[begin:begin + _BATCH]
            vectors = embedder.embed([group[0].embedded for group in batch])
            if storing is not None:
                yield storing.result()
            storing = writer.submit(_put, store, batch, vectors)
        if storing is not None:
            yield storing.result()


def _put(store: VectorStore, batch: Sequence[Sequence[Passage]], vectors: Vectors) -> int:
    passages = [p for group in batch for p in group]
    store.add(passages, np.repeat(vectors, [len(group) for group in batch], axis=0))
    return len(passages)


def _kept(store: VectorStore, done: Mapping[str, str], wanted: set[str]) -> Mapping[str, Vectors]:
    """Vectors that a store holds under whatever id, by the digest of the embedded text."""
    places = {digest: identifier for identifier, digest in done.items() if digest in wanted}
    vectors = store.get(list(places.values()))
    return {digest: vectors[i] for digest, i in places.items() if i in vectors}


def _taken_up(target: Path) -> tuple[VectorStore, Mapping[str, str]]:
    """The vectors of a build, with what is in them already."""
    if not readable(target):
        logger.warning("a build that was cut off is damaged, it is begun again")
        shutil.rmtree(target)
    store = VectorStore(target)
    try:
        return store, store.digests()
    except FindingsError:
        store.close()
        raise


def _known(earlier: Sequence[Path], wanted: set[str]) -> Mapping[str, Vectors]:
    """Vectors that an earlier index holds, by the digest of the embedded text."""
    found: dict[str, Vectors] = {}
    for folder in earlier:
        if missing := wanted - found.keys():
            try:
                found |= _held(folder / "chroma", missing)
            except FixConfiguration as error:
                # A damaged index costs embedding again, never the sync.
                logger.warning("vectors of %s can't be taken over: %s", folder.name, error)
    return found


def _held(folder: Path, wanted: set[str]) -> Mapping[str, Vectors]:
    if not folder.is_dir() or not readable(folder):
        return {}
    store = VectorStore(folder)
    try:
        return _kept(store, store.digests(), wanted)
    finally:
        store.close()


def _stacked(vectors: Sequence[Vectors]) -> Vectors:
    return np.stack(vectors) if vectors else np.zeros((0, 1), np.float32)


def _lay_out(building: Path, ids: Sequence[str], started_from: Path | None,
             put: set[str]) -> None:
    """Check that catalogue and vectors are whole, and write the vectors in reading order; those
    that were not ``put`` in are as in the generation that the build started from."""
    held = Catalogue(building / "catalogue.sqlite")
    store = VectorStore(building / "chroma")
    try:
        if len(held) != len(ids) or store.count() != len(ids):
            raise GiveUp(f"The new index holds {store.count()} vectors and {len(held)} findings "
                         f"where {len(ids)} were expected.",
                         "The index in force was kept. Try again.")
        neighbours.write(building, ids, store.get, _earlier(started_from), put)
    finally:
        held.close()
        store.close()


def _earlier(folder: Path | None) -> neighbours.Neighbours | None:
    """The vectors of a generation; None where there is none or it can't be read."""
    if folder is None:
        return None
    try:
        with closing(Catalogue(folder / "catalogue.sqlite")) as before:
            return neighbours.Neighbours(folder, before.ids, before.row_of)
    except FixConfiguration as error:
        logger.warning("vectors of %s can't be taken over: %s", folder.name, error)
        return None


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
