"""Brings the index in step with a library. The index in force serves until the new one is whole."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

import corpus
from corpus import library
from corpus import passages as ready_made
from corpus.errors import FindingsError, FixConfiguration, GiveUp
from corpus.model import Report
from index import catalogue, generation
from index.embedding import Embedder, Vectors
from index.generation import FORMAT, Manifest
from index.lock import writing
from index.passages import Passage, passage
from index.vectors import VectorStore, readable

logger = logging.getLogger(__name__)
Progress = Callable[[int, int], None]
_BATCH = 64


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


@dataclass(slots=True)
class _Content:
    reports: Sequence[Report]
    skipped: Sequence[str] = field(default_factory=tuple)


def in_step(home: Path, source: Path, embedder: Embedder) -> bool:
    """Whether the index in force mirrors ``source`` as it is now, by this version and model."""
    found = generation.current(home)
    return found is not None and found[1].fingerprint == fingerprint(source, embedder)


def fingerprint(source: Path, embedder: Embedder) -> str:
    """A digest of everything that the index depends on: reports, parser, passages, model."""
    digest = hashlib.sha256(f"{FORMAT}\0{embedder.fingerprint}\0{_code()}\0".encode())
    digest.update(str(source.resolve()).encode() + b"\0")
    digest.update(library.fingerprint(source).encode())
    return digest.hexdigest()


@cache
def _code() -> str:
    """A digest of the code and data that turn reports into passages."""
    digest = hashlib.sha256()
    root = Path(corpus.__file__).parent
    for path in sorted([*root.rglob("*.py"), *root.rglob("data/*"),
                        Path(__file__).with_name("passages.py")]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def sync(home: Path, source: Path, embedder: Embedder, progress: Progress = lambda a, b: None,
         wait: float = 0.0, rebuild: bool = False) -> Changes:
    """Index a folder of reports, or a ``.jsonl`` file of ready-made passages.

    Does nothing when the index is in step already. Texts that the index in force, or a build
    that was cut off, has embedded are not embedded again. ``rebuild`` builds anew from the
    reports alone, whatever is there; the index in force serves until that is done.

    Raises ``TryAgain`` while another process indexes, ``FixConfiguration`` for a missing or
    unreadable source or a home that can't be written, ``GiveUp`` when nothing in the source can
    be read; the index in force then stays.
    """
    source = source.resolve()
    wanted = fingerprint(source, embedder)
    with writing(home, wait):
        before = generation.current(home)
        if rebuild:
            generation.discard_builds(home)
        elif before is not None and before[1].fingerprint == wanted:
            told = before[1]
            return Changes(unchanged=tuple(told.reports), skipped=told.skipped,
                           findings=told.findings, rebuilt=False)
        content = _read(source)
        try:
            return _build(home, source, wanted, content, before, embedder, progress, rebuild)
        except FindingsError:
            raise
        except (OSError, sqlite3.OperationalError) as error:
            raise FixConfiguration(f"The index can't be stored in {home}: {error}.", "Free some "
                                   "space or choose another folder with --home.") from error


def _read(source: Path) -> _Content:
    if source.suffix.lower() == ".jsonl":
        return _Content(ready_made.load(source))
    found = library.read(source)
    skipped = tuple(item.reason for item in found.skipped)
    if not found.reports:
        reason = f" {' '.join(skipped)}" if skipped else ""
        raise GiveUp(f"No report in {source} can be indexed.{reason}",
                     "Put reports as text or Markdown files into the folder and index it again.")
    return _Content(found.reports, skipped)


def _build(home: Path, source: Path, wanted: str, content: _Content,
           before: tuple[Path, Manifest] | None, embedder: Embedder,
           progress: Progress, rebuild: bool) -> Changes:
    building, cut_off = generation.building(home, embedder.fingerprint, wanted)
    (building / "catalogue.sqlite").unlink(missing_ok=True)
    same_model = before is not None and before[1].model == embedder.fingerprint
    earlier = [before[0]] if before is not None and same_model and not rebuild \
        and generation.shortened(*before) is None else []
    all_passages = [passage(f) for report in content.reports for f in report.findings]
    embedded = _store(building / "chroma", all_passages, [*earlier, *cut_off], embedder, progress)
    catalogue.write(building / "catalogue.sqlite", content.reports)
    _check(building, len(all_passages))
    hashes = {report.id: _hash(report) for report in content.reports}
    manifest = Manifest(FORMAT, wanted, embedder.fingerprint, str(source),
                        source.suffix.lower() == ".jsonl", hashes, len(all_passages),
                        tuple(content.skipped))
    generation.publish(home, building, manifest)
    old = before[1].reports if before is not None and same_model else {}
    return _changes(old, manifest, embedded)


def _store(target: Path, wanted: Sequence[Passage], earlier: Sequence[Path], embedder: Embedder,
           progress: Progress) -> int:
    """Put every passage's vector in place; returns how many texts had to be embedded.

    A build that was cut off is taken up where it stopped, one whose files are damaged is begun
    again. ``earlier`` are generations and builds whose vectors may be taken over.
    """
    store, done = _taken_up(target)
    try:
        missing = [p for p in wanted if done.get(p.finding.id) != p.digest]
        known = _known(earlier, {p.digest for p in missing})
        reused = [p for p in missing if p.digest in known]
        store.add(reused, _stacked([known[p.digest] for p in reused]))
        fresh: dict[str, list[Passage]] = {}
        for p in sorted(missing, key=lambda p: len(p.embedded)):
            if p.digest not in known:
                fresh.setdefault(p.digest, []).append(p)
        groups = list(fresh.values())
        left = sum(map(len, groups))
        progress(len(wanted) - left, len(wanted))
        for begin in range(0, len(groups), _BATCH):
            batch = groups[begin:begin + _BATCH]
            vectors = embedder.embed([group[0].embedded for group in batch])
            store.add([p for group in batch for p in group],
                      np.repeat(vectors, [len(group) for group in batch], axis=0))
            left -= sum(map(len, batch))
            progress(len(wanted) - left, len(wanted))
        return len(groups)
    finally:
        store.close()


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
        places = {digest: i for i, digest in store.digests().items() if digest in wanted}
        vectors = store.get(list(places.values()))
        return {digest: vectors[i] for digest, i in places.items() if i in vectors}
    finally:
        store.close()


def _stacked(vectors: Sequence[Vectors]) -> Vectors:
    return np.stack(vectors) if vectors else np.zeros((0, 1), np.float32)


def _check(building: Path, expected: int) -> None:
    with closing(sqlite3.connect(building / "catalogue.sqlite")) as connection:
        rows = connection.execute("SELECT count(*) FROM findings").fetchone()[0]
    store = VectorStore(building / "chroma")
    try:
        if rows != expected or store.count() != expected:
            raise GiveUp(f"The new index holds {store.count()} vectors and {rows} findings where "
                         f"{expected} were expected.", "The index in force was kept. Try again.")
    finally:
        store.close()


def _hash(report: Report) -> str:
    told = json.dumps(asdict(report.metadata), sort_keys=True)
    return hashlib.sha256((told + "\0" + report.text).encode()).hexdigest()


def _changes(old: Mapping[str, str], manifest: Manifest, embedded: int) -> Changes:
    new = manifest.reports
    return Changes(
        added=tuple(i for i in new if i not in old),
        changed=tuple(i for i in new if i in old and old[i] != new[i]),
        removed=tuple(i for i in old if i not in new),
        unchanged=tuple(i for i in new if old.get(i) == new[i]),
        skipped=manifest.skipped, findings=manifest.findings, embedded=embedded)
