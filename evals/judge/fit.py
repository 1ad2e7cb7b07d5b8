"""Fits how the check weighs its signals: ``python -m evals.judge.fit [--write]``.

On the claims that were written for this project and kept from the cross-encoder's training: a
logistic model over the signals of the check, after what its exact rules stop. The threshold is
where one supported sentence in twenty is stopped, exact rules included; for what a model wrote,
one in four. Figures are cross-validated over findings. ``--write`` keeps the weights.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.verify import is_verbatim, stated
from assistant.verify.entailment import Entailment, open_entailment
from assistant.verify.signals import evidence_of, signals
from assistant.verify.weighing import vetoes
from evals.judge.written import Claim, written

FALSE_ALARMS = 0.05
# What a model wrote may be lost more easily: the findings can be quoted.
LOST = 0.25
_PATH = Path(__file__).parent.parent.parent / "assistant" / "data" / "support.json"
_STRENGTH = 0.1
_FOLDS = 8
_SEED = 11


@dataclass(frozen=True, slots=True)
class Seen:
    """A claim as the check sees it: decided by a rule (1 passes, 0 is stopped), or its signals."""

    claim: Claim
    ruled: float | None
    values: Mapping[str, float]


def seen(claims: Sequence[Claim], model: Entailment) -> list[Seen]:
    """Each claim with what the rules decide, else its signals."""
    found = []
    for claim in claims:
        cited = list(claim.cited)
        ruled: float | None = None
        text = stated(claim.text, cited)
        if is_verbatim(claim.text, cited):
            ruled = 1.0
        elif vetoes(text, evidence_of(cited), cited):
            ruled = 0.0
        values = signals(text, cited, model).values if ruled is None else {}
        found.append(Seen(claim, ruled, values))
    return found


def fit(rows: Sequence[Seen]) -> dict[str, Any]:
    """The weights over all rows, with cross-validated figures."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import GroupKFold

    labels = np.array([row.claim.label for row in rows])
    free = np.array([row.ruled is None for row in rows])
    names = list(next(row.values for row in rows if row.values))
    values = np.array([[row.values.get(name, 0.0) for name in names] for row in rows])
    mean, scale = values[free].mean(axis=0), np.maximum(values[free].std(axis=0), 1e-3)
    inputs = (values - mean) / scale

    def model(chosen: NDArray[np.int_]) -> Any:
        learnt = [i for i in chosen if free[i]]
        return LogisticRegression(C=_STRENGTH, max_iter=1000).fit(inputs[learnt], labels[learnt])

    chances = np.array([row.ruled if row.ruled is not None else 0.0 for row in rows])
    groups = [row.claim.id.rpartition(":")[0] for row in rows]
    for learn, test in GroupKFold(_FOLDS, shuffle=True, random_state=_SEED).split(
            inputs, labels, groups):
        asked = np.array([i for i in test if free[i]])
        chances[asked] = model(learn).predict_proba(inputs[asked])[:, 1]
    whole = model(np.arange(len(rows)))
    threshold, shown = (float(np.quantile(chances[labels == 1], share))
                        for share in (FALSE_ALARMS, LOST))
    return {"names": names, "mean": _rounded(mean), "scale": _rounded(scale),
            "weights": _rounded(whole.coef_[0]), "bias": round(float(whole.intercept_[0]), 4),
            "threshold": round(threshold, 3), "shown": round(shown, 3), "claims": len(rows),
            "seed": _SEED,
            "cross_validated": {
                "auc": round(float(roc_auc_score(labels, chances)), 3),
                "false_alarms": round(float(np.mean(chances[labels == 1] < threshold)), 3),
                "errors_found": round(float(np.mean(chances[labels == 0] < threshold)), 3),
                "errors_shown": round(float(np.mean(chances[labels == 0] >= shown)), 3)}}


def _rounded(values: NDArray[np.float64]) -> list[float]:
    return [round(float(value), 5) for value in values]


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit and report; write the weights when asked to."""
    parser = argparse.ArgumentParser(description="Fit how the check weighs its signals.")
    parser.add_argument("--write", action="store_true", help="keep the weights")
    options = parser.parse_args(arguments)
    held = [claim for claim in written() if claim.held]
    fitted = fit(seen(held, open_entailment()))
    sys.stdout.write(json.dumps(fitted, indent=1) + "\n")
    if options.write:
        _PATH.write_text(json.dumps(fitted, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
