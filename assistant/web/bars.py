"""What inspectors asked for as bars, each of which asks for its list, and as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from assistant.facets import facets
from assistant.overview import ASKED_FOR, Column, Overview, Tally
from assistant.web.grid import column_words, force_words
from assistant.web.words import escape, one_line, say
from corpus.model import FindingKind
from prompts import wording


def bars_html(overview: Overview, force: str | None, year: int | None) -> str:
    """The bars of each topic, and the same as tables behind a disclosure. ``force`` and
    ``year`` are what the overview was limited to, so that the questions are too."""
    heading = f"<h3>{escape(say('overview.asked.heading'))}</h3>"
    if not overview.by_topic:
        return f"<section>{heading}<p>{escape(say('overview.asked.none'))}</p></section>"
    most = max(count for one in overview.by_topic for count in one.counts.values())
    kinds = "".join(f"<span>{escape(_capital(_kind(kind, 2)))}</span>" for kind in ASKED_FOR)
    topics = "".join(_topic(one, most, force, year) for one in overview.by_topic)
    return (f"<section>{heading}<p>{escape(say('overview.asked.text'))}</p>"
            f'<div class="kinds" aria-hidden="true"><span></span><div class="bars">{kinds}</div>'
            "</div>"
            f'<ul class="topics">{topics}</ul>{_tables(overview)}</section>')


def _topic(tally: Tally, most: int, force: str | None, year: int | None) -> str:
    bars = "".join(_bar(tally, kind, most, force, year) for kind in ASKED_FOR
                   if tally.counts.get(kind))
    return (f"<li><h4>{one_line(column_words(tally.column))}</h4>"
            f'<ul class="bars">{bars}</ul></li>')


def _bar(tally: Tally, kind: FindingKind, most: int, force: str | None,
         year: int | None) -> str:
    count = tally.counts[kind]
    question = question_for(tally.column, kind, force, year)
    words = {"kind": _kind(kind, count), "count": count, "topic": tally.column.name}
    inside = (f'<span class="fill" aria-hidden="true" style="--share: {count / most:.4f}"></span>'
              f'<span class="count" aria-hidden="true">{count}</span>')
    shown = f'<span class="kind" aria-hidden="true">{escape(_capital(_kind(kind, 2)))}</span>'
    if question is None:
        said = say("overview.asked.read_one" if count == 1 else "overview.asked.read", **words)
        bar = (f'<a class="bar" href="#finding={escape(tally.first[kind])}"'
               f' title="{one_line(said)}">{inside}'
               f'<span class="hidden-words">{one_line(said)}</span></a>')
    else:
        said = say("overview.asked.ask_one" if count == 1 else "overview.asked.ask", **words)
        bar = (f'<button type="button" class="bar" data-ask="{one_line(question)}" data-alone'
               f' data-everywhere title="{one_line(question)}">{inside}'
               f'<span class="hidden-words">{one_line(said)}</span></button>')
    return f'<li class="{kind.value}">{shown}{bar}</li>'


@lru_cache(maxsize=4096)
def question_for(column: Column, kind: FindingKind, force: str | None,
                 year: int | None) -> str | None:
    """The question whose answer is exactly what a bar counts; None where words can't say it,
    as for a heading that is on no known topic."""
    if column.topic is None:
        return None
    phrases = wording("page")["overview"]["phrases"]
    topic = str(phrases.get(column.topic, column.name))
    question = say("overview.asked.question", kinds=_kind(kind, 2), topic=topic)
    question += say("overview.asked.question_force", force=force) if force else ""
    question += say("overview.asked.question_year", year=year) if year else ""
    told = facets(question)
    exact = (told.topics == (column.topic,) and told.kinds == (kind,) and not told.pillars
             and told.forces == ((force,) if force else ())
             and told.years == ((year,) if year else ()))
    return question if exact else None


def _tables(overview: Overview) -> str:
    topics = [(column_words(one.column), one.counts) for one in overview.by_topic]
    forces = [(force_words(force), counts) for force, counts in overview.by_force]
    return (f"<details><summary>{escape(say('overview.asked.table'))}</summary>"
            f"{_table('by_topic', topics, overview.total)}"
            f"<p class=\"quiet\">{escape(say('overview.asked.twice'))}</p>"
            f"{_table('by_force', forces, overview.total)}</details>")


def _table(by: str, lines: Sequence[tuple[str, Mapping[FindingKind, int]]],
           total: Mapping[FindingKind, int]) -> str:
    first = say("overview.asked.topic" if by == "by_topic" else "overview.force")
    head = "".join(f'<th scope="col">{escape(_capital(words))}</th>'
                   for words in (first, *(_kind(kind, 2) for kind in ASKED_FOR)))
    body = "".join(_line(one_line(name), counts) for name, counts in lines)
    return (f'<div class="box" tabindex="0" role="region" aria-label="'
            f'{escape(say(f"overview.asked.{by}"))}"><table class="counts"><caption>'
            f'{escape(say(f"overview.asked.{by}"))}</caption><thead><tr>{head}</tr></thead>'
            f"<tbody>{body}</tbody><tfoot>{_line(escape(say('overview.asked.total')), total)}"
            f"</tfoot></table></div>")


def _line(name: str, counts: Mapping[FindingKind, int]) -> str:
    numbers = "".join(f"<td>{counts.get(kind, 0)}</td>" for kind in ASKED_FOR)
    return f'<tr><th scope="row">{name}</th>{numbers}</tr>'


def _kind(kind: FindingKind, count: int) -> str:
    return say(f"overview.kinds.{kind.value}", count=count)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
