"""Look-ups: the findings that most likely answer, if any is likely enough."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Candidate, Intent
from assistant.gathered import MOST_NEAREST, Gathered, Group, Refusal
from assistant.question import Question, Scope
from assistant.relevance import ACTIONS, Scored, asks_for_action, scored, weights
from corpus.model import Finding, Polarity
from index.embedding import Vectors
from index.filter import Filter
from index.passages import context, statement
from index.search import Hit
from index.store import Index
from index.words import stems, terms

_MOST = 3
_CLOSE = 0.65
_COMPANION = 0.45
_REQUESTED = 0.6
# A bare grade or label ("Good") says nothing on its own.
_LEAST_WORDS = 3
# Whoever asks how to do something for themselves asks nothing that a report could answer.
_HOW_DO_I = re.compile(r"^\W*(?:how|where|when|who) (?:do|can|should|would|must|could) (?:I|we)\b",
                       re.IGNORECASE)


def looked_up(question: Question, index: Index, scope: Scope) -> Gathered:
    """The findings that most likely answer, three at most; a refusal where none is likely."""
    wanted = replace(question.wanted, topics=frozenset(), kinds=frozenset())
    vector = index.embedder.embed([question.text])[0]
    hits = [hit for hit in index.search_by(vector, terms(question.search_text), wanted)
            if len(hit.finding.words.split()) >= _LEAST_WORDS]
    ranked = scored(question, hits, scope, index.embedder)
    best = max((s.probability for s in ranked), default=0.0)
    kept = _kept(sorted(ranked, key=lambda s: -s.probability), best)
    found = [s.hit.finding for s in kept]
    if asks_for_action(question.text):
        found = _with_request(found, vector, index)
    told = {"probability": round(best, 4), "threshold": weights().threshold}
    candidates = candidates_of(hits, kept, ranked)
    if best < weights().threshold or not kept or _HOW_DO_I.match(question.text):
        return Gathered(Intent.LOOKUP, refusal=Refusal("not_found"), signals=told,
                        nearest=tuple(s.hit.finding for s in ranked[:MOST_NEAREST]),
                        candidates=candidates)
    return Gathered(Intent.LOOKUP, (Group("", tuple(found)),),
                    signals=told, candidates=candidates)


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


def _kept(ranked: Sequence[Scored], best: float) -> list[Scored]:
    """The leading findings: those nearly as likely as the best, near-repeats left out."""
    kept: list[Scored] = []
    for candidate in ranked:
        text = stems(candidate.hit.finding.text)
        least = max(best * _CLOSE, weights().threshold * 0.8)
        if kept and _goes_with(candidate, kept[0]):
            least = best * _COMPANION
        if candidate.probability < least:
            continue
        if any(_overlap(text, stems(other.hit.finding.text)) > 0.7 for other in kept):
            continue
        kept.append(candidate)
        if len(kept) == _MOST:
            break
    return kept


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
    """Every candidate with its scores and what became of it, for the trace."""
    chances = {s.hit.finding.id: s.probability for s in ranked}
    chosen = {s.hit.finding.id for s in kept}
    rows = []
    for hit in hits:
        chance = chances.get(hit.finding.id)
        why = "not looked at: too far down" if chance is None else f"answers with p={chance:.3f}"
        rows.append(Candidate(
            finding_id=hit.finding.id, text=f"{statement(hit.finding)} ({context(hit.finding)})",
            dense=hit.dense, dense_rank=hit.dense_rank, lexical=hit.lexical,
            lexical_rank=hit.lexical_rank, fused=hit.fused, kept=hit.finding.id in chosen,
            why=why))
    return tuple(rows)
