"""A report's own text as HTML, so that any span of it can be marked in the browser.

Every character of the text stands in exactly one ``.piece``, whose ``data-s`` and ``data-e`` are
its offsets in characters. The script finds a span by these, so what is marked is the quote.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.web.cards import kind_badge
from assistant.web.contents import Place, places
from assistant.web.words import escape, say
from corpus.model import Finding, FindingKind, Report

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_BULLET = re.compile(r"[ \t]*[-•*–‣▪●○][ \t]+")

# Nearly every sentence is one of these: naming them would bury the others.
UNNAMED = (FindingKind.NARRATIVE, FindingKind.SUMMARY)

# A part is laid out by the browser only when it comes into sight.
_PART = 4000


@dataclass(frozen=True)
class _Line:
    start: int
    text: str
    role: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def leads(self) -> bool:
        """Whether it belongs to what follows it."""
        return self.role.startswith("h") or self.role.endswith('"blank"')


def report_html(report: Report) -> str:
    """The whole report: headings, paragraphs and lists in the order and words of its text."""
    lines = list(_lines(report.text, places(report)))
    cuts = sorted({edge for one in report.findings for edge in (one.start, one.end)})
    named = {one.start: one for one in report.findings if one.kind not in UNNAMED}
    pages = _page_marks(lines, report.findings)
    parts = ['<div class="part">']
    in_list, begun = False, 0
    for line in lines:
        if (line.role == "li") != in_list:
            in_list = not in_list
            parts.append("<ul>" if in_list else "</ul>")
        if line.start - begun > _PART and not in_list:
            begun = line.start
            parts.append('</div><div class="part">')
        mark = pages.pop(line.start, "")
        inner = _pieces(line, cuts, named, pages)
        before, within = (mark, "") if line.role.startswith("h") else ("", mark)
        parts.append(f"{before}<{line.role}>{within}{inner}</{line.role.split()[0]}>")
    if in_list:
        parts.append("</ul>")
    return "".join(parts) + "</div>"


def _lines(text: str, sections: Sequence[Place]) -> Iterator[_Line]:
    """The text line by line; the lines of one heading are one."""
    headings = {one.start: one for one in sections if one.end > one.start}
    position = 0
    while found := _LINE.match(text, position):
        heading = headings.get(position)
        if heading is not None:
            role, words = f"h{min(len(heading.path) + 2, 6)}", text[position:heading.end]
        else:
            words = found.group()
            role = _role(words)
        yield _Line(position, words, role)
        position += len(words)


def _role(text: str) -> str:
    if _BULLET.match(text):
        return "li"
    if _looks_like_heading(text):
        return 'p class="minor"'
    return "p" if text.strip() else 'p class="blank"'


def _looks_like_heading(text: str) -> bool:
    words = text.strip()
    return 0 < len(words) <= 80 and words[-1].isalnum() and words[0].isupper()


def _page_marks(lines: Sequence[_Line], findings: Sequence[Finding]) -> dict[int, str]:
    """What says that a page begins, by the place where it does. The index knows the pages of
    findings alone, so headings right above the first finding of a page are taken to be on it."""
    starts = [line.start for line in lines]
    marks: dict[int, str] = {}
    last = 0
    for one in sorted(findings, key=lambda one: one.start):
        if one.page is None or one.page <= last:
            continue
        last, spot = one.page, one.start
        row = bisect_right(starts, spot) - 1
        line = lines[row]
        bullet = _BULLET.match(line.text)
        if spot - line.start <= (bullet.end() if bullet else 0):
            while row and lines[row - 1].leads:
                row -= 1
            while lines[row].role.endswith('"blank"'):
                row += 1
            spot = lines[row].start
        words = escape(say("reader.page_mark", page=last))
        marks[spot] = f'<span class="page-mark" data-page="{last}">{words}</span> '
    return marks


def _pieces(line: _Line, cuts: Sequence[int], named: dict[int, Finding],
            pages: dict[int, str]) -> str:
    """The line's text in pieces, cut at the edges of findings, with a badge before each named."""
    bullet = _BULLET.match(line.text) if line.role == "li" else None
    inside = cuts[bisect_right(cuts, line.start):bisect_left(cuts, line.end)]
    after_bullet = [line.start + bullet.end()] if bullet else []
    edges = sorted({line.start, *after_bullet, *inside, line.end})
    parts = []
    for start, end in pairwise(edges):
        parts.append(pages.pop(start, ""))
        if start in named:
            finding = named[start]
            badge = kind_badge(finding.kind.value, finding.polarity.value)
            parts.append(f'<span class="flag" data-at="{start}">{badge}</span> ')
        css = "piece dash" if bullet and end <= line.start + bullet.end() else "piece"
        text = line.text[start - line.start:end - line.start]
        parts.append(f'<span class="{css}" data-s="{start}" data-e="{end}">{escape(text)}</span>')
    return "".join(parts)
