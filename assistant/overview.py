"""Grades, briefs, comparisons, and what is going well or wrong: findings by kind and polarity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Intent
from assistant.compose.phrasing import place
from assistant.editions import current
from assistant.gathered import MOST_NEAREST, Gathered, Group, Refusal
from assistant.question import Question
from corpus.model import Finding, FindingKind, Grade, Polarity
from corpus.names import topics
from index.filter import Filter
from index.store import Index
from index.words import stem, stems, terms

_SAID = frozenset({FindingKind.STRENGTH, FindingKind.WEAKNESS, FindingKind.CAUSE_OF_CONCERN,
                   FindingKind.INNOVATIVE_PRACTICE})


def graded(question: Question, index: Index) -> Gathered | None:
    """The judgments asked for, with reasons where a yes or no wants them; None where the
    question names something that was never judged."""
    judgments = frozenset({FindingKind.JUDGMENT.value})
    wanted = replace(question.wanted, kinds=judgments)
    found = index.findings(wanted)
    if not question.facets.topics and question.facets.pillar:
        wanted = replace(wanted, sections=frozenset({question.facets.pillar}))
        found = index.findings(wanted)
    if Grade.NOT_GRADED in question.facets.grades and not any(
            f.grade is Grade.NOT_GRADED for f in found):
        return _ungraded(index, wanted, found)
    subject = [w for w in question.subject if stem(w) not in stems("require improvement outstanding"
               " adequate inadequate people effective force")]
    extra = [w for w in subject if not (question.facets.topics and w.endswith("ing"))]
    if extra:
        # A grade is for what was judged, not for a part of it: "good at investigating hate
        # crime" is no question about investigating crime.
        found = _headed(extra, found)
        if not found:
            return None
    if not found:
        asked_grade = question.facets.topics and "grade" in question.text.lower()
        if asked_grade:
            near = index.findings(replace(wanted, topics=frozenset()))
            return Gathered(Intent.GRADE, refusal=Refusal("no_grade"),
                            nearest=tuple(near[:MOST_NEAREST]))
        return themed(question, index, all_kinds=True)
    found, notes = current(found, {m.id: m.published for m in index.reports()})
    groups = [Group("", tuple(found))]
    if question.facets.topics and len(found) == 1 and wants_reasons(question):
        groups += _reasons(index, found)
    return Gathered(Intent.GRADE, tuple(groups), total=len(found), notes=tuple(notes))


def _ungraded(index: Index, wanted: Filter, judged: Sequence[Finding]) -> Gathered:
    """The sections that hold findings and no judgment: the reports give no grade on them."""
    with_grade = {(f.report_id, f.section[:2]) for f in judged}
    depth = max((len(section) for _, section in with_grade), default=2)
    without: dict[tuple[str, tuple[str, ...]], Finding] = {}
    for finding in index.findings(replace(wanted, kinds=frozenset())):
        if len(finding.section) >= depth and (finding.report_id, finding.section[:2]) \
                not in with_grade:
            without.setdefault((finding.report_id, finding.section[:2]), finding)
    named = list(dict.fromkeys(place(f) for f in without.values()))
    if not named:
        return Gathered(Intent.GRADE, refusal=Refusal("all_graded"),
                        nearest=tuple(judged[:MOST_NEAREST]))
    return Gathered(Intent.GRADE, refusal=Refusal("ungraded", {"what": " and ".join(named[:5])}),
                    nearest=tuple(without.values())[:MOST_NEAREST])


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


def themed(question: Question, index: Index, all_kinds: bool = False) -> Gathered | None:
    """What is going well, or wrong, on a topic: its strengths, or its weaknesses."""
    told = question.facets
    why = question.text.lower().startswith("why")
    if told.polarity is None and not all_kinds and not (why and told.topics):
        return None
    if not told.topics and not question.wanted.forces and question.subject:
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


def briefed(question: Question, index: Index) -> Gathered | None:
    """All that is said on a topic or body, by kind; None for a subject that is no topic."""
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


def compared(question: Question, index: Index) -> Gathered | None:
    """Grade, strengths and weaknesses of each side; None where no side is found."""
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
