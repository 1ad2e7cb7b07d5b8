"""Word files: headings by style, lists, tables and text boxes, as the final text has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from corpus.blocks import Document, Role
from corpus.errors import UnreadableReport
from corpus.readers import canonical, tables
from corpus.readers.archive import Archive
from corpus.readers.canonical import Piece
from corpus.readers.figures import whole
from corpus.readers.styles import (
    BODY_TEXT,
    DEEPEST_LIST,
    Numbering,
    Style,
    Styles,
    W,
    is_on,
    value,
)

_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PROPERTIES = {"title": "{http://purl.org/dc/elements/1.1/}title"}
_NOT_FINAL = frozenset((f"{W}del", f"{W}moveFrom", f"{W}delText", f"{W}instrText", _FALLBACK))
_WHITE = re.compile(r"(?:f[a-f0-9]){3}$", re.IGNORECASE)
_LINE = "\n"
_DEEPEST = 60
_WIDEST = 50


@dataclass(frozen=True, slots=True)
class _Run:
    """Some text of a paragraph in one look."""

    text: str
    bold: bool = False
    hidden: bool = False


def read(source: str, content: bytes) -> Document:
    """The document of a Word file. Deleted text and macros are left out, inserted text is in.

    Raises ``UnreadableReport`` for a file that is damaged, protected or has no text.
    """
    name = Path(source).name
    archive = Archive(name, content)
    root = archive.part("word/document.xml")
    body = None if root is None else root.find(f"{W}body")
    if body is None:
        raise UnreadableReport(f"{name}: it is no Word file, or a damaged one.",
                               "Save it again from Word.")
    walk = _Walk(Styles(archive.part("word/styles.xml")),
                 Numbering(archive.part("word/numbering.xml")))
    walk.children(body, 0)
    walk.flush()
    core = archive.part("docProps/core.xml")
    properties = {key: text.strip() for key, tag in _PROPERTIES.items()
                  if core is not None and (text := core.findtext(tag)) and text.strip()}
    return canonical.document(source, walk.pieces, properties, _notes(root))


def _notes(root: Any) -> list[str]:
    footnotes = len(root.findall(f".//{W}footnoteReference"))
    return [f"{footnotes} {'footnote is' if footnotes == 1 else 'footnotes are'} left out."
            ] if footnotes else []


class _Walk:
    """Goes through a body and gathers its pieces."""

    def __init__(self, styles: Styles, numbering: Numbering) -> None:
        self.pieces: list[Piece] = []
        self._styles, self._numbering = styles, numbering
        self._carried: list[_Run] = []

    def children(self, element: Any, nested: int) -> None:
        """The pieces of a body, a cell or a text box."""
        for child in element:
            if child.tag == f"{W}p":
                self._paragraph(child, nested)
            elif child.tag == f"{W}tbl":
                self._table(child, nested)
            elif child.tag == f"{W}sdt":
                part = value(child, f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
                content = child.find(f"{W}sdtContent")
                if content is not None and part != "Table of Contents":
                    self.children(content, nested)
            elif child.tag in (f"{W}ins", f"{W}moveTo", f"{W}customXml", f"{W}smartTag"):
                self.children(child, nested)

    def flush(self) -> None:
        """What a deleted paragraph mark left over at the end."""
        if self._carried:
            self._emit(self._carried, Style(), None)
            self._carried = []

    def _paragraph(self, element: Any, nested: int) -> None:
        properties = element.find(f"{W}pPr")
        style = self._styles.of(value(properties, f"{W}pStyle") or self._styles.default)
        outline = value(properties, f"{W}outlineLvl")
        outlined = whole(outline, BODY_TEXT, BODY_TEXT)
        if outlined < BODY_TEXT and style.level is None:
            style = replace(style, level=outlined + 2)
        runs = [*self._carried, *_runs(element, style)]
        self._carried = []
        mark = None if properties is None else properties.find(f"{W}rPr")
        if mark is not None and mark.find(f"{W}del") is not None:
            self._carried = runs
        elif not style.contents:
            self._emit(runs, style, properties)
        if nested < _DEEPEST:
            for box in _boxes(element):
                self.children(box, nested + 1)

    def _emit(self, runs: list[_Run], style: Style, properties: Any | None) -> None:
        listed = self._listed(style, properties) if any(r.text.strip() for r in runs) else None
        for text, bold, hidden in _lines(runs):
            if style.level is not None:
                self.pieces.append(Piece(Role.HEADING, text, style.level, hidden=hidden))
            elif listed is not None:
                marker, depth = listed
                self.pieces.append(Piece(Role.BULLET, text, marker=marker, depth=depth,
                                         hidden=hidden))
            else:
                self.pieces.append(canonical.paragraph(text, bold, hidden))

    def _listed(self, style: Style, properties: Any | None) -> tuple[str, int] | None:
        """The marker and depth of a list item, None for what is none."""
        own = None if properties is None else properties.find(f"{W}numPr")
        list_id = value(own, f"{W}numId") or style.list_id
        place = whole(value(own, f"{W}ilvl"), style.list_depth, DEEPEST_LIST)
        if style.level is not None:
            return None
        if list_id is None:
            return (style.marker, place) if style.marker else None
        marker = self._numbering.marker(list_id, place)
        return (marker, place) if marker else None

    def _table(self, element: Any, nested: int) -> None:
        rows = [row for row in _rows(element)
                if row.find(f"{W}trPr/{W}del") is None]
        cells = [[cell for cell in row.iter(f"{W}tc") if _owner(cell) is row] for row in rows]
        if nested >= _DEEPEST:
            return
        if max(map(len, cells), default=0) <= 1 or len(rows) == 1 \
                or element.find(f".//{W}tc//{W}tbl") is not None:
            for row in cells:
                for cell in row:
                    self.children(cell, nested + 1)
            return
        told = rows[0].find(f"{W}trPr/{W}tblHeader") is not None
        texts = [[" ".join(canonical.clean(text) for p in cell.iter(f"{W}p")
                           for text, _, _ in _lines(_runs(p, Style())))
                  for cell in row for _ in range(_span(cell))] for row in cells]
        for line in tables.lines_of(texts, told or None):
            self.pieces.append(Piece(Role.BULLET, line, marker=canonical.ROW))


def _rows(table: Any) -> Iterator[Any]:
    for child in table:
        if child.tag == f"{W}tr":
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins"):
            yield from _rows(child)


def _owner(cell: Any) -> Any:
    parent = cell.getparent()
    while parent is not None and parent.tag != f"{W}tr":
        parent = parent.getparent()
    return parent


def _span(cell: Any) -> int:
    return max(1, whole(value(cell, f"{W}tcPr/{W}gridSpan"), 1, _WIDEST))


def _boxes(paragraph: Any) -> Iterator[Any]:
    """The text boxes that hang on a paragraph; Word writes each twice, for old versions too."""
    stack = list(reversed(paragraph))
    while stack:
        element = stack.pop()
        if element.tag in _NOT_FINAL:
            continue
        if element.tag == f"{W}txbxContent":
            yield element
            continue
        stack.extend(reversed(element))


def _runs(paragraph: Any, style: Style) -> list[_Run]:
    """The runs of a paragraph as they stand once every tracked change is accepted."""
    found: list[_Run] = []
    shaded = _is_shaded(paragraph)
    stack = list(reversed(paragraph))
    while stack:
        element = stack.pop()
        if element.tag in _NOT_FINAL or element.tag in (f"{W}txbxContent", f"{W}pPr"):
            continue
        if element.tag == f"{W}r":
            properties = element.find(f"{W}rPr")
            bold, hidden = is_on(properties, "b"), _is_hidden(properties, style, shaded)
            text = "".join(_text(child) for child in element)
            if text and value(properties, f"{W}vertAlign") != "superscript":
                found.append(_Run(text, style.bold if bold is None else bold, hidden))
        stack.extend(reversed(element))
    return found


def _text(child: Any) -> str:
    if child.tag == f"{W}t":
        return child.text or ""
    if child.tag in (f"{W}br", f"{W}cr"):
        return _LINE if child.get(f"{W}type") in (None, "textWrapping") else " "
    return {f"{W}tab": " ", f"{W}noBreakHyphen": "-"}.get(child.tag, "")


def _is_shaded(paragraph: Any) -> bool:
    """Whether a paragraph, or the cell around it, has a background of its own."""
    cell = next(paragraph.iterancestors(f"{W}tc"), None)
    return paragraph.find(f"{W}pPr/{W}shd") is not None or (
        cell is not None and cell.find(f"{W}tcPr/{W}shd") is not None)


def _is_hidden(properties: Any | None, style: Style, shaded: bool) -> bool:
    if properties is None:
        return style.hidden
    vanish = is_on(properties, "vanish")
    white = _WHITE.match(value(properties, f"{W}color") or "") is not None
    plain = not shaded and all(properties.find(f"{W}{name}") is None
                               for name in ("shd", "highlight"))
    return (style.hidden if vanish is None else vanish) or (white and plain)


def _lines(runs: list[_Run]) -> Iterator[tuple[str, bool, bool]]:
    """``(text, bold, hidden)`` of a paragraph: in one, but for hidden text and for a line that
    is all bold and ended by a break."""
    group: list[_Run] = []
    for run in runs:
        if group and run.text.strip() and run.hidden is not group[-1].hidden:
            yield from _split(group)
            group = []
        group.append(run)
    yield from _split(group)


def _split(runs: list[_Run]) -> Iterator[tuple[str, bool, bool]]:
    lines: list[list[_Run]] = [[]]
    for run in runs:
        for number, part in enumerate(run.text.split(_LINE)):
            if number:
                lines.append([])
            lines[-1].append(replace(run, text=part))
    pending: list[_Run] = []
    for line in lines:
        if not any(run.text.strip() for run in line):
            continue
        if _is_bold(line) and len(lines) > 1:
            yield from _whole(pending)
            pending = []
            yield from _whole(line)
        else:
            pending += [*([_Run(" ")] if pending else []), *line]
    yield from _whole(pending)


def _is_bold(runs: list[_Run]) -> bool:
    return all(run.bold for run in runs if run.text.strip())


def _whole(runs: list[_Run]) -> Iterator[tuple[str, bool, bool]]:
    text = "".join(run.text for run in runs)
    if text.strip():
        yield text, _is_bold(runs), all(run.hidden for run in runs if run.text.strip())
