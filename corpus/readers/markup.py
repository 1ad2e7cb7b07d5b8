"""Markdown's marks inside a line, taken away so that findings read as prose."""

from __future__ import annotations

import re

_LINK = re.compile(r"!?\[([^\[\]\n]{1,300})\]\([^()\s]{1,500}\)")
_STRONG = re.compile(r"(?<![\w*_])(\*\*|__)(?=[^\s*_])([^*_\n]{1,300})(?<=[^\s*_])\1(?![\w*_])")
_EMPHASIS = re.compile(r"(?<![\w*_])([*_])(?=[^\s*_])([^*_\n]{1,300})(?<=[^\s*_])\1(?![\w*_])")
_CODE = re.compile(r"(?<!`)`([^`\n]{1,200})`(?!`)")
_WHOLE_LINE = re.compile(r"\s*(\*\*|__)[^*_\n]{1,400}\1:?\s*$")


def plain(text: str) -> str:
    """The text without emphasis and link addresses. A line that is all bold keeps its marks,
    for they make it a heading."""
    return "\n".join(line if _WHOLE_LINE.match(line) else _unmarked(line)
                     for line in text.split("\n"))


def _unmarked(line: str) -> str:
    if "](" in line:
        line = _LINK.sub(r"\1", line)
    if "*" in line or "_" in line:
        line = _EMPHASIS.sub(r"\2", _STRONG.sub(r"\2", line))
    return _CODE.sub(r"\1", line) if "`" in line else line
