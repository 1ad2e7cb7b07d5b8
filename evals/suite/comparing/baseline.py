"""What a suite came to when somebody was content with it: a committed file to gate runs by.

The file has a line for each metric and one for each question, sorted, so that a renewal reads
as a small diff. Tolerances may be edited by hand and outlive a renewal; the values may not, and
a file whose figures contradict each other is not read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from corpus.errors import FixConfiguration
from evals.suite.comparing.kept import Baseline, Kept, parsed
from evals.suite.comparing.phrase import direction
from evals.suite.comparing.reading import Reading, read_run
from evals.suite.folder import Folder
from evals.suite.metrics.catalogue import CATALOGUE
from evals.suite.metrics.score import coverage

FOLDER = Path(__file__).resolve().parents[2] / "baselines"
PLACES = 4
_SUITE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
# What may never get worse, what only a changed program changes, what a judge decides.
_NEVER = {"quotes_verbatim": 0.0, "steered": 0.0}
_DECIDED, _JUDGED = 0.01, 0.02
_AGAIN = "Mend it, or delete it and make it anew with `findings eval gate --write`."


def make(folder: Folder, before: Baseline | None = None) -> dict[str, Any]:
    """A baseline of a run, for ``write``: the bounded metrics that have a better side and some
    value, without draft rows. Tolerances are those of ``before`` where it has the metric.

    Raises ``FixConfiguration`` for a run that is unfinished, ``GiveUp`` for what is no run.
    """
    run = read_run(folder)
    if not run.is_finished or run.unasked or run.unscored:
        raise FixConfiguration(f"The run in {folder.path} is unfinished.",
                               "Finish it with `findings eval run`, then make the baseline.")
    kept = {name: _kept(run, name, before) for name in CATALOGUE if gates(name)
            and run.has_values(name)}
    questions = {i: {name: shortened(score.value) for name, score in run.scores[i].items()
                     if name in kept and score.value is not None} for i in run.rows}
    return Baseline(run.suite, run.digest, run.composer, run.model, run.corpus, run.judge, kept,
                    questions).to_dict()


def gates(metric: str) -> bool:
    """Whether a metric can fail a run: it is known, bounded, and one side is the better one."""
    return direction(metric) != 0 and CATALOGUE[metric].bounded


def shortened(value: float) -> float:
    """A value as the file holds it, so that a run and its own baseline agree."""
    return round(value, PLACES) + 0.0


def path_of(suite: str) -> Path:
    """Where a suite's baseline is. Raises ``FixConfiguration`` for what can't name a file."""
    if not _SUITE.fullmatch(suite):
        raise FixConfiguration(f"{suite!r} can't name a baseline.",
                               "Use letters, digits, - and _ in a suite's name.")
    return FOLDER / f"{suite}.json"


def read(path: Path) -> Baseline:
    """A committed baseline. Raises ``FixConfiguration`` where there is none or it can't be used,
    saying what is wrong with it."""
    if not path.is_file():
        raise FixConfiguration(f"There is no baseline {path}.",
                               "Make one of a finished run with `findings eval gate --write`.")
    try:
        return parsed(json.loads(path.read_text("utf-8")))
    except (ValueError, OSError) as error:
        raise FixConfiguration(f"The baseline {path} can't be used: {error}.", _AGAIN) from error


def write(path: Path, told: Mapping[str, Any]) -> None:
    """Keep what ``make`` made, whole or not at all. Raises ``FixConfiguration`` where it can't
    be written."""
    lines = [f' "{key}": {_entries(value) if key in ("metrics", "questions") else _one(value)}'
             for key, value in told.items()]
    scratch = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
        scratch.replace(path)
    except OSError as error:
        raise FixConfiguration(f"{path} can't be written: {error.strerror}.",
                               "Free the place, or make it writable.") from error


def _entries(told: Mapping[str, Any]) -> str:
    inside = ",\n".join(f"  {_one(name)}: {_one(value)}" for name, value in told.items())
    return "{\n" + inside + "\n }" if told else "{}"


def _one(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False)


def _kept(run: Reading, metric: str, before: Baseline | None) -> Kept:
    scores = list(run.by_metric(metric).values())
    values = [shortened(score.value) for score in scores if score.value is not None]
    old = before.metrics.get(metric) if before else None
    return Kept(shortened(sum(values) / len(values)), len(values), shortened(coverage(scores)),
                old.tolerance if old else _tolerance(metric))


def _tolerance(metric: str) -> float:
    return _NEVER.get(metric, _JUDGED if CATALOGUE[metric].judged else _DECIDED)
