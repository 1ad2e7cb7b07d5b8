"""One question on its way through the pipeline: what each step reads and leaves."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from assistant.answer import Citation, LeftOut, Sentence, Table
from assistant.backend import History
from assistant.gathered import Gathered
from assistant.question import Question
from assistant.scope import Scope
from corpus.model import Finding
from index.filter import Filter
from index.store import Index


@dataclass(slots=True)
class Run:
    """One question on its way: what each step found, and how long it took (milliseconds).
    ``broke_off``: a model failed in the middle of its answer; ``unused`` is what it wrote where
    quotes are shown instead."""

    raw: str
    history: History
    index: Index
    scope: Scope
    cancel: threading.Event | None = None
    chosen: Filter = field(default_factory=Filter)
    evidence_limit: int = 6
    started: float = field(default_factory=time.perf_counter)
    timings: dict[str, float] = field(default_factory=dict)
    question: Question | None = None
    gathered: Gathered | None = None
    sentences: list[Sentence] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    model: str = "quotes"
    table: Table | None = None
    broke_off: bool = False
    unused: list[LeftOut] = field(default_factory=list)

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Count the time of a step."""
        begun = time.perf_counter()
        yield
        spent = (time.perf_counter() - begun) * 1000
        self.timings[step] = round(self.timings.get(step, 0.0) + spent, 2)

    def known(self) -> tuple[Question, Gathered]:
        """What was understood and gathered, for the steps after those."""
        if self.question is None or self.gathered is None:
            raise RuntimeError("a step ran before the ones that it needs")
        return self.question, self.gathered

    def since_start(self) -> float:
        """Milliseconds since the question came in."""
        return round((time.perf_counter() - self.started) * 1000, 2)

    def stopped(self) -> bool:
        """Whether whoever asked no longer waits for the answer."""
        return self.cancel is not None and self.cancel.is_set()

    def cited(self, findings: Sequence[Finding]) -> tuple[Citation, ...]:
        """Citations of findings, numbered from 1 in their order."""
        sources = self.index.catalogue.sources()
        return tuple(Citation.of(n, f, *sources[f.report_id]) for n, f in enumerate(findings, 1))
