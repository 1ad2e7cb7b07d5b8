"""A briefing in Markdown, and as text and HTML for the clipboard."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from assistant.paper.paper import Kind
from assistant.paper.references import Part, Reference, Sheet
from assistant.paper.shown import plain
from prompts import wording

# All that can begin or end something other than words: anywhere, at the start of a line, and in
# what is taken for an address.
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&$@])")
_PLACED = re.compile(r"^(?=[-+=:])|(?=://)|(?<=\bwww)(?=\.)", re.IGNORECASE)
_NUMBERED = re.compile(r"^(\d{1,9})(?=[.)])")
# A table program would take a line that begins so for a formula.
_FORMULA = re.compile(r"^(?=[=+@-]\S)")


def escaped(text: str) -> str:
    """Text on one line that Markdown shows as it stands: no link, image, markup or HTML."""
    line = _SPECIAL.sub(r"\\\1", " ".join(plain(text).split()))
    return _NUMBERED.sub(r"\1\\", _PLACED.sub(r"\\", line))


def written(sheet: Sheet) -> str:
    """The whole briefing in CommonMark, its references in a numbered section at the end."""
    words = wording("paper")
    lines = [f"# {escaped(sheet.title)}", *map(escaped, sheet.introduction)]
    lines += [_part(part) for part in sheet.parts]
    if sheet.references:
        lines += [f"## {words['references']}", escaped(words["made"])]
        lines += [_reference(one) for one in sheet.references]
    if sheet.credits:
        lines += [f"## {words['credits']}", *map(escaped, sheet.credits)]
    return "\n\n".join(lines) + "\n"


def _part(part: Part) -> str:
    item = part.item
    if item.kind is Kind.HEADING:
        return f"## {escaped(item.words)}"
    if item.kind is Kind.NOTE:
        label = wording("paper")["note"]
        return "\n>\n".join(f"> {f'**{label}:** ' if not n else ''}{escaped(line)}"
                            for n, line in enumerate(_lines(item.words)))
    text = "  \n".join(map(escaped, _lines(item.words)))
    flag = f" **\\[{escaped(part.flag)}\\]**" if part.flag else ""
    lead = f"**{escaped(part.lead)}** " if part.lead else ""
    return f"{lead}{text}{_marks(part)}{flag}"


def _marks(part: Part) -> str:
    return " " + "".join(f"\\[{n}\\]" for n in part.numbers) if part.numbers else ""


def _reference(one: Reference) -> str:
    text = f"\\[{one.n}\\] {escaped(one.place)} {escaped(one.said)}"
    if one.url:
        text += f" <{one.url}>"
    return f"{text} *{escaped(one.flag)}*" if one.flag else text


def as_text(sheet: Sheet) -> str:
    """The briefing in plain text, for a place that takes no formatting."""
    return _joined([line for line, _ in _clips(sheet)])


def as_html(sheet: Sheet) -> str:
    """The briefing as plain HTML elements without attributes but links' addresses, escaped."""
    return "".join(element for _, element in _clips(sheet))


def _clips(sheet: Sheet) -> list[tuple[str, str]]:
    """Each paragraph as text and as an element."""
    words = wording("paper")
    found = [_clip("h1", sheet.title), *(_clip("p", one) for one in sheet.introduction)]
    for part in sheet.parts:
        marks = " " + "".join(f"[{n}]" for n in part.numbers) if part.numbers else ""
        flag = f" [{part.flag}]" if part.flag else ""
        if part.item.kind is Kind.HEADING:
            found.append(_clip("h2", part.item.words))
        elif part.item.kind is Kind.NOTE:
            found += [_clip("p", one, f"{words['note']}:" if not n else "")
                      for n, one in enumerate(_lines(part.item.words))]
        else:
            said = f"{' '.join(_lines(part.item.words))}{marks}{flag}"
            found.append(_clip("p", said, part.lead))
    if sheet.references:
        found += [_clip("h2", words["references"]), _clip("p", words["made"])]
        found += map(_clip_of, sheet.references)
    if sheet.credits:
        found += [_clip("h2", words["credits"]), *(_clip("p", one) for one in sheet.credits)]
    return found


def _clip(tag: str, text: str, label: str = "") -> tuple[str, str]:
    line, head = (" ".join(plain(one).split()) for one in (text, label))
    if head:
        head = _FORMULA.sub("'", head)
    else:
        line = _FORMULA.sub("'", line)
    bold = f"<b>{html.escape(head)}</b> " if head else ""
    return f"{head} {line}".strip(), f"<{tag}>{bold}{html.escape(line)}</{tag}>"


def _clip_of(one: Reference) -> tuple[str, str]:
    flag = f" {one.flag}" if one.flag else ""
    text, element = _clip("p", f"[{one.n}] {one.place} {one.said}{flag}")
    if not one.url:
        return text, element
    link = html.escape(one.url)
    return f"{text} {one.url}", f'{element[:-4]} <a href="{link}">{link}</a></p>'


def _lines(words: str) -> list[str]:
    return [line for line in words.splitlines() if line.strip()]


def _joined(lines: Sequence[str]) -> str:
    return "\n\n".join(lines) + "\n"
