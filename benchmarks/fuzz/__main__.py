"""``python -m benchmarks.fuzz``: mutated documents of every format through readers and parser."""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks import machine, record
from benchmarks.fuzz.apart import hunted
from benchmarks.fuzz.hunt import Found
from benchmarks.fuzz.kinds import KINDS
from benchmarks.measure import Measure, Result


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz the formats that are named, print what was found and keep it; 1 where there are
    faults."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__)
    parser.add_argument("--executions", type=int, default=1_000_000, metavar="N",
                        help="of all formats together (default 1,000,000)")
    parser.add_argument("--minutes", type=float, default=0.0, metavar="M",
                        help="stop after so long (default: when all are done)")
    parser.add_argument("--seed", type=int, default=1, metavar="S",
                        help="another seed gives other inputs (default 1)")
    parser.add_argument("--format", default=",".join(KINDS), metavar="NAMES",
                        help=f"some of {','.join(KINDS)}")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N",
                        help="so many formats at a time (default: one for each core)")
    parser.add_argument("--faults", type=Path, metavar="FOLDER",
                        help="write the shortest input of each fault here")
    parser.add_argument("--out", type=Path, default=record.RESULTS, help="folder of the JSON file")
    options = parser.parse_args(arguments)
    names = options.format.split(",")
    if unknown := [name for name in names if name not in KINDS]:
        parser.error(f"there is no format {unknown[0]!r}: choose from {', '.join(KINDS)}")
    before = machine.load()
    found = fuzzed(names, options.executions, options.seed, options.minutes, options.jobs)
    result, loads = told(found, options.seed), (before, machine.load())
    print(record.table("fuzz", result, loads))
    record.write("fuzz", result, loads, options.out)
    if options.faults:
        _write(found, options.faults)
    return int(any(one.faults for one in found.values()))


def fuzzed(names: Sequence[str], executions: int, seed: int, minutes: float = 0.0,
           jobs: int = 1) -> dict[str, Found]:
    """What each format's hunt found: executions in the formats' shares, for so many minutes of
    hunting at most (0: until they are done), ``jobs`` formats at a time. What is found does not
    depend on how many go on side by side, only how soon."""
    whole = sum(KINDS[name].share for name in names)

    def hunt(name: str) -> Found:
        share = KINDS[name].share / whole
        until = time.monotonic() + 60 * minutes * share if minutes else float("inf")
        return hunted(name, max(1, round(executions * share)), seed, until)

    # The largest shares first, so that none is left to run alone at the end.
    order = sorted(names, key=lambda name: -KINDS[name].share)
    with ThreadPoolExecutor(max(1, jobs)) as pool:
        hunts = {name: pool.submit(hunt, name) for name in order}
    return {name: hunts[name].result() for name in names}


def told(found: Mapping[str, Found], seed: int) -> Result:
    """The figures of some hunts as they are kept."""
    measures: list[Measure] = []
    notes = [f"Seed {seed}. A fault is an exception other than a refusal, an execution over 5 s, "
             "a broken promise of a report, a second result, or the end of the process. One "
             "execution in 40 (of PDFs one in 10), and each with a new outcome, is traced."]
    for name, one in found.items():
        rate = one.executions / one.seconds if one.seconds else 0.0
        measures += [Measure(f"{name}, executions", one.executions, ""),
                     Measure(f"{name}, executions a second", rate, "/s", more_is_better=True),
                     Measure(f"{name}, distinct edges", one.edges, ""),
                     Measure(f"{name}, inputs kept", one.kept, ""),
                     Measure(f"{name}, refused", 100 * one.refused / max(1, one.executions), "%"),
                     Measure(f"{name}, faults", len(one.faults), "", target=0.0)]
        for fault, content in one.faults.items():
            digest = hashlib.sha256(content).hexdigest()[:12]
            notes.append(f"{name}: {fault}; {len(content)} bytes, SHA-256 {digest}...")
    seconds = sum(one.seconds for one in found.values())
    total = sum(one.executions for one in found.values())
    faults = sum(len(one.faults) for one in found.values())
    measures += [Measure("all, executions", total, ""),
                 Measure("all, executions a second", total / seconds if seconds else 0.0, "/s",
                         more_is_better=True),
                 Measure("all, faults", faults, "", target=0.0)]
    return Result(tuple(measures), tuple(notes))


def _write(found: Mapping[str, Found], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, one in found.items():
        for fault, content in one.faults.items():
            digest = hashlib.sha256(content).hexdigest()[:12]
            (folder / f"{digest}.{name}").write_bytes(content)
            (folder / f"{digest}.{name}.said").write_text(fault + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
