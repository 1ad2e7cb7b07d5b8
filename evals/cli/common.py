"""What several commands of the suite need."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

from assistant.settings import Settings, load
from corpus.errors import FixConfiguration
from evals.suite.metrics.catalogue import CATALOGUE
from evals.suite.metrics.exact import Prices
from evals.suite.suites import Suite, named


def settings_of(options: argparse.Namespace) -> Settings:
    """The settings, with the home that was asked for."""
    return load(home=options.home)


def suite_of(options: argparse.Namespace) -> Suite:
    """The suite or the questions that were named. Raises ``FixConfiguration`` for both."""
    questions: Path | None = getattr(options, "questions", None)
    if questions is not None and options.suite:
        raise FixConfiguration("--suite has its own questions.", "Give --suite or --questions.")
    if questions is not None:
        return Suite("", questions)
    return named(options.suite or "shipped")


def metrics_of(options: argparse.Namespace) -> tuple[str, ...]:
    """The metrics that were named. Raises ``FixConfiguration`` for one that there isn't."""
    wanted: tuple[str, ...] = options.metrics
    if unknown := [name for name in wanted if name not in CATALOGUE]:
        raise FixConfiguration(f"There is no metric called {unknown[0]!r}.",
                               "'findings eval suites' lists them.")
    return wanted


def prices_of(options: argparse.Namespace) -> Prices | None:
    """The prices that were given."""
    return Prices(*options.price) if options.price else None


def bar(unit: str = "questions") -> Callable[[int, int, str], None]:
    """Progress with the time that is left: one moving line at a terminal, a line now and then
    elsewhere."""
    live, begun, last = sys.stderr.isatty(), time.monotonic(), [-1.0e9]

    def show(done: int, of: int, what: str) -> None:
        now = time.monotonic()
        if done < of and now - last[0] < (0.1 if live else 15.0):
            return
        last[0] = now
        left = (now - begun) / done * (of - done) if done else 0.0
        filled = round(24 * done / max(of, 1))
        told = f"[{'#' * filled}{'.' * (24 - filled)}] {done} of {of} {unit}"
        told += f", {_spoken(left)} left" if 0 < done < of else ""
        room = max(0, 100 - len(told))
        line = f"{told}  {what[:room]}" if live and done < of else told
        print(f"\r\033[K{line}" if live else line, end="" if live and done < of else "\n",
              file=sys.stderr, flush=True)

    return show


def _spoken(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def say(line: str = "") -> None:
    """A line for the reader. What their terminal can't show is replaced by a mark."""
    shown = sys.stdout.encoding or "utf-8"
    print(line.encode(shown, "replace").decode(shown))
