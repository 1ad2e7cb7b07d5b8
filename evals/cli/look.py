"""``findings eval compare``, ``report``, ``show``, ``runs`` and ``suites``."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from corpus.errors import FixConfiguration, GiveUp
from evals.cli.common import say, settings_of
from evals.suite.folder import Folder
from evals.suite.metrics.catalogue import CATALOGUE
from evals.suite.suites import suites as known_suites
from evals.suite.table import columns, lines


def written(folder: Folder, place: Path) -> Path:
    """Write a run's report; the path of its page. Raises ``FixConfiguration`` where it can't be
    written."""
    from evals.suite.page.document import page
    from evals.suite.told import told

    report = told(folder)
    try:
        place.mkdir(parents=True, exist_ok=True)
        (place / "report.json").write_text(json.dumps(report) + "\n", "utf-8")
        (place / "report.html").write_text(page(report), "utf-8")
    except OSError as error:
        raise FixConfiguration(f"The report can't be written to {place}: {error.strerror}.",
                               "Name another folder with --out.") from error
    return place / "report.html"


def report(options: argparse.Namespace) -> int:
    """Write the report."""
    folder = Folder.open(options.folder)
    say(f"Report: {written(folder, options.out or folder.path)}")
    return 0


def show(options: argparse.Namespace) -> int:
    """Print the figures."""
    for line in lines(Folder.open(options.folder)):
        say(line)
    return 0


def compare(options: argparse.Namespace) -> int:
    """Print what changed."""
    from evals.suite.comparing.compare import compare as compared

    found = compared(Folder.open(options.before), Folder.open(options.after))
    if options.json:
        say(json.dumps(found.to_dict()))
    else:
        for line in found.text():
            say(line)
    return 0


def runs(options: argparse.Namespace) -> int:
    """List the runs of the home."""
    from evals.suite.run import runs as place

    found = sorted(place(settings_of(options)).glob("*/run.json"), reverse=True)
    if not found:
        say("There are no runs yet. Make one: findings eval run")
        return 0
    for line in columns([_listed(path.parent) for path in found]):
        say(line)
    return 0


def _listed(place: Path) -> list[str]:
    try:
        held = Folder.open(place).manifest
    except GiveUp:
        return [str(place), "", "", "", "can't be read"]
    judge = (held.get("judge") or {}).get("name", "none")
    return [str(place), f"{held['dataset']['questions']} questions", str(held["model"]),
            f"judge {judge}", "finished" if held.get("finished") else "not finished"]


def suites(options: argparse.Namespace) -> int:
    """List suites and metrics."""
    del options
    for line in columns([[name, suite.tells] for name, suite in known_suites().items()]):
        say(line)
    say()
    for line in columns([[m.name, "judged" if m.judged else "", m.tells]
                         for m in CATALOGUE.values()]):
        say(line)
    return 0
