"""``findings eval gate``."""

from __future__ import annotations

import argparse
from pathlib import Path

from corpus.errors import FixConfiguration
from evals.cli.common import bar, say, settings_of
from evals.suite.comparing.baseline import make, path_of, read, write
from evals.suite.comparing.gate import gate as compared
from evals.suite.folder import Folder
from evals.suite.plan import Plan
from evals.suite.suites import named


def gate(options: argparse.Namespace) -> int:
    """0 where nothing got worse; 1 with what did; with --write the run becomes the baseline."""
    baseline: Path = options.baseline or path_of(named(options.suite).name)
    if not options.write and not baseline.is_file():
        raise FixConfiguration(f"There is no baseline {baseline}.",
                               "Make a run the baseline with --write.")
    folder = Folder.open(options.folder) if options.folder else _run(options)
    if options.write:
        before = read(baseline) if baseline.is_file() else None
        write(baseline, make(folder, before))
        say(f"The baseline is now {folder.path}: {baseline}")
        return 0
    found = compared(folder, read(baseline), options.floor)
    for line in found.text():
        say(line)
    return 0 if found.passed else 1


def _run(options: argparse.Namespace) -> Folder:
    from evals.suite.run import run

    suite = named(options.suite)
    plan = Plan(suite.questions, None, suite.name, suite.reports, suite.composer, suite.model,
                suite.judge, floor=options.floor)
    return run(plan, settings_of(options), bar())
