"""Lists while they are read: the lead-in of each bullet and what it says of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from corpus import polarity, sentences
from corpus.blocks import Block, Role
from corpus.model import Polarity
from corpus.readers.lines import is_ordered
from corpus.statement import without_tail

_ANNOUNCES = re.compile(r"\b(?:areas?|aspects|ways|things|problems|strengths|weaknesses|concerns"
                        r"|improvements)\b", re.IGNORECASE)
_SHORT_LEAD_IN = 4


@dataclass(slots=True)
class _List:
    """A list: its lead-in, what that says of the bullets, the marker and place of the first."""

    lead_in: str | None = None
    told: Polarity | None = None
    marker: str | None = None
    indent: int = 0
    begun: bool = False
    polarities: list[Polarity] = field(default_factory=list)


class Bullets:
    """The list being read, the list around it, and what the list before it said."""

    def __init__(self, heading: str) -> None:
        self._heading = polarity.of_heading(heading)
        self._previous: Polarity | None = None
        self._list = _List()
        self._outer: _List | None = None
        self._last: Block | None = None

    def open(self, lead_in: str, before: str) -> None:
        """A list begins. "There are areas where it could do better. It:" says what "It:" can't."""
        self._list = _List(lead_in, self._told(lead_in))
        sentence = sentences.split(before)[-1:]
        if self._list.told is None and len(lead_in.split()) <= _SHORT_LEAD_IN and sentence \
                and _ANNOUNCES.search(sentence[0]):
            self._list.told = polarity.of_lead_in(sentence[0])

    def nest(self, block: Block) -> None:
        """A bullet that ends in a colon begins a list inside the list."""
        told = self._list.told
        self._begin(block)
        self._outer = self._list
        self._list = _List(block.text, self._told(block.text) or told)

    def close(self) -> None:
        """The list is over: a lead-in holds for its own list only."""
        if self._list.polarities:
            self._previous = _prevailing(self._list.polarities)
        self._list, self._outer, self._last = _List(), None, None

    def lead_in_for(self, block: Block) -> str | None:
        """The lead-in of a bullet: the list's, or for one further in the bullet above it. A
        numbered item after plain ones begins a list of its own."""
        if self._outer is not None and self._list.begun and _level(block) == (
                _kind(self._outer.marker), self._outer.indent):
            self._list, self._outer = self._outer, None
        self._begin(block)
        further_in = block.indent > self._list.indent + 1
        if is_ordered(self._list.marker) is not is_ordered(block.marker) and not further_in:
            self.close()
            self._begin(block)
        elif further_in and self._last is not None:
            return without_tail(self._last.text)
        self._last = block
        return self._list.lead_in

    def verdict(self, block: Block) -> tuple[Polarity, bool]:
        """A bullet's polarity, and whether its lead-in or heading decided it."""
        told = self._list.told or self._heading
        verdict = told or polarity.of_statement(block.text)
        self._list.polarities.append(verdict)
        return verdict, told is not None

    def _told(self, lead_in: str) -> Polarity | None:
        return polarity.of_lead_in(lead_in, self._previous)

    def _begin(self, block: Block) -> None:
        if not self._list.begun:
            self._list.marker, self._list.indent = block.marker, block.indent
            self._list.begun = True


def introduces(blocks: list[Block], position: int) -> bool:
    """Whether a paragraph is the lead-in of the bullets that follow it, or a bullet that of
    bullets with another marker or further in."""
    block = blocks[position]
    if not block.text.endswith(":") or position + 1 >= len(blocks):
        return False
    following = blocks[position + 1]
    if following.role is not Role.BULLET:
        return False
    return block.role is not Role.BULLET or (
        following.indent >= block.indent and _level(following) != _level(block))


def lead_in_of(block: Block) -> tuple[int, str]:
    """Where the last sentence of a paragraph begins, and that sentence: the bullets' lead-in."""
    start, end = sentences.spans(block.text)[-1]
    return start, block.text[start:end]


def _level(block: Block) -> tuple[str, int]:
    return _kind(block.marker), block.indent


def _kind(marker: str | None) -> str:
    """Markers that count are of one kind each: "1." and "2.", "(a)" and "(b)"."""
    marker = marker or ""
    if not is_ordered(marker):
        return marker
    return "number" if any(char.isdigit() for char in marker) else "letter"


def _prevailing(polarities: list[Polarity]) -> Polarity | None:
    positive = polarities.count(Polarity.POSITIVE)
    negative = polarities.count(Polarity.NEGATIVE)
    if positive == negative:
        return None
    return Polarity.POSITIVE if positive > negative else Polarity.NEGATIVE
