"""Memory: what an index takes in a process of its own, and a server at rest and under load."""

from __future__ import annotations

import re
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from benchmarks.command import ROOT
from index import generation
from index.catalogue import Catalogue
from index.neighbours import Neighbours


def of_an_index(home: Path) -> tuple[float, float, float]:
    """Seconds to open an index, the MB it takes when it was searched, and when every finding was
    read; measured in a fresh process without a model."""
    done = subprocess.run([sys.executable, "-m", "benchmarks.memory", str(home)], cwd=ROOT,
                          capture_output=True, text=True, check=True)
    seconds, searched, everything = map(float, done.stdout.split())
    return seconds, searched, everything


def resident(process: int) -> float:
    """The MB of memory that a process and its children have now; 0 when it has ended."""
    done = subprocess.run(["ps", "-o", "rss=", "--pid", str(process), "--ppid", str(process)],
                          capture_output=True, text=True, check=False)
    return sum(int(line) for line in done.stdout.split()) / 1024


def own_part(process: int) -> float:
    """The MB that belong to a process alone: files of an index that are mapped into memory can be
    dropped by the system at any time and are left out. All of it where the system can't tell."""
    try:
        told = Path(f"/proc/{process}/status").read_text("utf-8")
    except OSError:
        return resident(process)
    found = re.search(r"RssAnon:\s+(\d+) kB", told)
    return int(found[1]) / 1024 if found else resident(process)


def peak() -> float:
    """The most memory that this process has had, in MB. A child's resource usage begins with its
    parent's, so where the system tells the process's own it is taken."""
    status = Path("/proc/self/status")
    if status.exists():
        told = re.search(r"VmHWM:\s+(\d+) kB", status.read_text("utf-8"))
        if told is not None:
            return int(told[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1e6 if sys.platform == "darwin" else 1e3)


def main(arguments: Sequence[str]) -> int:
    """Open the index of a home, without a model, and print what ``of_an_index`` tells."""
    found = generation.current(Path(arguments[0]))
    if found is None:
        return 1
    before, begun = peak(), time.perf_counter()
    with closing(Catalogue(found[0] / "catalogue.sqlite")) as catalogue:
        vectors = Neighbours(found[0], catalogue.ids, catalogue.row_of)
        seconds = time.perf_counter() - begun
        vectors.nearest(vectors.get(catalogue.ids[:1])[catalogue.ids[0]], 50)
        catalogue.lexical(["force", "crime"], 50)
        searched = peak() - before
        catalogue.findings()
        print(seconds, searched, peak() - before)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
