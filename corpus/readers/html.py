"""Saved web pages: the main content alone, heading levels kept, nothing executed or fetched."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from corpus.blocks import Document, Role
from corpus.errors import UnreadableReport
from corpus.readers import canonical, furniture, tables
from corpus.readers.canonical import Piece
from corpus.readers.figures import whole
from corpus.readers.properties import of_page

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{2,40})", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"),
         (codecs.BOM_UTF16_BE, "utf-16-be"))
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_INLINE = frozenset((
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup",
    "time", "tt", "u", "var", "wbr", "img", "picture", "acronym", "nobr"))
_BOLD = frozenset(("b", "strong"))
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0"
                     r"|(?<![\w-])color\s*:\s*(?:#fff(?:fff)?\b|white\b|transparent\b"
                     r"|rgb\(\s*255\s*,\s*255\s*,\s*255\s*\))", re.IGNORECASE)
_REFERENCE = re.compile(r"\s*\[?\(?(?:\d{1,3}|\*|†)\)?\]?\s*$")
_DEEPEST = 200
_WIDEST, _LONGEST_LIST = 50, 10_000
_LINE = "\n"


def read(source: str, content: bytes) -> Document:
    """The document of a web page. Raises ``UnreadableReport`` where no content is left."""
    text = _decoded(content)
    try:
        root = lxml_html.document_fromstring(
            text.encode("utf-8"), parser=lxml_html.HTMLParser(encoding="utf-8", no_network=True))
    except (ValueError, AssertionError, SyntaxError, etree.LxmlError) as error:
        raise UnreadableReport(f"{Path(source).name}: it can't be read as a web page.",
                               "Save the page again from the browser.") from error
    properties = of_page(root)
    main = furniture.main_part(root)
    furniture.strip(root, main)
    walk = _Walk()
    walk.children(main, _State())
    pieces = [piece for piece in walk.pieces if not furniture.is_furniture_line(piece.text)
              or piece.role is Role.BULLET]
    return canonical.document(source, pieces, properties)


def _decoded(content: bytes) -> str:
    """By byte order mark, else as the page says, else UTF-8, else Windows-1252."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content[len(mark):].decode(encoding, errors="replace")
    if declared := _CHARSET.search(content[:4096]):
        name = declared[1].decode("ascii")
        # Browsers read Latin-1 as Windows-1252: the quotation marks of old pages depend on it.
        name = "cp1252" if name.lower() in ("iso-8859-1", "latin1", "ascii", "us-ascii") else name
        try:
            return content.decode(name, errors="replace" if name != "utf-8" else "strict")
        except (LookupError, UnicodeDecodeError):
            pass
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


@dataclass(frozen=True, slots=True)
class _State:
    """Where the walk is: list markers, depth of lists and elements, whether text is unseen."""

    depth: int = -1
    nested: int = 0
    hidden: bool = False


@dataclass(slots=True)
class _Inline:
    """Text that is being gathered, and how much of it is bold."""

    parts: list[tuple[str, bool, bool]] = field(default_factory=list)

    def add(self, text: str | None, bold: bool, hidden: bool) -> None:
        if text:
            self.parts.append((text, bold, hidden))

    def lines(self) -> Iterator[tuple[str, bool, bool]]:
        """``(text, bold, hidden)`` of each line; a line ends where a break follows bold text
        that fills its line, or where breaks leave one empty."""
        kept: list[list[tuple[str, bool, bool]]] = [[]]
        for text, bold, hidden in self.parts:
            if text == _LINE:
                kept.append([])
            else:
                if kept[-1] and kept[-1][-1][2] is not hidden and text.strip():
                    kept.append([])
                kept[-1].append((text, bold, hidden))
        joined: list[tuple[str, bool, bool]] = []
        ended = True
        for line in kept:
            text = canonical.clean("".join(part for part, _, _ in line))
            if not text:
                ended = True
                continue
            bold = all(b for part, b, _ in line if part.strip())
            hidden = all(h for part, _, h in line if part.strip())
            if ended or bold or hidden or joined[-1][1] or joined[-1][2]:
                joined.append((text, bold, hidden))
            else:
                joined[-1] = (f"{joined[-1][0]} {text}", False, False)
            ended = False
        yield from joined


class _Walk:
    """Goes through the elements of a page and gathers its pieces."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []

    def children(self, element: Any, state: _State) -> None:
        """The pieces of what an element holds: its blocks, and the text between them."""
        inline = _Inline()
        inline.add(_spaced(element.text), False, state.hidden)
        for child in element:
            if isinstance(child.tag, str):
                if _is_inline(child):
                    _gather(child, inline, False, state.hidden)
                else:
                    self._flush(inline, state)
                    inline = _Inline()
                    self._block(child, _within(child, state))
            inline.add(_spaced(child.tail), False, state.hidden)
        self._flush(inline, state)

    def _flush(self, inline: _Inline, state: _State) -> None:
        for text, bold, hidden in inline.lines():
            piece = canonical.paragraph(text, bold, hidden)
            if state.depth >= 0 and piece.role is Role.BULLET:
                piece.depth = state.depth
            self.pieces.append(piece)

    def _block(self, element: Any, state: _State) -> None:
        if state.nested > _DEEPEST:
            return
        tag = element.tag
        if tag in _HEADINGS:
            self._heading(element, state)
        elif tag in ("ul", "ol"):
            self._list(element, state)
        elif tag == "table":
            self._table(element, state)
        elif tag in ("br", "hr", "dd", "dt") and not len(element) and not (element.text or ""):
            return
        else:
            self.children(element, state)

    def _heading(self, element: Any, state: _State) -> None:
        inline = _Inline()
        _gather(element, inline, False, state.hidden)
        text = " ".join(part for part, _, _ in inline.lines())
        self.pieces.append(Piece(Role.HEADING, text, _HEADINGS[element.tag], hidden=state.hidden))

    def _list(self, element: Any, state: _State) -> None:
        inner = _State(state.depth + 1, state.nested + 1, state.hidden)
        number = whole(element.get("start"), 1, _LONGEST_LIST)
        for child in element:
            if child.tag == "li":
                marker = _marker(element, number)
                number += 1
                self._item(child, _within(child, inner), marker)
            elif child.tag in ("ul", "ol"):
                self._list(child, _within(child, state if state.depth >= 0 else inner))
            elif isinstance(child.tag, str):
                self._block(child, _within(child, inner))

    def _item(self, element: Any, state: _State, marker: str) -> None:
        """A list item: its first piece is the bullet; lists inside it come after."""
        before = len(self.pieces)
        self.children(element, state)
        first = next((piece for piece in self.pieces[before:] if piece.text.strip()), None)
        if first is not None and (first.role is Role.PARAGRAPH or (
                first.role is Role.HEADING and first.level is None)):
            first.role, first.marker, first.depth = Role.BULLET, marker, state.depth

    def _table(self, element: Any, state: _State) -> None:
        rows = [row for row in element.iter("tr") if _owner(row) is element]
        cells = [[cell for cell in row if cell.tag in ("td", "th")] for row in rows]
        if max(map(len, cells), default=0) <= 1 or element.xpath(
                ".//table|.//h1|.//h2|.//h3|.//h4|.//ul|.//ol"):
            for row in cells:
                for cell in row:
                    self.children(cell, _within(cell, state))
            return
        caption = element.find("caption")
        if caption is not None:
            self.children(caption, state)
        header = bool(cells) and (all(cell.tag == "th" for cell in cells[0])
                                  or rows[0].getparent().tag == "thead")
        texts = [[canonical.clean(_cell_text(cell)) for cell in row for _ in range(_span(cell))]
                 for row in cells]
        for line in tables.lines_of(texts, header or None):
            self.pieces.append(Piece(Role.BULLET, line, marker=canonical.ROW,
                                     hidden=state.hidden))


def _marker(element: Any, number: int) -> str:
    if element.tag == "ul":
        return "-"
    letter = element.get("type") == "a" and number <= 26
    return f"({chr(96 + number)})" if letter else f"{number}."


def _gather(element: Any, inline: _Inline, bold: bool, hidden: bool) -> None:
    """The text of an inline element, line breaks kept, marks of footnotes left out."""
    if element.tag == "br":
        inline.add(_LINE, False, hidden)
        return
    if element.tag == "sup" and _REFERENCE.match(element.text_content()):
        return
    bold = bold or element.tag in _BOLD or "font-weight:bold" in (
        element.get("style") or "").replace(" ", "")
    hidden = hidden or _is_unseen(element)
    inline.add(_spaced(element.text), bold, hidden)
    for child in element:
        if isinstance(child.tag, str):
            _gather(child, inline, bold, hidden)
        inline.add(_spaced(child.tail), bold, hidden)


def _is_inline(element: Any) -> bool:
    return element.tag == "br" or (element.tag in _INLINE and all(
        not isinstance(inner.tag, str) or inner.tag in _INLINE or inner.tag == "br"
        for inner in element.iter()))


def _is_unseen(element: Any) -> bool:
    style = element.get("style") or ""
    return element.get("hidden") is not None or (
        bool(_UNSEEN.search(style)) and "background" not in style)


def _within(element: Any, state: _State) -> _State:
    return _State(state.depth, state.nested + 1, state.hidden or _is_unseen(element))


def _spaced(text: str | None) -> str | None:
    """Line ends of the source are spaces; only <br> ends a line."""
    return re.sub(r"\s+", " ", text) if text else text


def _cell_text(cell: Any) -> str:
    return " ".join(str(part) for part in cell.itertext())


def _span(cell: Any) -> int:
    return max(1, whole(cell.get("colspan"), 1, _WIDEST))


def _owner(row: Any) -> Any:
    parent = row.getparent()
    while parent is not None and parent.tag != "table":
        parent = parent.getparent()
    return parent
