"""Pieces of any format into a document: one canonical text, so that formats agree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus.blocks import Block, Document, Role
from corpus.errors import UnreadableReport
from corpus.readers.decoding import CONTROL, INVISIBLE
from corpus.readers.lines import MARKER

NUMBERED = re.compile(r"\s*(?P<marker>\d{1,3}(?:\.\d{1,3}){0,4})[.)]?\s+(?=[A-Z‘“])")
TEXT_LIMIT = 20_000_000
ROW = "|"
PAGE_BREAK = "\f"
_HEADING_WORDS = 40
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl",
              0xFB05: "st", 0xFB06: "st", 0x2011: "-", 0x2010: "-"}
_BULLET = re.compile(r"\s*(?P<marker>[•‣▪◦●·–—*+-]|\(?(?:\d{1,3}|[a-z]|[ivx]{2,4})[.)])\s+(?=\S)")


@dataclass(slots=True)
class Piece:
    """A block before it has its place. ``PAGE_BREAK`` in ``text`` stands where a page ends.
    ``marker`` is None where the format does not say which; ``depth`` counts nested lists."""

    role: Role
    text: str
    level: int | None = None
    page: int | None = None
    marker: str | None = None
    depth: int = 0
    hidden: bool = False


def clean(text: str) -> str:
    """One line without characters that only change how it looks."""
    text = INVISIBLE.sub("", CONTROL.sub(" ", text.translate(_LIGATURES).replace("\x00", " ")))
    return " ".join(text.split())


def heads(text: str) -> bool:
    """Whether a paragraph that is all bold heads what follows, rather than stressing itself."""
    return len(text.split()) <= _HEADING_WORDS and text[-1:] not in (".", ";", ",")


def paragraph(text: str, bold: bool = False, hidden: bool = False) -> Piece:
    """A paragraph, or what else it turns out to be: a typed bullet, a heading all in bold."""
    if match := _BULLET.match(text):
        after = text[match.end():]
        if not (bold and NUMBERED.match(text) and heads(text)):
            return Piece(Role.BULLET, after, marker=match["marker"], hidden=hidden)
    if bold and heads(text):
        return Piece(Role.HEADING, text, hidden=hidden)
    return Piece(Role.PARAGRAPH, text, hidden=hidden)


def document(source: str, pieces: Iterable[Piece], properties: Mapping[str, str] | None = None,
             notes: Iterable[str] = ()) -> Document:
    """The document of some pieces: a line for each, list items after their marker.

    Raises ``UnreadableReport`` where nothing is left or the text is longer than any report.
    """
    blocks: list[Block] = []
    lines: list[str] = []
    pages: list[tuple[int, int]] = []
    position = 0
    for piece in pieces:
        parts = [clean(part) for part in piece.text.split(PAGE_BREAK)]
        text = " ".join(part for part in parts if part)
        if not text:
            continue
        prefix, marker, indent = _before(piece, text)
        text = text if piece.role is Role.BULLET else text[len(prefix):]
        start = position + len(prefix)
        if piece.page is not None:
            _turn(pages, position, piece.page, parts,
                  start if piece.role is Role.BULLET else position)
        blocks.append(Block(piece.role, text, start, start + len(text), piece.level, piece.page,
                            marker, indent, piece.hidden))
        lines.append(prefix + text)
        position += len(lines[-1]) + 1
        if position > TEXT_LIMIT:
            raise UnreadableReport(f"{Path(source).name}: its text is longer than "
                                   f"{TEXT_LIMIT:,} characters.", "Split it into its reports.")
    if not blocks:
        raise UnreadableReport(f"{Path(source).name}: it has no text.",
                               "Check that the report was saved whole.")
    hidden = sum(block.hidden for block in blocks)
    told = [f"{hidden} {'passage is' if hidden == 1 else 'passages are'} hidden from whoever "
            "opens the file; they are indexed and marked."] if hidden else []
    return Document(source, "\n".join(lines), tuple(blocks), dict(properties or {}),
                    (*notes, *told), tuple(pages))


def _turn(pages: list[tuple[int, int]], position: int, page: int, parts: list[str],
          place: int) -> None:
    """Note where pages begin: with this block, or inside it."""
    if not pages or pages[-1][1] < page:
        pages.append((position, page))
    for number, part in enumerate(parts[:-1], 1):
        place += len(part) + bool(part)
        if pages[-1][1] < page + number:
            pages.append((place, page + number))


def _before(piece: Piece, text: str) -> tuple[str, str | None, int]:
    """What stands before a block on its line, its marker and its indent."""
    if piece.role is Role.HEADING:
        number = NUMBERED.match(text)
        return (text[:number.end()], number["marker"], 0) if number else ("", None, 0)
    if piece.role is Role.PARAGRAPH:
        return "", None, 0
    marker = piece.marker or "-"
    if marker == ROW:
        return "- ", ROW, 0
    if not any(character.isalnum() for character in marker):
        marker = "-"
    indent = 2 * piece.depth
    if not MARKER.match(f"{marker} x"):
        marker = "-"
    return f"{' ' * indent}{marker} ", marker, indent
