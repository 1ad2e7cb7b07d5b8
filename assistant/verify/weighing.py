"""Signals of support weighed into one probability, by a small model fitted on written claims.

``evals/judge/fit.py`` fits it; ``docs/decisions`` says on what, and what it is worth.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assistant.logistic import Logistic
from assistant.verify import exact, meaning
from assistant.verify.areas import misplaced
from assistant.verify.signals import Signals
from corpus.model import Finding

WEIGHTS = Path(__file__).parent.parent / "data" / "support.json"


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic model over signals by name. From ``threshold`` on a sentence counts as supported;
    what a model wrote is shown from ``shown`` on, which is stricter: a sentence that is lost can
    be quoted, one that is wrong can't be taken back."""

    model: Logistic
    threshold: float
    shown: float

    def probability(self, found: Signals) -> float:
        """How likely a sentence with these signals is supported."""
        return self.model.probability(found.values)


@cache
def weights() -> Weights:
    """The fitted model that ships with the program."""
    told = json.loads(WEIGHTS.read_text("utf-8"))
    return Weights(Logistic.of(told), told["threshold"], told["shown"])


def reason(text: str, cited: Sequence[Finding]) -> str:
    """Why a sentence may have failed, in words, where a rule can tell."""
    return (meaning.turned_round(text, cited) or meaning.unsupported(text, cited)
            or "its evidence does not say so")


def vetoes(text: str, known: str, cited: Sequence[Finding],
           counted: Collection[int] = ()) -> str | None:
    """What no probability outweighs: words in quotation marks, figures, grades and names that
    are not in the evidence. ``counted`` are numbers that a heading counts."""
    return (exact.quotations(text, known) or exact.figures(text, known, counted)
            or exact.grades(text, cited) or exact.names(text, known)
            or (None if counted else misplaced(text, cited)))
