"""Plain text and Markdown: lines into headings, paragraphs and list items."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from corpus.blocks import Block, Document, Role
from corpus.errors import UnreadableReport

_BULLET = re.compile(r"\s*(?:[-*+•‣▪◦●·–—]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{2,4})[.)])\s+(?=\S)")
_NUMBERED = re.compile(r"\s*\d+(?:\.\d+)*[.)]?\s+(?=[A-Z])")
_HASHES = re.compile(r"\s*(#{1,6})\s+(?=\S)")
_BOLD_LINE = re.compile(r"\s*(\*\*|__)(?=\S)(.+?)(?<=\S)\1:?\s*$")
_RULE = re.compile(r"\s*(=|-|\*|_)\1{2,}\s*$")
_QUESTION = re.compile(r"(?:how|what|why|who|when|where|which|does|do|is|are|has|have|to what "
                       r"extent)\b", re.IGNORECASE)
_HEADING_WORDS = 18


@dataclass(slots=True)
class _Line:
    text: str
    start: int
    blank_before: bool

    @property
    def stripped(self) -> str:
        return self.text.strip()


def decode(source: str, content: bytes) -> str:
    """Bytes as text with plain line ends: UTF-8 (or UTF-16 with its mark), else Windows-1252.

    Raises ``UnreadableReport`` for an empty file and for what is not text.
    """
    name = Path(source).name
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    if "\x00" in text or content.startswith((b"%PDF", b"PK\x03\x04")):
        raise UnreadableReport(f"{name}: it is not a text file, whatever its name says.",
                               "Save the report as plain text and try again.")
    if not text.strip():
        raise UnreadableReport(f"{name}: it is empty.", "Check that the report was saved whole.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read(source: str, content: bytes) -> Document:
    """The blocks of a text file; its text is kept as it is, so spans point into the file."""
    text = decode(source, content)
    lines = list(_lines(text))
    wrapped = _is_wrapped(lines)
    blocks: list[Block] = []
    position = 0
    while position < len(lines):
        following = lines[position + 1] if position + 1 < len(lines) else None
        if _RULE.match(lines[position].text):
            position += 1
            continue
        block, taken = _block(lines, position, following, wrapped)
        blocks.append(block)
        position += taken
    return Document(source, text, tuple(blocks))


def _lines(text: str) -> Iterator[_Line]:
    start, blank = 0, True
    for raw in text.split("\n"):
        if raw.strip():
            yield _Line(raw, start, blank)
            blank = False
        else:
            blank = True
        start += len(raw) + 1


def _is_wrapped(lines: list[_Line]) -> bool:
    """Whether paragraphs run over several lines of even length, with blank lines between."""
    if len(lines) < 4:
        return False
    longest = sorted(len(line.text) for line in lines)[int(len(lines) * 0.95)]
    open_ended = sum(not following.blank_before and line.stripped[-1] not in ".?!:;"
                     and len(line.text) > 40
                     for line, following in pairwise(lines))
    return longest <= 110 and open_ended >= 0.15 * len(lines)


def _block(lines: list[_Line], position: int, following: _Line | None,
           wrapped: bool) -> tuple[Block, int]:
    line = lines[position]
    if marker := _HASHES.match(line.text):
        return _make(Role.HEADING, line, marker.end(), level=len(marker[1])), 1
    if bold := _BOLD_LINE.match(line.text):
        return _make(Role.HEADING, line, bold.start(2), bold.end(2)), 1
    if following and re.fullmatch(r"\s*(={3,}|-{3,})\s*", following.text) \
            and not following.blank_before:
        level = 1 if "=" in following.text else 2
        return _make(Role.HEADING, line, 0, level=level), 2
    marker = _BULLET.match(line.text)
    if marker and not _is_numbered_heading(line, following):
        return _joined(Role.BULLET, lines, position, marker.end(), wrapped)
    if _looks_like_heading(line, following, wrapped):
        number = _NUMBERED.match(line.text)
        return _make(Role.HEADING, line, number.end() if number else 0), 1
    return _joined(Role.PARAGRAPH, lines, position, 0, wrapped)


def _make(role: Role, line: _Line, offset: int, end: int | None = None,
          level: int | None = None) -> Block:
    body = line.text[offset:end]
    start = line.start + offset + len(body) - len(body.lstrip())
    text = body.strip()
    return Block(role, text, start, start + len(text), level)


def _joined(role: Role, lines: list[_Line], position: int, offset: int,
            wrapped: bool) -> tuple[Block, int]:
    """A block of one or more lines; its text keeps the line ends, so it stays verbatim."""
    last = position
    while last + 1 < len(lines) and _continues(lines[last], lines[last + 1], wrapped):
        last += 1
    first = lines[position]
    body = first.text[offset:]
    for line in lines[position + 1:last + 1]:
        body += "\n" + line.text
    start = first.start + offset + len(body) - len(body.lstrip())
    text = body.strip()
    return Block(role, text, start, start + len(text)), last - position + 1


def _continues(line: _Line, following: _Line, wrapped: bool) -> bool:
    if following.blank_before or _BULLET.match(following.text) or _HASHES.match(following.text):
        return False
    if _RULE.match(following.text):
        return False
    if wrapped and len(line.text) > 35:
        return True
    return following.stripped[0].islower() and line.stripped[-1] not in ".?!:;"


def _is_numbered_heading(line: _Line, following: _Line | None) -> bool:
    """"2. Governance" alone on its line heads a section; numbered neighbours make a list."""
    if not _NUMBERED.match(line.text) or line.stripped[-1] in ".;:,":
        return False
    return (len(line.stripped.split()) <= 10 and following is not None
            and not _BULLET.match(following.text))


def _looks_like_heading(line: _Line, following: _Line | None, wrapped: bool) -> bool:
    text = line.stripped
    if following is None or not (text[0].isupper() or text[0].isdigit() or text[0] in "‘'\"“"):
        return False
    if wrapped and not (line.blank_before and following.blank_before):
        return False
    words = len(text.split())
    if text.endswith("?"):
        return words <= 40 and bool(_QUESTION.match(text)) and text.count(". ") == 0
    return text[-1] not in ".;:,!" and words <= _HEADING_WORDS and ". " not in text
