"""From a finding or an answer to the items of a briefing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer import Answer, Citation, Layout, Sentence
from assistant.compose.phrasing import place, plain
from assistant.paper.paper import CITED_LIMIT, TITLE_LIMIT, WORDS_LIMIT, Item, Kind
from corpus.model import Finding

_ASKED = re.compile(r"^(?:(?:please|can you|could you)\s+)?(?:brief|update) me (?:on|about)\s+",
                    re.IGNORECASE)


def pinned_finding(finding: Finding, title: str, source: str) -> Item:
    """A finding as a statement in its report's own words; a bare grade says what it grades."""
    words = plain(finding)
    if finding.grade is not None and len(finding.words.split()) < 4:
        words = f"{place(finding)}: {finding.grade.value}."
    return Item(kind=Kind.STATEMENT, words=words[:WORDS_LIMIT], origin=f"f:{finding.id}",
                citations=(Citation.of(1, finding, title, source),))


def pinned_answer(answer: Answer, mark: str, heading: str = "") -> list[Item]:
    """An answer's sentences as items, its headings as headings, each cell of its table under its
    column and row. ``heading`` stands over all, unless the answer has one of its own."""
    origin = f"a:{mark}"
    known = {citation.n: citation for citation in answer.citations}
    flow = [one for one in answer.sentences if answer.table is None or one.cell is None]
    items = [_item(one, known, origin) for one in flow]
    if heading and (not items or items[0].kind is not Kind.HEADING):
        items.insert(0, _heading(heading, origin))
    return items + _cells(answer, known, origin)


def _cells(answer: Answer, known: dict[int, Citation], origin: str) -> list[Item]:
    items: list[Item] = []
    for column, name in enumerate(answer.table.columns if answer.table else ()):
        for row, aspect in enumerate(answer.table.rows if answer.table else ()):
            said: Sequence[Sentence] = [one for one in answer.sentences
                                        if one.cell == (row, column)]
            if said:
                items.append(_heading(f"{name}: {aspect}", origin))
                items += [_item(one, known, origin) for one in said]
    return items


def _item(sentence: Sentence, known: dict[int, Citation], origin: str) -> Item:
    if sentence.layout is Layout.HEADING:
        return _heading(sentence.text, origin)
    cited = tuple(known[n] for n in sentence.citations if n in known)[:CITED_LIMIT]
    return Item(kind=Kind.STATEMENT, words=sentence.text[:WORDS_LIMIT], citations=cited,
                origin=origin)


def _heading(text: str, origin: str) -> Item:
    return Item(kind=Kind.HEADING, words=" ".join(text.split())[:WORDS_LIMIT], origin=origin)


def title_of(question: str) -> str:
    """A briefing's title from what was asked: "Brief me on Kent" becomes "Kent"."""
    bare = _ASKED.sub("", " ".join(question.split())).rstrip(" .?!") or question
    title = bare[:1].upper() + bare[1:]
    return title if len(title) <= TITLE_LIMIT else title[:TITLE_LIMIT - 1] + "…"
