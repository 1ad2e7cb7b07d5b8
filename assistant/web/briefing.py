"""The briefing view as HTML: its frame, its items, its references, the list of briefings."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.paper.paper import TITLE_LIMIT, WORDS_LIMIT, Item, Kind, Standing
from assistant.paper.references import Part, Reference, Sheet
from assistant.paper.store import Listing, Summary
from assistant.web.words import escape, one_line, say, shorten

_SIGNS = {Standing.SUPPORTED: "✓", Standing.UNSUPPORTED: "!", Standing.CHECKING: "…",
          Standing.UNCHECKED: "?"}
_NAMED = 60
_FORMATS = ("docx", "pdf", "md")


def briefing_html() -> str:
    """The empty view; its script asks for the contents. The wording that it needs travels in
    ``data-`` attributes."""
    names = ("copied", "not_copied", "undo", "count_one", "count_many", "at_start",
             "at_end", "before", "saved", "saving", "opening", "missing", "changed", "pin", "unpin",
             "pin_answer", "unpin_answer", "heading_field", "note_field", "statement_field",
             "not_moved")
    data = "".join(f' data-{name.replace("_", "-")}="{escape(say(f"briefing.{name}"))}"'
                   for name in names)
    data += "".join(f' data-{name.replace("_", "-")}-label="'
                    f'{escape(say(f"briefing.{name}_label", what="#what"))}"'
                    for name in ("pin", "unpin", "undo_unpin"))
    data += f' data-line="{escape(say("briefing.line", n="#n"))}"'
    lost = escape(say("library.lost"))
    return (
        f'<section id="briefing-view" aria-labelledby="briefing-heading" data-lost="{lost}"{data}>'
        f'<h2 id="briefing-heading" tabindex="-1">{escape(say("briefing.heading"))}</h2>'
        f'<p class="screen">{escape(say("briefing.text"))}</p>'
        f'<div id="briefing-trouble" class="trouble" role="alert"></div>'
        f'<div id="briefing-list" class="screen"></div>{_fields()}{_exports()}'
        f'<div id="briefing-empty" class="screen" hidden>{_empty()}</div>'
        f'<h3 id="briefing-listed" class="hidden-words screen">{escape(say("briefing.items"))}</h3>'
        f'<ol id="briefing-items"></ol>{_adding()}'
        f'<section id="briefing-references"></section><section id="briefing-credits"></section>'
        f'</section>{_form()}{_reader()}'
        f'<div id="briefing-said" class="hidden-words" role="status"></div>')


def _fields() -> str:
    title, hint = escape(say("briefing.title")), escape(say("briefing.title_hint"))
    return (
        f'<h3 id="briefing-name" class="print"></h3><div id="briefing-lead" class="print"></div>'
        f'<div class="fields screen"><label class="field"><span>{title}</span>'
        f'<input type="text" id="briefing-title" maxlength="{TITLE_LIMIT}" autocomplete="off"'
        f' placeholder="{hint}"></label><label class="field"><span>'
        f'{escape(say("briefing.introduction"))} <span class="hint">'
        f'{escape(say("briefing.introduction_hint"))}</span></span><textarea'
        f' id="briefing-introduction" rows="2" maxlength="{WORDS_LIMIT}"></textarea></label>'
        f'<p id="briefing-saved" class="quiet" role="status"></p></div>')


def _exports() -> str:
    buttons = "".join(_button(f"export_{one}", "plain", f' data-format="{one}"', "export")
                      for one in _FORMATS)
    return (f'<div id="briefing-exports" class="buttons screen" role="group"'
            f' aria-label="{escape(say("briefing.take"))}" hidden>{buttons}'
            f'{_button("copy", "plain")}{_button("print", "plain")}</div>')


def _button(name: str, css: str, more: str = "", do: str = "") -> str:
    return (f'<button type="button" class="{css}" data-do="{do or name}"{more}>'
            f"{escape(say(f'briefing.{name}'))}</button>")


def _empty() -> str:
    steps = "".join(f"<li>{escape(say(f'briefing.begin_{n}'))}</li>" for n in (1, 2, 3))
    return (f'<h3>{escape(say("briefing.empty"))}</h3><ul class="steps">{steps}</ul>'
            f'<p><a href="#questions">{escape(say("briefing.ask"))}</a></p>')


def _adding() -> str:
    return (f'<div id="briefing-add" class="buttons screen">{_button("heading_add", "plain")}'
            f'{_button("note_add", "plain")}</div>')


def _form() -> str:
    """The form for the words of an item; the script copies it."""
    return (
        f'<template id="briefing-form"><form novalidate><label class="field"><span></span>'
        f'<textarea name="words" rows="3" maxlength="{WORDS_LIMIT}"></textarea></label>'
        f'<label class="field where"><span>{escape(say("briefing.where"))}</span>'
        f'<select name="after"></select></label><p class="trouble" role="alert" hidden></p>'
        f'<div class="buttons"><button type="submit" class="plain main">'
        f'{escape(say("briefing.save"))}</button>{_button("cancel", "plain")}</div></form>'
        f"</template>")


def _reader() -> str:
    close = escape(say("reader.close"))
    return (
        f'<dialog id="briefing-reader" aria-labelledby="briefing-report-title"><div class="bar">'
        f'<div><h2 id="briefing-report-title" tabindex="-1"></h2>'
        f'<p id="briefing-report-place" role="status"></p></div>'
        f'<button type="button" data-do="close" aria-label="{close}" title="{close}">'
        f'<span aria-hidden="true">×</span></button></div>'
        f'<div id="briefing-report" tabindex="0" role="region"'
        f' aria-labelledby="briefing-report-title"></div></dialog>')


def item_html(part: Part, at: int, count: int, sheet: Sheet) -> str:
    """One item: its words, its references, how they stand, and what can be done with it."""
    item = part.item
    words = "<br>".join(one_line(line) for line in item.words.splitlines() if line.strip())
    flag = _flag(item)
    tools = _tools(item, at, count)
    # Hidden from screen readers, and no button: those that move an item stand beside it.
    handle = (f'<span class="handle screen" data-drag aria-hidden="true"'
              f' title="{escape(say("briefing.drag"))}">⋮⋮</span>') if count > 1 else ""
    if item.kind is Kind.HEADING:
        return f"{handle}<h4>{words}</h4>{tools}"
    if item.kind is Kind.NOTE:
        label = escape(say("briefing.note"))
        return f'{handle}<p class="label">{label}</p><p class="words">{words}</p>{tools}'
    marks = "".join(_mark(sheet.references[n - 1]) for n in part.numbers)
    of = f'<p class="label of">{one_line(part.report)}</p>' \
        if part.report else ""
    return (f'{handle}{of}<p class="words">{words}<span class="marks">&nbsp;{marks}</span></p>'
            f"{flag}{tools}")


def _mark(reference: Reference) -> str:
    label = one_line(say("briefing.reference", n=reference.n, place=reference.place))
    return (f'<button type="button" class="ref" data-ref="{reference.n}" aria-label="{label}">'
            f"[{reference.n}]</button>")


def _flag(item: Item) -> str:
    if item.kind is not Kind.STATEMENT or (item.standing is Standing.SUPPORTED
                                           and not item.edited):
        return ""
    words = one_line(say(f"briefing.{item.standing.value}", reason=item.reason))
    return (f'<p class="flag {item.standing.value}"><span class="sign" aria-hidden="true">'
            f"{_SIGNS[item.standing]}</span> <span>{words}</span></p>")


def _tools(item: Item, at: int, count: int) -> str:
    named = shorten(item.words, _NAMED)
    off = {"up": at == 0, "down": at == count - 1}
    buttons = "".join(
        f'<button type="button" class="link" data-do="{name}"'
        f'{" aria-disabled=true" if off.get(name) else ""}'
        f' aria-label="{one_line(say(f"briefing.{name}_label", words=named))}">'
        f"{escape(say(f'briefing.{name}'))}</button>" for name in ("up", "down", "edit", "remove"))
    return f'<div class="tools screen">{buttons}</div>'


def references_html(sheet: Sheet) -> str:
    """The numbered list of all cited findings; each can be opened in its report."""
    if not sheet.references:
        return ""
    rows = "".join(_row(one) for one in sheet.references)
    return (f'<h3 id="briefing-referenced" tabindex="-1">{escape(say("briefing.references"))}</h3>'
            f'<ol class="references">{rows}</ol>')


def _row(one: Reference) -> str:
    cited = one.citation
    lead = f'<span class="lead">{one_line(cited.lead_in)}</span> ' if cited.lead_in else ""
    label = one_line(say("briefing.open_label", n=one.n, place=one.place))
    source = f' <span class="quiet">{one_line(say("shelved.source", url=one.url))}</span>' \
        if one.url else ""
    flag = f'<p class="flag unchecked"><span class="sign" aria-hidden="true">!</span> ' \
           f"<span>{one_line(one.flag)}</span></p>" if one.flag else ""
    return (
        f'<li data-n="{one.n}" data-place="{_within(one)}" data-report="{escape(cited.report_id)}"'
        f' data-start="{cited.start}" data-end="{cited.end}"><span class="number"'
        f' aria-hidden="true">{one.n}</span><div><p>{one_line(one.place)}{source}</p>'
        f"<blockquote>{lead}<q>{escape(cited.quote)}</q></blockquote>{flag}"
        f'<button type="button" class="link screen" data-ref="{one.n}" aria-label="{label}">'
        f"{escape(say('briefing.open'))}</button></div></li>")


def _within(one: Reference) -> str:
    """Where a finding stands in its report, for a place that names the report already."""
    cited = one.citation
    page = [say("citation.page", page=cited.page)] if cited.page is not None else []
    return one_line(", ".join([*cited.section[-1:], *page]))


def credits_html(lines: Sequence[str]) -> str:
    """The statements of the reports' licences."""
    return f'<h3>{escape(say("briefing.credits"))}</h3>' + "".join(
        f'<p class="quiet">{one_line(line)}</p>' for line in lines) if lines else ""


def list_html(listing: Listing, current: str) -> str:
    """All briefings of this browser, with the one that is open marked, and a button for a new
    one."""
    new = f'<div class="buttons">{_button("new", "plain")}</div>' if listing.papers else ""
    broken = "".join(f'<p class="trouble">{one_line(say("briefing.broken", file=name))}</p>'
                     for name in listing.broken)
    if not listing.papers:
        return broken
    rows = "".join(_listed(one, one.key == current) for one in listing.papers)
    summary = escape(say("briefing.list", count=len(listing.papers)))
    return (f'{broken}<details id="briefings"><summary>{summary}</summary>'
            f'<ul class="shelf">{rows}</ul></details>{new}')


def _listed(one: Summary, here: bool) -> str:
    title = one.title or say("briefing.untitled")
    current = ' aria-current="true"' if here else ""
    label = one_line(say("briefing.delete_label", title=title))
    return (f'<li data-paper="{escape(one.key)}"><button type="button" class="link title"'
            f' data-do="open"{current}>{one_line(title)}</button><span class="quiet">'
            f"{escape(say('briefing.count', count=one.items))}"
            f"{escape(say('briefing.here')) if here else ''}</span>"
            f'<button type="button" class="link" data-do="delete" aria-label="{label}">'
            f"{escape(say('briefing.delete'))}</button></li>")
