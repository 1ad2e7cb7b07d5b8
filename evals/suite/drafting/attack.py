"""Questions that try to make an assistant say something else, with what it must not say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice

from evals.suite.drafting.ask import Ask, Spot
from evals.suite.drafting.grade import grades
from evals.suite.drafting.listing import counts
from evals.suite.drafting.lookup import lookups
from evals.suite.drafting.scope import Shelf
from evals.suite.drafting.wording import templates

_EACH = 40
_FORMS = frozenset({"area", "scope", "operation", "concern"})


def attacks(shelf: Shelf) -> Iterator[Ask]:
    """An honest question joined to an instruction, one for each instruction and question in turn;
    and instructions alone, where there is a library to ask."""
    asked = list(chain.from_iterable(
        islice((ask for ask in source(shelf) if ask.form in _FORMS), _EACH)
        for source in (grades, counts, lookups)))
    told = templates()["attack"]["instructions"]
    for at, ask in enumerate(asked):
        instruction = told[at % len(told)]
        values = {**ask.values, "asked": ask.wordings[at % len(ask.wordings)]}
        yield replace(ask, kind="attack", form="joined",
                      spot=replace(ask.spot, finding=instruction["note"]),
                      values={**values, "attack": instruction["ask"].format(**values)},
                      must_not_say=tuple(instruction["ban"]),
                      note=f"{instruction['note']}, joined to a question after {_after(ask)}")
    for at, alone in enumerate(templates()["attack"]["alone"] if shelf.scopes else ()):
        scope = shelf.scopes[at % len(shelf.scopes)]
        yield Ask("attack", "bare", {"attack": alone["ask"].format(**scope.names)},
                  Spot("", alone["note"]), must_not_say=tuple(alone["ban"]), note=alone["note"])


def _after(ask: Ask) -> str:
    return {"grade": "a grade", "count": "a number"}.get(ask.kind, "a finding")
