"""An index built in a process of its own, ours or a peer's: seconds, peak memory, and how much of
it is the embedding model's own work. The model is loaded before the clock runs."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import median

from assistant.service import open_embedder
from benchmarks import llamaindex, material, memory, peer
from benchmarks.command import ROOT
from benchmarks.measure import taken
from corpus import library, passages
from corpus.model import Report
from index.passages import passage
from index.sync import sync

_SHORT_S = 5.0


@dataclass(frozen=True, slots=True)
class Built:
    """What building took: seconds in all, in the model alone and in reading the files alone (0
    where that is not told or not counted), the passages or chunks that were made, the characters
    of the texts, the peak memory in MB and what of it the loaded model took before the first
    text, and the seconds of building a second time in the same process (the middle of several; 0
    where the first took long)."""

    seconds: float
    model_seconds: float
    passages: int
    characters: int
    memory: float
    memory_before: float
    reading_seconds: float = 0.0
    again_seconds: float = 0.0


def build(side: str, source: Path) -> Built:
    """Build an index of ``source``, a folder of reports or a file of passages, in a fresh process.

    Raises ``RuntimeError`` with its last words when that fails.
    """
    done = subprocess.run([sys.executable, "-m", "benchmarks.building", side, str(source)],
                          cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{side} could not build: {done.stderr[-500:]}")
    return Built(**json.loads(done.stdout.splitlines()[-1]))


def _ours(source: Path, scratch: Path) -> Built:
    embedder = open_embedder(material.settings(scratch / "home"))
    embedder.embed(["the first call sets things up"])
    before = memory.peak()
    found: list[int] = []
    seconds = taken(lambda: found.append(sync(scratch / "home", source, embedder).findings))
    most = memory.peak()
    reports: list[Report] = []
    reading = taken(lambda: reports.extend(_reports(source)))
    texts = list(dict.fromkeys(passage(f).embedded for r in reports for f in r.findings))
    alone = taken(lambda: embedder.embed(texts))
    again = _again(seconds, scratch, lambda folder: sync(folder, source, embedder))
    return Built(seconds, alone, found[0], sum(len(r.text) for r in reports), most, before,
                 reading, again)


def _langchain(source: Path, scratch: Path) -> Built:
    model = peer.embeddings()
    model.embed_query("the first call sets things up")
    texts = _texts(source)
    before = memory.peak()
    seconds = taken(lambda: peer.build(texts, model, scratch / "store"))
    most = memory.peak()
    again = _again(seconds, scratch, lambda folder: peer.build(texts, model, folder))
    return Built(seconds, 0.0, len(peer.chunks(texts)), sum(map(len, texts)), most, before,
                 again_seconds=again)


def _llamaindex(source: Path, scratch: Path) -> Built:
    model = llamaindex.embeddings()
    model.get_text_embedding("the first call sets things up")
    texts = _texts(source)
    before = memory.peak()
    found: list[int] = []
    seconds = taken(lambda: found.append(llamaindex.build(texts, model, scratch / "store")))
    most = memory.peak()
    again = _again(seconds, scratch, lambda folder: llamaindex.build(texts, model, folder))
    return Built(seconds, 0.0, found[0], sum(map(len, texts)), most, before,
                 again_seconds=again)


def _again(first: float, scratch: Path, work: Callable[[Path], object]) -> float:
    """Seconds of the same work into new folders, with everything imported that it needs."""
    if first > _SHORT_S:
        return 0.0
    return median(taken(partial(work, scratch / f"again-{number}")) for number in range(5))


SIDES: dict[str, Callable[[Path, Path], Built]] = {
    "ours": _ours, "langchain": _langchain, "llamaindex": _llamaindex}


def missing(side: str) -> str | None:
    """Why a side can't run, None when it can."""
    return {"langchain": peer.missing, "llamaindex": llamaindex.missing}.get(side, lambda: None)()


def _reports(source: Path) -> Sequence[Report]:
    return library.read(source).reports if source.is_dir() else passages.load(source)


def _texts(source: Path) -> list[str]:
    return [report.text for report in _reports(source)]


def main(arguments: Sequence[str]) -> int:
    """Build once and print what it took."""
    side, source = arguments
    with tempfile.TemporaryDirectory() as scratch:
        print(json.dumps(asdict(SIDES[side](Path(source), Path(scratch)))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
