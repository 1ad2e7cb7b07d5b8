"""Keeping a library in step: 200 reports indexed, nothing changed, one file changed."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.service import open_embedder
from benchmarks import material, reports
from benchmarks.measure import Effort, Measure, Result, taken
from index.embedding import Embedder, Vectors
from index.sync import sync

_SETTLED_S = 2.5


def run(effort: Effort) -> Result:
    """Time the first index of a folder of reports and the syncs after it, with the real model."""
    count = reports.REPORTS if effort.repeats > 1 else 10
    with TemporaryDirectory() as scratch:
        folder, home = Path(scratch) / "reports", Path(scratch) / "home"
        made = reports.write(folder, count)
        embedder = _Timed(open_embedder(material.settings(home)))
        whole = taken(lambda: sync(home, folder, embedder, _shown))
        embedding = embedder.seconds
        findings = sync(home, folder, embedder).findings
        time.sleep(_SETTLED_S)
        nothing = min(taken(lambda: sync(home, folder, embedder)) for _ in range(3))
        changed = next(path for path in made if path.suffix == ".txt")
        changed.write_text(changed.read_text("utf-8") + "\nOfficers now carry cameras.\n", "utf-8")
        embedder.seconds = 0.0
        one = taken(lambda: sync(home, folder, embedder)) - embedder.seconds
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1e6 if sys.platform == "darwin" else 1e3)
    return Result((
        Measure(f"indexing {count} reports, {findings:,} findings", whole, "s"),
        Measure("passages a second", findings / whole, "/s", more_is_better=True),
        Measure("share of the time in the embedding model", embedding / whole, "",
                more_is_better=True),
        Measure("nothing changed", nothing, "s", target=2.0),
        Measure("one file changed, besides its embedding", one, "s", target=3.0),
        Measure("peak memory", peak, "MB")))


def _shown(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done:,} of {total:,}", end="", file=sys.stderr)


class _Timed:
    """An embedder that counts the seconds it takes."""

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner
        self.name, self.fingerprint = inner.name, inner.fingerprint
        self.seconds = 0.0

    def embed(self, texts: Sequence[str]) -> Vectors:
        begun = time.perf_counter()
        vectors = self._inner.embed(texts)
        self.seconds += time.perf_counter() - begun
        return vectors

    def rarity(self, word: str) -> float:
        """How telling a word is."""
        return self._inner.rarity(word)

    def is_word(self, word: str) -> bool:
        return self._inner.is_word(word)
