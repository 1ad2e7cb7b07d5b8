"""Indexing: the shipped reports and libraries of 100 to 10,000 passages (100,000 with
``--largest``), beside LangChain's and LlamaIndex's usual set-ups on the same texts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import median as middle
from tempfile import TemporaryDirectory

from assistant.service import open_embedder
from assistant.settings import SHIPPED_REPORTS
from benchmarks import building, material, reports
from benchmarks.building import Built
from benchmarks.measure import Effort, Measure, Result, median, taken
from index.sync import sync

SIZES, LARGEST = (100, 1_000, 10_000), 100_000
PEERS = {"langchain": "LangChain", "llamaindex": "LlamaIndex"}
TIMES_AS_FAST, MODEL_SHARE = 1.4, 0.85
_REPORTS = 30
# Beyond this many passages everything is built once.
_OFTEN = 1_000


def run(effort: Effort) -> Result:
    """Build each library anew on every side, in turns, each time in a fresh process."""
    absent = [text for side in PEERS if effort.peer and (text := building.missing(side))]
    peers = [side for side in PEERS if effort.peer and building.missing(side) is None]
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        many = max(1, effort.repeats // 2 + 1)
        measures = _measured("the shipped report", SHIPPED_REPORTS, peers, many)
        count = _REPORTS if effort.repeats > 1 else 2
        reports.write(folder / "reports", count)
        measures += _measured(f"{count} reports of five formats", folder / "reports", peers, many)
        for size in (effort.passages,) if effort.repeats == 1 else \
                (LARGEST,) if effort.largest else SIZES:
            source = material.passages_file(size, folder)
            measures += _measured(f"{size:,} passages", source,
                                  peers if size < LARGEST else (), many if size <= _OFTEN else 1)
        measures += _again(folder, effort.passages)
    notes = ("each side builds in a fresh process with its model loaded; ours parses, embeds, "
             "writes vectors and the catalogue with its full-text index; a peer is given the "
             "texts, splits and embeds them and writes vectors, and reads at most the first 256 "
             "tokens of a chunk",
             "the model's own work: embedding the same texts and nothing else, in the same "
             "process; memory: the peak above what the loaded model takes",
             "in a running program: built again in the same process, which has imported what it "
             "needs, as the server has when a report is added")
    return Result(tuple(measures), notes, tuple(absent))


def _measured(name: str, source: Path, peers: Sequence[str], repeats: int) -> list[Measure]:
    sides = ["ours", *peers]
    found: dict[str, list[Built]] = {side: [] for side in sides}
    for turn in range(repeats):
        for side in sides[turn % len(sides):] + sides[:turn % len(sides)]:
            found[side].append(building.build(side, source))
    ours = found["ours"]
    seconds = {side: [one.seconds for one in made] for side, made in found.items()}
    grown = {side: [one.memory - one.memory_before for one in made]
             for side, made in found.items()}
    measures = [
        median(f"{name}, passages a second", [one.passages / one.seconds for one in ours], "/s",
               more_is_better=True),
        median(f"{name}, share of the model's own work",
               [one.model_seconds / one.seconds for one in ours], "", target=MODEL_SHARE,
               more_is_better=True),
        median(f"{name}, reading the files alone", [one.reading_seconds for one in ours], "s")]
    if all(one.again_seconds for one in ours):
        measures.append(median(f"{name}, in a running program, share of the model's own work",
                               [one.model_seconds / one.again_seconds for one in ours], "",
                               target=MODEL_SHARE, more_is_better=True))
    for side in peers:
        measures += [
            median(f"{name}, beside {PEERS[side]}", seconds["ours"], "s", peer=seconds[side]),
            Measure(f"{name}, times as fast as {PEERS[side]}",
                    middle(seconds[side]) / middle(seconds["ours"]), "",
                    TIMES_AS_FAST if side == "langchain" else None, more_is_better=True),
            median(f"{name}, memory beside {PEERS[side]}", grown["ours"], "MB",
                   peer=grown[side])]
        if all(one.again_seconds for one in (*ours, *found[side])):
            again = {which: [one.again_seconds for one in found[which]]
                     for which in ("ours", side)}
            measures += [
                median(f"{name}, in a running program, beside {PEERS[side]}", again["ours"], "s",
                       peer=again[side]),
                Measure(f"{name}, in a running program, times as fast as {PEERS[side]}",
                        middle(again[side]) / middle(again["ours"]), "",
                        TIMES_AS_FAST if side == "langchain" else None, more_is_better=True)]
    return measures if peers else [
        *measures, median(f"{name}, seconds", seconds["ours"], "s"),
        median(f"{name}, memory", grown["ours"], "MB")]


def _again(folder: Path, count: int) -> list[Measure]:
    """An index that is in step already."""
    source = material.passages_file(count, folder)
    embedder = open_embedder(material.settings(folder / "home"))
    sync(folder / "home", source, embedder)
    return [Measure("index again, nothing changed",
                    taken(lambda: sync(folder / "home", source, embedder)), "s")]
