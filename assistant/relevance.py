"""How likely a finding answers a question: signals weighed by a small model fitted on public
question-answer data (``evals/answerability.py`` fits it, ``docs/decisions`` says on what)."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from assistant.coverage import AskedWord, Signals, asked_words, signals
from assistant.facets import STRICT
from assistant.question import Question, Scope, kinds_of_crime, shared_stems
from corpus.model import FindingKind
from corpus.names import forces_in
from index import remembered
from index.embedding import Embedder, TokenVectors
from index.passages import context, passage, statement
from index.search import Hit
from index.words import stem, stems, terms, words

_LOOKED_AT = 8
_CARRIED = 0.3
_STRICT_ALIKE = 0.6
ACTIONS = frozenset({FindingKind.RECOMMENDATION, FindingKind.AREA_FOR_IMPROVEMENT,
                      FindingKind.CAUSE_OF_CONCERN})


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic model over ``Signals.row``, and the probability from which a question counts
    as answered."""

    names: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    threshold: float

    def probability(self, found: Signals) -> float:
        """How likely a finding with these signals answers."""
        total = self.bias
        for value, mean, scale, weight in zip(found.row(), self.mean, self.scale, self.weights,
                                              strict=True):
            total += weight * (value - mean) / scale
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its signals and the probability that it answers."""

    hit: Hit
    signals: Signals
    probability: float


@cache
def weights() -> Weights:
    """The fitted model that ships with the program."""
    told = json.loads((Path(__file__).parent / "data" / "answerability.json").read_text("utf-8"))
    return Weights(tuple(told["names"]), tuple(told["mean"]), tuple(told["scale"]),
                   tuple(told["weights"]), told["bias"], told["threshold"])


def scored(question: Question, hits: Sequence[Hit], scope: Scope,
           embedder: Embedder) -> list[Scored]:
    """The best candidates by how likely they answer, most likely first."""
    looked_at = hits[:_LOOKED_AT]
    if not looked_at:
        return []
    asked = _asked(question, scope, embedder.tokens([question.text])[0])
    found = []
    passages = remembered.tokens(embedder, [passage(h.finding).embedded for h in looked_at])
    for hit, tokens in zip(looked_at, passages, strict=True):
        dense = hit.dense if hit.dense is not None else _floor(hits)
        told = signals(question.text, asked, question.facets.sought, dense,
                       statement(hit.finding), tokens, context(hit.finding))
        chance = weights().probability(told)
        if not _may_answer(question, told, f"{statement(hit.finding)} {context(hit.finding)}"):
            chance = 0.0
        found.append(Scored(hit, told, chance))
    return sorted(found, key=lambda s: (-(s.probability + preference(question, s)), -s.hit.fused))


def _may_answer(question: Question, told: Signals, text: str) -> bool:
    """What rules an answer out, however alike the words: it lacks the sort of thing asked for
    (a number has to be the number of the very thing), or is of another kind ("hate crime")."""
    if question.facets.sought in STRICT and (told.fits < 0 or told.alike < _STRICT_ALIKE):
        return False
    have = stems(text)
    if any(stem(name) not in have for name in _named(question)):
        return False
    return all(stem(word) in have or any(phrase.lower() in text.lower() for phrase in
                                         question.synonyms.get(word, ()))
               for word in kinds_of_crime(question.text))


def _named(question: Question) -> list[str]:
    """Numbers and proper names of a question, which an answer has to share: "999 calls" are not
    "101 calls". Forces and years have been dealt with by the scope."""
    owned = {word for body in question.facets.forces for word in words(body)}
    years = {str(year) for year in question.facets.years}
    plain = re.sub(r"[(\[].*", "", question.text)
    names = re.findall(r"(?<=[a-z,;] )[A-Z][a-z]{2,}\b", plain)
    numbers = re.findall(r"(?<![\w.,])\d[\d,.]*\d|(?<![\w.,])\d", plain)
    return [item for item in (*names, *numbers) if item not in years
            and item.lower() not in owned and not forces_in(item)]


def preference(question: Question, candidate: Scored) -> float:
    """A nudge to the order, never to the decision: a question that asks what to do wants
    recommendations and areas for improvement first."""
    if asks_for_action(question.text) and candidate.hit.finding.kind in ACTIONS:
        return 0.15
    return 0.0


def asks_for_action(text: str) -> bool:
    """Whether a question asks what ought to be done."""
    low = f" {text.lower()} "
    return any(cue in low for cue in (" should ", " recommend", " what to do", " need to do ",
                                      " needs to do ", " asked to ", " told to ", " must ",
                                      " fix ", " put right", " next ", " improve "))


def _asked(question: Question, scope: Scope, tokens: TokenVectors) -> list[AskedWord]:
    found = asked_words(question.text, tokens, shared_stems(scope), question.synonyms)
    if not question.follows:
        return found
    own = {stem(word) for word in terms(question.raw)}
    if not any(word.stem in own for word in found):
        return found
    return [word if word.stem in own else replace(word, weight=word.weight * _CARRIED)
            for word in found]


def _floor(hits: Sequence[Hit]) -> float:
    """The similarity of a candidate that only lexical search proposed: below the worst seen."""
    return min((h.dense for h in hits if h.dense is not None), default=0.0)
