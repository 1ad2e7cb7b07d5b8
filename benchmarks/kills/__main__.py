"""``python -m benchmarks.kills``: kill, look, and keep the numbers."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.settings import load
from benchmarks import machine, record
from benchmarks.kills import child
from benchmarks.kills.kinds import KINDS
from benchmarks.kills.process import Child, Moment, Zygote
from benchmarks.kills.trial import Bench, Trial
from benchmarks.measure import Measure, Result

# Of 20 moments so many are of each kind.
_SHARES = {"indexing": 8, "uploading": 5, "fetching": 3, "evaluating": 2, "serving": 2}


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill at so many moments; 1 where anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kills", description=__doc__)
    parser.add_argument("--moments", type=int, default=20, help="how many in all (default 20)")
    parser.add_argument("--of", default=",".join(KINDS), help="kinds, with commas (default: all)")
    parser.add_argument("--seed", type=int, default=1, help="what the moments are drawn by")
    parser.add_argument("--at", type=Moment.read, help="this moment only, such as step:12:group "
                        "or time:1.5:alone")
    parser.add_argument("--least", action="store_true", help="over as little as possible: only to "
                        "see that it runs")
    parser.add_argument("--out", type=Path, default=record.RESULTS, help="folder of the JSON file")
    options = parser.parse_args(arguments)
    names = options.of.split(",")
    if unknown := [name for name in names if name not in KINDS]:
        parser.error(f"there is no kind {unknown[0]!r}: choose from {', '.join(KINDS)}")
    load()
    before = machine.load()
    with TemporaryDirectory() as scratch:
        # Nothing is taken from the models of whoever runs this, and nothing is put there.
        os.environ["XDG_CACHE_HOME"] = str(Path(scratch) / "cache")
        os.environ.pop("FINDINGS_HOME", None)
        child.quick()
        Child.zygote = Zygote(names)
        try:
            found = {name: _killed(name, Path(scratch), _count(name, names, options.moments),
                                   options) for name in names}
        finally:
            Child.zygote.close()
    result = Result(tuple(one for name, trials in found.items() for one in _measures(name, trials)),
                    tuple(_notes(found, options.seed)))
    loads = (before, machine.load())
    print(record.table("kills", result, loads))
    if options.at is None:
        record.write("kills", result, loads, options.out)
    return int(any(one.wrong for trials in found.values() for one in trials))


def _count(name: str, names: Sequence[str], moments: int) -> int:
    whole = sum(_SHARES[one] for one in names)
    return max(1, round(moments * _SHARES[name] / whole))


def _killed(name: str, scratch: Path, count: int, options: argparse.Namespace) -> list[Trial]:
    bench = Bench(KINDS[name](options.least), scratch / name)
    bench.prepare()
    print(f"{name}: {bench.seconds:.1f} s and {bench.steps} steps when left alone", flush=True)
    found: list[Trial] = []
    begun = time.monotonic()
    for moment in [options.at] if options.at else bench.moments(count, options.seed):
        trial = bench.run(moment)
        found.append(trial)
        what = "; ".join(trial.wrong) or ", ".join(trial.said) or "content"
        print(f"{name} {len(found)}/{count} {moment} {'' if trial.was_killed else '(had ended) '}"
              f"{what} [{time.monotonic() - begun:.0f} s]", flush=True)
    return found


def _measures(name: str, trials: Sequence[Trial]) -> list[Measure]:
    return [Measure(f"{name}: moments", len(trials), ""),
            Measure(f"{name}: killed before the end", sum(one.was_killed for one in trials), ""),
            Measure(f"{name}: doctor content", sum(not one.said for one in trials), ""),
            Measure(f"{name}: doctor says what to do", sum(bool(one.said) for one in trials), ""),
            Measure(f"{name}: something wrong", sum(bool(one.wrong) for one in trials), "",
                    target=0)]


def _notes(found: dict[str, list[Trial]], seed: int) -> list[str]:
    told = [f"{name} at {one.moment} (seed {seed}): {'; '.join(one.wrong)}"
            for name, trials in found.items() for one in trials if one.wrong]
    return [*told, f"Seed {seed}. Half of the moments are spread over the time of the work, half "
            "are right before a step that changes a file; in three of ten the process is killed "
            "without those that it has started; one in three of the runs that go on with indexing "
            "or evaluating is killed as well before the last."]


if __name__ == "__main__":
    sys.exit(main())
