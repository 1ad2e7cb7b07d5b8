"""Lists and counts: every finding that meets the question, complete by construction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Intent
from assistant.gathered import MOST_NEAREST, Gathered, Group, Refusal
from assistant.lookup import looked_up
from assistant.question import Question
from assistant.scope import Scope
from assistant.subject import about, narrowing
from corpus.model import Finding
from index.filter import Filter
from index.store import Index


def listed(question: Question, index: Index, scope: Scope) -> Gathered | None:
    """All findings that the question asks for, by place; None where it is better looked up."""
    found = index.findings(question.wanted)
    words = narrowing(question)
    if words:
        pool = index.findings(replace(question.wanted, topics=frozenset()))
        narrowed = about(words, pool, question, index)
        if not narrowed and question.facets.topics and not question.facets.requests:
            # "Findings on crime prevention work": the topic says it, the odd word does not narrow.
            narrowed, words = (found, ()) if len(words) == 1 else ([], words)
        found = narrowed
    if found:
        return Gathered(question.intent, by_place(found), by_words=words, total=len(found))
    if words and (answer := looked_up(question, index, scope)).refusal is None:
        return answer
    elsewhere = index.findings(replace(question.wanted, topics=frozenset()))
    return Gathered(question.intent, refusal=Refusal("none_of_kind"),
                    nearest=tuple(elsewhere[:MOST_NEAREST]), by_words=question.subject)


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
        found = [f for f in before if replace(wanted, topics=frozenset()).admits(f)]
        found = about(tuple(question.read.split()), found, question, index)
    elif words := narrowing(question):
        found = about(words, found, question, index)
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
