"""The retrieve step: the findings that a question's answer is made of, or why there are none."""

from __future__ import annotations

from collections.abc import Callable

from assistant.answer import Intent
from assistant.asking import asked_back
from assistant.briefing import briefed, themed
from assistant.comparison import compared
from assistant.gathered import MOST_NEAREST, Gathered, Refusal
from assistant.grading import graded, judged_earlier
from assistant.listing import listed, narrowed_from
from assistant.lookup import candidates_of, looked_up
from assistant.outside import Outside
from assistant.question import Question
from assistant.scope import Scope
from index.store import Index

_Way = Callable[[Question, Index, Scope], Gathered | None]
_WAYS: dict[Intent, _Way] = {
    Intent.LIST: listed, Intent.COUNT: listed, Intent.GRADE: graded, Intent.COMPARE: compared,
    Intent.BRIEF: briefed, Intent.LOOKUP: themed}


def gather(question: Question, index: Index, scope: Scope) -> Gathered:
    """Find what answers a question; lists, counts and grades are complete by construction."""
    if question.among is not None:
        whole = gather(question.among, index, scope)
        return whole if whole.refusal else narrowed_from(whole, question, index)
    if question.outside is not None:
        if question.intent is Intent.GRADE and (earlier := judged_earlier(question, index)):
            return earlier
        return _refused(question.outside, question, index)
    if vague := asked_back(question, scope):
        return vague
    return _WAYS[question.intent](question, index, scope) or looked_up(question, index, scope)


def _refused(told: Outside, question: Question, index: Index) -> Gathered:
    hits = index.search(question.search_text)
    return Gathered(question.intent,
                    refusal=Refusal(told.key, {"asked": told.asked, "indexed": told.indexed}),
                    nearest=tuple(h.finding for h in hits[:MOST_NEAREST]),
                    candidates=candidates_of(hits, ()))
