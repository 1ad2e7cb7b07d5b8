"""What speaks for and against a sentence, in numbers: readings of a model, words, rules."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.verify import exact, meaning
from assistant.verify.alignment import alignment, roots
from assistant.verify.areas import apart
from assistant.verify.clauses import Clause, clauses
from assistant.verify.entailment import Entailment
from assistant.verify.meaning import Turn
from corpus.model import Finding, FindingKind
from corpus.names import official_name
from index.passages import passage, statement

_NOT = re.compile(r"\b(?:not|no|never|without|lack\w*|fail\w*|unable)\b|n[’']t\b", re.IGNORECASE)
_LEAST_OF_CLAUSE = 4
_MOST_CLAUSES = 4


@dataclass(frozen=True, slots=True)
class Signals:
    """A sentence's signals by name, in a fixed order."""

    values: Mapping[str, float]

    def row(self) -> tuple[float, ...]:
        """The values in order."""
        return tuple(self.values.values())


def signals(text: str, cited: Sequence[Finding], model: Entailment) -> Signals:
    """The signals of a sentence against the findings that it cites, all of them together.

    Several findings are also read one by one, and a sentence of several clauses clause by clause,
    each against the finding that supports it best: what is put together from two findings may
    hold for neither.
    """
    known, parts = evidence_of(cited), clauses(text)
    laid = alignment(text, known, [statement(finding) for finding in cited])
    readings = _readings(text, parts, cited, model)
    turns = meaning.turns(text, cited)
    several = float(len(cited) > 1)
    mixed, least = _mixed(parts, cited)
    denials = len(_NOT.findall(text)) - len(_NOT.findall(known))
    share, _ = meaning.coverage(text, cited)
    counted = float(exact.numbers(text, known) is not None)
    values = readings | {
        "several": several, "covered": share, "counted": counted,
        "bare": float(meaning.unsupported(text, cited) is not None),
        "new": math.log1p(laid.new), "kept": laid.kept, "told": laid.told, "moved": laid.moved,
        "mixed": mixed, "least": least, "length": float(laid.length), "parts": float(len(parts)),
        "denials": float(denials),
        # In a sentence that keeps to its finding, a difference weighs more.
        "moved_only": laid.moved * float(laid.new == 0), "kept_moved": laid.kept * laid.moved,
        "kept_new": laid.kept * min(laid.new, 2), "kept_counted": laid.kept * counted,
        "mixed_several": mixed * several, "kept_denials": laid.kept * abs(denials),
        "area": apart(text, cited),
        "apart": (readings["together"] - readings["alone"]) * several,
        "weakest": readings["together"] - readings["worst"]}
    for turn in Turn:
        values[turn.value] = float(turn in turns)
        values[f"kept_{turn.value}"] = laid.kept * float(turn in turns)
    return Signals(values)


def _readings(text: str, parts: Sequence[Clause], cited: Sequence[Finding],
              model: Entailment) -> dict[str, float]:
    texts = [passage(finding).embedded for finding in cited]
    together = model.logit(text, texts)
    singles = [model.logit(text, [one]) for one in texts] if len(texts) > 1 else [together]
    worst = together
    if len(parts) > 1:
        for part in parts[:_MOST_CLAUSES]:
            if len(part.text.split()) >= _LEAST_OF_CLAUSE:
                worst = min(worst, max(model.logit(part.text, [one]) for one in texts))
    return {"together": together, "alone": max(singles), "other": min(singles), "worst": worst}


def _mixed(parts: Sequence[Clause], cited: Sequence[Finding]) -> tuple[float, float]:
    """How much more of a clause all findings have than the best one alone, at most over the
    clauses; and the least share of a clause's words in one finding."""
    sources = [set(roots(statement(finding))) for finding in cited]
    every = set().union(*sources)
    mixed, least = 0.0, 1.0
    for part in parts:
        said = set(roots(part.text))
        if said:
            best = max(len(said & source) for source in sources) / len(said)
            mixed = max(mixed, len(said & every) / len(said) - best)
            least = min(least, best)
    return mixed, least


def evidence_of(cited: Sequence[Finding]) -> str:
    """All that cited findings say and where they stand: section, owner, year, grade, kind."""
    return " ".join(_evidence(finding) for finding in cited)


def _evidence(finding: Finding) -> str:
    owner = official_name(finding.force) or ""
    grade = finding.grade.value if finding.grade else ""
    kind = finding.kind.value.replace("_", " ") if finding.kind is not FindingKind.NARRATIVE else ""
    return " ".join([statement(finding), " ".join(finding.section), owner,
                     str(finding.year or ""), str(finding.as_of or ""), grade, kind])
