"""Fits the small model that says how likely a finding answers a question.

``python -m evals.answerability QA.jsonl.gz`` computes the signals of ``assistant.coverage`` for a
sample of public question-passage pairs, fits a logistic regression on four fifths of the
documents, prints its AUC on the rest by source, and with ``--write`` puts the weights into
``assistant/data/answerability.json``. The threshold there is kept: it is chosen on questions
about reports (``evals.refusal``), whose passages are shorter. About 8 minutes on two cores.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.coverage import asked_words, signals
from assistant.facets import sought
from assistant.service import open_embedder
from assistant.settings import load
from index.embedding import Embedder

SEED = 7
# Rows taken of each source, half of them answered; nearness to our texts decides how many.
SOURCES = {"conditionalqa": 900, "squad2.0_dev": 1800, "disfl_qa": 300, "squad1.1": 300,
           "nq_open_oracle": 300, "selqa": 400}
NAMES = ("dense", "covered", "alike", "least", "fits", "missing", "broken", "words")
_WEIGHTS = Path(__file__).resolve().parent.parent / "assistant" / "data" / "answerability.json"
_LONGEST = 110


def sample(path: Path) -> list[dict[str, Any]]:
    """Rows of short passages, balanced by label within each source, in a fixed order."""
    pool: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            row = json.loads(line)
            name = next((s for s in SOURCES if row["source"].startswith(s)), None)
            if name and 5 < len(row["passage"].split()) <= _LONGEST \
                    and 2 < len(row["question"].split()) <= 30:
                pool[name, row["label"]].append(row)
    chance = random.Random(SEED)
    rows: list[dict[str, Any]] = []
    for name, wanted in SOURCES.items():
        for label in (0, 1):
            candidates = pool[name, label]
            chance.shuffle(candidates)
            rows += candidates[:wanted // 2]
    chance.shuffle(rows)
    return rows


def measured(rows: list[dict[str, Any]], embedder: Embedder) -> NDArray[np.float64]:
    """The signals of each row, (rows, signals); NaN where a question has no meaningful word."""
    found = np.full((len(rows), len(NAMES)), np.nan)
    for number, row in enumerate(rows):
        question, text = row["question"], row["passage"]
        asked = asked_words(question, embedder.tokens([question])[0])
        if asked:
            pair = embedder.embed([question, text])
            found[number] = signals(question, asked, sought(question), float(pair[0] @ pair[1]),
                                    text, embedder.tokens([text])[0]).row()
        if number % 200 == 0:
            sys.stderr.write(f"\r{number} of {len(rows)}")
    return found


def fit(rows: list[dict[str, Any]], values: NDArray[np.float64]) -> dict[str, Any]:
    """Weights fitted on four fifths of the documents, with the AUC on the others by source."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score

    kept = ~np.isnan(values[:, 0])
    values = values[kept]
    rows = [row for row, keep in zip(rows, kept, strict=True) if keep]
    labels = np.array([row["label"] for row in rows])
    held = np.array([int(hashlib.sha256(f"{r['source']}{r['doc']}".encode()).hexdigest(), 16) % 5
                     == 0 for r in rows])
    mean, scale = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-6)
    scaled = (values - mean) / scale
    model = LogisticRegression(C=1.0).fit(scaled[~held], labels[~held])
    chances = model.predict_proba(scaled[held])[:, 1]
    aucs = {"all": round(float(roc_auc_score(labels[held], chances)), 3)}
    sources = np.array([row["source"] for row in rows])[held]
    for source in sorted(set(sources)):
        here = sources == source
        if len(set(labels[held][here])) == 2:
            aucs[source] = round(float(roc_auc_score(labels[held][here], chances[here])), 3)
    return {"names": list(NAMES), "mean": [round(float(x), 5) for x in mean],
            "scale": [round(float(x), 5) for x in scale],
            "weights": [round(float(x), 4) for x in model.coef_[0]],
            "bias": round(float(model.intercept_[0]), 4), "held_out_auc": aucs,
            "rows": len(rows), "seed": SEED}


def main() -> int:
    """Fit and report; write the weights when asked to."""
    parser = argparse.ArgumentParser(description="Fit the answerability model.")
    parser.add_argument("data", type=Path, help="qa.jsonl.gz")
    parser.add_argument("--write", action="store_true", help="keep the weights")
    options = parser.parse_args()
    rows = sample(options.data)
    fitted = fit(rows, measured(rows, open_embedder(load())))
    fitted["threshold"] = json.loads(_WEIGHTS.read_text("utf-8"))["threshold"]
    sys.stdout.write(json.dumps(fitted, indent=1) + "\n")
    if options.write:
        _WEIGHTS.write_text(json.dumps(fitted, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
