"""Plain text and Markdown: lines into headings, paragraphs and list items."""

from __future__ import annotations

import re

from corpus.blocks import Block, Document, Role
from corpus.readers.decoding import decode
from corpus.readers.lines import MARKER, RULE, Line, is_ordered, is_wrapped, lines_of
from corpus.readers.markup import plain

_NUMBERED = re.compile(r"\s*(?P<marker>\d{1,3}(?:\.\d{1,3}){0,4})[.)]?\s+(?=[A-Z‘“])")
_HASHES = re.compile(r"\s*(#{1,6})\s+(?=\S)")
_BOLD_LINE = re.compile(r"\s*(\*\*|__)(?=\S)([^*_\n]{1,300})(?<=\S)\1:?\s*$")
_UNDERLINE = re.compile(r"\s*(={3,}|-{3,})\s*$")
_ROW = re.compile(r"\s*\|.*\|\s*$")
_QUESTION = re.compile(r"(?:how|what|why|who|when|where|which|does|do|is|are|has|have|to what "
                       r"extent)\b", re.IGNORECASE)
_HEADING_WORDS = 18
_QUESTION_WORDS = 40
_HEADING_LETTERS = 300
_HEADING_LINES = 3
_MARKDOWN = (".md", ".markdown")


def read(source: str, content: bytes) -> Document:
    """The blocks of a text file. Spans point into ``text``, which is the file's own, decoded,
    without control characters and, in Markdown, without marks inside lines."""
    text = decode(source, content)
    if source.lower().endswith(_MARKDOWN):
        text = plain(text)
    lines = lines_of(text)
    wrapped = is_wrapped(lines)
    blocks: list[Block] = []
    position = 0
    while position < len(lines):
        if RULE.match(lines[position].text):
            position += 1
            continue
        block, taken = _block(lines, position, wrapped)
        blocks.append(block)
        position += taken
    return Document(source, text, tuple(blocks))


def _block(lines: list[Line], position: int, wrapped: bool) -> tuple[Block, int]:
    line = lines[position]
    following = lines[position + 1] if position + 1 < len(lines) else None
    if marker := _HASHES.match(line.text):
        return _heading(line, marker.end(), level=len(marker[1])), 1
    if bold := _BOLD_LINE.match(line.text):
        return _heading(line, bold.start(2), bold.end(2)), 1
    if following and not following.blank_before and (rule := _UNDERLINE.match(following.text)):
        return _heading(line, 0, level=1 if rule[1][0] == "=" else 2), 2
    if _ROW.match(line.text):
        return _row(line), 1
    marker = MARKER.match(line.text)
    if marker and not _is_numbered_heading(lines, position):
        return _joined(Role.BULLET, lines, position, marker, wrapped)
    if wrapped and (taken := _wrapped_heading(lines, position)):
        return _joined(Role.HEADING, lines, position, None, wrapped, taken)
    if _looks_like_heading(line, following, wrapped):
        return _heading(line, 0), 1
    return _joined(Role.PARAGRAPH, lines, position, None, wrapped)


def _heading(line: Line, offset: int, end: int | None = None,
             level: int | None = None) -> Block:
    number = _NUMBERED.match(line.text[offset:end])
    if number:
        offset += number.end()
    body = line.text[offset:end]
    if level:
        # A heading of hashes alone keeps them: it would be nothing, and the report's title.
        body = body.rstrip(" \t#") or body
    start = line.start + offset + len(body) - len(body.lstrip())
    text = body.strip()
    return Block(Role.HEADING, text, start, start + len(text), level,
                 marker=number["marker"] if number else None)


def _row(line: Line) -> Block:
    """A row of a Markdown table, without its outer bars."""
    text = line.stripped.strip("|").strip() or line.stripped
    start = line.start + line.text.index(text)
    return Block(Role.BULLET, text, start, start + len(text), marker="|")


def _joined(role: Role, lines: list[Line], position: int, marker: re.Match[str] | None,
            wrapped: bool, taken: int = 0) -> tuple[Block, int]:
    """A block of one or more lines; its text keeps the line ends, so it stays verbatim."""
    last = position + taken - 1 if taken else position
    while not taken and last + 1 < len(lines) and _continues(lines, last, wrapped):
        last += 1
    offset = marker.end() if marker else 0
    body = "\n".join([lines[position].text[offset:],
                      *(line.text for line in lines[position + 1:last + 1])])
    start = lines[position].start + offset + len(body) - len(body.lstrip())
    text = body.strip()
    return Block(role, text, start, start + len(text),
                 marker=marker["marker"] if marker else None,
                 indent=lines[position].indent), last - position + 1


def _continues(lines: list[Line], position: int, wrapped: bool) -> bool:
    line, following = lines[position], lines[position + 1]
    if following.blank_before or _HASHES.match(following.text) or RULE.match(following.text):
        return False
    if marker := MARKER.match(following.text):
        return (wrapped and marker["marker"] in ("–", "—") and line.stripped[-1] not in ".?!:;"
                and not line.stripped.startswith(("–", "—")))
    if wrapped and len(line.text) > 35:
        return True
    return following.stripped[0].islower() and line.stripped[-1] not in ".?!:;"


def _wrapped_heading(lines: list[Line], position: int) -> int:
    """How many lines a heading takes that runs over more than one; 0 where there is none."""
    if not lines[position].blank_before:
        return 0
    last = position
    while last + 1 < len(lines) and not lines[last + 1].blank_before:
        last += 1
        if last - position >= _HEADING_LINES or MARKER.match(lines[last].text):
            return 0
    if last == position or last + 1 >= len(lines):
        return 0
    text = " ".join(line.stripped for line in lines[position:last + 1])
    return last - position + 1 if reads_like_heading(text) else 0


def _is_numbered_heading(lines: list[Line], position: int) -> bool:
    """"2. Governance" alone on its line heads a section; numbered neighbours make a list."""
    line = lines[position]
    following = lines[position + 1] if position + 1 < len(lines) else None
    if not _NUMBERED.match(line.text) or line.stripped[-1] in ".;:,":
        return False
    if following is None or len(line.stripped.split()) > 12:
        return False
    if not line.blank_before and _in_ordered_list(lines, position):
        return False
    return not MARKER.match(following.text) or bool(_NUMBERED.match(following.text)
                                                    and following.blank_before)


def _in_ordered_list(lines: list[Line], position: int) -> bool:
    """Whether the line above is an item of a numbered list that has not come to its end."""
    items = [MARKER.match(line.text) for line in lines[max(0, position - 2):position]]
    if not items or not items[-1] or not is_ordered(items[-1]["marker"]):
        return False
    ended = len(items) == 2 and lines[position - 1].stripped.endswith(".") \
        and lines[position - 2].stripped.endswith((";", "; and", "; or", ","))
    return not ended


def _looks_like_heading(line: Line, following: Line | None, wrapped: bool) -> bool:
    if following is None or (following.stripped[0].islower() and not following.blank_before):
        return False
    if wrapped and not (line.blank_before and following.blank_before):
        return False
    return reads_like_heading(line.stripped)


def reads_like_heading(text: str) -> bool:
    """Whether a line that nothing marks reads like a heading."""
    number = _NUMBERED.match(text)
    body = text[number.end():] if number else text
    if len(text) > _HEADING_LETTERS or not (body[0].isupper() or body[0].isdigit()
                                            or body[0] in "‘'\"“"):
        return False
    words = len(body.split())
    if body.endswith("?"):
        return words <= _QUESTION_WORDS and bool(_QUESTION.match(body)) and ". " not in body
    return body[-1] not in ".;:,!" and words <= _HEADING_WORDS and ". " not in body
