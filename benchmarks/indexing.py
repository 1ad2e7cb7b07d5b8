"""Indexing: the shipped report and many passages, beside the peer on the same texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assistant.service import open_embedder
from assistant.settings import SHIPPED_REPORTS
from benchmarks import material, peer
from benchmarks.measure import Effort, Measure, Result, interleaved, median, taken
from index.embedding import Embedder
from index.sync import sync


def run(effort: Effort) -> Result:
    """Time an index built anew, and one that is in step already."""
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        embedder = open_embedder(material.settings(folder / "home"))
        absent = peer.missing() if effort.peer else None
        model = peer.embeddings() if effort.peer and absent is None else None
        if model is not None:
            model.embed_query("the first call sets things up")
        embedder.embed(["the first call sets things up"])
        bench = _Bench(folder, embedder, model, max(1, effort.repeats // 2 + 1))
        measures = bench.measure("the shipped report", SHIPPED_REPORTS, material.shipped_texts())
        many = material.passages_file(effort.passages, folder)
        measures += bench.measure(f"{effort.passages:,} passages", many,
                                  material.made_up(effort.passages))
        home = bench.last
        measures.append(Measure("index again, nothing changed",
                                taken(lambda: sync(home, many, embedder)), "s"))
    notes = ("both sides have their model loaded; ours parses, embeds, writes vectors and the "
             "catalogue with its full-text index; the peer splits, embeds and writes vectors",)
    return Result(tuple(measures), notes if model is not None else (),
                  (absent,) if absent else ())


class _Bench:
    """Builds indexes anew, ours and the peer's in turns, each in a fresh folder."""

    def __init__(self, folder: Path, embedder: Embedder, model: Any, repeats: int) -> None:
        self._folder, self._embedder, self._model = folder, embedder, model
        self._repeats, self._made = repeats, 0
        self.last = folder

    def _fresh(self) -> Path:
        self._made += 1
        return self._folder / f"built-{self._made}"

    def measure(self, name: str, source: Path, texts: Sequence[str]) -> list[Measure]:
        """Seconds and passages per second for the same texts on both sides."""
        indexed: list[int] = []

        def ours() -> None:
            self.last = self._fresh()
            indexed.append(sync(self.last, source, self._embedder).embedded)

        works: dict[str, Callable[[], object]] = {"ours": ours}
        if self._model is not None:
            works["peer"] = lambda: peer.build(texts, self._model, self._fresh())
        found = interleaved(works, self._repeats)
        theirs = found.get("peer", [])
        chunks = len(peer.chunks(texts)) if theirs else 0
        return [
            median(name, found["ours"], "s", peer=theirs),
            median(f"{name}, passages a second",
                   [count / took for count, took in zip(indexed, found["ours"], strict=True)],
                   "/s", peer=[chunks / took for took in theirs], more_is_better=True),
            median(f"{name}, characters a second",
                   [sum(map(len, texts)) / took for took in found["ours"]], "/s",
                   peer=[sum(map(len, texts)) / took for took in theirs], more_is_better=True)]
