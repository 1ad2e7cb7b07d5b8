"""Questions that the index can answer, made from what it holds on each topic."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, replace
from itertools import islice

from assistant.gathered import Gathered
from assistant.question import Question
from corpus.model import FindingKind
from corpus.names import Topic, official_name, topics
from index.filter import Filter, topics_of
from index.store import Index
from prompts import wording

_MOST = 6
_FOLLOW = 3
# The kinds of the findings under a topic: what may be asked about it depends on nothing else.
_Kinds = Set[FindingKind]


@dataclass(frozen=True, slots=True)
class Place:
    """The body and the year that a question names; None for none."""

    force: str | None = None
    year: int | None = None


NOWHERE = Place()
_Make = Callable[[Topic, _Kinds, Place], str | None]


def openers(index: Index) -> list[str]:
    """Questions to start from: each of another sort, each answered by an indexed finding."""
    words = wording("replies")
    asks = words["suggestions"]
    held = index.catalogue.topics()
    questions: list[str] = []
    for number, topic in enumerate(topic for topic in topics() if topic.key in held):
        order: tuple[_Make, ...] = (_good_at, _list_kind, _going_well, _problems)
        options = [make(topic, held[topic.key], NOWHERE)
                   for make in order[number % 4:] + order[:number % 4]]
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
    fresh = (text for topic in order for text in askable(topic, question.chosen, index)
             if text.lower() not in asked)
    return tuple(islice(fresh, _FOLLOW))


def askable(topic: Topic, chosen: Filter, index: Index, place: Place = NOWHERE,
            first: int = 0) -> Iterator[str]:
    """The questions on a topic that findings in the chosen scope answer, naming the ``place``
    that this scope is limited to; the sort with the number ``first`` comes first."""
    kinds: _Kinds = index.catalogue.topics().get(topic.key, frozenset())
    if chosen:
        kinds = {kind for kind in kinds if (not chosen.kinds or kind.value in chosen.kinds)
                 and index.count(replace(chosen, kinds=frozenset({kind.value}),
                                         topics=frozenset({topic.key})))}
    order: tuple[_Make, ...] = (_list_kind, _good_at, _problems, _going_well, _recommendations)
    turn = first % len(order)
    for make in order[turn:] + order[:turn]:
        if text := make(topic, kinds, place):
            yield text


def _ask(name: str, place: Place, **values: str) -> str:
    words = wording("replies")["suggestions"]
    if place.force is None:
        text = str(words[name]).format(**values)
    else:
        link = words["in_force" if official_name(place.force) != place.force else "at_body"]
        text = str(words["there"][name]).format(
            force=place.force, there=str(link).format(force=place.force), **values)
    if place.year is None:
        return text
    end = "?" if text.endswith("?") else ""
    return f"{text.removesuffix('?')} {str(words['in_year']).format(year=place.year)}{end}"


def _good_at(topic: Topic, kinds: _Kinds, place: Place) -> str | None:
    judged = FindingKind.JUDGMENT in kinds
    return _ask("good_at", place, topic=topic.label) if judged else None


def _listing(topic: Topic, kinds: _Kinds, kind: FindingKind, place: Place) -> str | None:
    if kind not in kinds:
        return None
    name = str(wording("replies")["kinds"][kind.value]["one"])
    return _ask("list_kind", place, kind=name, topic=topic.label)


def _list_kind(topic: Topic, kinds: _Kinds, place: Place) -> str | None:
    return _listing(topic, kinds, FindingKind.AREA_FOR_IMPROVEMENT, place)


def _recommendations(topic: Topic, kinds: _Kinds, place: Place) -> str | None:
    return _listing(topic, kinds, FindingKind.RECOMMENDATION, place)


def _going_well(topic: Topic, kinds: _Kinds, place: Place) -> str | None:
    good = FindingKind.STRENGTH in kinds
    return _ask("going_well", place, topic=topic.label) if good else None


def _problems(topic: Topic, kinds: _Kinds, place: Place) -> str | None:
    bad = FindingKind.WEAKNESS in kinds
    return _ask("why_grade", place, topic=topic.label) if bad else None
