"""A report's headings: where each stands in its text, its grade, and the list of contents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.web.words import escape, one_line, say
from corpus.model import Finding, Grade, Report

# Headings below the first ones are folded away at first, unless these are as few as pillars.
_PILLARS = 4
# What may stand before and after a heading's words on its line: numbers, dots, hashes.
_BEFORE = r"^[^\w\n]*(?:\d[\d.]*[^\w\n]*)?"
_AFTER = r"[^\w\n]*(?:\n|\Z)"


@dataclass(frozen=True)
class Place:
    """A section of a report and where it begins. ``end`` is where its heading's line ends, and
    ``start`` itself where the heading does not stand in the text in these words. ``as_of`` is
    the year of an earlier inspection that the grade was given in."""

    path: tuple[str, ...]
    start: int
    end: int
    grade: Grade | None = None
    as_of: int | None = None

    @property
    def name(self) -> str:
        """The heading's words."""
        return self.path[-1]


def places(report: Report) -> list[Place]:
    """The report's sections in the order of its text, each with its grade where it has one."""
    firsts: dict[tuple[str, ...], int] = {}
    judged: dict[tuple[str, ...], Finding] = {}
    for one in report.findings:
        for depth in range(1, len(one.section) + 1):
            path = one.section[:depth]
            firsts[path] = min(one.start, firsts.get(path, one.start))
        if one.grade is not None:
            before = judged.get(one.section)
            # What an earlier inspection found stands only where there is nothing newer.
            if before is None or (before.as_of is not None and one.as_of is None):
                judged[one.section] = one
    found: list[Place] = []
    for path in sorted((one for one in report.sections if one in firsts),
                       key=lambda one: (firsts[one], len(one))):
        start, end = _heading(report.text, path[-1], found[-1].end if found else 0, firsts[path])
        judgment = judged.get(path)
        found.append(Place(path, start, end, judgment.grade if judgment else None,
                           judgment.as_of if judgment else None))
    return found


def _heading(text: str, name: str, lower: int, upper: int) -> tuple[int, int]:
    """The lines of the last such heading between two places; else the place where its text
    begins, twice."""
    words = r"\s+".join(re.escape(word) for word in name.split())
    pattern = re.compile(_BEFORE + words + _AFTER, re.IGNORECASE | re.MULTILINE)
    matches = [one.span() for one in pattern.finditer(text, lower, max(lower, upper))]
    return matches[-1] if matches else (max(lower, upper), max(lower, upper))


def grade_badge(grade: Grade, as_of: int | None = None) -> str:
    """A grade as its letters, with the word for those who point at it or have it read out."""
    word = grade.value if as_of is None else say("reader.grade_then", grade=grade.value,
                                                 year=as_of)
    year = "" if as_of is None else f" {as_of}"
    letters = say(f"reader.letters.{grade.value.replace(' ', '_')}")
    return (f'<span class="letter {grade.polarity.value}" title="{escape(word)}">'
            f'<span aria-hidden="true">{escape(letters)}{year}</span>'
            f'<span class="hidden-words">({escape(word)})</span></span>')


def contents_html(found: Sequence[Place]) -> str:
    """The sections as a list in lists; each button leads to the section of its number."""
    parts: list[str] = []
    few = sum(len(one.path) == 1 for one in found) <= _PILLARS
    depth = 0
    for number, place in enumerate(found):
        here = len(place.path)
        if here > depth:
            parts += ["<ul>"] * (here - depth)
        else:
            parts += ["</li>", "</ul></li>" * (depth - here)]
        # A heading may skip a level: its list then stands in an item without words.
        parts += ["<li>"] * max(1, here - depth) if here > depth + 1 else ["<li>"]
        depth = here
        follows = found[number + 1] if number + 1 < len(found) else None
        holds = follows is not None and len(follows.path) > here
        parts.append(_entry(number, place, holds, few and here == 1))
    return "".join(parts) + "</li></ul>" * depth


def _entry(number: int, place: Place, holds: bool, is_open: bool) -> str:
    badge = "" if place.grade is None else " " + grade_badge(place.grade, place.as_of)
    fold = ""
    if holds:
        label = one_line(say("reader.fold", section=place.name))
        fold = (f'<button type="button" class="parts" data-do="fold" aria-label="{label}"'
                f' aria-expanded="{str(is_open).lower()}">'
                f'<span aria-hidden="true">▸</span></button>')
    return (f'<span class="entry"><button type="button" data-section="{number}">'
            f"{one_line(place.name)}{badge}</button>{fold}</span>")
