"""The retrieve step: the findings that a question's answer is made of, or why there are none."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from assistant.answer import Candidate, Intent
from assistant.question import Question, Scope
from assistant.relevance import Scored, scored, weights
from corpus.model import Finding, FindingKind, Polarity
from corpus.names import topics
from index.filter import Filter
from index.passages import context, statement
from index.search import Hit
from index.store import Index
from index.words import stem, stems, terms

_MOST_FOR_LOOKUP = 3
_CLOSE = 0.55
_MOST_NEAREST = 3
_SAID = frozenset({FindingKind.STRENGTH, FindingKind.WEAKNESS, FindingKind.CAUSE_OF_CONCERN,
                   FindingKind.INNOVATIVE_PRACTICE})


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no answer: a key of the refusals, with what fills its braces."""

    key: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """Findings that stand together in an answer, under a label (a heading, or none)."""

    label: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What retrieval found for a question. ``shape`` is the intent that the answer takes, which
    may differ from the question's when its first reading found nothing."""

    shape: Intent
    groups: tuple[Group, ...] = ()
    refusal: Refusal | None = None
    nearest: tuple[Finding, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    signals: dict[str, float] = field(default_factory=dict)
    by_words: tuple[str, ...] = ()
    total: int = 0

    @property
    def findings(self) -> list[Finding]:
        """All findings of all groups, each once, in order."""
        return list({f.id: f for group in self.groups for f in group.findings}.values())


def gather(question: Question, index: Index, scope: Scope) -> Gathered:
    """Find what answers a question; lists, counts and grades are complete by construction."""
    if question.outside is not None:
        key, asked = question.outside
        hits = index.search(question.search_text)
        return Gathered(question.intent, refusal=_outside(key, asked, scope),
                        nearest=tuple(h.finding for h in hits[:_MOST_NEAREST]),
                        candidates=_candidates(hits, ()))
    if question.intent in (Intent.LIST, Intent.COUNT):
        found = _listed(question, index, scope)
    else:
        by_intent: dict[Intent, Callable[[Question, Index], Gathered | None]] = {
            Intent.GRADE: _graded, Intent.COMPARE: _compared, Intent.BRIEF: _briefed,
            Intent.LOOKUP: _themed}
        found = by_intent[question.intent](question, index)
    return found or _looked_up(question, index, scope)


def _outside(key: str, asked: str, scope: Scope) -> Refusal:
    indexed = {"force": ", ".join(sorted(scope.forces)),
               "year": ", ".join(str(y) for y in sorted(scope.years)),
               "pillar": ", ".join(sorted(scope.pillars)).lower()}[key]
    return Refusal(key, {"asked": asked, "indexed": indexed or "other reports"})


# Whoever asks how to do something for themselves asks nothing that a report could answer.
_HOW_DO_I = re.compile(r"^\W*(?:how|where|when|who) (?:do|can|should|would|must|could) (?:I|we)\b",
                       re.IGNORECASE)


def _looked_up(question: Question, index: Index, scope: Scope) -> Gathered:
    wanted = replace(question.wanted, topics=frozenset(), kinds=frozenset())
    vector = index.embedder.embed([question.text])[0]
    hits = index.search_by(vector, terms(question.search_text), wanted)
    ranked = scored(question, hits, scope, index.embedder)
    best = max((s.probability for s in ranked), default=0.0)
    kept = _kept(ranked, best)
    told = {"probability": round(best, 4), "threshold": weights().threshold}
    candidates = _candidates(hits, kept, ranked)
    if best < weights().threshold or not kept or _HOW_DO_I.match(question.text):
        return Gathered(Intent.LOOKUP, refusal=Refusal("not_found"), signals=told,
                        nearest=tuple(s.hit.finding for s in ranked[:_MOST_NEAREST]),
                        candidates=candidates)
    return Gathered(Intent.LOOKUP, (Group("", tuple(s.hit.finding for s in kept)),),
                    signals=told, candidates=candidates)


def _kept(ranked: Sequence[Scored], best: float) -> list[Scored]:
    """The leading findings: those nearly as likely as the best, near-repeats left out."""
    kept: list[Scored] = []
    for candidate in ranked:
        text = stems(candidate.hit.finding.text)
        if candidate.probability < max(best * _CLOSE, weights().threshold * 0.8):
            continue
        if any(_overlap(text, stems(other.hit.finding.text)) > 0.7 for other in kept):
            continue
        kept.append(candidate)
        if len(kept) == _MOST_FOR_LOOKUP:
            break
    return kept


def _overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(1, min(len(one), len(other)))


def _listed(question: Question, index: Index, scope: Scope) -> Gathered | None:
    found = index.findings(question.wanted)
    by_words: tuple[str, ...] = ()
    if question.subject and found and _narrows(question):
        narrowed = _about(question.subject, found, question, index)
        if narrowed:
            found, by_words = narrowed, question.subject
        elif not question.facets.topics:
            found = []
    if found:
        return Gathered(question.intent, _by_place(found), by_words=by_words, total=len(found))
    elsewhere = index.findings(replace(question.wanted, topics=frozenset()))
    if _narrows(question) and _looked_up(question, index, scope).refusal is None:
        return None
    return Gathered(question.intent, refusal=Refusal("none_of_kind"),
                    nearest=tuple(elsewhere[:_MOST_NEAREST]), by_words=question.subject)


def _narrows(question: Question) -> bool:
    """Whether a list's subject says more than the labels of its topics do."""
    labels = stems(" ".join(t.label for t in topics() if t.key in question.facets.topics))
    return any(stem(word) not in labels for word in question.subject)


def _about(subject: Sequence[str], found: Sequence[Finding], question: Question,
           index: Index) -> list[Finding]:
    """Findings that speak of a subject: all its words, else by meaning, else none."""
    titles = {m.id: f"{m.title} {m.force or ''}" for m in index.reports()}
    texts = [f"{statement(f)} {' '.join(f.section)} {titles.get(f.report_id, '')}" for f in found]
    named = [[_names(word, question, text) for word in subject] for text in texts]
    exact = [f for f, hits in zip(found, named, strict=True) if all(hits)]
    if exact:
        return exact
    half = max(1, (len(subject) + 1) // 2)
    most = [f for f, hits in zip(found, named, strict=True) if sum(hits) >= half]
    vector = index.embedder.embed([" ".join(subject)])[0]
    stored = index.vectors.get([f.id for f in found])
    close = {f.id for f in found if f.id in stored and float(stored[f.id] @ vector) >= 0.45}
    return [f for f in found if f.id in close or (f in most and len(subject) > 1)]


def _names(word: str, question: Question, text: str) -> bool:
    """Whether a text has a word in some form, or one of its synonyms as it stands: stems of
    synonyms would take "investigations" for "investigators"."""
    low = text.lower()
    return stem(word) in stems(text) or any(
        phrase.lower() in low for phrase in question.synonyms.get(word, ()))


def _by_place(found: Sequence[Finding]) -> tuple[Group, ...]:
    places: dict[tuple[str, tuple[str, ...]], list[Finding]] = {}
    for finding in found:
        places.setdefault((finding.report_id, finding.section[:2]), []).append(finding)
    return tuple(Group("", tuple(group)) for group in places.values())


def _graded(question: Question, index: Index) -> Gathered | None:
    judgments = frozenset({FindingKind.JUDGMENT.value})
    wanted = replace(question.wanted, kinds=judgments)
    found = index.findings(wanted)
    if not question.facets.topics and question.facets.pillar:
        wanted = replace(wanted, sections=frozenset({question.facets.pillar}))
        found = index.findings(wanted)
    subject = [w for w in question.subject if stem(w) not in stems("require improvement outstanding"
               " adequate inadequate people effective force")]
    if subject and not question.facets.topics:
        found = _headed(subject, found)
        if not found:
            return None
    if not found:
        asked_grade = question.facets.topics and "grade" in question.text.lower()
        if asked_grade:
            near = index.findings(replace(wanted, topics=frozenset()))
            return Gathered(Intent.GRADE, refusal=Refusal("no_grade"),
                            nearest=tuple(near[:_MOST_NEAREST]))
        return _themed(question, index, all_kinds=True)
    groups = [Group("", tuple(found))]
    if question.facets.topics and len(found) == 1 and wants_reasons(question):
        groups += _reasons(index, found)
    return Gathered(Intent.GRADE, tuple(groups), total=len(found))


def wants_reasons(question: Question) -> bool:
    """Whether a judgment alone is too short an answer: yes-or-no, how and why questions."""
    return question.yes_no or question.text.lower().lstrip().startswith(("how", "why"))


def _headed(subject: Sequence[str], found: Sequence[Finding]) -> list[Finding]:
    """Judgments whose heading or statement has every word of the subject."""
    roots = {stem(word) for word in subject}
    return [f for f in found if roots <= stems(" ".join(f.section) + " " + f.text)]


def _reasons(index: Index, judged: Sequence[Finding]) -> list[Group]:
    """Strengths and weaknesses apart, of the sections that were judged."""
    sections = frozenset(f.section[-1] for f in judged if f.section)
    wanted = Filter(reports=frozenset(f.report_id for f in judged), sections=sections)
    found = index.findings(wanted)
    weak = [f for f in found if f.kind is FindingKind.WEAKNESS][:3]
    strong = [f for f in found if f.kind is FindingKind.STRENGTH][:3]
    groups = [Group("weaknesses", tuple(weak)), Group("strengths", tuple(strong))]
    return [group for group in groups if group.findings]


def _themed(question: Question, index: Index, all_kinds: bool = False) -> Gathered | None:
    """What is going well, or wrong, on a topic: its strengths, or its weaknesses."""
    told = question.facets
    why = question.text.lower().startswith("why")
    if not told.topics or (told.polarity is None and not all_kinds and not why):
        return None
    known = {stem(w) for t in topics() if t.key in told.topics for w in terms(t.label)}
    rest = [w for w in question.subject if stem(w) not in known
            and stem(w) not in stems("well wrong problem issue go do find work positive thing")]
    if rest and not all_kinds:
        return None
    polarity = frozenset({told.polarity.value}) if told.polarity else frozenset()
    wanted = replace(question.wanted, topics=frozenset(told.topics), polarities=polarity,
                     kinds=frozenset())
    found = [f for f in index.findings(wanted) if f.kind in _SAID]
    if len(found) < 2:
        found += [f for f in index.findings(wanted)
                  if f.kind is FindingKind.NARRATIVE and f.polarity is not Polarity.NEUTRAL]
    if not found:
        return None
    bad = tuple(f for f in found if f.polarity is Polarity.NEGATIVE)
    good = tuple(f for f in found if f.polarity is Polarity.POSITIVE)
    groups = [Group("weaknesses", bad), Group("strengths", good)]
    kept = tuple(group for group in groups if group.findings)
    return Gathered(Intent.BRIEF, kept, total=len(found)) if kept else None


def _briefed(question: Question, index: Index) -> Gathered | None:
    wanted = replace(question.wanted, kinds=frozenset(), polarities=frozenset())
    if not question.facets.topics and question.subject:
        return None
    found = index.findings(wanted)
    labels = (("grade", FindingKind.JUDGMENT), ("strengths", FindingKind.STRENGTH),
              ("weaknesses", FindingKind.WEAKNESS),
              ("cause_of_concern", FindingKind.CAUSE_OF_CONCERN),
              ("area_for_improvement", FindingKind.AREA_FOR_IMPROVEMENT),
              ("recommendation", FindingKind.RECOMMENDATION),
              ("innovative_practice", FindingKind.INNOVATIVE_PRACTICE))
    groups = tuple(Group(label, tuple(f for f in found if f.kind is kind))
                   for label, kind in labels)
    groups = tuple(group for group in groups if group.findings)
    return Gathered(Intent.BRIEF, groups, total=len(found)) if groups else None


def _compared(question: Question, index: Index) -> Gathered | None:
    told = question.facets
    sides: list[tuple[str, Filter]] = []
    if len(told.forces) > 1:
        sides = [(force, Filter(forces=frozenset({force}), years=question.wanted.years,
                                topics=frozenset(told.topics))) for force in told.forces]
    elif len(told.topics) > 1:
        labels = {t.key: t.label for t in topics()}
        sides = [(labels[key], replace(question.wanted, topics=frozenset({key})))
                 for key in told.topics]
    elif len(told.years) > 1:
        sides = [(str(year), Filter(years=frozenset({year}), forces=question.wanted.forces,
                                    topics=frozenset(told.topics))) for year in told.years]
    groups = []
    for label, wanted in sides:
        found = index.findings(wanted)
        judged = [f for f in found if f.kind is FindingKind.JUDGMENT]
        weak = [f for f in found if f.kind is FindingKind.WEAKNESS][:2]
        strong = [f for f in found if f.kind is FindingKind.STRENGTH][:2]
        groups.append(Group(f"side:{label}", tuple(judged + weak + strong)))
    if not any(group.findings for group in groups):
        return None
    return Gathered(Intent.COMPARE, tuple(groups))


def _candidates(hits: Sequence[Hit], kept: Sequence[Scored],
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
