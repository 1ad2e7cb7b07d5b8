"""Figures, questions and counts as they stand in a line of text."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

from evals.suite.metrics.catalogue import CATALOGUE, Better

_WIDTH = 96
_NAMED = 10


def direction(metric: str) -> int:
    """1 where more is better, -1 where less is, 0 where neither is or the metric is unknown."""
    info = CATALOGUE.get(metric)
    better = info.better if info else Better.NEITHER
    return {Better.HIGHER: 1, Better.LOWER: -1, Better.NEITHER: 0}[better]


def figure(metric: str, value: float, signed: bool = False) -> str:
    """A value with as many places as its metric needs."""
    info = CATALOGUE.get(metric)
    places = ".3f" if info is None or info.bounded else ".4g"
    return format(value, ("+" if signed else "") + places)


def cut(question: str) -> str:
    """A question in one line of a bearable length."""
    return textwrap.shorten(question, _WIDTH, placeholder=" ...")


def several(count: int, one: str) -> str:
    """A count with its noun: "1 question", "2 questions"."""
    return f"{count} {one}" if count == 1 else f"{count} {one}s"


def counts(found: Mapping[str, int]) -> str:
    """Outcomes with their counts, the most frequent first."""
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{count} {spaced(name)}" for name, count in ordered)


def spaced(outcome: str) -> str:
    """An outcome's name in words."""
    return outcome.replace("_", " ")


def named(ids: Sequence[str]) -> str:
    """Ids in a row; of many only the first ten, and how many more there are."""
    more = len(ids) - _NAMED
    return ", ".join(ids[:_NAMED]) + (f" and {more} more" if more > 0 else "")
