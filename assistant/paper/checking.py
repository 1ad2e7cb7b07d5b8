"""The program's own check of words that an author changed, against the item's own findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import Citation
from assistant.compose import Draft
from assistant.compose.steering import steers
from assistant.paper.paper import Item, Standing
from assistant.verify import Verdict, check
from assistant.verify.doubts import doubt
from assistant.verify.entailment import Entailment
from assistant.verify.signals import evidence_of
from assistant.verify.strange import strange
from corpus import sentences
from corpus.model import Finding, FindingKind, Grade, Polarity
from prompts import wording


@dataclass(frozen=True, slots=True)
class Outcome:
    """How changed words stand to their findings, and why where they are not supported."""

    standing: Standing
    reason: str = ""


def finding_of(citation: Citation) -> Finding:
    """The finding that a citation is a copy of, as far as the copy tells."""
    return Finding(citation.finding_id, citation.report_id, citation.section,
                   FindingKind(citation.kind), Polarity(citation.polarity), citation.quote,
                   citation.start, citation.end, citation.lead_in, citation.force, citation.year,
                   citation.page, Grade(citation.grade) if citation.grade else None,
                   hidden=citation.hidden)


def checked(item: Item, model: Entailment) -> Outcome:
    """Whether each sentence of an item is supported by the findings that it cites, alone or
    together; the reason is that of the first that is not. Findings that speak to a program bear
    nothing out but their own words. Never raises for what an author writes."""
    findings = [finding_of(one) for one in item.citations]
    several = len(parts := sentences.split(item.words)) > 1
    for part in parts:
        verdict = _verdict(part, findings, model)
        if not verdict.passed:
            told = wording("paper")["check"]
            key = "sentence" if several else "reason"
            return Outcome(Standing.UNSUPPORTED,
                           str(told[key]).format(sentence=part, reason=verdict.reason))
    return Outcome(Standing.SUPPORTED)


def _verdict(text: str, findings: Sequence[Finding], model: Entailment) -> Verdict:
    """The best verdict over each finding alone and all together, else the nearest miss."""
    verbatim = check(Draft(text, tuple(range(1, len(findings) + 1))),
                     dict(enumerate(findings, 1)))
    usable = [one for one in findings if not steers(one)]
    if verbatim.passed and verbatim.support is not None and verbatim.support.value == "verbatim":
        return verbatim
    if not usable:
        return Verdict(False, reason=str(wording("paper")["check"]["steers"]))
    groups = [[one] for one in usable] + ([usable] if len(usable) > 1 else [])
    tried = [_weighed(text, group, model) for group in groups]
    return max(tried, key=lambda one: (one.passed, one.score or float(one.passed)))


def _weighed(text: str, findings: Sequence[Finding], model: Entailment) -> Verdict:
    problem = strange(text, evidence_of(findings))
    if problem:
        return Verdict(False, reason=problem)
    numbers = tuple(range(1, len(findings) + 1))
    verdict = check(Draft(text, numbers), dict(enumerate(findings, 1)), model)
    if verdict.passed and verdict.score is not None and (problem := doubt(text, findings)):
        return Verdict(False, reason=problem, score=verdict.score)
    return verdict
