"""Fits the small model that says how likely a finding answers a question.

``python -m evals.answerability`` asks the labelled questions of ``evals/datasets`` (all but the
held-out file) of their reports, takes the signals of each candidate that a look-up considers, and
fits a logistic regression on whether the candidate is one that the question needs; a question
that no report answers needs none. The signals know no report and no word. Printed are figures of
ten-fold cross-validation over questions: how well the likeliest candidate's probability tells
answerable from unanswerable questions, how often it is a needed one, and for a row of thresholds
the false refusals and the refusals of unanswerable questions. ``--write`` puts the weights and the
threshold with the fewest errors into ``assistant/data/answerability.json``. Two minutes.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.answer import Intent
from assistant.lookup import candidates
from assistant.question import understand
from assistant.service import Service, open_service
from assistant.settings import SHIPPED_REPORTS, load
from corpus.model import Finding
from evals.retrieval.homes import library

NAMES = ("dense", "rerank", "fused", "covered", "fits", "missing", "broken", "words")
SEED, _FOLDS, _STRENGTH = 7, 10, 0.3
# A refusal of a question that has an answer counts for this much of an answer to one that has
# none: people see what was found and can judge it, but not what was withheld.
_REFUSAL_COSTS = 1.0
_HERE = Path(__file__).parent
_SAMPLES = _HERE.parent / "tests" / "corpus" / "samples"
_WEIGHTS = _HERE.parent / "assistant" / "data" / "answerability.json"
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's candidates: signals (candidates, signals), which are needed, which were ruled
    out by a rule, and whether it has an answer at all."""

    signals: Floats
    needed: NDArray[np.bool_]
    ruled_out: NDArray[np.bool_]
    answerable: bool


def asked() -> list[Asked]:
    """The candidates of every labelled look-up."""
    found: list[Asked] = []
    for name, folders in (("questions_dev", (SHIPPED_REPORTS, _HERE / "reports")),
                          ("northamptonshire", (SHIPPED_REPORTS,)),
                          ("other_reports", (_SAMPLES,))):
        lines = (_HERE / "datasets" / f"{name}.jsonl").read_text("utf-8").splitlines()
        rows = [json.loads(line) for line in lines if line.strip()]
        with tempfile.TemporaryDirectory() as scratch:
            home = Path(scratch)
            source = library(home / "library", folders)
            with closing(open_service(load(home=home), source)) as service:
                found += _of(service, rows)
    return found


def _of(service: Service, rows: Sequence[dict[str, Any]]) -> Iterator[Asked]:
    index, scope = service.current()
    for row in rows:
        history = [(q, a) for q, a in row.get("history", ())]
        question = understand(row["question"], history, scope, index.embedder.is_word)
        if question.intent is not Intent.LOOKUP or question.outside or question.among:
            continue
        wanted = replace(question.wanted, topics=frozenset(), kinds=frozenset())
        _, ranked = candidates(question, wanted, index, scope)
        if ranked:
            right = _needed(row)
            yield Asked(np.array([s.signals.row() for s in ranked]),
                        np.array([right(s.hit.finding) for s in ranked]),
                        np.array([s.ruled_out for s in ranked]), bool(row["answerable"]))


def _needed(row: dict[str, Any]) -> Callable[[Finding], bool]:
    """Whether a finding is one that a question needs, by id or by words that it holds."""
    wanted = row.get("needed") or []
    ids = {part for group in wanted for part in (group if isinstance(group, list) else [])}
    texts = [part for part in wanted if isinstance(part, str)]
    return lambda finding: finding.id in ids or any(text in finding.text for text in texts)


def fit(rows: Sequence[Asked]) -> dict[str, Any]:
    """The weights, fitted on everything, with cross-validated figures."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import KFold

    values = np.concatenate([row.signals for row in rows])
    mean, scale = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-6)

    def model(chosen: Sequence[int]) -> Any:
        inputs = (np.concatenate([rows[i].signals for i in chosen]) - mean) / scale
        return LogisticRegression(C=_STRENGTH).fit(
            inputs, np.concatenate([rows[i].needed for i in chosen]))

    best, first = np.zeros(len(rows)), np.zeros(len(rows), bool)
    for learn, test in KFold(_FOLDS, shuffle=True, random_state=SEED).split(rows):
        part = model([int(i) for i in learn])
        for i in map(int, test):
            chances = part.predict_proba((rows[i].signals - mean) / scale)[:, 1]
            chances[rows[i].ruled_out] = 0.0
            best[i], first[i] = chances.max(), rows[i].needed[int(chances.argmax())]
    answerable = np.array([row.answerable for row in rows])
    whole = model(range(len(rows)))
    table = [(float(t), float(np.mean(best[answerable] < t)), float(np.mean(best[~answerable] < t)))
             for t in np.arange(0.04, 0.6, 0.02)]
    threshold = min(table, key=lambda row: _REFUSAL_COSTS * row[1] + (1 - row[2]))[0]
    return {"names": list(NAMES), "mean": _rounded(mean), "scale": _rounded(scale),
            "weights": _rounded(whole.coef_[0]), "bias": round(float(whole.intercept_[0]), 4),
            "threshold": round(threshold, 3), "questions": len(rows), "seed": SEED,
            "cross_validated": {
                "auc": round(float(roc_auc_score(answerable, best)), 3),
                "needed_first": round(float(np.mean(first[answerable])), 3),
                "false_refusals": {f"{t:.2f}": round(f, 3) for t, f, _ in table},
                "refused_unanswerable": {f"{t:.2f}": round(r, 3) for t, _, r in table}}}


def _rounded(values: Floats) -> list[float]:
    return [round(float(value), 5) for value in values]


def main() -> int:
    """Fit and report; write the weights when asked to."""
    parser = argparse.ArgumentParser(description="Fit the answerability model.")
    parser.add_argument("--write", action="store_true", help="keep the weights")
    options = parser.parse_args()
    fitted = fit(asked())
    sys.stdout.write(json.dumps(fitted, indent=1) + "\n")
    if options.write:
        _WEIGHTS.write_text(json.dumps(fitted, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
