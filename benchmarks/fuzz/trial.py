"""One input through a format's reader and the parser: what it led to."""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from benchmarks.fuzz import promises
from benchmarks.fuzz.kinds import Kind
from corpus.errors import UnreadableReport
from corpus.model import Report

SLOW_S = 5.0
_SHOWN = 240
_ROOT = str(Path(__file__).resolve().parents[2]) + os.sep


class Hung(BaseException):
    """An execution took more than ``SLOW_S`` of the processor. No reader may catch it, so it is no
    ``Exception``."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What an input led to. ``fault`` says in one line what went wrong, "" where nothing did;
    ``look`` are coarse marks of the result: an input whose marks are known took much the same way
    as others."""

    fault: str
    look: frozenset[Hashable]
    reports: Sequence[Report] = ()


def tried(kind: Kind, content: bytes) -> Trial:
    """Read, parse and check one input. Raises nothing."""
    return _guarded(lambda: _tried(kind, content))


def again(kind: Kind, content: bytes, first: Trial) -> str:
    """The fault where reading the same input once more gives something else, else ""."""
    second = tried(kind, content)
    return "" if second == first else "the same input gave two different results"


@contextmanager
def limited() -> Iterator[None]:
    """Within this, an execution that hangs is ended by an alarm (on the main thread alone). Its
    time is the processor's: on a busy machine nothing seems to hang."""
    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise Hung

    before = signal.signal(signal.SIGPROF, ring)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _guarded(work: Callable[[], Trial]) -> Trial:
    signal.setitimer(signal.ITIMER_PROF, SLOW_S)
    try:
        return work()
    except Hung as hung:
        return Trial(f"hangs for {SLOW_S:.0f} s: {_place(hung)}", frozenset())
    except (Exception, RecursionError, MemoryError) as error:  # noqa: BLE001
        # Whatever a reader lets out is what is looked for.
        said = f"{type(error).__name__}: {error}"[:_SHOWN]
        return Trial(f"{said} ({_place(error)})", frozenset())
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _tried(kind: Kind, content: bytes) -> Trial:
    try:
        reports = kind.reports(content)
    except UnreadableReport as refusal:
        # Numbers and quoted words of a refusal are the input's own.
        return Trial("", frozenset((refusal.reason.translate(_NO_FIGURES)[:40],)))
    faults = next(promises.broken(reports), "")
    return Trial(faults, _look(reports), reports)


_NO_FIGURES = {ord(figure): None for figure in "0123456789"}


def _look(reports: Sequence[Report]) -> frozenset[Hashable]:
    """What stands out of some reports, and which findings follow which."""
    seen: set[Hashable] = set()
    for report in reports[:3]:
        about, before = report.metadata, None
        seen.add((about.force is None, about.year is None, about.cycle is None, about.pillar,
                  about.publisher, about.published is None, len(report.notes)))
        for one in report.findings:
            now = (one.kind, one.polarity, one.grade is None, one.lead_in is None, one.hidden,
                   len(one.section) > 1)
            seen.add((before, now))
            before = now
    return frozenset(seen)


def _place(error: BaseException) -> str:
    """Where in our own code an error came from: the innermost line of ours, as ``file:line``."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename.startswith(_ROOT)
           and f"{os.sep}benchmarks{os.sep}" not in frame.filename
           and f"{os.sep}site-packages{os.sep}" not in frame.filename]
    if not own:
        return "outside"
    return f"{own[-1].filename.removeprefix(_ROOT)}:{own[-1].lineno}"
