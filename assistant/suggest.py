"""Questions that the index can answer, made from its findings."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.gathered import Gathered
from assistant.question import Question
from corpus.model import Finding, FindingKind
from corpus.names import Topic, topics
from index.filter import topics_of
from index.store import Index
from prompts import wording

_MOST = 6
_FOLLOW = 3


def openers(index: Index) -> list[str]:
    """Questions to start from: each of another sort, each answered by an indexed finding."""
    words = wording("replies")
    asks = words["suggestions"]
    found = index.findings()
    by_topic = {topic: [f for f in found if topic.key in topics_of(f)] for topic in topics()}
    by_topic = {topic: rows for topic, rows in by_topic.items() if rows}
    questions: list[str] = []
    for number, (topic, rows) in enumerate(by_topic.items()):
        order = (_good_at, _list_kind, _going_well, _problems)
        options = [make(topic, rows) for make in order[number % 4:] + order[:number % 4]]
        questions += [text for text in options if text][:1]
    for kind in (FindingKind.RECOMMENDATION, FindingKind.CAUSE_OF_CONCERN,
                 FindingKind.AREA_FOR_IMPROVEMENT):
        if any(f.kind is kind for f in found):
            questions.append(str(asks["how_many"]).format(kind=words["kinds"][kind.value]["many"]))
            break
    return questions[:_MOST]


def follow_ups(question: Question, gathered: Gathered, index: Index) -> tuple[str, ...]:
    """Up to three questions that lead on from an answer and that the index answers."""
    found = gathered.findings
    keys = [topic for topic in topics() if any(topic.key in topics_of(f) for f in found)]
    options: list[str] = []
    for topic in keys[:2]:
        rows = [f for f in index.findings() if topic.key in topics_of(f)]
        for make in (_list_kind, _good_at, _problems, _going_well, _recommendations):
            if (text := make(topic, rows)) and text.lower() != question.raw.lower():
                options.append(text)
    seen = dict.fromkeys(options)
    return tuple(seen)[:_FOLLOW]


def _ask(name: str, **values: str) -> str:
    return str(wording("replies")["suggestions"][name]).format(**values)


def _good_at(topic: Topic, rows: Sequence[Finding]) -> str | None:
    judged = any(f.kind is FindingKind.JUDGMENT for f in rows)
    return _ask("good_at", topic=topic.label) if judged else None


def _listing(topic: Topic, rows: Sequence[Finding], kind: FindingKind) -> str | None:
    if not any(f.kind is kind for f in rows):
        return None
    name = str(wording("replies")["kinds"][kind.value]["one"])
    return _ask("list_kind", kind=name, topic=topic.label)


def _list_kind(topic: Topic, rows: Sequence[Finding]) -> str | None:
    return _listing(topic, rows, FindingKind.AREA_FOR_IMPROVEMENT)


def _recommendations(topic: Topic, rows: Sequence[Finding]) -> str | None:
    return _listing(topic, rows, FindingKind.RECOMMENDATION)


def _going_well(topic: Topic, rows: Sequence[Finding]) -> str | None:
    good = any(f.kind is FindingKind.STRENGTH for f in rows)
    return _ask("going_well", topic=topic.label) if good else None


def _problems(topic: Topic, rows: Sequence[Finding]) -> str | None:
    bad = any(f.kind is FindingKind.WEAKNESS for f in rows)
    return _ask("why_grade", topic=topic.label) if bad else None
