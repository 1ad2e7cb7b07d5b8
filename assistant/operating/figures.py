"""Figures for Prometheus: counted from what happens, or looked up when they are asked for.

No label holds a question, a name or a report: each is one of a few codes.
"""

from __future__ import annotations

import importlib.metadata
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.process_collector import ProcessCollector

from assistant.access.line import Line
from assistant.operating.happenings import (
    Answered,
    Asked,
    Happening,
    Outcome,
    Refused,
    SignInFailed,
    Synced,
    Written,
)
from assistant.operating.readiness import Readiness

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_QUICK_S = (.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10)
_SLOW_S = (.05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120, 300)
_LONG_S = (.1, 1, 5, 15, 60, 300, 900, 3600, 14400)


class Figures:
    """The figures of one running program. To be told of what happens (``take``). Safe across
    threads."""

    def __init__(self) -> None:
        # When a figure was first counted is of no use, and doubles what is read.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        self._running = 0
        self._idle = threading.Condition()
        ProcessCollector(registry=self.registry)
        self._questions = self._counter("questions", "Questions that ended.", "status", "composer")
        self._evidence = self._histogram(
            "question_evidence_seconds", "Time from a question to its findings.", _QUICK_S)
        self._whole = self._histogram(
            "question_seconds", "Time from a question to its whole answer.", _SLOW_S)
        self._refused = self._counter("refusals", "Requests turned away for what they are too "
                                      "many of.", "why")
        self._failed = self._counter("signins_failed", "Passwords and tokens that opened nothing.",
                                     "how")
        self._calls = self._counter("model_calls", "Calls of the language model.", "outcome")
        self._call = self._histogram("model_call_seconds", "Time of a call of the language model.",
                                     _SLOW_S)
        self._tokens = self._counter("model_tokens", "Tokens as the language model's server "
                                     "counted them.", "kind")
        self._uncounted = self._counter("model_calls_uncounted",
                                        "Calls whose tokens nobody counted.")
        self._syncs = self._counter("syncs", "Times the index was brought in step.", "outcome")
        self._sync = self._histogram("sync_seconds", "Time to bring the index in step.", _LONG_S)
        self._look("questions_running", "Questions that are being answered.", lambda: self._running)
        self._look("process_threads", "Threads of this process.", _threads, prefix="")
        version = self._gauge("build_info", "The program's version.", "version")
        version.labels(_version()).set(1)

    def take(self, happening: Happening) -> None:
        """Count what happened."""
        match happening:
            case Asked():
                with self._idle:
                    self._running += 1
            case Answered():
                self._answered(happening)
            case Refused():
                self._refused.labels(happening.why.value).inc()
            case SignInFailed():
                self._failed.labels(happening.how).inc()
            case Written():
                self._written(happening)
            case Synced():
                self._syncs.labels(happening.outcome.value).inc()
                if happening.outcome is not Outcome.NOTHING:
                    self._sync.observe(happening.seconds)

    def _answered(self, one: Answered) -> None:
        self._questions.labels(one.status, one.composer).inc()
        self._whole.observe(one.total_s)
        if one.evidence_s is not None:
            self._evidence.observe(one.evidence_s)
        with self._idle:
            self._running -= 1
            self._idle.notify_all()

    def _written(self, one: Written) -> None:
        self._calls.labels(one.outcome.value).inc()
        self._call.observe(one.seconds)
        if one.prompt_tokens is None and one.completion_tokens is None:
            self._uncounted.inc()
        self._tokens.labels("prompt").inc(one.prompt_tokens or 0)
        self._tokens.labels("completion").inc(one.completion_tokens or 0)

    def watch(self, asking: Line, writing: Line, readiness: Readiness) -> None:
        """Look these up whenever figures are asked for."""
        taken = self._gauge("line_taken", "Those that have their turn in a line.", "line")
        waiting = self._gauge("line_waiting", "Those that wait in a line.", "line")
        for name, line in (("asking", asking), ("writing", writing)):
            taken.labels(name).set_function(_taken(line))
            waiting.labels(name).set_function(_waiting(line))
        self._look("ready", "1 where questions can be answered.", lambda: readiness.state().ready)
        self._look("index_reports", "Reports in the index.", lambda: readiness.held.reports)
        self._look("index_findings", "Findings in the index.", lambda: readiness.held.findings)

    def wait_until_idle(self, seconds: float) -> bool:
        """Wait until no question is being answered, at most so long; whether that came."""
        with self._idle:
            return self._idle.wait_for(lambda: self._running == 0, seconds)

    def text(self) -> bytes:
        """The figures in Prometheus' text format."""
        return generate_latest(self.registry)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"findings_{name}", text, labels, registry=self.registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"findings_{name}", text, labels, registry=self.registry)

    def _histogram(self, name: str, text: str, buckets: Iterable[float]) -> Histogram:
        return Histogram(f"findings_{name}", text, registry=self.registry, buckets=tuple(buckets))

    def _look(self, name: str, text: str, value: Callable[[], float],
              prefix: str = "findings_") -> None:
        Gauge(f"{prefix}{name}", text, registry=self.registry).set_function(value)


def _taken(line: Line) -> Callable[[], float]:
    return lambda: line.taken


def _waiting(line: Line) -> Callable[[], float]:
    return lambda: line.waiting


def _threads() -> float:
    """Threads as the system counts them, those of libraries included; where it doesn't say,
    Python's own."""
    try:
        return len(list(Path("/proc/self/task").iterdir()))
    except OSError:
        return threading.active_count()


def _version() -> str:
    try:
        return importlib.metadata.version("findings")
    except importlib.metadata.PackageNotFoundError:
        return "unknown"
