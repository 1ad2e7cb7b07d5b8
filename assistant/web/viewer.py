"""The report reader: the frame around a report, and what its script asks of the program."""

from __future__ import annotations

import base64
import hashlib
import logging
from collections.abc import Mapping
from typing import Any

from assistant.backend import Backend
from assistant.sources import Sources
from assistant.web.cards import kind_words, reference
from assistant.web.choosing import kind_plural
from assistant.web.contents import contents_html, places
from assistant.web.feedback import form_html
from assistant.web.pages import Pages
from assistant.web.reader import UNNAMED, report_html
from assistant.web.words import escape, plain, say
from corpus.errors import FindingsError
from corpus.model import FindingKind, Report

logger = logging.getLogger(__name__)

# In the order in which a reader chooses among them.
_KINDS = ("strength", "weakness", "area_for_improvement", "cause_of_concern", "recommendation",
          "innovative_practice", "judgment")
Wish = Mapping[str, Any]
Reply = dict[str, Any]


class Viewer:
    """Serves the reader. Safe to call from several threads; never raises for what a browser
    sends: problems come back in words."""

    def __init__(self, backend: Backend, sources: Sources) -> None:
        self._backend = backend
        self._sources = sources
        self._pages = Pages(sources)

    def serve(self, wish: object) -> Reply:
        """Open a report (``do`` is "open": the report ``id``, or the one with ``finding``) or
        draw a ``page`` of its original file ("page").

        The reply to "open" has no text where ``have`` is the version that the report still has,
        and is empty where there is none. Where something went wrong, it holds a ``problem``.
        """
        known: Wish = wish if isinstance(wish, dict) else {}
        try:
            return self._page(known) if known.get("do") == "page" else self._open(known)
        except FindingsError as error:
            return {"problem": plain(str(error))}
        except Exception:
            logger.exception("a request of the report reader failed")
            return {"problem": say("library.unexpected")}

    def _open(self, wish: Wish) -> Reply:
        finding = _text(wish, "finding")
        wanted = self._sources.report_of(finding) if finding else _text(wish, "id")
        report = self._backend.report(wanted or "")
        if report is None:
            return {}
        has_pages = self._sources.has_pages(report.id)
        told = repr((report.metadata.title, report.text, report.findings, has_pages))
        version = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        if wish.get("have") == version:
            return {"id": report.id, "version": version}
        return {"id": report.id, "version": version, **_shown(report), "pages": has_pages}

    def _page(self, wish: Wish) -> Reply:
        number = wish.get("page")
        drawn = self._pages.page(_text(wish, "id"), number if isinstance(number, int) else 1)
        report = self._backend.report(_text(wish, "id"))
        title = report.metadata.title if report is not None else ""
        return {"image": "data:image/png;base64," + base64.b64encode(drawn.png).decode("ascii"),
                "page": drawn.page, "pages": drawn.pages,
                "said": plain(say("reader.page_of", page=drawn.page, total=drawn.pages)),
                "alt": plain(say("reader.page_alt", page=drawn.page, title=title))}


def _shown(report: Report) -> Reply:
    """A report as the script needs it. ``findings`` are rows of id, start, end, kind, page (0 for
    none), the number of the section and the lead-in; ``named`` says which kinds are marked."""
    sections = places(report)
    numbers = {one.path: number for number, one in enumerate(sections)}
    title = report.metadata.title.strip() or say("shelved.untitled")
    rows = [[one.id, one.start, one.end, one.kind.value, one.polarity.value, one.page or 0,
             numbers.get(one.section, -1)] for one in report.findings]
    return {
        "title": plain(title), "html": report_html(report), "contents": contents_html(sections),
        "sections": [[one.start, plain(one.name)] for one in sections],
        "references": [plain(reference(title, one.path)) for one in sections],
        "filter": _filter_html(report), "findings": rows,
        "kinds": {kind.value: kind_words(kind.value) for kind in FindingKind}}


def _filter_html(report: Report) -> str:
    """What can be chosen to be marked in the text: nothing, everything named, or one kind."""
    counts = dict.fromkeys(_KINDS, 0)
    for one in report.findings:
        if one.kind not in UNNAMED and one.kind.value in counts:
            counts[one.kind.value] += 1
    total = sum(counts.values())
    rows = [("", say("reader.no_kind"), 1), ("all", say("reader.all_kinds", count=total), total)]
    rows += [(kind, say("reader.of_kind", kinds=kind_plural(kind), count=count), count)
             for kind, count in counts.items()]
    return "".join(f'<option value="{value}"{"" if count else " disabled"}>{escape(words)}'
                   f"</option>" for value, words, count in rows)


def _text(wish: Wish, name: str) -> str:
    value = wish.get(name)
    return value if isinstance(value, str) else ""


def reader_html() -> str:
    """The empty report reader; the page's script fills it with a report and marks the finding.
    The form that other parts of that script copy stands beside it.

    The wording that the script needs travels in ``data-`` attributes.
    """
    words = {name.replace("_", "-"): say(f"reader.{name}") for name in (
        "loading", "missing", "failed", "changed", "unknown", "none_of_kind", "copied",
        "copied_link", "not_copied", "done", "not_done", "drawing", "no_section",
        "copy_quote")}
    words |= {
        "copy-quote-label": say("reader.copy_quote_label", n="#n"),
        "position": say("reader.position", n="#n", total="#total"),
        "steps": say("reader.steps", n="#n", total="#total"),
        "page": say("citation.page", page="#page"),
        "original": say("reader.original", page="#page"),
        "quoted": say("reader.quoted", quote="#quote", place="#place", link="#link")}
    data = "".join(f' data-{name}="{escape(text)}"' for name, text in words.items())
    return (
        f'<section id="reader" aria-label="{escape(say("reader.label"))}" hidden{data}>'
        f'<div class="bar"><h2 id="reader-title" tabindex="-1"></h2><div class="tools">'
        f'{_button("ask_here", "plain")}{_tool("close", "×")}</div></div>{_steppers()}'
        f'<div class="inside">'
        f'<nav id="contents" aria-label="{escape(say("reader.contents_label"))}">'
        f'<button type="button" data-do="contents" aria-expanded="true" aria-controls="outline">'
        f'<span class="turns" aria-hidden="true">▸</span><span>{escape(say("reader.contents"))}'
        f'</span><span id="reader-here"></span></button><div id="outline"></div></nav>'
        f'<div id="report" tabindex="0" role="region" aria-labelledby="reader-title"></div></div>'
        f'{_original()}<div id="opened" hidden><p id="opened-place"></p>'
        f'<div class="tools">{_button("copy_quote", "plain")}{_button("copy_link", "plain")}'
        f'{_button("show_page", "plain")}</div></div></section>'
        f'<div id="announce" class="hidden-words" role="status" aria-live="polite"></div>'
        f'<div id="tip" role="tooltip" hidden></div>{form_html()}')


def _steppers() -> str:
    cited, kinds = escape(say("reader.cited")), escape(say("reader.of_kinds"))
    return (
        f'<div class="steps" id="cited" role="group" aria-label="{cited}" hidden>'
        f'<span class="of">{cited}</span><p id="reader-position" role="status"></p>'
        f'<span class="tools">{_tool("previous", "‹")}{_tool("next", "›")}</span></div>'
        f'<p id="reader-trouble" role="alert" hidden></p>'
        f'<div class="steps" id="marked" role="group" aria-label="{kinds}" hidden>'
        f'<label class="of" for="reader-kind">{escape(say("reader.kind"))}</label>'
        f'<select id="reader-kind"></select><p id="reader-count" role="status"></p>'
        f'<span class="tools">{_tool("finding_previous", "‹")}{_tool("finding_next", "›")}</span>'
        f"</div>")


def _original() -> str:
    label = escape(say("reader.original_label"))
    return (
        f'<div id="original" role="group" aria-label="{label}" hidden><div class="steps">'
        f'<p id="original-page" role="status" tabindex="-1"></p><span class="tools">'
        f'{_tool("page_previous", "‹")}{_tool("page_next", "›")}</span>'
        f'{_button("enlarge", "plain")}{_button("back", "plain")}</div>'
        f'<p class="trouble" role="alert"></p><div class="sheet" tabindex="0" role="region"'
        f' aria-label="{label}"></div></div>')


def _tool(name: str, sign: str) -> str:
    words = escape(say(f"reader.{name}"))
    return (f'<button type="button" data-do="{name}" aria-label="{words}" title="{words}">'
            f'<span aria-hidden="true">{sign}</span></button>')


def _button(name: str, css: str) -> str:
    return (f'<button type="button" class="{css}" data-do="{name}">'
            f"{escape(say(f'reader.{name}'))}</button>")
