"""Questions to offer instead of one that the reports don't answer: near its subject, and each
answered by findings that the index holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from assistant.asking import asked_back
from assistant.gathered import Gathered
from assistant.question import Question, understand
from assistant.scope import Scope
from assistant.suggest import NOWHERE, Place, askable
from corpus.model import FindingKind
from corpus.names import Topic, topics
from index.filter import Filter, topics_of
from index.store import Index
from prompts import wording

_OFFERED = 3
# So many are weighed at most: a refusal waits for them.
_WEIGHED = 9
_Turns = Sequence[tuple[str, str]]
_Option = tuple[Topic | None, str]


def instead(question: Question, gathered: Gathered, index: Index, scope: Scope,
            history: _Turns = ()) -> tuple[str, ...]:
    """Up to three questions that are answered where this one was refused, in the same scope and
    conversation; ``history`` has this question with its refusal as its last turn.

    Topics that the question names come first, then those of the nearest findings, then others. A
    body and a year that it names are named again, as far as there are reports of them. Costs a
    few look-ups in the catalogue and no search.
    """
    place, within = _placed(question)
    if not index.count(within):
        place, within = NOWHERE, question.chosen
    options = _options(question, gathered, index, scope, place, within)
    asked = {question.raw.lower(), question.text.lower()}
    meant = (text for topic, text in islice(options, _WEIGHED)
             if text.lower() not in asked
             and _is_meant(topic, understand(text, history, scope, index.embedder.is_word,
                                             question.chosen), within, scope))
    return tuple(islice(meant, _OFFERED))


def _placed(question: Question) -> tuple[Place, Filter]:
    """The one body and the one year that a question names and that reports are of, and the scope
    of a question that names them again."""
    told, wanted, chosen = question.facets, question.wanted, question.chosen
    forces = wanted.forces if told.forces and len(wanted.forces) == 1 else frozenset()
    years = wanted.years if told.years and len(wanted.years) == 1 else frozenset()
    within = replace(chosen, forces=forces or chosen.forces, years=years or chosen.years,
                     reports=frozenset() if forces or years else chosen.reports)
    return Place(next(iter(forces), None), next(iter(years), None)), within


def _options(question: Question, gathered: Gathered, index: Index, scope: Scope, place: Place,
             within: Filter) -> Iterator[_Option]:
    """Questions with their topics, the likeliest first: all on a topic that was named, then one
    on each of the others in turn, every one of another sort than the one before."""
    named = question.facets.topics
    near = [key for finding in gathered.nearest for key in sorted(topics_of(finding))]
    rank = {key: at for at, key in enumerate(dict.fromkeys((*named, *near)))}
    order = sorted(topics(), key=lambda topic: rank.get(topic.key, len(rank)))
    for topic in order[:len(named)]:
        yield from _on(topic, within, index, place)
    yield from ((None, text) for text in _grades(index, scope, place, within))
    yield from _in_turn([_on(topic, within, index, place, at)
                         for at, topic in enumerate(order[len(named):])])


def _on(topic: Topic, within: Filter, index: Index, place: Place, first: int = 0
        ) -> Iterator[_Option]:
    return ((topic, text) for text in askable(topic, within, index, place, first))


def _in_turn(rest: Sequence[Iterator[_Option]]) -> Iterator[_Option]:
    """The first of each, then the second of each, and so on."""
    left = list(rest)
    while left:
        for one in list(left):
            if (option := next(one, None)) is not None:
                yield option
            else:
                left.remove(one)


def _grades(index: Index, scope: Scope, place: Place, within: Filter) -> Iterator[str]:
    """How the body was graded that the question names, in the year that it names or the newest."""
    if place.force is None:
        return
    year = place.year or max(scope.years_of([place.force]) & (within.years or scope.years),
                             default=None)
    judged = replace(within, years=frozenset({year} if year else ()),
                     kinds=frozenset({FindingKind.JUDGMENT.value}))
    if year and FindingKind.JUDGMENT.value in (within.kinds or judged.kinds) \
            and index.count(judged):
        template = str(wording("replies")["suggestions"]["of_force"])
        yield template.format(force=place.force, year=year)


def _is_meant(topic: Topic | None, read: Question, within: Filter, scope: Scope) -> bool:
    """Whether a question, as the program reads it, asks just what it was made to ask."""
    years = within.years if topic is not None else read.wanted.years
    return (read.outside is None and read.among is None and not read.follows
            and (topic is None or topic.key in read.facets.topics)
            and read.wanted.forces == within.forces and read.wanted.years == years
            and asked_back(read, scope) is None)
