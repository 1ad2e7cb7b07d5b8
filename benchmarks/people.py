"""Fifty people with the page open, asking the questions that ship, while somebody adds and removes
reports; then more at once than there is room for; then people whose answers a language model
writes. Nobody may see an error, or what another asked."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.models.embedded import named
from assistant.models.store import Store
from assistant.service import bring_in_step, open_embedder
from benchmarks import material, memory, reports
from benchmarks.asking import RefusedError, Visitor
from benchmarks.librarian import Librarian
from benchmarks.measure import Effort, Measure, Result, percentile, spread
from benchmarks.serving import served, without_language_model
from corpus.errors import FindingsError
from evals import questions

PEOPLE, MINUTES, THINK_S = 50, 10.0, 8.0
QUOTES_S, MEMORY_MB = 1.0, 900.0
AT_ONCE, WRITTEN_FOR = 400, 6
# Who has their turn within this need not be told of a place.
UNTOLD_S = 1.0
_PLACE = "language model is busy"
_CONVERSATION = 5
_UPLOADS_EVERY_S = 45.0
_SAMPLE_S = 2.0
# What a turn says of itself where the program failed.
_ERROR = 'class="status error"'


def run(effort: Effort) -> Result:
    """Serve the reports of the shipped questions and let people ask."""
    people, minutes = (PEOPLE, effort.minutes or MINUTES) if effort.repeats > 1 else (3, 0.05)
    with TemporaryDirectory() as scratch:
        home = Path(scratch) / "home"
        settings = material.settings(home)
        bring_in_step(settings, open_embedder(settings), questions.FOLDER.parent / "reports")
        with served(home, without_language_model(home)) as (url, process):
            crowd = Crowd(url, process, people, minutes)
            measures = crowd.run()
            measures += _burst(url, AT_ONCE if effort.repeats > 1 else 5, crowd.asked)
        measures += _written(home, effort)
    return Result(tuple(measures), (
        f"{people} people for {minutes:g} minutes, each thinking {THINK_S:g} seconds on average "
        f"between an answer and the next question, a new conversation every {_CONVERSATION} "
        "questions; the people run on the same cores as the server",
        "fairness: the slowest person's median beside the median person's"),
        () if has_model(home) else ("answers written by a model: it is not here",))


@dataclass
class Crowd:
    """People at work on one server. Safe across their threads."""

    url: str
    process: int
    people: int
    minutes: float
    shown: list[tuple[int, float, float]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)
    uploads: list[float] = field(default_factory=list)
    sizes: list[float] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def asked(self) -> list[str]:
        """The questions that ship and need no conversation before them."""
        return [row.question for row in _rows() if row.kind != "attack"]

    def run(self) -> list[Measure]:
        """Let them ask until the time is up."""
        end = time.monotonic() + self.minutes * 60
        works: list[Callable[[], None]] = [
            *(lambda n=n: self._person(n, end) for n in range(self.people)),
            lambda: self._librarian(end), lambda: self._watch(end)]
        with ThreadPoolExecutor(len(works)) as pool:
            for done in [pool.submit(work) for work in works]:
                done.result()
        return self._measures()

    def _person(self, number: int, end: float) -> None:
        drawn = random.Random(number)
        questions = self.asked
        time.sleep(drawn.uniform(0, THINK_S if self.people > 3 else 0.1))
        while time.monotonic() < end:
            visitor = Visitor(self.url)
            try:
                for turn in range(1, _CONVERSATION + 1):
                    if time.monotonic() >= end:
                        break
                    self._ask(visitor, number, turn, drawn.choice(questions))
                    time.sleep(min(drawn.expovariate(1 / THINK_S), max(0, end - time.monotonic())))
            finally:
                visitor.close()

    def _ask(self, visitor: Visitor, number: int, turn: int, question: str) -> None:
        try:
            shown = visitor.ask(question)
        except (RuntimeError, RefusedError, OSError) as error:
            with self._lock:
                self.faults.append(f"{type(error).__name__}: {error}"[:200])
            return
        with self._lock:
            if f'data-turn="{turn}"' not in shown.html[:200]:
                self.counted["mixed"] += 1
            if _ERROR in shown.html:
                self.counted["error"] += 1
            self.counted["waited"] += shown.waited
            self.shown.append((number, shown.evidence or shown.whole, shown.whole))

    def _librarian(self, end: float) -> None:
        with TemporaryDirectory() as scratch:
            made = reports.write(Path(scratch), 20)
            number = 0
            while time.monotonic() < end:
                path = made[number % len(made)]
                librarian = Librarian(self.url)
                try:
                    begun = time.monotonic()
                    key = librarian.add(f"{number}-{path.name}", path.read_bytes())
                    self.uploads.append(time.monotonic() - begun)
                    librarian.remove(key)
                except (RuntimeError, OSError) as error:
                    self.faults.append(f"upload: {error}"[:300])
                finally:
                    librarian.close()
                number += 1
                time.sleep(max(0.0, min(_UPLOADS_EVERY_S, end - time.monotonic())))

    def _watch(self, end: float) -> None:
        while time.monotonic() < end:
            self.sizes.append(memory.own_part(self.process))
            time.sleep(_SAMPLE_S)

    def _measures(self) -> list[Measure]:
        wholes = [whole for _, _, whole in self.shown]
        each: dict[int, list[float]] = {}
        for number, _, whole in self.shown:
            each.setdefault(number, []).append(whole)
        middles = sorted(percentile(one, 50) for one in each.values())
        half = len(self.sizes) // 2 or 1
        for fault in sorted(set(self.faults))[:5]:
            print(f"  fault: {fault}")
        return [
            Measure("questions answered", len(self.shown), "", more_is_better=True),
            Measure("errors", len(self.faults) + self.counted["error"], "", 0),
            Measure("answers to another's question", self.counted["mixed"], "", 0),
            *spread("evidence on the page", [one for _, one, _ in self.shown], "s"),
            *spread("answer on the page", wholes, "s", target=QUOTES_S),
            Measure("people told to wait in line", self.counted["waited"], ""),
            Measure("fairness", middles[-1] / percentile(middles, 50), "times"),
            Measure("reports added and removed", len(self.uploads), "", more_is_better=True),
            Measure("adding a report", percentile(self.uploads or [0.0], 50), "s",
                    samples=len(self.uploads), high=max(self.uploads, default=None)),
            Measure("memory, first half at most", max(self.sizes[:half]), "MB", MEMORY_MB),
            Measure("memory, second half at most", max(self.sizes[half:] or self.sizes), "MB",
                    MEMORY_MB)]


def _burst(url: str, people: int, asked: Sequence[str]) -> list[Measure]:
    """Everybody at the same moment."""
    outcomes: Counter[str] = Counter()
    times: list[float] = []
    barrier = threading.Barrier(people)

    def one(number: int) -> None:
        visitor = Visitor(url)
        try:
            barrier.wait(60)
            begun = time.monotonic()
            try:
                visitor.ask(asked[number % len(asked)])
                outcomes["answered"] += 1
            except RefusedError:
                outcomes["refused"] += 1
            except (RuntimeError, OSError) as error:
                outcomes["error"] += 1
                print(f"  fault in the burst: {error}"[:200])
            times.append(time.monotonic() - begun)
        finally:
            visitor.close()

    with ThreadPoolExecutor(people) as pool:
        for done in [pool.submit(one, number) for number in range(people)]:
            done.result()
    return [Measure(f"{people} at once: answered", outcomes["answered"], ""),
            Measure(f"{people} at once: refused in words", outcomes["refused"], ""),
            Measure(f"{people} at once: errors", outcomes["error"], "", 0),
            Measure(f"{people} at once: the last reply", max(times), "s")]


def _rows() -> list[questions.Row]:
    rows = questions.read(questions.FOLDER / "questions_suite.jsonl")
    return [row for row in rows if not row.history]


def _written(home: Path, effort: Effort) -> list[Measure]:
    """People whose answers the embedded model writes, all at once: quotes first, then each in
    its turn, of which whoever waits is told. Lists, counts and grades are never written, so
    nobody asks for those."""
    if not has_model(home) or effort.repeats == 1:
        return []
    asked = [row.question for row in _rows() if row.kind == "why"]
    quotes: list[float] = []
    told: list[bool] = []
    untold: list[float] = []
    wholes: list[float] = []

    def one(question: str, url: str) -> None:
        visitor = Visitor(url)
        begun = time.monotonic()
        shown = visitor.ask(question)
        quotes.append(shown.evidence or shown.whole)
        steps = list(visitor.write_up())
        told.append(any(_PLACE in text for _, text in steps))
        if steps and not told[-1]:
            untold.append(steps[0][0])
        wholes.append(time.monotonic() - begun)
        visitor.close()

    with served(home, model="local", composer="prose") as (url, _):
        Visitor(url).ask(asked[0])
        with ThreadPoolExecutor(WRITTEN_FOR) as pool:
            for done in [pool.submit(one, text, url) for text in asked[1:WRITTEN_FOR + 1]]:
                done.result()
    return [Measure(f"{WRITTEN_FOR} with the embedded model: quotes on the page", max(quotes), "s"),
            Measure(f"{WRITTEN_FOR} with the embedded model: told their place", sum(told), ""),
            Measure(f"{WRITTEN_FOR} with the embedded model: longest wait of one not told",
                    max(untold, default=0.0), "s", UNTOLD_S),
            Measure(f"{WRITTEN_FOR} with the embedded model: all written", max(wholes), "s")]


def has_model(home: Path) -> bool:
    """Whether the embedded language model is on this machine."""
    try:
        return Store.of(material.settings(home)).find(named("local")) is not None
    except FindingsError:
        return False
