"""``findings eval run`` and ``score``."""

from __future__ import annotations

import argparse
from pathlib import Path

from evals.cli.common import bar, metrics_of, prices_of, say, settings_of, suite_of
from evals.cli.look import written
from evals.suite.folder import Folder
from evals.suite.metrics.summary import floor_misses, summarise
from evals.suite.plan import Plan
from evals.suite.table import lines


def run(options: argparse.Namespace) -> int:
    """Answer and score; 1 where coverage is under the floor."""
    from evals.suite.run import run as run_plan

    suite = suite_of(options)
    plan = Plan(suite.questions, options.out, suite.name, suite.reports,
                options.composer or suite.composer, options.model or suite.model,
                options.judge or suite.judge, options.repeats, options.limit,
                metrics_of(options), options.floor, prices_of(options), not options.fresh)
    return _told(run_plan(plan, settings_of(options), bar()))


def score(options: argparse.Namespace) -> int:
    """Score a run again; 1 where coverage is under the floor."""
    from evals.suite.run import rescore

    folder = Folder.open(options.folder)
    plan = Plan(Path(), repeats=options.repeats, metrics=metrics_of(options),
                prices=prices_of(options), cached=not options.fresh)
    return _told(rescore(folder, options.judge or "trained", settings_of(options), plan, bar()))


def _told(folder: Folder) -> int:
    page = written(folder, folder.path)
    for line in lines(folder):
        say(line)
    say(f"Report: {page}")
    missed = floor_misses(summarise(folder.scores()), folder.manifest.get("floor", 0.0))
    return 1 if missed else 0
