"""Half an hour of questions, uploads and written answers on one server: memory stays flat, and no
file, thread or process is left behind."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.service import bring_in_step, open_embedder
from benchmarks import material, memory, reports
from benchmarks.asking import RefusedError, Visitor
from benchmarks.librarian import Librarian
from benchmarks.measure import Effort, Measure, Result
from benchmarks.people import has_model
from benchmarks.serving import served
from evals import questions

MINUTES, PEOPLE, THINK_S = 30.0, 6, 4.0
GROWTH_MB, GROWTH_HANDLES = 50.0, 5
_SAMPLE_S, _UPLOADS_EVERY_S = 5.0, 60.0
# The first part of the time, in which caches fill, is left out of what is said of growth.
_WARM = 1 / 3


def run(effort: Effort) -> Result:
    """Let a few people ask, one of them have answers written, one add and remove reports."""
    minutes = (effort.minutes or MINUTES) if effort.repeats > 1 else 0.05
    with TemporaryDirectory() as scratch:
        home = Path(scratch) / "home"
        settings = material.settings(home)
        bring_in_step(settings, open_embedder(settings), questions.FOLDER.parent / "reports")
        model = has_model(home) and effort.repeats > 1
        written = {"model": "local", "composer": "prose"} if model else {}
        with served(home, None, **written) as (url, process):
            soak = _Soak(url, process, minutes * 60, model)
            soak.run()
    return Result(tuple(soak.measures()), (
        f"{PEOPLE} people, {minutes:g} minutes; growth: a straight line through the last two "
        "thirds of the samples, from its beginning to its end",
        *([] if model else ["without the language model, which is not here"])))


@dataclass(frozen=True, slots=True)
class _Sample:
    """What a server holds at a moment: MB of its own, open files and sockets, threads."""

    at: float
    memory: float
    handles: int
    threads: int


@dataclass
class _Soak:
    url: str
    process: int
    seconds: float
    model: bool
    samples: list[_Sample] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    answered: int = 0
    written: int = 0
    changed: int = 0

    def __post_init__(self) -> None:
        self._end = time.monotonic() + self.seconds
        self._lock = threading.Lock()

    def run(self) -> None:
        """Work until the time is up."""
        with ThreadPoolExecutor(PEOPLE + 2) as pool:
            works = [pool.submit(self._person, number) for number in range(PEOPLE)]
            works += [pool.submit(self._librarian), pool.submit(self._watch)]
            for work in works:
                work.result()

    def _person(self, number: int) -> None:
        drawn = random.Random(number)
        rows = questions.read(questions.FOLDER / "questions_suite.jsonl")
        asked = [row.question for row in rows if not row.history]
        while time.monotonic() < self._end:
            visitor = Visitor(self.url)
            try:
                for _ in range(4):
                    visitor.ask(drawn.choice(asked))
                    with self._lock:
                        self.answered += 1
                    if self.model and number == 0:
                        self._write(visitor)
                    time.sleep(max(0.0, min(drawn.expovariate(1 / THINK_S),
                                            self._end - time.monotonic())))
                    if time.monotonic() >= self._end:
                        break
            except (RuntimeError, RefusedError, OSError) as error:
                self.faults.append(f"{type(error).__name__}: {error}"[:200])
            finally:
                visitor.close()

    def _write(self, visitor: Visitor) -> None:
        for _ in visitor.write_up():
            pass
        self.written += 1

    def _librarian(self) -> None:
        with TemporaryDirectory() as scratch:
            made = reports.write(Path(scratch), 10)
            while time.monotonic() < self._end:
                path = made[self.changed % len(made)]
                librarian = Librarian(self.url)
                try:
                    librarian.remove(librarian.add(path.name, path.read_bytes()))
                    self.changed += 1
                except (RuntimeError, OSError) as error:
                    self.faults.append(f"upload: {error}"[:200])
                finally:
                    librarian.close()
                time.sleep(max(0.0, min(_UPLOADS_EVERY_S, self._end - time.monotonic())))

    def _watch(self) -> None:
        begun = time.monotonic()
        while time.monotonic() < self._end:
            with suppress(OSError):
                self.samples.append(_sample(self.process, time.monotonic() - begun))
            time.sleep(min(_SAMPLE_S, self.seconds / 10))

    def measures(self) -> list[Measure]:
        """What happened, and how much grew."""
        for fault in sorted(set(self.faults))[:5]:
            print(f"  fault: {fault}")
        later = self.samples[int(len(self.samples) * _WARM):]
        return [
            Measure("questions answered", self.answered, ""),
            Measure("answers written by the model", self.written, ""),
            Measure("reports added and removed", self.changed, ""),
            Measure("errors", len(self.faults), "", 0),
            Measure("memory at the end", later[-1].memory, "MB",
                    low=min(one.memory for one in later), high=max(one.memory for one in later)),
            Measure("growth of memory", _growth(later, [one.memory for one in later]), "MB",
                    GROWTH_MB),
            Measure("growth of open files", _growth(later, [one.handles for one in later]), "",
                    GROWTH_HANDLES, high=max(one.handles for one in later)),
            Measure("growth of threads", _growth(later, [one.threads for one in later]), "",
                    GROWTH_HANDLES, high=max(one.threads for one in later))]


def _sample(process: int, at: float) -> _Sample:
    home = Path(f"/proc/{process}")
    return _Sample(at, memory.own_part(process), len(list((home / "fd").iterdir())),
                   len(list((home / "task").iterdir())))


def _growth(samples: list[_Sample], values: list[float] | list[int]) -> float:
    """How much a straight line through the values rises over all of the time."""
    times = [one.at for one in samples]
    middle, level = sum(times) / len(times), sum(values) / len(values)
    spread = sum((at - middle) ** 2 for at in times)
    slope = sum((at - middle) * (value - level) for at, value in zip(times, values, strict=True))
    return slope / spread * (times[-1] - times[0]) if spread else 0.0
