"""``python -m benchmarks [NAME ...]``: measure, print a table, keep the numbers."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from assistant.settings import load
from benchmarks import machine, record
from benchmarks.measure import Effort, Result
from corpus.errors import FindingsError

NAMES = ("startup", "serving", "reports", "syncing", "sharing", "indexing", "retrieval", "scale",
         "prose", "engine", "scoring", "page", "people", "soak")
# What takes so long that it runs only when it is named.
LONG = ("people", "soak")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks that are named, all but the long ones where none is."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(NAMES)}")
    parser.add_argument("--passages", type=int, help="how many passages to index (default 500)")
    parser.add_argument("--least", action="store_true", help="only see that they run")
    parser.add_argument("--minutes", type=float, default=0.0,
                        help="people, soak: for how long (default 10 and 30)")
    parser.add_argument("--largest", action="store_true",
                        help="scale: one library of a million findings (an hour, 20 GB of disk), "
                             "kept as a result of its own")
    parser.add_argument("--no-peer", action="store_true", help="leave LangChain's set-up out")
    parser.add_argument("--out", type=Path, default=record.RESULTS, help="folder of the JSON files")
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.names if name not in NAMES]:
        parser.error(f"there is no benchmark {unknown[0]!r}: choose from {', '.join(NAMES)}")
    # Dependencies are told to be quiet before any of them is imported.
    load()
    effort = Effort.least() if options.least else Effort()
    effort = replace(effort, passages=options.passages or effort.passages,
                     peer=effort.peer and not options.no_peer, largest=options.largest,
                     minutes=options.minutes)
    failed = 0
    for name in options.names or [name for name in NAMES if name not in LONG]:
        before = machine.load()
        try:
            result: Result = importlib.import_module(f"benchmarks.{name}").run(effort)
        except (FindingsError, RuntimeError, OSError) as error:
            print(f"{name}: {error}", file=sys.stderr)
            failed = 1
            continue
        loads = (before, machine.load())
        print(record.table(name, result, loads), end="\n\n", flush=True)
        record.write(f"{name}{record.LARGEST}" if effort.largest else name, result, loads,
                     options.out)
    return failed


if __name__ == "__main__":
    sys.exit(main())
