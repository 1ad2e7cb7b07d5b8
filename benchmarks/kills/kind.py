"""What every kind of work is, and what they share."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from assistant.cli.finding import Outcome
from benchmarks.kills import state
from benchmarks.kills.process import Child, Ended, Moment
from tests.corpus import generate


class Kind(Protocol):
    """Some work over a trial folder, which holds a home and whatever ``prepare`` has put beside
    it. ``may_warn`` are the checks of doctor that may say what to do after a kill."""

    name: str
    may_warn: Mapping[str, Outcome]
    linger: float
    is_simply_begun_again: bool

    def prepare(self, base: Path) -> None:
        """Make the folder that every trial begins as a copy of."""
        ...

    def begin(self, trial: Path, moment: Moment | None, steps: Path | None) -> Child:
        """Start the work."""
        ...

    def drive(self, trial: Path, child: Child) -> None:
        """Do what the work needs from outside, until it ends or is killed."""
        ...

    def left(self, base: Path, trial: Path, ended: Ended) -> list[str]:
        """What is wrong with what a killed process has left; empty where nothing is."""
        ...

    def again(self, trial: Path, ended: Ended) -> Ended:
        """Run the work again, to its end."""
        ...

    def result(self, trial: Path) -> Any:
        """What the work has made, to be compared."""
        ...


def library(folder: Path, numbers: range, changed: frozenset[int] = frozenset()) -> None:
    """Generated reports, all but one in thirty as text: the other formats are each parsed in a
    process of its own, which takes long."""
    folder.mkdir(parents=True)
    endings = [".txt", ".md"]
    for number in numbers:
        offset = number * 10 + (1000 if number in changed else 0)
        items = generate.long_report(4, f"Force {number} Police", "2018/19", offset)
        ending = ".docx" if number == 20 else endings[number % 2]
        generate.write(folder, f"report-{number:02}", items, ending)


def prepared(base: Path, least: bool) -> None:
    """A home with an index, an upload, and a conversation and a marked answer where it is not to
    be the ``least``."""
    library(base / "reports", range(6 if least else 28))
    finished(Child(base, ["--home", str(base / "home"), "index", str(base / "reports")]))
    finished(Child(base, ["upload", str(base / "home"), str(base), "10" if least else "9"]))


def finished(child: Child) -> Ended:
    """Wait for a child that nobody kills. Raises ``RuntimeError`` where it fails."""
    ended = child.wait()
    if ended.status:
        said = [line for line in ended.complaint.splitlines() if line.strip()]
        raise RuntimeError(f"run again, it ended with {ended.status}: {said[-1] if said else ''}")
    return ended


def changed(base: Path, trial: Path, *parts: str) -> list[str]:
    """Files of the user's that are not as they were."""
    before, after = (state.files(one, *parts) for one in (base, trial))
    before = {name: one for name, one in before.items() if "digests.json" not in name}
    return [f"{name} is not as it was" for name, one in before.items() if after.get(name) != one]


@contextmanager
def driven(work: Kind, trial: Path, child: Child) -> Iterator[None]:
    """Drive the work in the background while it lasts."""
    driver = threading.Thread(target=work.drive, args=(trial, child), daemon=True)
    driver.start()
    try:
        yield
    finally:
        driver.join(30)
