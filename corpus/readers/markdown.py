"""Markdown by its own rules; without headings and tables it is read as plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

from corpus.blocks import Document, Role
from corpus.readers import canonical, tables, text
from corpus.readers.canonical import Piece
from corpus.readers.decoding import decode
from corpus.readers.lines import is_wrapped, lines_of

_MARKED = ("heading_open", "table_open")
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)|</?[a-zA-Z][^<>]{0,500}>",
                  re.DOTALL | re.IGNORECASE)
_FRONT = re.compile(r"\A---\n(?:[\w-]{1,40}:.{0,500}\n|[ \t#-].{0,500}\n|\n){1,60}---\n")
_OPEN_END = (".", "?", "!", ":", ";")


def read(source: str, content: bytes) -> Document:
    """The document of a Markdown file. Raises ``UnreadableReport`` for what is no text."""
    written = _FRONT.sub("", decode(source, content))
    tokens = MarkdownIt("commonmark").enable("table").parse(written)
    if not any(token.type in _MARKED for token in tokens):
        return text.read(source, content)
    walk = _Walk(is_wrapped(lines_of(written)))
    walk.through(tokens)
    first = walk.pieces[0]
    if first.role is Role.PARAGRAPH and text.reads_like_heading(first.text):
        first.role = Role.HEADING
    return canonical.document(source, walk.pieces)


@dataclass(slots=True)
class _Item:
    """A list item: its marker, depth, and whether its first block has been met."""

    marker: str
    depth: int
    begun: bool = False


@dataclass(slots=True)
class _Walk:
    """Goes through the tokens of a file and gathers its pieces."""

    wrapped: bool
    pieces: list[Piece] = field(default_factory=list)
    _items: list[_Item] = field(default_factory=list)
    _lists: list[bool] = field(default_factory=list)
    _rows: list[list[str]] = field(default_factory=list)

    def through(self, tokens: Sequence[Token]) -> None:
        """Gather the pieces of all tokens."""
        within: str | None = None
        level: int | None = None
        for token in tokens:
            kind = token.type
            if kind.endswith("_list_open"):
                self._lists.append(kind == "ordered_list_open")
            elif kind.endswith("_list_close"):
                self._lists.pop()
            elif kind == "list_item_open":
                marker = f"{token.info or 1}{token.markup}" if self._lists[-1] else "-"
                self._items.append(_Item(marker, len(self._lists) - 1))
            elif kind == "list_item_close":
                self._items.pop()
            elif kind == "heading_open":
                within, level = "heading", int(token.tag[1])
            elif kind in ("th_open", "td_open"):
                within = "cell"
            elif kind == "tr_open":
                self._rows.append([])
            elif kind in ("heading_close", "th_close", "td_close"):
                within = None
            elif kind == "table_close":
                self._table()
            elif kind == "inline":
                self._inline(list(_lines(token.children or [])), within, level)
            elif kind in ("fence", "code_block", "html_block"):
                written = _TAG.sub(" ", token.content) if kind == "html_block" else token.content
                for line in written.split("\n\n"):
                    self._inline([(line, False)], None, None)

    def _table(self) -> None:
        for line in tables.lines_of(self._rows, header=True):
            self.pieces.append(Piece(Role.BULLET, line, marker=canonical.ROW))
        self._rows = []

    def _inline(self, lines: list[tuple[str, bool]], within: str | None,
                level: int | None) -> None:
        whole = " ".join(line for line, _ in lines)
        if within == "cell":
            self._rows[-1].append(canonical.clean(whole))
        elif within == "heading":
            self.pieces.append(Piece(Role.HEADING, whole.rstrip(" #"), level))
        elif self._items and not self._items[-1].begun:
            item = self._items[-1]
            item.begun = True
            self.pieces.append(Piece(Role.BULLET, whole, marker=item.marker, depth=item.depth))
        else:
            for line, bold in self._paragraphs(lines):
                self.pieces.append(canonical.paragraph(canonical.clean(line), bold))

    def _paragraphs(self, lines: list[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
        """The paragraphs that some lines make: one where the file is wrapped, else each line."""
        joined: list[tuple[str, bool]] = []
        for line, bold in lines:
            goes_on = bool(joined) and not bold and not joined[-1][1] and (
                self.wrapped or (line[:1].islower() and not joined[-1][0].endswith(_OPEN_END)))
            if goes_on:
                joined[-1] = (f"{joined[-1][0]} {line}", False)
            else:
                joined.append((line, bold))
        yield from joined


def _lines(children: Sequence[Token]) -> Iterator[tuple[str, bool]]:
    """``(text, bold)`` of each line of some inline tokens, without marks and addresses."""
    parts: list[str] = []
    strong, bold = 0, True
    for child in children:
        if child.type in ("softbreak", "hardbreak"):
            if line := "".join(parts).strip():
                yield line, bold
            parts, bold = [], True
        elif child.type == "strong_open":
            strong += 1
        elif child.type == "strong_close":
            strong -= 1
        elif child.type in ("text", "code_inline", "image"):
            said = child.content
            parts.append(said)
            bold = bold and (strong > 0 or not said.strip(" :"))
    if line := "".join(parts).strip():
        yield line, bold
