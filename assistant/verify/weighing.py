"""Signals of support weighed into one probability, by a small model fitted on written claims.

``evals/support.py`` fits it; ``docs/decisions`` says on what, and what it is worth.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Sequence
from dataclasses import astuple, dataclass, fields
from functools import cache
from pathlib import Path

from assistant.verify import exact, meaning
from assistant.verify.alignment import alignment
from assistant.verify.entailment import Entailment
from corpus.model import Finding, FindingKind
from corpus.names import official_name
from index.passages import passage, statement
from index.words import terms

_PATH = Path(__file__).parent.parent / "data" / "support.json"


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for and against a sentence: the cross-encoder's logit over all cited findings
    together and over the best one alone, the share of its words in the evidence, whether a rule
    finds it turned round, a part of it without words of the evidence or a number in words that
    is not there, its length, and how its words lie over the evidence's (``Alignment``)."""

    logit: float
    alone: float
    covered: float
    counted: float
    turned: float
    bare: float
    several: float
    length: float
    new: float
    kept: float
    moved: float
    edited: float

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The signals in the order of ``row``."""
        return tuple(field.name for field in fields(cls))

    def row(self) -> tuple[float, ...]:
        """The values in order."""
        return astuple(self)


def signals(text: str, cited: Sequence[Finding], model: Entailment) -> Signals:
    """The signals of a sentence against the findings that it cites."""
    texts = [passage(finding).embedded for finding in cited]
    together = model.logit(text, texts)
    alone = max(model.logit(text, [one]) for one in texts) if len(texts) > 1 else together
    share, _ = meaning.coverage(text, cited)
    known = evidence_of(cited)
    laid = alignment(text, known)
    return Signals(together, alone, share,
                   float(exact.numbers(text, known) is not None),
                   float(meaning.turned_round(text, cited) is not None),
                   float(meaning.unsupported(text, cited) is not None),
                   float(len(texts) > 1), math.log(1 + len(terms(text))),
                   math.log(1 + laid.new), laid.kept, laid.moved,
                   laid.kept * min(laid.new, 2))


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic model over ``Signals.row``, and the probability from which a sentence counts as
    supported."""

    names: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    threshold: float

    def probability(self, found: Signals) -> float:
        """How likely a sentence with these signals is supported."""
        total = self.bias
        for value, mean, scale, weight in zip(found.row(), self.mean, self.scale, self.weights,
                                              strict=True):
            total += weight * (value - mean) / scale
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@cache
def weights() -> Weights:
    """The fitted model that ships with the program."""
    told = json.loads(_PATH.read_text("utf-8"))
    if tuple(told["names"]) != Signals.names():
        raise ValueError(f"{_PATH.name} was fitted on other signals")
    return Weights(tuple(told["names"]), tuple(told["mean"]), tuple(told["scale"]),
                   tuple(told["weights"]), told["bias"], told["threshold"])


def reason(text: str, cited: Sequence[Finding]) -> str:
    """Why a sentence may have failed, in words, where a rule can tell."""
    return (meaning.turned_round(text, cited) or meaning.unsupported(text, cited)
            or "its evidence does not say so")


def vetoes(text: str, known: str, cited: Sequence[Finding],
           counted: Collection[int] = ()) -> str | None:
    """What no probability outweighs: words in quotation marks, figures, grades and names that
    are not in the evidence. ``counted`` are numbers that a heading counts."""
    return (exact.quotations(text, known) or exact.figures(text, known, counted)
            or exact.grades(text, cited) or exact.names(text, known))


def evidence_of(cited: Sequence[Finding]) -> str:
    """All that cited findings say and where they stand: section, owner, year, grade, kind."""
    return " ".join(_evidence(finding) for finding in cited)


def _evidence(finding: Finding) -> str:
    owner = official_name(finding.force) or ""
    grade = finding.grade.value if finding.grade else ""
    kind = finding.kind.value.replace("_", " ") if finding.kind is not FindingKind.NARRATIVE else ""
    return " ".join([statement(finding), " ".join(finding.section), owner,
                     str(finding.year or ""), str(finding.as_of or ""), grade, kind])
