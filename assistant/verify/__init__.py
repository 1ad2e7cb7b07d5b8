"""The check: a sentence against the findings that it cites, before anyone sees it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from assistant.answer import Layout, Support
from assistant.compose import Draft
from assistant.verify import exact, meaning
from assistant.verify.clauses import requests
from assistant.verify.entailment import Entailment
from assistant.verify.opposites import negated, taken_back
from assistant.verify.signals import evidence_of, signals
from assistant.verify.weighing import reason, vetoes, weights
from corpus import sentences
from corpus.model import Finding, FindingKind, Grade
from corpus.names import official_name, topics
from index.filter import topics_of
from index.passages import statement
from index.words import WORD, stem, stems, words

_FEW = 20
_REMEMBERED_OF = 3
_BREAK = re.compile(r"[,;:]|\s[–—]\s")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a sentence may be shown, how it is supported, and the reason where it is not.

    ``score`` is the probability that its evidence supports it; None where rules alone decided.
    """

    passed: bool
    support: Support | None = None
    reason: str = ""
    score: float | None = None


def check(draft: Draft, evidence: Mapping[int, Finding],
          model: Entailment | None = None, strict: bool = False) -> Verdict:
    """Check one drafted sentence against the findings under the numbers that it cites, all of
    them together.

    The order is cheap to dear: the numbers exist; the words are the finding's own; quotations
    are verbatim; numbers, dates, grades and names agree. Then ``model`` says how likely the
    evidence supports the sentence. Without a model, which is enough for what the program itself
    makes of a finding's words, rules look whether anything is negated or turned round and
    whether enough of it is in the evidence. ``strict`` asks for more certainty, as for what a
    language model wrote.
    """
    if not draft.citations:
        return Verdict(False, reason="it cites nothing")
    unknown = [n for n in draft.citations if n not in evidence]
    if unknown:
        return Verdict(False, reason=f"it cites {unknown[0]}, which does not exist")
    cited = tuple(evidence[n] for n in dict.fromkeys(draft.citations))
    if model is None and len(cited) <= _REMEMBERED_OF:
        return _known(draft.text, draft.layout, draft.counts, cited)
    return _checked(draft, cited, model, strict)


# The same findings are quoted to many people. By rules alone a verdict depends on nothing else.
@lru_cache(8192)
def _known(text: str, layout: Layout, counts: tuple[int, ...],
           cited: tuple[Finding, ...]) -> Verdict:
    return _checked(Draft(text, (1,), layout, counts=counts), cited)


def _checked(draft: Draft, cited: Sequence[Finding], model: Entailment | None = None,
             strict: bool = False) -> Verdict:
    if is_verbatim(draft.text, cited):
        return Verdict(True, Support.VERBATIM)
    text = stated(draft.text, cited)
    if states_bare_grade(text, cited):
        return Verdict(True, Support.ENTAILED)
    known = _evidence_of(cited, draft.layout)
    heading = draft.layout is Layout.HEADING
    counted = {len(cited), *draft.counts} if heading else set()
    if problem := vetoes(text, known, cited, counted):
        return Verdict(False, reason=problem)
    if heading:
        problem = exact.numbers(text, known, counted)
    elif model is not None:
        return _weighed(text, cited, model, strict)
    else:
        problem = (exact.numbers(text, known) or meaning.turned_round(text, cited)
                   or meaning.unsupported(text, cited))
    return Verdict(False, reason=problem) if problem else Verdict(True, Support.ENTAILED)


def _weighed(text: str, cited: Sequence[Finding], model: Entailment, strict: bool) -> Verdict:
    score = weights().probability(signals(text, cited, model))
    if score >= (weights().shown if strict else weights().threshold):
        return Verdict(True, Support.ENTAILED, score=score)
    return Verdict(False, reason=reason(text, cited), score=score)


def stated(text: str, cited: Sequence[Finding] = ()) -> str:
    """A sentence without the verdict ("No: ...") or the owner ("Kent Police 2015: ...",
    "2015: ...") in front; an owner that is not that of a cited finding stays, to be checked."""
    bare = re.sub(r"^(?:yes|no|not fully|partly)[:,]\s+", "", text, flags=re.IGNORECASE)
    for finding in cited:
        owner = " ".join(str(p) for p in (official_name(finding.force), finding.year) if p)
        for whose in (owner, str(finding.year or "")):
            if whose and bare.startswith(f"{whose}: "):
                return bare.removeprefix(f"{whose}: ")
    return bare


def states_bare_grade(text: str, cited: Sequence[Finding]) -> bool:
    """Whether a sentence puts into words a judgment that the report prints as a grade alone,
    and says nothing else: body, grade and heading."""
    if len(cited) != 1 or cited[0].grade is None or len(cited[0].words.split()) >= 4:
        return False
    finding, grade = cited[0], cited[0].grade
    labels = [topic.label for topic in topics() if topic.key in topics_of(finding)]
    known = stems(" ".join([official_name(finding.force) or "inspected body", *labels,
                            *finding.section, grade.value, "graded"]))
    other = {stem(g.value.split()[0]) for g in Grade} - stems(grade.value)
    return stems(text) <= known and not (stems(text) & other) and (
        exact.grades(text, cited) is None)


def is_verbatim(text: str, cited: Sequence[Finding]) -> bool:
    """Whether each sentence of a text is one of a cited finding, with its lead-in, or the
    beginning of one up to a comma, unless what follows takes it back ("..., but only in theory").
    Words from the middle of a sentence are no quotation of what it says: "the risks are managed
    effectively" may follow "needs to ensure that"."""
    said = [words(sentence) for sentence in sentences.split(text)]
    return bool(said) and any(
        all(any(_begins(part, source) for source in sources) for part in said)
        for sources in map(_sources, cited))


def _sources(finding: Finding) -> list[str]:
    """The sentences of a finding: with its lead-in, and without where that changes nothing."""
    found = sentences.split(statement(finding))
    lead = finding.lead_in
    if lead and (finding.kind is FindingKind.RECOMMENDATION
                 or not (requests(lead) or negated(lead, ""))):
        found += sentences.split(finding.words)
    return found


def _begins(said: Sequence[str], source: str) -> bool:
    have = words(source)
    if not said or list(said) != have[:len(said)]:
        return False
    if len(said) == len(have):
        return True
    *_, last, following = islice(WORD.finditer(source), len(said) + 1)
    return bool(_BREAK.search(source[last.end():following.start()])) and not taken_back(
        source[following.start():])


def _evidence_of(cited: Sequence[Finding], layout: Layout) -> str:
    """What the cited findings say. Of many under one heading their places are enough: a heading
    counts and places findings, and says nothing that they say."""
    if layout is not Layout.HEADING or len(cited) <= _FEW:
        return evidence_of(cited)
    places = dict.fromkeys((f.section, f.force, f.year, f.as_of, f.grade, f.kind) for f in cited)
    return " ".join(" ".join([*section, official_name(force) or "", str(year or ""),
                              str(as_of or ""), grade.value if grade else "",
                              kind.value.replace("_", " ")])
                    for section, force, year, as_of, grade, kind in places)

