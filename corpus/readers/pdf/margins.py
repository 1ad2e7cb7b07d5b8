"""Running headers, footers and page numbers: what repeats at the edge of several pages."""

from __future__ import annotations

import re
from collections import Counter

from corpus.readers.pdf.shapes import Page, Segment

_EDGE = 0.12
# A single page repeats nothing; small print this far out is no text of the report.
_OUTERMOST = 0.06
_SMALL_PRINT = 0.85
_STEP = 6.0
_NUMBER = re.compile(r"(?:page )?\(?\d{1,4}\)?(?: ?(?:of|/|\|) ?\d{1,4})?$|[ivxlc]{1,6}$"
                     r"|[-–—] ?\d{1,4} ?[-–—]$", re.IGNORECASE)
_LEAST = 2
_SHARE = 0.15
_LEADER = re.compile(r".{3,}?(?:\.\s?){4,}\s*\d{1,4}$|.{3,}?…{2,}\s*\d{1,4}$")
_LEADERS = 3


def strip(pages: list[Page], body: float) -> None:
    """Take running headers, footers and page numbers, and pages' tables of contents, away."""
    repeated = _repeated(pages, body)
    running = _running(pages, body)
    for page in pages:
        rows, heights = _rows(page), _heights(page)
        leaders = sum(bool(_LEADER.match(row)) for row in rows.values())
        apart = {id(segment): _is_apart(page, heights, segment, body) for segment in page.segments
                 if _place(page, segment) in running}
        page.segments = [
            segment for segment in page.segments
            if not (_is_edge(page, segment) and (
                _key(page, segment, body) in repeated or _NUMBER.match(segment.text.strip())
                or (_place(page, segment) in running and apart[id(segment)])
                or (segment.size < _SMALL_PRINT * body and _is_edge(page, segment, _OUTERMOST))))
            and not (leaders >= _LEADERS and _LEADER.match(rows[round(segment.y)]))]


def _rows(page: Page) -> dict[int, str]:
    """The text of each baseline, to recognise the leaders of a table of contents."""
    rows: dict[int, list[Segment]] = {}
    for segment in page.segments:
        rows.setdefault(round(segment.y), []).append(segment)
    return {y: " ".join(s.text for s in sorted(row, key=lambda s: s.x0))
            for y, row in rows.items()}


def _is_edge(page: Page, segment: Segment, share: float = _EDGE) -> bool:
    return segment.y < share * page.height or segment.y > (1 - share) * page.height


def _place(page: Page, segment: Segment) -> tuple[bool, int]:
    """Which edge, and how far from it: pages of different height keep the same distance."""
    top = segment.y < page.height / 2
    return top, round((segment.y if top else page.height - segment.y) / _STEP)


def _key(page: Page, segment: Segment, body: float) -> tuple[bool, int, str]:
    """A text and where it stands; in small print, whatever its numbers."""
    words = segment.text.strip().lower()
    return (*_place(page, segment),
            words if _stands_out(segment, body) else re.sub(r"\d+", "#", words))


def _stands_out(segment: Segment, body: float) -> bool:
    """Whether a text may be a heading, which may stand on top of several pages too."""
    return segment.size > 1.05 * body or (segment.is_bold and segment.size > 0.95 * body)


def _repeated(pages: list[Page], body: float) -> set[tuple[bool, int, str]]:
    """The texts that stand at the same place of several pages, numbers aside; what may be a
    heading has to stand on half of them."""
    plain: Counter[tuple[bool, int, str]] = Counter()
    large: Counter[tuple[bool, int, str]] = Counter()
    for page in pages:
        for segment in page.segments:
            if _is_edge(page, segment) and segment.letters > 1:
                counts = large if _stands_out(segment, body) else plain
                counts[_key(page, segment, body)] += 1
    least = max(_LEAST, min(4, round(_SHARE * len(pages))))
    most = max(3, len(pages) / 2)
    return {key for key, count in plain.items() if count >= least} | {
        key for key, count in large.items() if count >= most}


def _running(pages: list[Page], body: float) -> set[tuple[bool, int]]:
    """Places at the edge where most pages have a line apart, no larger than the text and not
    bold: it runs along, though its words change with the section."""
    counts: Counter[tuple[bool, int]] = Counter()
    for page in pages:
        heights = _heights(page)
        counts.update({_place(page, segment) for segment in page.segments
                       if _is_edge(page, segment) and _is_apart(page, heights, segment, body)})
    return {place for place, count in counts.items()
            if count >= 4 and count >= 0.5 * len(pages)}


def _is_apart(page: Page, heights: set[int], segment: Segment, body: float) -> bool:
    """Whether nothing stands beyond a segment, and other text only at a distance from it."""
    if segment.size > 1.02 * body or segment.is_bold:
        return False
    top = segment.y < page.height / 2
    nearest = 1.9 * segment.size
    return all(abs(y - segment.y) < 1 or ((y > segment.y) is top and abs(y - segment.y) > nearest)
               for y in heights)


def _heights(page: Page) -> set[int]:
    """The baselines that text stands on, to the point."""
    return {round(segment.y) for segment in page.segments}
