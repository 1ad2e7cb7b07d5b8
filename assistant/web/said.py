"""The sentences of an answer as HTML: paragraphs, headings, lists, the table of a comparison."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import groupby

from assistant.answer import Citation, Layout, Sentence, Table
from assistant.web.cards import mark
from assistant.web.words import escape, one_line, say

# More items than this, over all lists of an answer, are folded away.
ITEMS_SHOWN = 20

Known = Mapping[int, Citation]


def sentences_html(sentences: Sequence[Sentence], citations: Sequence[Citation],
                   table: Table | None = None) -> str:
    """Sentences as headings, lists, paragraphs and cells, each with the marks of what it cites.

    Without a ``table`` (while an answer is being put together) cells stand among the others.
    """
    known = {citation.n: citation for citation in citations}
    flow = [one for one in sentences if table is None or one.cell is None]
    parts, room = [], ITEMS_SHOWN
    for layout, group in groupby(flow, key=lambda one: one.layout):
        run = list(group)
        if layout is Layout.HEADING:
            parts += [_heading(one, known) for one in run]
        elif layout is Layout.ITEM:
            parts.append(_list([_sentence(one, known) for one in run], room))
            room = max(0, room - len(run))
        else:
            parts.append("<p>" + " ".join(_sentence(one, known) for one in run) + "</p>")
    if table is not None:
        parts.append(_table(table, sentences, known))
    return "".join(parts)


def _heading(sentence: Sentence, known: Known) -> str:
    graded = [known[n].grade for n in sentence.citations if n in known]
    css = ' class="judged"' if graded and all(graded) else ""
    return f"<h3{css}>{one_line(sentence.text)}</h3>"


def _sentence(sentence: Sentence, known: Known) -> str:
    marks = "".join(mark(known[n]) for n in sentence.citations if n in known)
    # A mark must not stand alone at the start of a line.
    return one_line(sentence.text) + (f'<span class="marks">&nbsp;{marks}</span>' if marks else "")


def _list(items: Sequence[str], room: int) -> str:
    shown, rest = items[:room], items[room:]
    if not rest:
        return _items(shown)
    key = "turn.fold" if shown else "turn.fold_all"
    summary = escape(say(key, count=len(rest), total=len(items)))
    return (f"{_items(shown)}<details class=\"fold\"><summary>{summary}</summary>"
            f"{_items(rest)}</details>")


def _items(items: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{one}</li>" for one in items) + "</ul>" if items else ""


def _table(table: Table, sentences: Sequence[Sentence], known: Known) -> str:
    """The table in a region that can be scrolled sideways, with the keyboard as well."""
    cells = by_cell(sentences)
    label = one_line(say("table.label", columns=", ".join(table.columns)))
    heads = "".join(f'<th scope="col">{one_line(column)}</th>' for column in table.columns)
    rows = []
    for at, row in enumerate(table.rows):
        filled = "".join(_cell(cells.get((at, column), ()), known)
                         for column in range(len(table.columns)))
        rows.append(f'<tr><th scope="row">{one_line(row)}</th>{filled}</tr>')
    return (f'<div class="sideways" role="region" tabindex="0" aria-label="{label}"><table>'
            f'<thead><tr><th scope="col"><span class="hidden-words">{escape(say("table.rows"))}'
            f"</span></th>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>")


def _cell(sentences: Sequence[Sentence], known: Known) -> str:
    if not sentences:
        return f'<td class="empty">{escape(say("table.empty"))}</td>'
    said = [_sentence(one, known) for one in sentences]
    return f"<td>{said[0] if len(said) == 1 else _items(said)}</td>"


def by_cell(sentences: Sequence[Sentence]) -> dict[tuple[int, int], list[Sentence]]:
    """The sentences of each cell of a table that has any."""
    cells: dict[tuple[int, int], list[Sentence]] = defaultdict(list)
    for one in sentences:
        if one.cell is not None:
            cells[one.cell].append(one)
    return dict(cells)


def read_out(sentences: Sequence[Sentence], table: Table | None) -> str:
    """An answer as a screen reader says it: its text, then each cell under its row and column."""
    parts = [one.text for one in sentences if table is None or one.cell is None]
    if table is not None:
        cells = by_cell(sentences)
        for at, row in enumerate(table.rows):
            for on, column in enumerate(table.columns):
                said = " ".join(one.text for one in cells.get((at, on), ()))
                parts.append(say("table.said", row=row, column=column,
                                 text=said or f"{say('table.empty')}."))
    return " ".join(parts)
