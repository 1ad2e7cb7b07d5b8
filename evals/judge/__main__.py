"""Measures the check of a sentence: ``python -m evals.judge [--test FILE] [--language-model 60]``.

On sentences about reports (planted errors and true ones), and on claims that people labelled
elsewhere, by source. Thresholds for the outside claims are fitted on the calibration rows alone;
without ``--test``, figures on those rows come from five folds. Prints one table a part.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.verify.entailment import Entailment, open_entailment
from assistant.verify.weighing import weights
from evals.judge import outside, reports
from evals.judge.measures import best_threshold, folded, measured
from evals.judge.written import Claim

_SHARED = Path(__file__).parents[3] / "shared"
_HEAD = "claims  balanced accuracy    AUC    calib.  caught at 5 % false alarms"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the check of a sentence.")
    parser.add_argument("--judge", type=Path, default=_SHARED / "benchmarks" / "judge",
                        help="the folder of claims labelled elsewhere")
    parser.add_argument("--test", type=Path, help="rows to test on instead of the calibration's")
    parser.add_argument("--language-model", type=int, default=0, metavar="CLAIMS",
                        help="ask the embedded language model about so many as well (slow)")
    options = parser.parse_args(arguments)
    model = open_entailment()
    _reports(model, options.language_model)
    if options.judge.is_dir():
        _outside(model, options.judge, options.test)
    else:
        _say(f"claims labelled elsewhere: skipped, {options.judge} is not there")
    return 0


def _reports(model: Entailment, language_model: int) -> None:
    every: list[tuple[Claim, float, float, float]] = []
    _say(f"Sentences about reports\n{'':22}{_HEAD}")
    for name in reports.SETS:
        asked = reports.claims(name)
        rules, whole = reports.checked(asked, None), reports.checked(asked, model)
        alone = [model.logit(c.text, [f"{f.words}" for f in c.cited]) for c in asked]
        every += zip(asked, rules, alone, whole, strict=True)
    labels = [claim.label for claim, *_ in every]
    _line("rules alone", [row[1] for row in every], labels, 0.5)
    _line("cross-encoder alone", [_squashed(row[2]) for row in every], labels, 0.5)
    _line("the check", [row[3] for row in every], labels, weights().threshold)
    for name in reports.SETS:
        part = [row for row in every if row[0].id.startswith(name[0])]
        _line(f"the check, {name}", [r[3] for r in part], [r[0].label for r in part],
              weights().threshold)
    _by_error(every)
    if language_model:
        from evals.judge.asked import asked_model

        asked_model([row[0] for row in every], [row[3] for row in every], _line, language_model)


def _by_error(every: Sequence[tuple[Claim, float, float, float]]) -> None:
    limit = weights().threshold
    missed = Counter(claim.error for claim, _, _, p in every if not claim.label and p >= limit)
    total = Counter(claim.error for claim, *_ in every if not claim.label)
    _say("found by error: " + ", ".join(f"{error} {total[error] - missed[error]}/{total[error]}"
                                        for error in sorted(total)))
    stopped = Counter(claim.style for claim, _, _, p in every if claim.label and p < limit)
    of = Counter(claim.style for claim, *_ in every if claim.label)
    _say("stopped though true: " + ", ".join(f"{s} {stopped[s]}/{of[s]}" for s in sorted(of)))


def _outside(model: Entailment, folder: Path, test: Path | None) -> None:
    calibration = outside.rows(folder / "calibration.jsonl")
    weighed = outside.weigher(folder / "train.jsonl", model)
    tested = outside.rows(test) if test else calibration
    _say(f"\nClaims labelled elsewhere ({(test or folder / 'calibration.jsonl').name})\n"
         f"{'':22}{_HEAD}")
    systems: dict[str, Callable[[Sequence[outside.Row]], list[float]]] = {
        "words": lambda rows: [outside.words(row) for row in rows],
        "cross-encoder": lambda rows: [_squashed(outside.logit(row, model)) for row in rows],
        "weighed": lambda rows: [float(p) for p in weighed(rows)]}
    for name, score in systems.items():
        fitted = score(calibration)
        limit = best_threshold(fitted, [row.label for row in calibration])
        chances = score(tested) if test else fitted
        labels = [row.label for row in tested]
        _line(name, chances, labels, limit)
        if not test:
            _say(f"{'':22}on rows that the threshold has not seen (five folds): "
                 f"{folded(chances, labels):.3f}")
        if name == "weighed":
            for source in sorted({row.source for row in tested}):
                part = [i for i, row in enumerate(tested) if row.source == source]
                _line(f"  {source}", [chances[i] for i in part], [labels[i] for i in part], limit)


def _line(name: str, chances: Sequence[float], labels: Sequence[int], limit: float) -> None:
    _say(f"{name:22}{measured(chances, labels, limit)}")


def _squashed(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
