"""Asking back: where an answer that names no body would mislead, because there are many."""

from __future__ import annotations

from assistant.answer import Intent
from assistant.gathered import Gathered
from assistant.question import Question
from assistant.scope import Scope
from prompts import wording

# Up to this many reports an answer can name each and group by it.
_MANY = 12
_OFFERED = 3
_VAGUE = (Intent.GRADE, Intent.BRIEF)


def asked_back(question: Question, scope: Scope) -> Gathered | None:
    """Which force is meant, for a grade or a brief that names no subject, no body and no year
    while many are indexed ("How good is it?"); None where the question can be answered."""
    told = question.facets
    if question.intent not in _VAGUE or len(scope.editions) <= _MANY \
            or question.names_its_reports or question.subject or told.topics or told.parts \
            or told.grades or told.pillar or told.kinds:
        return None
    words = wording("replies")
    newest = dict(sorted(scope.editions))
    offered = sorted(newest.items(), key=lambda pair: (-pair[1], pair[0]))[:_OFFERED]
    template = str(words["suggestions"]["of_force"])
    return Gathered(question.intent, clarify=str(words["clarify"]["which_force"]).format(
        count=len(newest)), choices=tuple(template.format(force=force, year=year)
                                          for force, year in offered))
