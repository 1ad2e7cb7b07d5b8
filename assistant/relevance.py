"""How likely a finding answers a question: signals weighed by a small model fitted on labelled
questions (``evals/answerability.py`` fits it, ``docs/decisions`` says on what)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from assistant.aboutness import about
from assistant.coverage import AskedWord, Scores, Signals, asked_words, holds, signals
from assistant.facets import STRICT
from assistant.glossary import kinds_of_crime
from assistant.logistic import Logistic
from assistant.question import Question, shared_stems
from assistant.scope import Scope
from assistant.subject import spoken_of
from corpus.model import FindingKind
from corpus.names import forces_in
from index.passages import context, passage, statement
from index.search import BEST_FUSED, Hit
from index.store import Index
from index.words import stem, stems, terms, words

# How many candidates are read together with the question.
_LOOKED_AT = 12
_CARRIED = 0.3
_STRICT_COVERED = 0.3
# From this logit on the reranker is believed over the rules of thumb about what an answer lacks.
_BELIEVED = 1.5
_NOTES = 7
_NO_NAMES = frozenset({"English", "British", "Police", "Constabulary"})
_ASKING = re.compile(r"\W*(?:why|how|what|when|where|who|which|whose|is|are|was|were|does|do|did"
                     r"|has|have|had|can|could|will|would|should|must|tell|show|give|explain)\b",
                     re.IGNORECASE)
_YEARS = re.compile(r"\b(?:19|20)\d\d(?:\s?[/–-]\s?(?:20)?\d\d)?\b|\b\d\d/\d\d\b")
ACTIONS = frozenset({FindingKind.RECOMMENDATION, FindingKind.AREA_FOR_IMPROVEMENT,
                      FindingKind.CAUSE_OF_CONCERN})


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic model over ``Signals.row``, and the probability from which a question counts
    as answered."""

    model: Logistic
    threshold: float

    def probability(self, found: Signals) -> float:
        """How likely a finding with these signals answers."""
        return self.model.probability(dict(zip(self.model.names, found.row(), strict=True)))


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its signals, the reranker's logit, the probability that it answers, and
    why, in words for the trace. ``ruled_out``: a rule says that it can't be the answer."""

    hit: Hit
    signals: Signals
    rerank: float
    probability: float
    why: str
    ruled_out: bool = False


@cache
def weights() -> Weights:
    """The fitted model that ships with the program."""
    told = json.loads((Path(__file__).parent / "data" / "answerability.json").read_text("utf-8"))
    return Weights(Logistic.of(told), told["threshold"])


def threshold(question: Question) -> float:
    """From which probability on a question counts as answered. Whoever types a few words wants to
    see what there is on them, so half the probability does."""
    return weights().threshold / (2 if is_notes(question) else 1)


def scored(question: Question, hits: Sequence[Hit], scope: Scope, index: Index) -> list[Scored]:
    """The best candidates by how likely they answer, most likely first."""
    looked_at = hits[:_LOOKED_AT]
    if not looked_at:
        return []
    texts = [passage(h.finding).embedded for h in looked_at]
    logits = spoken_of(about(question.read), texts, index.reranker) \
        if is_notes(question) else index.reranker.scores(question.read, texts)
    asked = _asked(question, scope, index.embedder.rarity)
    found = []
    for hit, logit in zip(looked_at, logits, strict=True):
        dense = hit.dense if hit.dense is not None else _floor(hits)
        told = signals(question.read, asked, question.facets.sought,
                       Scores(dense, logit, hit.fused / BEST_FUSED),
                       statement(hit.finding), context(hit.finding))
        chance = weights().probability(told)
        problem = _ruled_out(question, told, f"{statement(hit.finding)} {context(hit.finding)}",
                             believed=logit >= _BELIEVED)
        why = f"answers with p={chance:.3f}" + (f", ruled out: {problem}" if problem else "")
        found.append(Scored(hit, told, logit, 0.0 if problem else chance, why, bool(problem)))
    return sorted(found, key=lambda s: (-(s.probability + preference(question, s)), -s.rerank))


def is_notes(question: Question) -> bool:
    """Whether a question is a few words that ask nothing: "hi tech unit", "MH triage 18/19"."""
    words = question.read.split()
    return len(words) <= _NOTES and not question.follows and "?" not in question.raw \
        and not _ASKING.match(question.read) and bool(about(question.read))


def _ruled_out(question: Question, told: Signals, text: str, believed: bool) -> str:
    """What rules an answer out, however alike the words: it is of another year, lacks the sort of
    thing asked for (a number has to be the number of the very thing), or is of another kind
    ("hate crime"). "" for nothing. Where the reranker is ``believed`` only the year counts, and
    that there is anything of that sort at all."""
    for year in question.dated:
        if str(year) not in text:
            return f"it doesn't mention {year}"
    sought = question.facets.sought
    if believed:
        lacks = sought in STRICT and told.fits < 0 and not holds(sought, text, question.read)
        return f"no {sought.value} in it" if lacks else ""
    if sought in STRICT and (told.fits < 0 or told.covered < _STRICT_COVERED):
        return f"no {sought.value} of what is asked"
    have = stems(text)
    for name in _named(question):
        if stem(name) not in have:
            return f"it doesn't mention {name}"
    for word in kinds_of_crime(question.read):
        if stem(word) not in have and not any(phrase.lower() in text.lower() for phrase in
                                              question.synonyms.get(word, ())):
            return f"it isn't about {word}"
    return ""


def _named(question: Question) -> list[str]:
    """Numbers and proper names of a question, which an answer has to share: "999 calls" are not
    "101 calls". Forces and years have been dealt with by the scope, but for years that no report
    is of."""
    owned = {word for body in question.facets.forces for word in words(body)}
    plain = _YEARS.sub(" ", re.sub(r"[(\[].*", "", question.read))
    names = re.findall(r"(?<=[a-z,;] )[A-Z][a-z]{2,}\b", plain)
    numbers = re.findall(r"(?<![\w.,])\d[\d,.]*\d|(?<![\w.,])\d", plain)
    return [item for item in (*names, *numbers)
            if item.lower() not in owned and item not in _NO_NAMES and not forces_in(item)]


def preference(question: Question, candidate: Scored) -> float:
    """A nudge to the order, never to the decision: a question that asks what to do wants
    recommendations and areas for improvement first."""
    if asks_for_action(question) and candidate.hit.finding.kind in ACTIONS:
        return 0.15
    return 0.0


def asks_for_action(question: Question) -> bool:
    """Whether a question asks what ought to be done."""
    low = f" {question.read.lower()} "
    return question.facets.requests or any(
        cue in low for cue in (" should ", " recommend", " what to do", " need to do ",
                               " needs to do ", " asked to ", " told to ", " must ",
                               " fix ", " put right", " next ", " improve "))


def _asked(question: Question, scope: Scope,
           rarity: Callable[[str], float]) -> list[AskedWord]:
    dealt_with = shared_stems(scope) | {year for year in re.findall(r"(?:19|20)\d\d", question.read)
                                        if int(year) not in question.dated}
    found = asked_words(question.read, rarity, dealt_with, question.synonyms)
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
