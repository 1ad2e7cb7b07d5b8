"""Look-ups: the findings that most likely answer, if any is likely enough."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Candidate, Intent
from assistant.gathered import MOST_NEAREST, Gathered, Group, Refusal
from assistant.premise import premise
from assistant.question import Question
from assistant.relevance import (
    ACTIONS,
    Scored,
    asks_for_action,
    scored,
    threshold,
    weights,
)
from assistant.scope import Scope
from corpus.model import Finding, Polarity
from index.embedding import Vectors
from index.filter import Filter
from index.passages import context, statement
from index.search import Hit
from index.store import Index
from index.words import stems, terms
from prompts import wording

_MOST = 3
_MOST_REPORTS = 4
_OF_A_REPORT = 2
_CLOSE = 0.3
_COMPANION = 0.2
_REQUESTED = 0.6
# A bare grade or label ("Good") says nothing on its own.
_LEAST_WORDS = 3
# Whoever asks how to do something for themselves asks nothing that a report could answer.
_HOW_DO_I = re.compile(r"^\W*(?:how|where|when|who) (?:do|can|should|would|must|could) (?:I|we)\b",
                       re.IGNORECASE)


def looked_up(question: Question, index: Index, scope: Scope) -> Gathered:
    """The findings that most likely answer; a refusal where none is likely.

    A question that takes something for granted which no finding bears out ("why did it scrap its
    nurses?") gets what the reports do say on the thing, with a note. Where the question names no
    report and several have an answer, the findings are grouped by report.
    """
    assumed = premise(question.read)
    if assumed is None:
        return _looked_up(question, index, scope)
    plain = replace(question, read=assumed.plain, wanted=replace(question.wanted,
                                                                 polarities=frozenset()))
    found = Gathered(Intent.LOOKUP, refusal=Refusal("not_found")) if assumed.graded \
        else _looked_up(question, index, scope)
    if found.refusal is not None:
        found = _looked_up(plain, index, scope)
        if found.refusal is not None or assumed.borne_out_by(found.findings):
            return _looked_up(question, index, scope)
    if assumed.borne_out_by(found.findings):
        return found
    note = str(wording("replies")["notice"]["premise"])
    return replace(found, notes=(note, *found.notes))


def _looked_up(question: Question, index: Index, scope: Scope) -> Gathered:
    wanted = replace(question.wanted, topics=frozenset(), kinds=question.chosen.kinds)
    hits, ranked = candidates(question, wanted, index, scope)
    if question.facets.requests:
        ranked = _requests_first(ranked)
    best = max((s.probability for s in ranked), default=0.0)
    told = {"probability": round(best, 4), "threshold": threshold(question)}
    if best < threshold(question) or _HOW_DO_I.match(question.read):
        return Gathered(Intent.LOOKUP, refusal=Refusal("not_found"), signals=told,
                        nearest=tuple(s.hit.finding for s in ranked[:MOST_NEAREST]),
                        candidates=candidates_of(hits, (), ranked))
    apart = scope.several and not question.names_its_reports
    kept = _of_each_report(ranked, best) if apart else _kept(ranked, best, _MOST)
    found = [s.hit.finding for s in kept]
    if asks_for_action(question) and len({f.report_id for f in found}) == 1:
        found = _with_request(found, index.embedder.embed([question.read])[0], index)
    groups, notes = _grouped(found, ranked) if apart else ((Group("", tuple(found)),), ())
    return Gathered(Intent.LOOKUP, groups, signals=told, notes=notes,
                    candidates=candidates_of(hits, kept, ranked))


def _requests_first(ranked: list[Scored]) -> list[Scored]:
    """For a question of what was recommended: only requests, where one of them may answer."""
    requests = [s for s in ranked if s.hit.finding.kind in ACTIONS]
    least = weights().threshold
    return requests if any(s.probability >= least for s in requests) else ranked


def likely(question: Question, wanted: Filter, index: Index, scope: Scope) -> tuple[Finding, ...]:
    """The findings of a scope that likely answer, most likely first, near-repeats left out."""
    _, ranked = candidates(question, wanted, index, scope)
    best = max((s.probability for s in ranked), default=0.0)
    if best < threshold(question):
        return ()
    return tuple(s.hit.finding for s in _kept(ranked, best, _MOST))


def candidates(question: Question, wanted: Filter, index: Index,
               scope: Scope) -> tuple[list[Hit], list[Scored]]:
    """Everything that search proposes in a scope, best first by rank fusion, and the best of it
    by how likely it answers."""
    vector = index.embedder.embed([question.read])[0]
    hits = [hit for hit in index.search_by(vector, terms(question.search_text), wanted)
            if len(hit.finding.words.split()) >= _LEAST_WORDS]
    return hits, scored(question, hits, scope, index)


def _with_request(found: list[Finding], asked: Vectors, index: Index) -> list[Finding]:
    """For a question of what to do: requests first; where none was found, the request of the
    same section that is nearest to the question and to what is wrong."""
    if not found or any(f.kind in ACTIONS for f in found):
        return sorted(found, key=lambda f: f.kind not in ACTIONS)
    leading = found[0]
    requests = {f.id: f for f in index.findings(Filter(
        reports=frozenset({leading.report_id}), kinds=frozenset(k.value for k in ACTIONS)))
        if f.section[:2] == leading.section[:2]}
    vectors = index.vectors.get([leading.id, *requests])
    near = [(float(vectors[i] @ asked), i) for i in requests
            if i in vectors and leading.id in vectors
            and float(vectors[i] @ vectors[leading.id]) >= _REQUESTED]
    if near:
        return [requests[max(near)[1]], *found[:_MOST - 1]]
    return found


def _kept(ranked: Sequence[Scored], best: float, most: int) -> list[Scored]:
    """The leading findings: those nearly as likely as the best, near-repeats left out."""
    kept: list[Scored] = []
    for candidate in sorted(ranked, key=lambda s: -s.probability):
        text = stems(candidate.hit.finding.text)
        least = max(best * _CLOSE, weights().threshold * 0.8)
        if kept and _goes_with(candidate, kept[0]):
            least = best * _COMPANION
        if candidate.probability < least:
            continue
        if any(_overlap(text, stems(other.hit.finding.text)) > 0.7 for other in kept
               if other.hit.finding.report_id == candidate.hit.finding.report_id):
            continue
        kept.append(candidate)
        if len(kept) == most:
            break
    return kept


def _of_each_report(ranked: Sequence[Scored], best: float) -> list[Scored]:
    """The leading findings of each report that has one nearly as likely as the best of all; of a
    single report as many as where it had been named."""
    reports: dict[str, list[Scored]] = {}
    for candidate in ranked:
        reports.setdefault(candidate.hit.finding.report_id, []).append(candidate)
    kept = [group for rows in reports.values() if (group := _kept(rows, best, _MOST))]
    kept.sort(key=lambda group: -group[0].probability)
    if len(kept) == 1:
        return kept[0]
    return [s for group in kept[:_MOST_REPORTS] for s in group[:_OF_A_REPORT]]


def _grouped(found: Sequence[Finding],
             ranked: Sequence[Scored]) -> tuple[tuple[Group, ...], tuple[str, ...]]:
    reports: dict[str, list[Finding]] = {}
    for finding in found:
        reports.setdefault(finding.report_id, []).append(finding)
    groups = tuple(Group("edition", tuple(rows)) for rows in reports.values())
    others = {s.hit.finding.report_id for s in ranked
              if s.probability >= weights().threshold} - set(reports)
    note = str(wording("replies")["notice"]["other_reports"])
    return groups, (note,) if others else ()


def _goes_with(candidate: Scored, leading: Scored) -> bool:
    """Whether a candidate is what inspectors asked for where the leading finding tells what is
    wrong: the two belong together, though only the second was asked about."""
    return (candidate.hit.finding.kind in ACTIONS and leading.hit.finding.kind not in ACTIONS
            and leading.hit.finding.polarity is Polarity.NEGATIVE
            and candidate.hit.finding.section == leading.hit.finding.section)


def _overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(1, min(len(one), len(other)))


def candidates_of(hits: Sequence[Hit], kept: Sequence[Scored],
                  ranked: Sequence[Scored] = ()) -> tuple[Candidate, ...]:
    """Every candidate with its scores and what became of it, best first, for the trace."""
    chances = {s.hit.finding.id: s for s in ranked}
    chosen = {s.hit.finding.id for s in kept}
    ordered = [*(s.hit for s in ranked),
               *(hit for hit in hits if hit.finding.id not in chances)]
    rows = []
    for hit in ordered:
        told = chances.get(hit.finding.id)
        why = "not looked at: too far down" if told is None else told.why
        rows.append(Candidate(
            finding_id=hit.finding.id, text=f"{statement(hit.finding)} ({context(hit.finding)})",
            dense=hit.dense, dense_rank=hit.dense_rank, lexical=hit.lexical,
            lexical_rank=hit.lexical_rank, fused=hit.fused,
            rerank=None if told is None else told.rerank, kept=hit.finding.id in chosen, why=why))
    return tuple(rows)
