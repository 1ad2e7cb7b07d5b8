"""What a briefing is: a title, an introduction, and items in order, each with its evidence."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from itertools import groupby
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from assistant.answer import Citation
from assistant.paper.shown import plain
from corpus.errors import GiveUp
from corpus.model import Metadata
from prompts import wording

ITEMS_LIMIT = 400
TITLE_LIMIT = 200
WORDS_LIMIT = 5000
CITED_LIMIT = 60
# So many removals can be undone; that of an answer takes out several items at once.
REMOVED_KEPT = 20


class Kind(StrEnum):
    """What an item of a briefing is."""

    STATEMENT = "statement"
    HEADING = "heading"
    NOTE = "note"


class Standing(StrEnum):
    """How a statement's words stand to its own findings. Only supported ones were passed by the
    program's check; ``checking`` are to be checked yet, ``unchecked`` could not be."""

    SUPPORTED = "supported"
    UNSUPPORTED = "unsupported"
    CHECKING = "checking"
    UNCHECKED = "unchecked"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _key() -> str:
    return secrets.token_hex(8)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


class Source(_Frozen):
    """What a briefing remembers of a report that it cites, so that it outlasts the report."""

    title: str
    publisher: str | None = None
    published: str | None = None
    url: str | None = None
    licence: str | None = None
    attribution: str | None = None

    @classmethod
    def of(cls, report: Metadata) -> Self:
        """What is to be remembered of an indexed report."""
        return cls(title=report.title, publisher=report.publisher, published=report.published,
                   url=report.url, licence=report.licence, attribution=report.attribution)


class Item(_Frozen):
    """One part of a briefing. Only a statement has citations, copied whole; ``origin`` names the
    finding ("f:ID") or the answer ("a:MARK") that it was pinned from, "" for the author's own."""

    key: str = Field(default_factory=_key, pattern=r"^[0-9a-f]{16}$")
    kind: Kind
    words: str = Field(min_length=1, max_length=WORDS_LIMIT)
    citations: tuple[Citation, ...] = Field(default=(), max_length=CITED_LIMIT)
    standing: Standing = Standing.SUPPORTED
    reason: str = ""
    origin: str = ""
    edited: bool = False


class Removed(_Frozen):
    """An item that was taken out, and the place that it had. ``unpinned``: with all others of its
    origin, which come back together."""

    item: Item
    place: int = Field(ge=0)
    unpinned: bool = False


class Paper(_Frozen):
    """A briefing. Every change gives a new one; the one before stays as it was."""

    key: str = Field(default_factory=_key, pattern=r"^[0-9a-f]{16}$")
    title: str = Field(default="", max_length=TITLE_LIMIT)
    introduction: str = Field(default="", max_length=WORDS_LIMIT)
    items: tuple[Item, ...] = Field(default=(), max_length=ITEMS_LIMIT)
    removed: tuple[Removed, ...] = Field(default=(), max_length=ITEMS_LIMIT)
    sources: dict[str, Source] = {}
    changed: str = Field(default_factory=_now)

    def item(self, key: str) -> Item:
        """The item with this key. Raises ``GiveUp`` where there is none."""
        return self.items[self.place(key)]

    def place(self, key: str) -> int:
        """Where an item stands, from 0. Raises ``GiveUp`` where it is not there."""
        for at, item in enumerate(self.items):
            if item.key == key:
                return at
        raise GiveUp(_say("no_item"))

    @property
    def pins(self) -> frozenset[str]:
        """The findings and answers that items were pinned from."""
        return frozenset(item.origin for item in self.items if item.origin)

    def titled(self, title: str) -> Self:
        """With another title, on one line. Raises ``GiveUp`` for one that is too long."""
        return self._with(title=_bounded(" ".join(title.split()), TITLE_LIMIT))

    def introduced(self, text: str) -> Self:
        """With another introduction; blank for none. Raises ``GiveUp`` for one too long."""
        return self._with(introduction=_bounded(text.strip(), WORDS_LIMIT))

    def added(self, items: Sequence[Item], sources: dict[str, Source],
              after: str | None = None) -> Self:
        """With items behind the one with the key ``after``, at the start for "", at the end for
        None. Raises ``GiveUp`` where that would be more than it holds."""
        room = ITEMS_LIMIT - len(self.items)
        if len(items) > room:
            raise GiveUp(_say("full", limit=ITEMS_LIMIT, count=len(items), room=room))
        at = len(self.items) if after is None else self.place(after) + 1 if after else 0
        return self._with(items=(*self.items[:at], *items, *self.items[at:]),
                          sources={**self.sources, **sources})

    def moved(self, key: str, by: int) -> Self:
        """With an item that many places further down, or up where ``by`` is negative; one at
        the end of its way stays there."""
        return self._put(key, self.place(key) + by)

    def moved_behind(self, key: str, after: str) -> Self:
        """With an item behind the one with the key ``after``, at the start for "". Raises
        ``GiveUp`` where one of them is not there."""
        rest = [item.key for item in self.items if item.key != key]
        if after and after not in rest:
            raise GiveUp(_say("no_item"))
        return self._put(key, rest.index(after) + 1 if after else 0)

    def _put(self, key: str, to: int) -> Self:
        at = self.place(key)
        rest = [item for item in self.items if item.key != key]
        to = min(max(to, 0), len(rest))
        return self._with(items=(*rest[:to], self.items[at], *rest[to:]))

    def edited(self, key: str, words: str) -> Self:
        """With other words for an item; a statement's are to be checked again. Raises ``GiveUp``
        for none or too many."""
        item = self.item(key)
        said = _bounded(words.strip(), WORDS_LIMIT)
        if item.kind is Kind.HEADING:
            said = " ".join(said.split())
        if not said:
            raise GiveUp(_say("no_words"))
        if said == item.words:
            return self
        standing = Standing.CHECKING if item.kind is Kind.STATEMENT else item.standing
        return self._replaced(item.model_copy(update={
            "words": said, "standing": standing, "reason": "", "edited": True}))

    def judged(self, key: str, words: str, standing: Standing, reason: str = "") -> Self:
        """With the outcome of a check, where the item is there and still says these words."""
        item = next((one for one in self.items if one.key == key), None)
        if item is None or item.words != words:
            return self
        return self._replaced(item.model_copy(update={"standing": standing, "reason": reason}))

    def without(self, key: str) -> Self:
        """Without an item, which can be brought back."""
        at = self.place(key)
        return self._with(items=(*self.items[:at], *self.items[at + 1:]),
                          removed=self._kept([Removed(item=self.items[at], place=at)]))

    def restored(self, key: str) -> Self:
        """With a removed item back at its place. Raises ``GiveUp`` where it is gone for good."""
        gone = next((one for one in self.removed if one.item.key == key), None)
        if gone is None:
            raise GiveUp(_say("no_undo"))
        if len(self.items) >= ITEMS_LIMIT:
            raise GiveUp(_say("full", limit=ITEMS_LIMIT, count=1, room=0))
        return self._with(
            items=(*self.items[:gone.place], gone.item, *self.items[gone.place:]),
            removed=tuple(one for one in self.removed if one.item.key != key))

    def unpinned(self, origin: str) -> Self:
        """Without all items that were pinned from this finding or answer; ``repinned`` brings
        them back as they are now, with an author's words."""
        gone = [Removed(item=one, place=at, unpinned=True)
                for at, one in enumerate(self.items) if one.origin == origin]
        if not gone:
            return self
        return self._with(items=tuple(one for one in self.items if one.origin != origin),
                          removed=self._kept(gone))

    def repinned(self, origin: str) -> Self:
        """With what was unpinned last of this origin back in its places. Raises ``GiveUp`` where
        it is gone for good, has been pinned anew or finds no room."""
        gone = [one for one in self.removed if one.unpinned and one.item.origin == origin]
        if not gone or origin in self.pins:
            raise GiveUp(_say("no_undo"))
        room = ITEMS_LIMIT - len(self.items)
        if len(gone) > room:
            raise GiveUp(_say("full", limit=ITEMS_LIMIT, count=len(gone), room=room))
        items = list(self.items)
        for one in gone:
            items.insert(one.place, one.item)
        return self._with(items=tuple(items),
                          removed=tuple(one for one in self.removed if one not in gone))

    def _kept(self, gone: Sequence[Removed]) -> tuple[Removed, ...]:
        """What can be brought back once these were taken out as well: of an origin only what was
        unpinned last."""
        again = {one.item.origin for one in gone if one.unpinned}
        before = [one for one in self.removed
                  if not (one.unpinned and one.item.origin in again)]
        takings = [list(one) for _, one in groupby((*before, *gone), key=_taking)]
        kept: list[Removed] = []
        for taking in reversed(takings[-REMOVED_KEPT:]):
            if len(kept) + len(taking) > ITEMS_LIMIT:
                break
            kept = [*taking, *kept]
        return tuple(kept)

    def _replaced(self, item: Item) -> Self:
        return self._with(items=tuple(item if one.key == item.key else one
                                      for one in self.items))

    def _with(self, **changes: object) -> Self:
        return self.model_copy(update={**changes, "changed": _now()})


def _taking(one: Removed) -> str:
    """What tells the items that were taken out together from others."""
    return one.item.origin if one.unpinned else one.item.key


def _bounded(text: str, limit: int) -> str:
    """An author's text as it can be kept and written to any file."""
    text = plain(text)
    if len(text) > limit:
        raise GiveUp(_say("too_long", limit=limit, length=len(text)))
    return text


def _say(key: str, **values: object) -> str:
    return str(wording("paper")["problems"][key]).format(**values)
