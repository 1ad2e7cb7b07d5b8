"""Questions that the index can answer, made from what it holds on each topic."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from dataclasses import replace
from itertools import islice

from assistant.gathered import Gathered
from assistant.question import Question
from corpus.model import FindingKind
from corpus.names import Topic, topics
from index.filter import Filter, topics_of
from index.store import Index
from prompts import wording

_MOST = 6
_FOLLOW = 3
# The kinds of the findings under a topic: what may be asked about it depends on nothing else.
_Kinds = Set[FindingKind]
_Make = Callable[[Topic, _Kinds], str | None]


def openers(index: Index) -> list[str]:
    """Questions to start from: each of another sort, each answered by an indexed finding."""
    words = wording("replies")
    asks = words["suggestions"]
    held = index.catalogue.topics()
    questions: list[str] = []
    for number, topic in enumerate(topic for topic in topics() if topic.key in held):
        order: tuple[_Make, ...] = (_good_at, _list_kind, _going_well, _problems)
        options = [make(topic, held[topic.key]) for make in order[number % 4:] + order[:number % 4]]
        questions += [text for text in options if text][:1]
    for kind in (FindingKind.RECOMMENDATION, FindingKind.CAUSE_OF_CONCERN,
                 FindingKind.AREA_FOR_IMPROVEMENT):
        if index.count(Filter(kinds=frozenset({kind.value}))):
            questions.append(str(asks["how_many"]).format(kind=words["kinds"][kind.value]["many"]))
            break
    return questions[:_MOST]


def follow_ups(question: Question, gathered: Gathered, index: Index) -> tuple[str, ...]:
    """Three questions that lead on from an answer and that the index answers where this one was
    looked for; fewer where there is too little to ask about."""
    about = frozenset().union(*map(topics_of, gathered.findings))
    # What the answer is about comes first; then whatever else can be asked there.
    order = sorted(topics(), key=lambda topic: topic.key not in about)
    asked = {question.raw.lower(), question.text.lower()}
    fresh = (text for topic in order for text in _about(topic, question.chosen, index)
             if text.lower() not in asked)
    return tuple(islice(fresh, _FOLLOW))


def _about(topic: Topic, chosen: Filter, index: Index) -> Iterator[str]:
    """The questions on a topic that findings in the chosen scope answer."""
    kinds: _Kinds = index.catalogue.topics().get(topic.key, frozenset())
    if chosen:
        kinds = {kind for kind in kinds if (not chosen.kinds or kind.value in chosen.kinds)
                 and index.count(replace(chosen, kinds=frozenset({kind.value}),
                                         topics=frozenset({topic.key})))}
    for make in (_list_kind, _good_at, _problems, _going_well, _recommendations):
        if text := make(topic, kinds):
            yield text


def _ask(name: str, **values: str) -> str:
    return str(wording("replies")["suggestions"][name]).format(**values)


def _good_at(topic: Topic, kinds: _Kinds) -> str | None:
    judged = FindingKind.JUDGMENT in kinds
    return _ask("good_at", topic=topic.label) if judged else None


def _listing(topic: Topic, kinds: _Kinds, kind: FindingKind) -> str | None:
    if kind not in kinds:
        return None
    name = str(wording("replies")["kinds"][kind.value]["one"])
    return _ask("list_kind", kind=name, topic=topic.label)


def _list_kind(topic: Topic, kinds: _Kinds) -> str | None:
    return _listing(topic, kinds, FindingKind.AREA_FOR_IMPROVEMENT)


def _recommendations(topic: Topic, kinds: _Kinds) -> str | None:
    return _listing(topic, kinds, FindingKind.RECOMMENDATION)


def _going_well(topic: Topic, kinds: _Kinds) -> str | None:
    good = FindingKind.STRENGTH in kinds
    return _ask("going_well", topic=topic.label) if good else None


def _problems(topic: Topic, kinds: _Kinds) -> str | None:
    bad = FindingKind.WEAKNESS in kinds
    return _ask("why_grade", topic=topic.label) if bad else None
