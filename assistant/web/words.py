"""The wording of the page, from ``prompts/page.toml``, and text made safe for HTML."""

from __future__ import annotations

import html
from typing import Any

from prompts import Wording, wording

# Characters that an HTML parser would change: it drops or replaces them, and turns CR into LF.
# Each becomes exactly one character again, so that offsets into a report's text stay true.
_PARSER_CHANGES = {"\0": "\ufffd", "\r": "&#13;"}

# Direction overrides could make shown text read differently from what the source says.
_INVISIBLE = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], "\ufffd")


def say(key: str, /, **values: object) -> str:
    """The wording under a dotted ``key`` with its ``{names}`` filled in; plain text, not HTML.

    A wording with a singular and a plural needs ``count``. Raises ``KeyError`` for an unknown
    key or a missing value. Values are never read as templates.
    """
    entry: Any = wording("page")
    for part in key.split("."):
        entry = entry[part]
    if isinstance(entry, Wording):
        entry = entry["one" if values["count"] == 1 else "many"]
    return str(entry).format(**values)


def escape(text: str) -> str:
    """``text`` for an HTML element or a quoted attribute, one shown character for each.

    Everything from a report, a question or a model goes through here, so none of it can become
    an element, a link, an image or a handler.
    """
    safe = html.escape(text.translate(_INVISIBLE), quote=True)
    for raw, kept in _PARSER_CHANGES.items():
        safe = safe.replace(raw, kept)
    return safe


def plain(text: str) -> str:
    """``text`` on one line for a place that takes no HTML, without direction overrides."""
    return " ".join(text.translate(_INVISIBLE).split())


def one_line(text: str) -> str:
    """``text`` escaped, with line breaks and runs of blanks as single blanks."""
    return escape(" ".join(text.split()))


def shorten(text: str, limit: int = 300) -> str:
    """``text`` on one line, cut at a word with an ellipsis where it is longer than ``limit``."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    cut = line[:limit].rsplit(" ", 1)[0] or line[:limit]
    return cut + say("shortening")
