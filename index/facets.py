"""What a catalogue's findings can be chosen by, as columns of small numbers held in memory."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from corpus.model import FindingKind
from index.filter import Filter

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Column:
    """A value for each finding, as its number among the values that occur."""

    def __init__(self, values: Sequence[Hashable]) -> None:
        self.number = {value: n for n, value in enumerate(dict.fromkeys(values))}
        self.numbers = np.fromiter(map(self.number.__getitem__, values), np.int32, len(values))

    def among(self, wanted: Collection[Hashable]) -> Mask:
        """Which findings have one of these values."""
        return self.having([self.number[value] for value in wanted if value in self.number])

    def having(self, numbers: Sequence[int]) -> Mask:
        """Which findings have the value of one of these numbers."""
        chosen = np.zeros(len(self.number), np.bool_)
        chosen[list(numbers)] = True
        return np.asarray(chosen[self.numbers])


class Facets:
    """The facets of every finding, by its row: its place in reading order, from 0.

    ``columns`` hold ``id``, ``report``, ``section`` (the number of a heading path), ``kind``,
    ``polarity``, ``force``, ``year`` and ``grade`` of each finding; ``paths`` are the heading
    paths with the topics that they are about.
    """

    def __init__(self, columns: Mapping[str, Sequence[Hashable]],
                 paths: Mapping[Hashable, tuple[tuple[str, ...], frozenset[str]]]) -> None:
        self.ids: Sequence[str] = [str(identifier) for identifier in columns["id"]]
        self.row_of = {identifier: row for row, identifier in enumerate(self.ids)}
        self._columns = {name: Column(values) for name, values in columns.items() if name != "id"}
        self._paths = [paths[place] for place in self._columns["section"].number]

    def __len__(self) -> int:
        return len(self.ids)

    def rows(self, wanted: Filter) -> Rows:
        """The rows of the findings that a filter admits, in reading order."""
        mask = np.ones(len(self), np.bool_)
        for name, values in (("report", wanted.reports), ("force", wanted.forces),
                             ("year", wanted.years), ("kind", wanted.kinds),
                             ("polarity", wanted.polarities), ("grade", wanted.grades)):
            if values:
                mask &= self._columns[name].among(values)
        if wanted.topics or wanted.sections:
            mask &= self._columns["section"].having(
                [n for n, (path, topics) in enumerate(self._paths)
                 if topics & wanted.topics or not wanted.sections.isdisjoint(path)])
        if wanted.ids:
            named = np.zeros(len(self), np.bool_)
            named[[self.row_of[i] for i in wanted.ids if i in self.row_of]] = True
            mask &= named
        return mask.nonzero()[0]

    @cached_property
    def topics(self) -> Mapping[str, frozenset[FindingKind]]:
        """The kinds of the findings under each topic that occurs."""
        kinds = [FindingKind(str(value)) for value in self._columns["kind"].number]
        section, kind = self._columns["section"].numbers, self._columns["kind"].numbers
        found: dict[str, set[FindingKind]] = {}
        for pair in np.unique(section.astype(np.int64) * len(kinds) + kind).tolist():
            for topic in self._paths[pair // len(kinds)][1]:
                found.setdefault(topic, set()).add(kinds[pair % len(kinds)])
        return {topic: frozenset(held) for topic, held in found.items()}
