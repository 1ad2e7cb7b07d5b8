"""The heading path while a report is read from top to bottom."""

from __future__ import annotations

from collections.abc import Sequence

from corpus import grades, headings
from corpus.blocks import Block, Role
from corpus.headings import Rank
from corpus.model import FindingKind
from corpus.names import topic_of

_DEEPEST = 6
_OF_ITS_PILLAR = ("summary", "overview", "overall judgment", "overall judgement")
_OVERALL = "overall summary"
_OWN_SECTION = (FindingKind.RECOMMENDATION, FindingKind.STRENGTH, FindingKind.WEAKNESS)


class Levels:
    """The heading path of a source whose headings have levels."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._blocks = blocks
        self._places = {id(block): place for place, block in enumerate(blocks)}
        self._asked: str | None = None
        levels = [b.level or _DEEPEST for b in blocks if b.role is Role.HEADING]
        self._title_level = levels[0] if levels and levels.count(levels[0]) == 1 else None
        self._stack: list[tuple[int, str]] = []
        self._seen = False

    @property
    def path(self) -> tuple[str, ...]:
        """The headings above what follows, outermost first."""
        return tuple(text for _, text in self._stack)

    def enter(self, block: Block, kind: FindingKind | None) -> None:
        """Pass a heading. One that announces a box stays out of the path of its section."""
        level = block.level or _DEEPEST
        first, self._seen = not self._seen, True
        if first and level == self._title_level:
            return
        while self._stack and self._stack[-1][0] >= level:
            self._stack.pop()
        boxed = kind is not None and kind is not FindingKind.SUMMARY and self._stack
        if self._asks_the_pillar(block):
            self._asked = self._stack[-1][1]
        elif not boxed and headings.rank(block.words) is not Rank.DIVIDER:
            self._stack.append((level, block.words))

    def _asks_the_pillar(self, block: Block) -> bool:
        """Whether a heading right under a pillar asks the pillar's question: no section."""
        text = block.words
        if not self._stack or self._asked == self._stack[-1][1] \
                or headings.rank(text) is not Rank.QUESTION \
                or headings.rank(self._stack[-1][1]) is not Rank.PILLAR:
            return False
        return headings.is_pillar_question(text) or _divider_follows(
            self._blocks, self._places[id(block)])


def _divider_follows(blocks: Sequence[Block], position: int) -> bool:
    """Whether the next heading of weight is one such as "Questions for Effectiveness"."""
    for block in blocks[position + 1:]:
        if block.role is Role.HEADING:
            rank = headings.rank(block.words)
            if rank in (Rank.QUESTION, Rank.PILLAR, Rank.DIVIDER):
                return rank is Rank.DIVIDER
    return False


class Ranks:
    """The heading path of a source without levels, from the words of its headings."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._blocks = blocks
        self._places = {id(block): place for place, block in enumerate(blocks)}
        self._titled = False
        self._front = 0
        self._pillar: str | None = None
        self._last_pillar: str | None = None
        self._pillar_asked = False
        self._section: str | None = None
        self._sub: str | None = None
        ranks = [headings.rank(b.words) for b in blocks if b.role is Role.HEADING]
        self._asks = ranks.count(Rank.QUESTION) >= 2
        self._graded = any(self._is_graded(i) for i, b in enumerate(blocks)
                           if b.role is Role.HEADING and not grades.of_line(b.text))

    @property
    def path(self) -> tuple[str, ...]:
        """The headings above what follows, outermost first."""
        return tuple(part for part in (self._pillar, self._section, self._sub) if part)

    def enter(self, block: Block, kind: FindingKind | None) -> None:
        """Pass a heading: its rank decides what it closes and opens."""
        text, position = block.words, self._places[id(block)]
        rank = headings.rank(text)
        titled, self._titled = self._titled, True
        if not titled and rank in (Rank.SUB, Rank.TOP) and not self._is_graded(position):
            return
        if rank is Rank.SUB and self._is_front_matter(position):
            return
        if rank is Rank.PILLAR:
            self._pillar, self._section, self._sub = text, None, None
            self._last_pillar, self._pillar_asked = text, False
        elif rank is Rank.DIVIDER:
            self._section, self._sub = None, None
        elif rank is Rank.QUESTION:
            if self._asks_the_pillar(position, text):
                self._pillar_asked = True
                return
            # A pillar's questions may stand after its introduction.
            self._pillar = self._pillar or self._last_pillar
            self._section, self._sub = text, None
        elif rank is Rank.TOP:
            self._enter_top(text, kind)
        elif rank is Rank.SUB:
            self._enter_plain(position, block)
        elif self._stands_alone(block, kind):
            self._pillar, self._section, self._sub = None, text, None
        elif self._graded or self._asks:
            # A box belongs to the section, not to the sub-heading that happens to come before.
            self._sub = None

    def _enter_top(self, text: str, kind: FindingKind | None) -> None:
        if kind is FindingKind.SUMMARY and self._pillar and text.lower() in _OF_ITS_PILLAR:
            return
        if text.lower().startswith("our judg") and (self._section or "").lower() == _OVERALL:
            self._sub = text
            return
        self._pillar, self._section, self._sub = None, text, None

    def _enter_plain(self, position: int, block: Block) -> None:
        text = block.words
        if block.marker and not self._asks:
            nested = "." in block.marker and self._section is not None
        elif self._section is None or self._is_graded(position):
            nested = False
        elif self._asks or (self._graded and (self._pillar or headings.states_a_finding(text))):
            nested = True
        else:
            nested = self._graded and topic_of(text) is None
        if nested:
            self._sub = text
        else:
            self._section, self._sub = text, None

    def _is_front_matter(self, position: int) -> bool:
        """Whether a heading is one of those that follow a title: a subtitle, a publisher."""
        while self._front + 1 < len(self._blocks) and all(
                b.role is Role.HEADING and not grades.of_line(b.text)
                for b in self._blocks[self._front:self._front + 2]):
            self._front += 1
        return position < self._front

    def _stands_alone(self, block: Block, kind: FindingKind | None) -> bool:
        """Whether a box is a section of its own: a numbered one, or the list of recommendations
        that closes a report without questions and grades."""
        if self._pillar or self._asks:
            return False
        numbered = block.marker is not None and "." not in block.marker
        return numbered or (kind in _OWN_SECTION and not self._graded)

    def _asks_the_pillar(self, position: int, text: str) -> bool:
        if self._pillar is None or self._section is not None or self._pillar_asked:
            return False
        following = self._blocks[position + 1] if position + 1 < len(self._blocks) else None
        empty = following is not None and following.role is Role.HEADING \
            and headings.rank(following.words) is Rank.QUESTION
        return (empty or headings.is_pillar_question(text)
                or _divider_follows(self._blocks, position))

    def _is_graded(self, position: int) -> bool:
        for block in self._blocks[position + 1:position + 2]:
            if grades.of_line(block.text):
                return True
            if block.role is Role.PARAGRAPH:
                heading = self._blocks[position].words
                return grades.of_sentence(block.words[:1000].split(". ")[0], None, True, None,
                                          heading) is not None
        return False
