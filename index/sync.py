"""Brings the index in step with a library. The index in force serves until the new one is whole."""

from __future__ import annotations

import hashlib
import importlib
import json
import shutil
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from corpus.errors import FindingsError
from corpus.library import Library
from corpus.model import Report
from index import catalogue, generation, neighbours
from index.catalogue import Catalogue
from index.embedding import Embedder, Vectors
from index.filling import Filled, Filling, check
from index.filling import Progress as Progress
from index.generation import FORMAT, Manifest
from index.journal import NAME as PART
from index.journal import Journal
from index.known import Earlier, earlier
from index.lock import writing
from index.passages import Passage, passage
from index.wanted import Wanted, code


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
            threading.Thread(target=importlib.import_module, args=("chromadb.api.rust",),
                             daemon=True, name="chromadb").start()
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
    # But for the vectors that were made, what a process that was ended has left may be torn.
    for left in building.iterdir():
        if left.is_dir():
            shutil.rmtree(left)
        elif left.name != PART:
            left.unlink()
    passages = [passage(f) for report in found.reports for f in report.findings]
    journal = Journal(building / PART)
    with ThreadPoolExecutor(1, "catalogue") as beside:
        listing = beside.submit(catalogue.write, building / "catalogue.sqlite", found.reports)
        filled = Filling(building, passages, journal, cut_off, embedder, progress).fill(usable)
        listing.result()
    _lay_out(building, passages, filled, usable)
    journal.remove()
    manifest = manifest_of(wanted, found, embedder)
    generation.publish(home, building, manifest)
    return changes(before[1] if before is not None else None, manifest, filled.embedded)


def manifest_of(wanted: Wanted, found: Library, embedder: Embedder) -> Manifest:
    """What a generation of these reports is made of."""
    return Manifest(FORMAT, wanted.fingerprint(embedder), embedder.fingerprint,
                    str(wanted.source), wanted.passages_file,
                    {report.id: content_hash(report) for report in found.reports},
                    sum(len(report.findings) for report in found.reports),
                    tuple(item.reason for item in found.skipped), dict(found.digests),
                    dict(found.paths), code(), found.kept)


def _lay_out(building: Path, passages: Sequence[Passage], filled: Filled,
             before: Earlier | None) -> None:
    """Check that the catalogue is whole, and write the vectors in reading order; those of findings
    that are as they were are taken from the generation before."""
    with closing(Catalogue(building / "catalogue.sqlite")) as held:
        check(len(held), len(passages), "findings")
    digests = {p.finding.id: p.digest for p in passages if p.finding.id not in filled.kept}

    def vectors(ids: Sequence[str]) -> Mapping[str, Vectors]:
        return dict(zip(ids, filled.stock.get([digests[one] for one in ids]), strict=True))

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
