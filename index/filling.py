"""Putting a build's vectors in place: those that are known taken over, the others made."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corpus.errors import FixConfiguration, GiveUp
from index.embedding import Embedder, Vectors
from index.journal import Journal
from index.known import Earlier, Known, known
from index.passages import Passage
from index.vectors import VectorStore

logger = logging.getLogger(__name__)
Progress = Callable[[int, int], None]
_BATCH = 256
_MOST_AT_ONCE = 2000
_MOST_GONE = 0.3


@dataclass(frozen=True, slots=True)
class Filled:
    """What has been put in place: ``stock`` holds every vector but those of the findings that are
    ``kept`` as they were; ``embedded`` counts the texts that were embedded for it."""

    stock: Known
    kept: frozenset[str]
    embedded: int


class Filling:
    """Fills the ``chroma`` of a build. ``cut_off`` are other builds that know vectors."""

    def __init__(self, building: Path, wanted: Sequence[Passage], journal: Journal,
                 cut_off: Sequence[Path], embedder: Embedder, progress: Progress) -> None:
        self._building, self._wanted, self._journal = building, wanted, journal
        self._cut_off, self._embedder, self._progress = cut_off, embedder, progress
        self._embedded = 0

    def fill(self, before: Earlier | None) -> Filled:
        """Put every vector in place. Raises ``FixConfiguration`` where there is no room; what has
        been embedded is in the journal."""
        if before is not None and self._may_start_from(before):
            try:
                return self._filled(before, True)
            except (FixConfiguration, GiveUp) as error:
                logger.warning("the vectors in force can't be built on: %s", error)
        return self._filled(before, False)

    def _may_start_from(self, before: Earlier) -> bool:
        """Whether to begin with a copy of the vectors in force: a copy is quick, putting them in
        again is not. Chroma only marks what is deleted, though: a store that would be mostly dead
        is made anew."""
        here = {p.finding.id for p in self._wanted}
        gone = sum(one not in here for one in before.ids)
        return gone <= _MOST_GONE * len(before.ids) and before.has_sound_store()

    def _filled(self, before: Earlier | None, copied: bool) -> Filled:
        # A new name each time: a folder that Chroma failed to open can't be opened again by the
        # same process.
        target = self._building / f"chroma-{os.urandom(3).hex()}"
        if copied and before is not None:
            shutil.copytree(before.path / "chroma", target)
        with ThreadPoolExecutor(1, "store") as writer:
            # Opening Chroma takes as long as embedding a report, which begins meanwhile.
            opening = writer.submit(VectorStore, target)
            try:
                kept = _trimmed(opening.result(), self._wanted, before) \
                    if copied and before is not None else frozenset()
                missing = [p for p in self._wanted if p.finding.id not in kept]
                stock = known(self._journal, self._cut_off, before, {p.digest for p in missing})
                self._store(opening, writer, missing, stock)
                check(opening.result().count(), len(self._wanted), "vectors")
            finally:
                if opening.exception() is None:
                    opening.result().close()
        target.replace(self._building / "chroma")
        stock.learn(*self._journal.held())
        return Filled(stock, kept, self._embedded)

    def _store(self, opening: Future[VectorStore], writer: Executor,
               missing: Sequence[Passage], stock: Known) -> None:
        """Put the vectors of what is missing in the store."""
        reused = [p for p in missing if p.digest in stock]
        for begin in range(0, len(reused), _MOST_AT_ONCE):
            batch = reused[begin:begin + _MOST_AT_ONCE]
            opening.result().add(batch, stock.get([p.digest for p in batch]))
        fresh: dict[str, list[Passage]] = {}
        for p in sorted(missing, key=lambda p: len(p.embedded)):
            if p.digest not in stock:
                fresh.setdefault(p.digest, []).append(p)
        left = sum(map(len, fresh.values()))
        self._progress(len(self._wanted) - left, len(self._wanted))
        for count in self._made(list(fresh.values()), opening, writer):
            left -= count
            self._progress(len(self._wanted) - left, len(self._wanted))

    def _made(self, groups: Sequence[Sequence[Passage]], opening: Future[VectorStore],
              writer: Executor) -> Iterator[int]:
        """Embed groups of passages of the same text and put them in; yields how many are in place
        after each step. One batch is stored, by ``writer``, while the next is embedded."""
        storing: Future[int] | None = None
        for begin in range(0, len(groups), _BATCH):
            batch = groups[begin:begin + _BATCH]
            vectors = self._embedder.embed([group[0].embedded for group in batch])
            self._journal.add([group[0].digest for group in batch], vectors)
            self._embedded += len(batch)
            if storing is not None:
                yield storing.result()
            storing = writer.submit(_put, opening, batch, vectors)
        if storing is not None:
            yield storing.result()


def _trimmed(store: VectorStore, wanted: Sequence[Passage], before: Earlier) -> frozenset[str]:
    """Take out of a copy what is gone; the ids of the findings that are in it as they should
    be. Raises ``FixConfiguration`` where it does not hold what it should."""
    if store.count() != len(before.ids):
        raise FixConfiguration("Chroma holds another number of vectors than there are findings.")
    here = {p.finding.id for p in wanted}
    store.remove([one for one in before.ids if one not in here])
    return frozenset(p.finding.id for p in wanted if before.holds(p.finding))


def _put(opening: Future[VectorStore], batch: Sequence[Sequence[Passage]],
         vectors: Vectors) -> int:
    passages = [p for group in batch for p in group]
    opening.result().add(passages, np.repeat(vectors, [len(group) for group in batch], axis=0))
    return len(passages)


def check(there: int, expected: int, what: str) -> None:
    """Raises ``GiveUp`` where a new index does not hold as much as it should."""
    if there != expected:
        raise GiveUp(f"The new index holds {there} {what} where {expected} were expected.",
                     "The index in force was kept. Try again.")
