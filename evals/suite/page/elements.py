"""HTML that can't be broken from outside: what is no element is text, and text is escaped."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from urllib.parse import quote

# Direction overrides would make text read differently from what it is; parsers drop or change
# the other characters, and half a surrogate pair can't be written to a file.
_REPLACED = dict.fromkeys(
    [*(code for code in range(0x20) if chr(code) not in "\t\n\r"), 0x7F, *range(0x80, 0xA0),
     *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xD800, 0xE000)], "\ufffd")
_EMPTY = ("meta", "input")


class Html(str):
    """HTML as made by ``element``, so that it is not escaped again. Adding it to a string gives
    a plain string."""

    __slots__ = ()


Child = str | int | Iterable[str | int | None] | None
Attribute = str | int | float | bool | None


def escape(text: object) -> Html:
    """Text for an element or a quoted attribute; ``Html`` as it is."""
    if isinstance(text, Html):
        return text
    plain = str(text).translate(_REPLACED).replace("\r\n", "\n").replace("\r", "\n")
    return Html(html.escape(plain, quote=True))


def joined(*children: Child) -> Html:
    """Children one after another: ``Html`` as it is, other text escaped, None left out."""
    parts: list[str] = []
    for child in children:
        if isinstance(child, str | int):
            parts.append(escape(child))
        elif child is not None:
            parts += [escape(one) for one in child if one is not None]
    return Html("".join(parts))


def element(tag: str, *children: Child, **attributes: Attribute) -> Html:
    """An element. Of an attribute's name a last ``_`` falls off and others become ``-``; True
    stands without value, None and False not at all."""
    told = "".join(_attribute(name, value) for name, value in attributes.items())
    opened = f"<{tag}{told}>"
    return Html(opened if tag in _EMPTY else f"{opened}{joined(*children)}</{tag}>")


def table(caption: Child, columns: Iterable[Html | str], rows: Iterable[Iterable[Html]],
          **attributes: Attribute) -> Html:
    """A table with a caption and a head; the rows are made of finished cells. Its roles are
    spelt out, since a style sheet that lays rows out anew takes them away in some browsers."""
    heads = (one if isinstance(one, Html) else head(one) for one in columns)
    return element(
        "table", element("caption", caption),
        element("thead", element("tr", heads, role="row"), role="rowgroup"),
        element("tbody", (element("tr", row, role="row") for row in rows), role="rowgroup"),
        role="table", **attributes)


def head(*children: Child, **attributes: Attribute) -> Html:
    """The head of a column."""
    return element("th", *children, scope="col", role="columnheader", **attributes)


def row_head(*children: Child, **attributes: Attribute) -> Html:
    """The head of a row."""
    return element("th", *children, scope="row", role="rowheader", **attributes)


def cell(*children: Child, **attributes: Attribute) -> Html:
    """A cell."""
    return element("td", *children, role="cell", **attributes)


def facts(pairs: Mapping[str, Child], **attributes: Attribute) -> Html:
    """Names with what they are, in a list."""
    return element("dl", (element("div", element("dt", name), element("dd", told))
                          for name, told in pairs.items()), **attributes)


def folded(summary: Child, *children: Child, **attributes: Attribute) -> Html:
    """What is behind a line that opens it."""
    return element("details", element("summary", summary), *children, **attributes)


def unseen(*children: Child) -> Html:
    """Words for those who have the page read out."""
    return element("span", *children, class_="unseen")


def anchor(identifier: str) -> str:
    """The ``id`` of a question on the page and what follows ``#`` in its address. It never has a
    colon, so that ids with one are the page's own."""
    return quote(identifier.encode("utf-8", "replace"), safe="")


def _attribute(name: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    spelt = name.removesuffix("_").replace("_", "-")
    return f" {spelt}" if value is True else f' {spelt}="{escape(value)}"'
