"""The page as Gradio components, in reading order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import gradio as gr

from assistant.backend import Backend
from assistant.feedback import Feedback
from assistant.shelf import Shelf
from assistant.web.desk import Desk
from assistant.web.frame import (
    footer_html,
    header_html,
    intro_html,
    library_html,
    reader_html,
    views_html,
)
from assistant.web.inbox import Inbox
from assistant.web.marks import Marks
from assistant.web.places import bar_html, places_html
from assistant.web.reader import report_html
from assistant.web.session import Session
from assistant.web.words import say

HERE = Path(__file__).resolve().parent

# The scripts of the reader's side, which share one scope.
_READING = ("page.js", "turn.js", "feedback.js")

_FONT = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial",
         "sans-serif"]
_MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"]

_ICON = ("<link rel='icon' href='data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 "
         "viewBox=%220 0 32 32%22%3E%3Crect width=%2232%22 height=%2232%22 rx=%226%22 "
         "fill=%22%2312436d%22/%3E%3Cpath d=%22M11 25V7h12v4h-7v4h6v4h-6v6z%22 fill=%22white%22/"
         "%3E%3C/svg%3E'>")


class Host(Backend, Protocol):
    """A backend whose library the page can show and change, and that keeps what readers say."""

    @property
    def feedback(self) -> Feedback:
        """Where what readers say of their answers is kept."""
        ...

    @property
    def shelf(self) -> Shelf:
        """The library as the page sees it."""
        ...


@dataclass(frozen=True)
class Page:
    """The components that events read and change, and what takes readers' marks."""

    session: gr.State
    header: gr.HTML
    intro: gr.HTML
    past: gr.HTML
    current: gr.HTML
    panel: gr.HTML
    write: gr.Button
    fetch: gr.Button
    later: gr.Button
    chosen: gr.HTML
    places: gr.HTML
    hint: gr.HTML
    box: gr.Textbox
    send: gr.Button
    stop: gr.Button
    new: gr.Button
    reader: gr.HTML
    library: gr.HTML
    footer: gr.HTML
    marks: Marks


def theme() -> gr.themes.Base:
    """Gradio's plainest theme in fonts that every system has, so that none is fetched."""
    return gr.themes.Base(font=_FONT, font_mono=_MONO, radius_size="sm")


def head() -> str:
    """The page's icon and style sheet, as elements for the page's head.

    Gradio's ``css`` parameter would put its container before each selector and so break those
    on ``body``.
    """
    return (f"{_ICON}<style>{_file('page.css')}\n{_file('turn.css')}\n"
            f"{_file('feedback.css')}\n{_file('scope.css')}\n{_file('library.css')}</style>")


def _file(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def lay_out(backend: Host, inbox: Inbox, model: str = "") -> Page:
    """Create the components inside the open ``gr.Blocks``.

    ``inbox`` is where uploads arrive, ``model`` the name of a configured language model.
    """
    reports, marks = backend.reports(), Marks(backend.feedback)
    session = gr.State(Session(), delete_callback=Session.stop)
    header = _html(header_html(reports), "page-header")
    gr.HTML(views_html(), elem_id="page-views", apply_default_css=False,
            js_on_load=_file("views.js"))
    with gr.Row(elem_id="work", equal_height=False):
        with gr.Column(elem_id="chat"):
            intro = _html(intro_html(reports, backend.suggestions()), "intro")
            past = _html("", "past")
            current = _html("", "current")
            with gr.Row(elem_id="write-row"):
                write = gr.Button(say("write.button"), visible=False, elem_id="write")
                panel = _html("", "panel")
                fetch = gr.Button("", visible=False, variant="primary", elem_id="fetch")
                later = gr.Button(say("write.later"), visible=False, elem_id="later")
                new = gr.Button(say("ask.new"), visible=False, elem_id="new")
            with gr.Column(elem_id="ask"):
                # The value is what was chosen, as JSON; the script sets it, and the template,
                # which never changes, is what is seen.
                chosen = gr.HTML("", html_template=bar_html(), elem_id="scope-frame",
                                 apply_default_css=False, js_on_load=_file("scope.js"))
                places = _html(places_html(reports), "places-frame")
                hint = _html("", "hint")
                box = gr.Textbox(label=say("ask.label"), placeholder=say("ask.placeholder"),
                                 lines=1, max_lines=6, autofocus=True, elem_id="question")
                with gr.Row(elem_id="ask-buttons"):
                    send = gr.Button(say("ask.send"), variant="primary", elem_id="send")
                    stop = gr.Button(say("ask.stop"), visible=False, elem_id="stop")
        with gr.Column(elem_id="reading"):
            reader = gr.HTML(reader_html(), elem_id="reader-frame", apply_default_css=False,
                             js_on_load="".join(map(_file, _READING)),
                             server_functions=[_opener(backend), _marker(marks)])
    library = gr.HTML(library_html(), elem_id="library-frame", apply_default_css=False,
                      js_on_load=_file("library.js") + _file("arrivals.js"),
                      server_functions=[_server(backend, inbox)])
    footer = _html(footer_html(reports, model), "page-footer")
    return Page(session, header, intro, past, current, panel, write, fetch, later, chosen,
                places, hint, box, send, stop, new, reader, library, footer, marks)


def _html(value: str, elem_id: str) -> gr.HTML:
    return gr.HTML(value, elem_id=elem_id, apply_default_css=False, js_on_load=None)


def _opener(backend: Backend) -> Callable[[object], dict[str, str] | None]:
    def open_report(wish: object) -> dict[str, str] | None:
        """The report ``wish["id"]``, without its text where ``wish["have"]`` is its version."""
        known = wish if isinstance(wish, dict) else {}
        report = backend.report(str(known.get("id") or ""))
        if report is None:
            return None
        version = hashlib.sha256(
            repr((report.metadata.title, report.text, report.findings)).encode()).hexdigest()[:16]
        if known.get("have") == version:
            return {"version": version}
        return {"version": version, "title": report.metadata.title, "html": report_html(report)}

    return open_report


def _marker(marks: Marks) -> Callable[[object], dict[str, str]]:
    def feedback(wish: object) -> dict[str, str]:
        return marks.serve(wish)

    return feedback


def _server(backend: Host, inbox: Inbox) -> Callable[[object], dict[str, Any]]:
    desk = Desk(backend.shelf, inbox)

    def library(wish: object) -> dict[str, Any]:
        return desk.serve(wish)

    return library
