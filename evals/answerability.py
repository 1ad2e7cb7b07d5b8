"""Fits the small model that says how likely a finding answers a question.

``python -m evals.answerability`` asks the labelled questions of ``evals/datasets`` (all but the
held-out file) of their reports, and those of CLAP NQ of its passages, takes the signals of each
candidate that a look-up considers, and fits a logistic regression on whether the candidate is one
that the question needs; a question that nothing answers needs none. The signals know no report
and no word. Printed are figures of ten-fold cross-validation over questions: how well the
likeliest candidate's probability tells answerable from unanswerable questions, how often it is a
needed one, and for a row of thresholds the false refusals and the refusals of unanswerable
questions. ``--write`` puts the weights, and the highest threshold that falsely refuses at most
3 % of the questions about reports, into ``assistant/data/answerability.json``. Two minutes.
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
from evals.retrieval.homes import library, passages

NAMES = ("dense", "rerank", "fused", "covered", "fits", "missing", "broken", "words", "length")
SEED, _FOLDS, _STRENGTH = 7, 10, 0.3
_FALSE_REFUSALS = 0.03
_HERE = Path(__file__).parent
_SAMPLES = _HERE.parent / "tests" / "corpus" / "samples"
_WEIGHTS = _HERE.parent / "assistant" / "data" / "answerability.json"
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's candidates: signals (candidates, signals), which are needed, which were ruled
    out by a rule, whether it has an answer at all, and whether it is about reports."""

    signals: Floats
    needed: NDArray[np.bool_]
    ruled_out: NDArray[np.bool_]
    answerable: bool
    of_reports: bool = True


def asked(benchmarks: Path) -> list[Asked]:
    """The candidates of every labelled look-up, CLAP NQ's from a folder of outside material."""
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
    with tempfile.TemporaryDirectory() as scratch:
        rows = [json.loads(line) for line in
                (benchmarks / "clapnq" / "dev.jsonl").read_text("utf-8").splitlines()]
        source = passages(Path(scratch) / "clapnq.jsonl", [
            {"id": row["id"], "title": row["title"], "text": row["passage"]} for row in rows])
        with closing(open_service(load(home=Path(scratch) / "home"), source)) as service:
            wanted = [{**row, "needed": [[row["id"]]] if row["answerable"] else []}
                      for row in rows]
            found += [replace(one, of_reports=False) for one in _of(service, wanted)]
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
    reports = np.array([row.of_reports for row in rows])
    told = {name: _figures(answerable[chosen], best[chosen], first[chosen])
            for name, chosen in (("reports", reports), ("clapnq", ~reports))}
    whole = model(range(len(rows)))
    refused = told["reports"]["false_refusals"]
    threshold = max((t for t in refused if refused[t] <= _FALSE_REFUSALS), default=min(refused))
    return {"names": list(NAMES), "mean": _rounded(mean), "scale": _rounded(scale),
            "weights": _rounded(whole.coef_[0]), "bias": round(float(whole.intercept_[0]), 4),
            "threshold": float(threshold), "questions": len(rows),
            "seed": SEED, "cross_validated": told}


def _figures(answerable: NDArray[np.bool_], best: Floats,
             first: NDArray[np.bool_]) -> dict[str, Any]:
    from sklearn.metrics import roc_auc_score

    thresholds = [f"{t / 100:.2f}" for t in range(2, 31)]
    return {"auc": round(float(roc_auc_score(answerable, best)), 3),
            "needed_first": round(float(np.mean(first[answerable])), 3),
            "false_refusals": {t: round(float(np.mean(best[answerable] < float(t))), 3)
                               for t in thresholds},
            "refused_unanswerable": {t: round(float(np.mean(best[~answerable] < float(t))), 3)
                                     for t in thresholds}}


def _rounded(values: Floats) -> list[float]:
    return [round(float(value), 5) for value in values]


def main() -> int:
    """Fit and report; write the weights when asked to."""
    parser = argparse.ArgumentParser(description="Fit the answerability model.")
    parser.add_argument("--write", action="store_true", help="keep the weights")
    parser.add_argument("--benchmarks", type=Path, help="the folder of outside material",
                        default=_HERE.parent.parent / "shared" / "benchmarks")
    options = parser.parse_args()
    fitted = fit(asked(options.benchmarks))
    sys.stdout.write(json.dumps(fitted, indent=1) + "\n")
    if options.write:
        _WEIGHTS.write_text(json.dumps(fitted, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
