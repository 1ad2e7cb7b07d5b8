"""Lists and counts: every finding that meets the question, complete by construction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Intent
from assistant.followup import PAGE
from assistant.gathered import MOST_NEAREST, Gathered, Group, Refusal
from assistant.lookup import looked_up
from assistant.paging import page
from assistant.question import Question
from assistant.scope import Scope
from assistant.subject import about, narrowing, worded
from corpus.model import Finding, FindingKind
from index.filter import Filter
from index.passages import statement
from index.store import Index
from index.words import terms


def listed(question: Question, index: Index, scope: Scope) -> Gathered | None:
    """All findings that the question asks for, by place; None where it is better looked up."""
    words = narrowing(question)
    if not words and not question.facets.deadline and index.count(question.wanted) > PAGE:
        return _paged(question, index)
    found = [] if words else index.findings(question.wanted)
    if words:
        narrowed = about(words, question.wanted, question, index)
        if not narrowed and question.facets.topics and not question.facets.requests:
            # "Findings on crime prevention work": the topic says it, the odd word does not narrow.
            narrowed, words = (index.findings(question.wanted), ()) if len(words) == 1 \
                else ([], words)
        found = _with_those_of_its_concern(narrowed, words, question, index)
    if question.facets.deadline:
        found = [f for f in found if question.facets.deadline in statement(f).lower()]
    if found:
        part = page(found, question)
        return Gathered(question.intent, by_place(part.shown), by_words=words, total=len(found),
                        notes=part.notes, choices=part.following)
    if words and (answer := looked_up(question, index, scope)).refusal is None:
        return answer
    elsewhere = index.catalogue.slices(replace(question.wanted, topics=frozenset()))
    return Gathered(question.intent, refusal=Refusal("none_of_kind"),
                    nearest=tuple(elsewhere(0, MOST_NEAREST)), by_words=question.subject)


def _paged(question: Question, index: Index) -> Gathered:
    """A page of a list too long to be made whole: only its findings are read."""
    total = index.count(question.wanted)
    part = page(index.catalogue.slices(question.wanted), question, total)
    return Gathered(question.intent, by_place(part.shown), total=total, notes=part.notes,
                    choices=part.following)


def _with_those_of_its_concern(found: list[Finding], words: tuple[str, ...], question: Question,
                               index: Index) -> list[Finding]:
    """A list of recommendations with all those of a cause of concern about the subject: they
    belong to it, though not each of them names it."""
    recommendation = FindingKind.RECOMMENDATION
    if recommendation not in question.facets.kinds or not words:
        return found
    scope = replace(question.wanted, topics=frozenset(), polarities=frozenset())
    concerns = replace(scope, kinds=frozenset({FindingKind.CAUSE_OF_CONCERN.value}))
    held = index.catalogue.get(worded(words, concerns, question, index))
    boxes = {(f.report_id, f.section) for f in held.values()}
    if not boxes:
        return found
    chosen = {f.id for f in found}
    return [f for f in index.findings(scope) if f.id in chosen or (
        f.kind is recommendation and (f.report_id, f.section) in boxes)]


def narrowed_from(whole: Gathered, question: Question, index: Index) -> Gathered:
    """Those findings of an earlier answer that meet a condition: a kind, a body, a year, a
    polarity, a topic or a subject."""
    before = whole.findings
    wanted = Filter(
        ids=frozenset(f.id for f in before), forces=question.wanted.forces,
        years=question.wanted.years, topics=frozenset(question.facets.topics),
        kinds=frozenset(kind.value for kind in question.facets.kinds),
        polarities=frozenset({question.facets.polarity.value} if question.facets.polarity else ()))
    found = [f for f in before if wanted.admits(f)]
    if not found and question.facets.topics:
        # An answer on one topic is narrowed by words, though they may name a topic as well.
        plain = replace(question, facets=replace(question.facets, topics=()))
        found = about(terms(question.read), replace(wanted, topics=frozenset()), plain, index)
    elif words := narrowing(question):
        found = about(words, wanted, question, index)
    shape = whole.shape if whole.shape in (Intent.LIST, Intent.COUNT) else Intent.LIST
    if not found:
        return Gathered(shape, refusal=Refusal("none_of_these", {
            "count": str(len(before)), "what": question.read.rstrip("?")}),
            nearest=tuple(before[:MOST_NEAREST]))
    return Gathered(shape, by_place(found), total=len(found), among=len(before),
                    by_words=tuple(question.subject or question.facets.topics))


def by_place(found: Sequence[Finding]) -> tuple[Group, ...]:
    """Findings by report and heading, each group in reading order."""
    places: dict[tuple[str, tuple[str, ...]], list[Finding]] = {}
    for finding in found:
        places.setdefault((finding.report_id, finding.section[:2]), []).append(finding)
    return tuple(Group("", tuple(group)) for group in places.values())
