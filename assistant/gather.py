"""The retrieve step: the findings that a question's answer is made of, or why there are none."""

from __future__ import annotations

from collections.abc import Callable

from assistant.answer import Intent
from assistant.gathered import MOST_NEAREST, Gathered, Refusal
from assistant.listing import listed
from assistant.lookup import candidates_of, looked_up
from assistant.overview import briefed, compared, graded, themed
from assistant.question import Question, Scope
from index.store import Index


def gather(question: Question, index: Index, scope: Scope) -> Gathered:
    """Find what answers a question; lists, counts and grades are complete by construction."""
    if question.outside is not None:
        key, asked = question.outside
        hits = index.search(question.search_text)
        return Gathered(question.intent, refusal=_outside(key, asked, scope),
                        nearest=tuple(h.finding for h in hits[:MOST_NEAREST]),
                        candidates=candidates_of(hits, ()))
    if question.intent in (Intent.LIST, Intent.COUNT):
        found = listed(question, index, scope)
    else:
        by_intent: dict[Intent, Callable[[Question, Index], Gathered | None]] = {
            Intent.GRADE: graded, Intent.COMPARE: compared, Intent.BRIEF: briefed,
            Intent.LOOKUP: themed}
        found = by_intent[question.intent](question, index)
    return found or looked_up(question, index, scope)


def _outside(key: str, asked: str, scope: Scope) -> Refusal:
    indexed = {"force": ", ".join(sorted(scope.forces)),
               "year": ", ".join(str(y) for y in sorted(scope.years)),
               "pillar": ", ".join(sorted(scope.pillars)).lower()}[key]
    return Refusal(key, {"asked": asked, "indexed": indexed or "other reports"})
