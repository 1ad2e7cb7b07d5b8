"""Someone else's text against the reports: each sentence supported, unsupported, or not in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.answer import Citation
from assistant.compose import Draft
from assistant.compose.steering import steers
from assistant.manuscript import Manuscript, Passage
from assistant.verify import Verdict, check
from assistant.verify.entailment import Entailment, open_entailment
from corpus.model import Finding
from corpus.names import forces_in
from index.filter import Filter
from index.search import Hit
from index.store import Index

_LOOKED_AT = 8
_RELATED = 0.4
_PAIRED = 4
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_LEANING = re.compile(r"^(?:it|they|this|these|its|their|the (?:force|constabulary|service))\b",
                      re.IGNORECASE)


class Standing(StrEnum):
    """How a sentence stands to the reports."""

    SUPPORTED = "supported"
    UNSUPPORTED = "unsupported"
    NOT_IN_REPORTS = "not_in_reports"


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence of a draft, how it stands, the findings it rests on or comes nearest to, why it
    is not supported, the probability that those findings support it (None where words alone
    decided), and the sources that the draft itself names for it."""

    text: str
    verdict: Standing
    citations: tuple[Citation, ...]
    reason: str = ""
    score: float | None = None
    cites: tuple[str, ...] = ()
    page: int | None = None


def verify(draft: Manuscript, index: Index, model: Entailment | None = None) -> Iterator[Judged]:
    """Each sentence of a draft in order. ``model`` is the one that ships, unless given.

    A sentence is searched for in the reports that the draft cites for it, as far as its sources
    name indexed ones; else among those of the force and year that the sentence, the one before it
    or its headings name; else in all. Raises ``FixConfiguration`` where the model is missing.
    """
    model = model or open_entailment()
    for passage in draft.passages:
        yield _judged(passage, draft, index, model)


def _judged(passage: Passage, draft: Manuscript, index: Index, model: Entailment) -> Judged:
    cited = tuple(draft.sources[key] for key in passage.keys if key in draft.sources)
    reports = _reports(cited, index)
    wanted = Filter(reports=reports) if reports else _around(passage, index)
    hits = _hits(passage, index, wanted)
    best = _best(passage.text, [hit.finding for hit in hits], model)
    standing, reason = Standing.SUPPORTED, ""
    if best is None or not best[1].passed:
        if reports and (other := _elsewhere(passage, reports, index, model)):
            best, standing = other, Standing.UNSUPPORTED
            reason = f"the report that it cites does not say so; {_title(other[0][0], index)} does"
        elif any((hit.dense or 0.0) >= _RELATED for hit in hits) and best is not None:
            standing, reason = Standing.UNSUPPORTED, best[1].reason
        else:
            return Judged(passage.text, Standing.NOT_IN_REPORTS, (), "no finding is about this",
                          cites=cited, page=passage.page)
    findings, verdict = best
    score = None if verdict.score is None else round(verdict.score, 3)
    return Judged(passage.text, standing, _citations(findings, index), reason, score, cited,
                  passage.page)


def _best(text: str, findings: Sequence[Finding],
          model: Entailment) -> tuple[list[Finding], Verdict] | None:
    """The finding, or the two together, that support a sentence best; where none does, the
    nearest with what is wrong. None without findings."""
    tried = [([one], check(Draft(text, (1,)), {1: one}, model)) for one in findings]
    if not any(verdict.passed for _, verdict in tried):
        pairs = [[a, b] for i, a in enumerate(findings[:_PAIRED])
                 for b in findings[i + 1:_PAIRED]]
        both = [(pair, check(Draft(text, (1, 2)), dict(enumerate(pair, 1)), model))
                for pair in pairs]
        tried += [one for one in both if one[1].passed]
    return max(tried, key=lambda one: (one[1].passed, _worth(one[1])), default=None)


def _worth(verdict: Verdict) -> float:
    return verdict.score if verdict.score is not None else float(verdict.passed)


def _hits(passage: Passage, index: Index, wanted: Filter) -> list[Hit]:
    """Findings near a sentence; one that leans on the sentence before it is searched with it."""
    query = f"{passage.before} {passage.text}" if _LEANING.match(passage.text) else passage.text
    found = _search(passage.text, index, wanted, _LOOKED_AT)
    known = {hit.finding.id for hit in found}
    if query != passage.text:
        found += [hit for hit in _search(query, index, wanted, _LOOKED_AT // 2)
                  if hit.finding.id not in known]
    return found


def _search(query: str, index: Index, wanted: Filter, most: int) -> list[Hit]:
    """The best findings but for those that speak to a program: they bear nobody out."""
    return [hit for hit in index.search(query, wanted)[:most] if not steers(hit.finding)]


def _elsewhere(passage: Passage, cited: frozenset[str], index: Index,
               model: Entailment) -> tuple[list[Finding], Verdict] | None:
    """What supports a sentence in other reports on the force that it names, else on the force of
    the reports that it cites."""
    named = {force.name for force in forces_in(passage.text)}
    forces = named or {r.force for r in index.reports() if r.id in cited and r.force}
    others = frozenset(r.id for r in index.reports() if r.force in forces) - cited
    if not others:
        return None
    hits = _hits(passage, index, Filter(reports=others))
    best = _best(passage.text, [hit.finding for hit in hits], model)
    return best if best is not None and best[1].passed else None


def _reports(sources: Sequence[str], index: Index) -> frozenset[str]:
    """The indexed reports that a draft's sources name: by title, or by force and year."""
    found = set()
    for source in sources:
        low = source.lower()
        forces = {force.name for force in forces_in(source)}
        years = {int(year) for year in _YEAR.findall(source)}
        for report in index.reports():
            named = report.force in forces and (not years or report.year in years
                                                or report.year is None)
            if report.title.lower() in low or named:
                found.add(report.id)
    return frozenset(found)


def _around(passage: Passage, index: Index) -> Filter:
    """The force and year that a sentence is about: its own, else those of the sentence before it,
    else those of its headings, innermost first; each only as far as reports have it."""
    reports = index.reports()
    have = {r.force for r in reports if r.force}
    places = (passage.text, passage.before, *reversed(passage.headings))
    forces = next((named for text in places
                   if (named := {f.name for f in forces_in(text)} & have)), set())
    return Filter(forces=frozenset(forces))


def _title(finding: Finding, index: Index) -> str:
    return index.catalogue.sources()[finding.report_id][0]


def _citations(findings: Sequence[Finding], index: Index) -> tuple[Citation, ...]:
    sources = index.catalogue.sources()
    return tuple(Citation.of(n, f, *sources[f.report_id]) for n, f in enumerate(findings, 1))
