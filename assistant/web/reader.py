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
from assistant.web.words import escape
from corpus.model import Finding, FindingKind, Report

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_BULLET = re.compile(r"[ \t]*[-•*–‣▪●○][ \t]+")

# Nearly every sentence is one of these: naming them would bury the others.
_UNNAMED = (FindingKind.NARRATIVE, FindingKind.SUMMARY)


@dataclass(frozen=True)
class _Line:
    start: int
    text: str
    role: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def report_html(report: Report) -> str:
    """The whole report: headings, paragraphs and lists in the order and words of its text."""
    cuts = sorted({edge for one in report.findings for edge in (one.start, one.end)})
    named = {one.start: one for one in report.findings if one.kind not in _UNNAMED}
    parts: list[str] = []
    in_list = False
    for line in _lines(report):
        if (line.role == "li") != in_list:
            in_list = not in_list
            parts.append("<ul>" if in_list else "</ul>")
        inner = _pieces(line, cuts, named)
        parts.append(f"<{line.role}>{inner}</{line.role.split()[0]}>")
    if in_list:
        parts.append("</ul>")
    return "".join(parts)


def _lines(report: Report) -> Iterator[_Line]:
    headings = {_squeezed(path[-1]): len(path) for path in report.sections if path}
    for found in _LINE.finditer(report.text):
        text = found.group()
        depth = headings.get(_squeezed(text))
        if depth is not None:
            role = f"h{min(depth + 2, 6)}"
        elif _BULLET.match(text):
            role = "li"
        elif _looks_like_heading(text):
            role = 'p class="minor"'
        elif not text.strip():
            role = 'p class="blank"'
        else:
            role = "p"
        yield _Line(found.start(), text, role)


def _squeezed(text: str) -> str:
    return " ".join(text.split()).casefold()


def _looks_like_heading(text: str) -> bool:
    words = text.strip()
    return 0 < len(words) <= 80 and words[-1].isalnum() and words[0].isupper()


def _pieces(line: _Line, cuts: Sequence[int], named: dict[int, Finding]) -> str:
    """The line's text in pieces, cut at the edges of findings, with a badge before each named."""
    bullet = _BULLET.match(line.text) if line.role == "li" else None
    inside = cuts[bisect_right(cuts, line.start):bisect_left(cuts, line.end)]
    after_bullet = [line.start + bullet.end()] if bullet else []
    edges = sorted({line.start, *after_bullet, *inside, line.end})
    parts = []
    for start, end in pairwise(edges):
        if start in named:
            finding = named[start]
            parts.append(kind_badge(finding.kind.value, finding.polarity.value) + " ")
        css = "piece dash" if bullet and end <= line.start + bullet.end() else "piece"
        text = line.text[start - line.start:end - line.start]
        parts.append(f'<span class="{css}" data-s="{start}" data-e="{end}">{escape(text)}</span>')
    return "".join(parts)
