"""Claims that people labelled elsewhere: rows of the outside judge material, and their scores."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.verify import exact
from assistant.verify.entailment import Entailment
from corpus import sentences
from evals.judge.measures import Floats
from evals.training.claims import answers
from index.words import stems

Score = Callable[["Row"], float]


@dataclass(frozen=True, slots=True)
class Row:
    """A claim, what it should rest on, and whether people found that it does (1) or not (0)."""

    source: str
    claim: str
    premise: str
    label: int


def rows(path: Path) -> list[Row]:
    """The rows of a judge file, as they come."""
    return [Row(row["source"], row["claim"], row["premise"], row["label"])
            for row in map(json.loads, path.read_text("utf-8").splitlines())]


def words(row: Row) -> float:
    """The floor: the share of the claim's words in the premise, less where a number is new."""
    said, have = stems(row.claim), stems(row.premise)
    share = len(said & have) / len(said) if said else 1.0
    return share * (0.5 if exact.figures(row.claim, row.premise) else 1.0)


def logit(row: Row, model: Entailment) -> float:
    """The cross-encoder alone: the worst of the claim's sentences."""
    return model.logit(row.claim, [row.premise])


def signals(row: Row, model: Entailment) -> list[float]:
    """What is weighed for a claim and a premise without types: the cross-encoder's worst and mean
    sentence, the words of the worst sentence that are in the premise, new figures, length."""
    parts = [p for p in sentences.split(row.claim) if len(p.split()) > 2] or [row.claim]
    logits = [model.logit(part, [row.premise]) for part in parts]
    have = stems(row.premise)
    shares = [len(stems(p) & have) / max(len(stems(p)), 1) for p in parts]
    figures = float(exact.figures(row.claim, row.premise) is not None)
    return [min(logits), float(np.mean(logits)), min(shares), float(np.mean(shares)), figures,
            math.log(1 + len(row.claim.split()))]


def weigher(train: Path, model: Entailment) -> Callable[[Sequence[Row]], Floats]:
    """Weighs the signals, fitted on rows of the training file whose documents the cross-encoder
    has not seen. Gives a probability for each row."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    held = {pair.question for pair in answers(train)
            if pair.held_out and "_" not in pair.source.removeprefix("ragtruth_")}
    learnt = [row for row in rows(train)
              if any(" ".join(p.split()) in held for p in [row.claim, *sentences.split(row.claim)])]
    fitted = make_pipeline(StandardScaler(),
                           LogisticRegression(C=0.3, class_weight="balanced", max_iter=500))
    fitted.fit([signals(row, model) for row in learnt], [row.label for row in learnt])

    def weighed(asked: Sequence[Row]) -> Floats:
        chances: Floats = fitted.predict_proba([signals(row, model) for row in asked])[:, 1]
        return chances

    return weighed
