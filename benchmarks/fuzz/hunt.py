"""The hunt through one format: inputs that find something new are kept and changed further."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from random import Random

from benchmarks.fuzz import trial, words
from benchmarks.fuzz.edges import Edges
from benchmarks.fuzz.kinds import Kind

# Inputs that are kept; beyond it a new one takes the place of a random one that is no seed.
_KEPT = 4000
_LOOKS = 200_000
_TWICE = 50
_FAULTS = 50


@dataclass(slots=True)
class Found:
    """What a hunt found: ``faults`` maps what went wrong to the shortest input that led there."""

    executions: int = 0
    seconds: float = 0.0
    edges: int = 0
    kept: int = 0
    refused: int = 0
    faults: dict[str, bytes] = field(default_factory=dict)

    def blame(self, fault: str, content: bytes) -> None:
        """Keep the shortest input of a fault."""
        known = self.faults.get(fault)
        if (known is None and len(self.faults) < _FAULTS) or (
                known is not None and len(content) < len(known)):
            self.faults[fault] = content


class Hunt:
    """Executes one format. The same seed gives the same inputs in the same order."""

    def __init__(self, kind: Kind, seed: int,
                 before_each: Callable[[bytes], None] = lambda content: None) -> None:
        self.kind, self.found = kind, Found()
        self._drawn, self._edges = Random(f"{kind.name} {seed}"), Edges()
        self._before_each = before_each
        self._looks: set[Hashable] = set()
        self._seeds = list(kind.seeds())
        self._inputs = list(self._seeds)

    def run(self, executions: int, until: float = float("inf")) -> Found:
        """Execute so many inputs, the seeds first, or until ``time.monotonic()`` is past
        ``until``."""
        begun = time.perf_counter()
        with trial.limited():
            for number in range(executions):
                if time.monotonic() > until:
                    break
                seeding = number < len(self._seeds)
                content = self._seeds[number] if seeding else self._changed()
                self._execute(content, traced=seeding or not number % self.kind.traced)
        self.found.seconds += time.perf_counter() - begun
        self.found.edges, self.found.kept = len(self._edges.seen), len(self._inputs)
        return self.found

    def _changed(self) -> bytes:
        drawn = self._drawn
        content = min(drawn.choice(self._inputs), drawn.choice(self._inputs), key=len)
        if drawn.random() < 1 - self.kind.bytewise / 2:
            content = self.kind.structured(content, drawn)
        if drawn.random() < self.kind.bytewise:
            content = words.changed(content, drawn, self.kind.words, self._inputs)
        return content[:self.kind.longest]

    def _execute(self, content: bytes, traced: bool) -> None:
        self._before_each(content)
        new = 0
        if traced:
            held: list[trial.Trial] = []
            new = self._edges.trace(lambda: held.append(trial.tried(self.kind, content)))
            done = held[0]
        else:
            done = trial.tried(self.kind, content)
        self.found.executions += 1
        fault = done.fault
        if not fault and not self.found.executions % _TWICE:
            fault = trial.again(self.kind, content, done)
            self.found.executions += 1
        if fault:
            self.found.blame(fault, content)
            return
        self.found.refused += not done.reports
        if not traced and not done.look <= self._looks:
            new = self._edges.trace(lambda: trial.tried(self.kind, content))
        if len(self._looks) < _LOOKS:
            self._looks |= done.look
        if new:
            self._keep(content)

    def _keep(self, content: bytes) -> None:
        if len(self._inputs) < _KEPT:
            self._inputs.append(content)
        else:
            self._inputs[self._drawn.randrange(len(self._seeds), _KEPT)] = content
