"""The grades of the library as a table: letters in colours, each a link to its judgment."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from functools import cache
from itertools import groupby

from assistant.overview import Cell, Column, Judged, Overview, Row, State
from assistant.web.words import escape, one_line, plain, say
from corpus.model import Grade
from prompts import wording

# The first year with the grade "adequate".
FIVE_GRADES_FROM = 2021
_LEGEND = (*Grade, State.NOT_INSPECTED)
# A spreadsheet takes a cell that begins with one of these for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def grid_html(overview: Overview) -> str:
    """The heading, the legend, the note on comparing and the table, with its download."""
    heading = f'<h3 id="grid-heading">{escape(say("overview.grid.heading"))}</h3>'
    if not overview.columns:
        return f"<section>{heading}<p>{escape(say('overview.grid.none'))}</p></section>"
    head = "".join(f'<th scope="col">{one_line(column_words(one))}</th>'
                   for one in overview.columns)
    groups = "".join(_group(force, list(rows), overview.columns)
                     for force, rows in groupby(overview.rows, lambda row: row.force))
    return (
        f"<section>{heading}{_legend()}"
        f'<p class="compare">{escape(say("overview.grid.note"))}</p>'
        f'<div class="box" tabindex="0" role="region" aria-labelledby="grid-heading">'
        f'<table class="grades"><caption>{escape(say("overview.grid.caption"))}</caption>'
        f'<thead><tr><th scope="col" class="corner">{escape(say("overview.grid.corner"))}</th>'
        f"{head}</tr></thead>{groups}</table></div>"
        f'<p class="buttons"><button type="button" class="plain" data-do="csv">'
        f"{escape(say('overview.grid.csv'))}</button></p></section>")


def column_words(column: Column) -> str:
    """What a column is headed with: short, with a capital letter."""
    if column.pillar:
        return say("overview.grid.overall", pillar=column.name.capitalize())
    short = wording("page")["overview"]["short"]
    name = str(short.get(column.key, column.name))
    return name[:1].upper() + name[1:] if name else say("overview.grid.whole")


def force_words(force: str | None) -> str:
    """A force's name, or that none is stated."""
    return plain(force or "") or say("overview.no_force")


def cycle_words(row: Row) -> str:
    """A row's cycle, or that none is stated."""
    return row.cycle or say("overview.no_cycle")


def _legend() -> str:
    items = "".join(f'<li>{_letter(one.value)} <span>{escape(_words(one.value))}</span></li>'
                    for one in _LEGEND)
    return f'<ul class="legend" aria-label="{escape(say("overview.grid.legend"))}">{items}</ul>'


@cache
def _letter(grade: str) -> str:
    return (f'<span class="letter {grade.replace(" ", "-")}" aria-hidden="true">'
            f"{escape(say(f'overview.letters.{grade}'))}</span>")


@cache
def _words(grade: str) -> str:
    return say(f"overview.words.{grade}")


def _group(force: str | None, rows: Sequence[Row], columns: Sequence[Column]) -> str:
    name = one_line(force_words(force))
    body = "".join(_row(row, columns) for row in rows)
    return (f'<tbody><tr class="force"><th scope="rowgroup" colspan="{len(columns) + 1}">'
            f"<span>{name}</span></th></tr>{body}</tbody>")


def _row(row: Row, columns: Sequence[Column]) -> str:
    old = row.year is not None and row.year < FIVE_GRADES_FROM
    cells = "".join(f"<td>{_cell(row, column, cell)}</td>"
                    for column, cell in zip(columns, row.cells, strict=True))
    mark = f' class="old" title="{escape(say("overview.grid.old"))}"' if old else ""
    return f'<tr><th scope="row"{mark}>{one_line(cycle_words(row))}</th>{cells}</tr>'


def _cell(row: Row, column: Column, cell: Cell) -> str:
    if cell.state is State.NOT_INSPECTED:
        return _empty()
    # Copies of a report say the same twice: it is shown once.
    judged = list({(one.grade, one.as_of, one.heading, one.hidden): one
                   for one in reversed(cell.judged)}.values())[::-1]
    several = len(judged) > 1
    shown = "".join(_link(one, _said(one), _place(row, column, one, several)) for one in judged)
    return shown + "".join(_earlier(one, _place(row, column, one, several))
                           for one in cell.earlier)


@cache
def _empty() -> str:
    none = State.NOT_INSPECTED.value
    return f'{_letter(none)}<span class="hidden-words">{escape(_words(none))}</span>'


def _link(one: Judged, said: str, place: str) -> str:
    year = "" if one.as_of is None else f' <small aria-hidden="true">{one.as_of}</small>'
    return (f'<a href="{_address(one)}" title="{one_line(said)}">{_letter(one.grade.value)}{year} '
            f'<span class="hidden-words">{one_line(f"{said}. {place}")}</span></a>')


def _earlier(one: Judged, place: str) -> str:
    shown = say("overview.grid.earlier", year=one.as_of,
                letter=say(f"overview.letters.{one.grade.value}"))
    said = say("overview.grid.earlier_words", year=one.as_of, grade=_words(one.grade.value))
    return (f'<a class="earlier" href="{_address(one)}" title="{one_line(said)}">'
            f'<small aria-hidden="true">{escape(shown)}</small> '
            f'<span class="hidden-words">{one_line(f"{said}. {place}")}</span></a>')


def _address(one: Judged) -> str:
    return escape(f"#finding={one.finding}")


def _place(row: Row, column: Column, one: Judged, several: bool) -> str:
    """What a link is about where it is read on its own; of several judgments on one topic each
    is named by its heading."""
    what = one.heading.rstrip("?") if several and one.heading else column_words(column)
    return say("overview.grid.place", force=force_words(row.force), cycle=cycle_words(row),
               what=what)


def _said(one: Judged) -> str:
    """A judgment in words: the grade, and what has to be known of it."""
    grade = _words(one.grade.value) if one.stated else say("overview.grid.unstated")
    notes = _notes(one)
    return say("overview.grid.noted", grade=grade, note="; ".join(notes)) if notes else grade


def _notes(one: Judged) -> list[str]:
    notes = [] if one.as_of is None else [say("overview.grid.as_of", year=one.as_of)]
    return [*notes, say("overview.grid.hidden")] if one.hidden else notes


def grid_csv(overview: Overview) -> str:
    """The grid for a spreadsheet: a row for each cycle, the grades in words, and nothing in it
    that a spreadsheet would take for a formula."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow([say(f"overview.grid.csv_{one}") for one in ("force", "cycle", "year")]
                   + [_safe(column_words(one)) for one in overview.columns])
    for row in overview.rows:
        table.writerow([_safe(force_words(row.force)), _safe(row.cycle), row.year or "",
                        *(_in_words(cell) for cell in row.cells)])
    return out.getvalue()


def _in_words(cell: Cell) -> str:
    if cell.state is State.NOT_INSPECTED:
        return _words(cell.state.value)
    said = [_said(one) if one.stated else _words(one.grade.value) for one in cell.judged]
    said += [say("overview.grid.earlier_words", year=one.as_of, grade=_words(one.grade.value))
             for one in cell.earlier]
    return "; ".join(said)


def _safe(text: str) -> str:
    line = plain(text)
    return f"'{line}" if line.startswith(_FORMULA) else line
