"""The check of a sentence as a judge: the whole suite without a language model.

RAGAS has a place for a trained checker beside its language model (its HHEM variant, for
faithfulness). Here the checker takes that place in every metric: statements are the answer's own
sentences, and whether evidence supports them is decided by ``assistant.verify``. It is also what
keeps unsupported sentences out of written answers, so that of those it is no independent witness;
for them name a language model as the judge.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import combinations
from typing import Any

from assistant.compose import Draft
from assistant.verify import Verdict, check
from assistant.verify.entailment import FOLDER, Entailment, open_entailment
from assistant.verify.weighing import WEIGHTS
from corpus import polarity, sentences
from corpus.model import Finding, FindingKind
from corpus.names import forces_in
from evals.suite.judges.judge import Ask, Task, UnableError
from index.reranking import Reranker, open_reranker
from index.words import stems

NAME = "trained"
_LOOKED_AT, _PAIRED = 5, 3
_OWNER = re.compile(r"^(?P<who>[A-Z][\w '&-]+?) (?P<year>(?:19|20)\d\d): ")


class Trained:
    """Decides by the check that ships with the program. ``known`` holds the typed findings
    behind lines of evidence; other lines are read as plain statements."""

    name = NAME
    is_random = False

    def __init__(self, known: Mapping[str, Finding] | None = None,
                 model: Entailment | None = None, reranker: Reranker | None = None) -> None:
        """Raises ``FixConfiguration`` where the weights are missing."""
        self._known = known or {}
        self._model = model or open_entailment()
        self._reranker = reranker or open_reranker()
        self._seen: dict[tuple[str, str], Verdict] = {}

    @cached_property
    def fingerprint(self) -> str:
        """The digest of the weights, and of what weighs their readings."""
        parts = [hashlib.sha256(path.read_bytes()).hexdigest()[:12]
                 for path in (FOLDER / "model.onnx", WEIGHTS)]
        return ":".join([NAME, *parts])

    def decide(self, task: Task, repeat: int = 0) -> Mapping[str, Any]:
        """The reply; ``repeat`` changes nothing. Raises ``UnableError`` for guessing questions."""
        del repeat
        match task.ask:
            case Ask.SPLIT:
                return {_key(task): split(task.text)}
            case Ask.SUPPORT:
                return {"statements": [self._verdict(said, task.context, "verdict")
                                       for said in task.statements]}
            case Ask.ATTRIBUTE:
                return {"classifications": [self._verdict(said, task.context, "attributed")
                                            for said in split(task.answer)]}
            case Ask.USEFUL:
                told = [self._verdict(said, task.context, "verdict")
                        for said in split(task.answer)]
                best = max(told, key=lambda one: int(one["verdict"]))
                return {"reason": best["reason"], "verdict": best["verdict"]}
            case Ask.GUESS:
                raise UnableError("a trained checker guesses no questions")

    def relevancy(self, question: str, answer: str) -> float | None:
        """The reranker's probability that the answer's best sentence answers the question."""
        best = max(self._reranker.scores(question, split(answer)))
        return 1 / (1 + math.exp(-best))

    def close(self) -> None:
        """Nothing is held."""

    def _verdict(self, statement: str, context: str, key: str) -> dict[str, Any]:
        verdict = self.supports(statement, context)
        told = verdict.reason or (f"probability {verdict.score:.2f}" if verdict.score is not None
                                  else "in the evidence's own words")
        return {"statement": statement, "reason": told, key: int(verdict.passed)}

    def supports(self, statement: str, context: str) -> Verdict:
        """Whether the lines of evidence support a statement: one of the nearest five alone, else
        two of the nearest three together."""
        if (statement, context) not in self._seen:
            self._seen[statement, context] = self._supports(statement, context)
        return self._seen[statement, context]

    def _supports(self, statement: str, context: str) -> Verdict:
        said = stems(statement)
        lines = [line for line in context.splitlines() if line.strip()]
        lines.sort(key=lambda line: -len(said & stems(line)))
        near = [self._finding(line) for line in lines[:_LOOKED_AT]]
        tried = []
        for one in near:
            tried.append(check(Draft(statement, (1,)), {1: one}, self._model))
            if tried[-1].passed:
                return tried[-1]
        for pair in combinations(near[:_PAIRED], 2):
            both = check(Draft(statement, (1, 2)), dict(enumerate(pair, 1)), self._model)
            if both.passed:
                return both
        return max(tried, key=_worth, default=Verdict(False, reason="there is no evidence"))

    def _finding(self, line: str) -> Finding:
        return self._known.get(line) or plain(line)


def plain(line: str) -> Finding:
    """A line of text as a finding; an owner in front ("Kent Police 2015: ...") is its force and
    year."""
    owner = _OWNER.match(line)
    text = line[owner.end():] if owner else line
    forces = forces_in(owner["who"] if owner else line)
    return Finding(id=hashlib.sha256(line.encode()).hexdigest()[:16], report_id="line",
                   section=(), kind=FindingKind.NARRATIVE, polarity=polarity.of_statement(text),
                   text=text, start=0, end=len(text),
                   force=forces[0].name if len(forces) == 1 else None,
                   year=int(owner["year"]) if owner else None)


def split(text: str) -> list[str]:
    """The sentences of a text, each line for itself."""
    return [part for line in text.splitlines() if line.strip()
            for part in sentences.split(line)] or [text]


def _key(task: Task) -> str:
    properties = task.schema.get("properties", {})
    return "claims" if "claims" in properties else "statements"


def _worth(verdict: Verdict) -> float:
    return verdict.score if verdict.score is not None else float(verdict.passed)


def lines_of(parts: Sequence[str]) -> str:
    """Evidence as a judge reads it: one line each."""
    return "\n".join(" ".join(part.split()) for part in parts)
