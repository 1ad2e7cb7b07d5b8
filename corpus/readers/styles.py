"""What a Word file's styles and numbering say of its paragraphs."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from corpus.readers.figures import whole

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"heading (\d)$", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc(?: heading| \d|$)|table of (?:contents|figures))", re.IGNORECASE)
_LISTED = re.compile(r"list (bullet|number)(?: (\d))?$", re.IGNORECASE)
_TITLE_LEVEL = 1
# Word knows nine depths of lists and of headings; an outline level of 9 means text.
DEEPEST_LIST, BODY_TEXT = 8, 9
_LONGEST_CHAIN = 12


def value(element: Any, path: str, default: str | None = None) -> str | None:
    """The ``w:val`` of a child that may be absent."""
    child = element.find(path) if element is not None else None
    return default if child is None else child.get(f"{W}val", "true")


def is_on(element: Any, name: str) -> bool | None:
    """Whether a switch such as bold is set; None where nothing is said of it."""
    told = value(element, f"{W}{name}")
    return None if told is None else told.lower() not in ("0", "false", "off", "none")


@dataclass(frozen=True, slots=True)
class Style:
    """What a paragraph style stands for."""

    level: int | None = None
    contents: bool = False
    bold: bool = False
    hidden: bool = False
    list_id: str | None = None
    list_depth: int = 0
    marker: str | None = None


class Styles:
    """Paragraph styles by id, each with what it takes from the style it is based on."""

    def __init__(self, root: Any | None) -> None:
        found = [] if root is None else root.findall(f"{W}style")
        self._raw = {style.get(f"{W}styleId"): style for style in found
                     if style.get(f"{W}type") in ("paragraph", None)}
        self.default = next((key for key, style in self._raw.items()
                             if style.get(f"{W}default") in ("1", "true")), None)
        self._known: dict[str | None, Style] = {}

    def of(self, identifier: str | None) -> Style:
        """The style with this id; a plain one where there is none."""
        if identifier not in self._known:
            self._known[identifier] = self._made(identifier)
        return self._known[identifier]

    def _made(self, identifier: str | None) -> Style:
        level: int | None = None
        bold: bool | None = None
        hidden: bool | None = None
        contents, list_id, depth, marker = False, None, 0, None
        for style in self._chain(identifier):
            name = value(style, f"{W}name", "") or ""
            if level is None:
                level = _level(name, style)
            contents = contents or bool(_CONTENTS.match(name))
            bold = is_on(style.find(f"{W}rPr"), "b") if bold is None else bold
            hidden = is_on(style.find(f"{W}rPr"), "vanish") if hidden is None else hidden
            if list_id is None:
                list_id = value(style, f"{W}pPr/{W}numPr/{W}numId")
                depth = whole(value(style, f"{W}pPr/{W}numPr/{W}ilvl"), 0, DEEPEST_LIST)
            if marker is None and (listed := _LISTED.match(name)):
                marker = "-" if listed[1].lower() == "bullet" else "1."
                depth = max(depth, int(listed[2] or 1) - 1)
        return Style(level, contents, bool(bold), bool(hidden), list_id, depth, marker)

    def _chain(self, identifier: str | None) -> list[Any]:
        chain: list[Any] = []
        while identifier in self._raw and len(chain) < _LONGEST_CHAIN:
            style = self._raw[identifier]
            chain.append(style)
            identifier = value(style, f"{W}basedOn")
        return chain


def _level(name: str, style: Any) -> int | None:
    """A heading's depth. The title stands above "Heading 1"."""
    if name.lower() == "title":
        return _TITLE_LEVEL
    if match := _HEADING.match(name):
        return int(match[1]) + _TITLE_LEVEL
    outline = value(style, f"{W}pPr/{W}outlineLvl")
    depth = whole(outline, BODY_TEXT, BODY_TEXT)
    return depth + 1 + _TITLE_LEVEL if depth < BODY_TEXT else None


class Numbering:
    """List markers: which kind a list has at each depth, and the number of its next item."""

    def __init__(self, root: Any | None) -> None:
        self._kinds: dict[tuple[str, int], str] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        if root is None:
            return
        levels = {abstract.get(f"{W}abstractNumId"): abstract
                  for abstract in root.findall(f"{W}abstractNum")}
        for number in root.findall(f"{W}num"):
            abstract = levels.get(value(number, f"{W}abstractNumId"))
            for level in [] if abstract is None else abstract.findall(f"{W}lvl"):
                key = (number.get(f"{W}numId", ""), whole(level.get(f"{W}ilvl"), 0, DEEPEST_LIST))
                self._kinds[key] = value(level, f"{W}numFmt", "decimal") or "decimal"

    def marker(self, list_id: str, depth: int) -> str | None:
        """The marker of the next item: "-", "2." or "(b)"; None for a list that shows none."""
        kind = self._kinds.get((list_id, depth))
        if list_id == "0" or kind == "none":
            return None
        if kind is None or kind == "bullet":
            return "-"
        counts = self._counts[list_id]
        counts[depth] = counts.get(depth, 0) + 1
        for deeper in [key for key in counts if key > depth]:
            del counts[deeper]
        number = counts[depth]
        if kind == "lowerLetter" and number <= 26:
            return f"({chr(96 + number)})"
        return f"{number}."
