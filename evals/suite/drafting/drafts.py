"""Evaluation questions drafted from any library's findings, for a person to edit."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from corpus.errors import FixConfiguration
from corpus.model import Finding, Metadata
from evals.suite.drafting import attack, gap, grade, listing, lookup, review, thread
from evals.suite.drafting.ask import Ask
from evals.suite.drafting.scope import Shelf, shelf
from evals.suite.drafting.writing import Written, written

__all__ = ["KINDS", "Written", "drafts", "written"]

_MAKERS: Mapping[str, tuple[Callable[[Shelf], Iterable[Ask]], ...]] = {
    "lookup": (lookup.lookups,), "grade": (grade.grades,), "list": (listing.lists,),
    "count": (listing.counts,), "compare": (grade.compared, lookup.sides),
    "why": (review.reasons, lookup.causes), "brief": (review.briefings,),
    "polarity": (review.tones,), "follow_up": (thread.follow_ups,),
    "ambiguous": (grade.unclear,), "false_premise": (grade.mistaken,),
    "unanswerable": (gap.unanswerable,), "attack": (attack.attacks,),
    "filter": (listing.filters,)}
KINDS = tuple(_MAKERS)
# Asked for most by far, so drafted twice as often.
_TWICE = frozenset({"lookup"})
# How many candidates are weighed for each draft: enough to spread, few enough for big libraries.
_LOOKED_AT = 200


def drafts(findings: Sequence[Finding], reports: Sequence[Metadata], number: int,
           kinds: Collection[str] | None = None, seed: int = 11) -> list[dict[str, Any]]:
    """Up to ``number`` rows for a file of questions, kind by kind; fewer where there is not
    enough to ask about, none for an empty library.

    They are taken from the kinds in turn (all of ``KINDS`` for None) and spread over reports,
    sections and kinds of finding. Each row is marked as a draft and says in its note how it was
    made; sets, counts and grades are those of the typed findings. No question is asked twice.
    The same findings, reports, number, kinds and seed give the same rows.

    Raises ``FixConfiguration`` for a number below 1 and for kinds that are not drafted.
    """
    wanted = _wanted(kinds)
    if number < 1:
        raise FixConfiguration(f"{number} questions can't be drafted.", "Ask for one or more.")
    held = shelf(findings, reports)
    chance = random.Random(seed)
    pools = {kind: _Pool(_shuffled(_MAKERS[kind], held, chance), chance) for kind in wanted}
    asked: set[tuple[str, Any]] = set()
    chosen: dict[str, list[tuple[Ask, str]]] = {kind: [] for kind in wanted}
    turns = (*wanted, *(kind for kind in wanted if kind in _TWICE))
    left = number
    while left and any(pool.asks for pool in pools.values()):
        for kind in turns:
            if left and (found := pools[kind].next(asked)):
                chosen[kind].append(found)
                left -= 1
    rows = [pair for kind in wanted for pair in chosen[kind]]
    width = max(3, len(str(len(rows))))
    return [ask.row(f"q{at:0{width}d}", question) for at, (ask, question) in enumerate(rows, 1)]


class _Pool:
    """What is left to ask of one kind, and what was asked before."""

    def __init__(self, asks: list[Ask], chance: random.Random) -> None:
        self.asks = asks
        self._used: Counter[tuple[str, str]] = Counter()
        # The wording that each form begins with is a matter of chance, those after it follow.
        self._worded = Counter({form: chance.randrange(60)
                                for form in sorted({ask.form for ask in asks})})
        self._answers: set[Any] = set()

    def next(self, asked: set[tuple[str, Any]]) -> tuple[Ask, str] | None:
        """The next question in a wording that is not among those ``asked``, to which it is added;
        None where nothing is left."""
        while self.asks:
            near = self.asks[:_LOOKED_AT]
            at = min(range(len(near)), key=lambda i: (self._weight(near[i]), i))
            ask = self.asks.pop(at)
            same = (ask.form, ask.needed, ask.complete, ask.history) if ask.needed else None
            if same is not None and same in self._answers:
                continue
            wordings = ask.wordings
            turn = self._worded[ask.form] % len(wordings)
            for question in (*wordings[turn:], *wordings[:turn]):
                key = (" ".join(question.lower().split()), ask.history)
                if key not in asked:
                    asked.add(key)
                    self._answers.add(same)
                    self._note(ask)
                    return ask, question
        return None

    def _weight(self, ask: Ask) -> int:
        spot = ask.spot
        return (2 * self._used["form", ask.form] + 2 * self._used["scope", spot.scope]
                + self._used["area", spot.area] + self._used["finding", spot.finding])

    def _note(self, ask: Ask) -> None:
        self._worded[ask.form] += 1
        spot = ask.spot
        self._used.update([("form", ask.form), ("scope", spot.scope), ("area", spot.area),
                           ("finding", spot.finding)])


def _shuffled(makers: Iterable[Callable[[Shelf], Iterable[Ask]]], held: Shelf,
              chance: random.Random) -> list[Ask]:
    asks = [ask for make in makers for ask in make(held)]
    chance.shuffle(asks)
    return asks


def _wanted(kinds: Collection[str] | None) -> tuple[str, ...]:
    if kinds is None:
        return KINDS
    if unknown := sorted(set(kinds) - set(KINDS)):
        raise FixConfiguration(f"There are no drafts of the kind {unknown[0]!r}.",
                               f"Known are {', '.join(KINDS)}.")
    return tuple(kind for kind in KINDS if kind in kinds)
