"""The page as Gradio components, in reading order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import gradio as gr

from assistant.access.access import Access
from assistant.access.binding import Binding, Entry
from assistant.access.who import owner, visit
from assistant.backend import Backend
from assistant.conversations import Conversations
from assistant.feedback import Feedback
from assistant.paper.store import Papers
from assistant.runs import Runs
from assistant.shelf import Shelf
from assistant.sources import Sources
from assistant.web import evaluation, overview
from assistant.web.board import Board
from assistant.web.briefing import briefing_html
from assistant.web.conversations import Drawer, asking_html, frame_html
from assistant.web.desk import Desk
from assistant.web.frame import (
    footer_html,
    header_html,
    intro_html,
    library_html,
    views_html,
)
from assistant.web.inbox import Inbox
from assistant.web.keeping import Keeping
from assistant.web.marks import Marks
from assistant.web.places import bar_html, places_html
from assistant.web.session import Session
from assistant.web.signin import notice_html, notice_script
from assistant.web.viewer import Viewer, reader_html
from assistant.web.words import say

HERE = Path(__file__).resolve().parent

# The scripts of the reader's side, which share one scope.
_READING = ("reader.js", "outline.js", "copying.js", "original.js", "page.js", "turn.js",
            "feedback.js")
# And those of the briefing view.
_BRIEFING = ("pins.js", "briefing.js", "wording.js", "dragging.js", "reference.js")

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
    def conversations(self) -> Conversations:
        """Where conversations are kept."""
        ...

    @property
    def papers(self) -> Papers:
        """Where briefings are kept."""
        ...

    @property
    def runs(self) -> Runs:
        """The evaluation runs that are kept beside the index."""
        ...

    @property
    def shelf(self) -> Shelf:
        """The library as the page sees it."""
        ...

    @property
    def sources(self) -> Sources:
        """The files that the reports were read from."""
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
    kept: gr.HTML
    conversations: gr.HTML
    asking: gr.HTML
    keeping: Keeping
    binding: Binding | None = None


def theme() -> gr.themes.Base:
    """Gradio's plainest theme in fonts that every system has, so that none is fetched."""
    return gr.themes.Base(font=_FONT, font_mono=_MONO, radius_size="sm")


def head() -> str:
    """The page's icon and style sheet, as elements for the page's head.

    Gradio's ``css`` parameter would put its container before each selector and so break those
    on ``body``.
    """
    return (f"{_ICON}<style>{_file('page.css')}\n{_file('turn.css')}\n"
            f"{_file('feedback.css')}\n{_file('scope.css')}\n{_file('conversations.css')}\n"
            f"{_file('account.css')}\n{_file('library.css')}\n{_file('overview.css')}\n{_file('reader.css')}\n{_file('evaluation.css')}\n{_file('briefing.css')}</style>")


def _file(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def lay_out(backend: Host, inbox: Inbox, model: str = "", access: Access | None = None) -> Page:
    """Create the components inside the open ``gr.Blocks``.

    ``inbox`` is where uploads arrive, ``model`` the name of a configured language model,
    ``access`` what there is to know of who may do what.
    """
    binding = access.binding if access is not None else None
    reports, marks = backend.reports(), Marks(backend.feedback)
    session = gr.State(Session(), delete_callback=Session.stop)
    header = _html(header_html(reports), "page-header")
    gr.HTML(views_html(), elem_id="page-views", apply_default_css=False,
            js_on_load=_file("views.js"))
    with gr.Row(elem_id="work", equal_height=False):
        # Its value is the secret that says whose conversations these are; the script sets it.
        conversations = gr.HTML("", html_template=frame_html(), elem_id="conversations-frame",
                                apply_default_css=False, js_on_load=_file("conversations.js"),
                                server_functions=[_drawer(backend)])
        with gr.Column(elem_id="chat"):
            intro = _html(intro_html(reports, backend.suggestions()), "intro")
            past = _html("", "past")
            current = _html("", "current")
            kept = _html("", "kept")
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
                # Its value is the number of the turn that is being edited.
                asking = gr.HTML("", html_template=asking_html(), elem_id="asking-frame",
                                 apply_default_css=False, js_on_load=_file("asking.js"))
                box = gr.Textbox(label=say("ask.label"), placeholder=say("ask.placeholder"),
                                 lines=1, max_lines=6, autofocus=True, elem_id="question")
                with gr.Row(elem_id="ask-buttons"):
                    send = gr.Button(say("ask.send"), variant="primary", elem_id="send")
                    stop = gr.Button(say("ask.stop"), visible=False, elem_id="stop")
        with gr.Column(elem_id="reading"):
            reader = gr.HTML(reader_html(), elem_id="reader-frame", apply_default_css=False,
                             js_on_load="".join(map(_file, _READING)),
                             server_functions=[_viewer(backend), _marker(marks)])
    library = gr.HTML(library_html(), elem_id="library-frame", apply_default_css=False,
                      js_on_load=_file("library.js") + _file("arrivals.js"),
                      server_functions=[_server(backend, inbox, access)])
    gr.HTML(overview.frame_html(), elem_id="overview-frame", apply_default_css=False,
            js_on_load=_file("overview.js"), server_functions=[overview.server_of(backend)])
    gr.HTML(evaluation.frame_html(), elem_id="evaluation-frame", apply_default_css=False,
            js_on_load=_file("evaluation.js"),
            server_functions=[evaluation.server_of(backend.runs, backend.feedback)])
    gr.HTML(briefing_html(), elem_id="briefing-frame", apply_default_css=False,
            js_on_load="".join(map(_file, _BRIEFING)),
            server_functions=[_board(backend, marks)])
    footer = _html(footer_html(reports, model, binding), "page-footer")
    if binding is not None and binding.entry in (Entry.PASSWORD, Entry.HEADER):
        gr.HTML(notice_html(), elem_id="signed-out-frame", apply_default_css=False,
                js_on_load=notice_script())
    return Page(session, header, intro, past, current, panel, write, fetch, later, chosen,
                places, hint, box, send, stop, new, reader, library, footer, marks, kept,
                conversations, asking, Keeping(backend.conversations, backend.feedback), binding)


def _html(value: str, elem_id: str) -> gr.HTML:
    return gr.HTML(value, elem_id=elem_id, apply_default_css=False, js_on_load=None)


def _viewer(backend: Host) -> Callable[[object], dict[str, Any]]:
    viewer = Viewer(backend, backend.sources)

    def reading(wish: object) -> dict[str, Any]:
        return viewer.serve(wish)

    return reading


def _drawer(backend: Host) -> Callable[..., dict[str, Any]]:
    drawer = Drawer(backend.conversations)

    def conversations(wish: object, request: gr.Request) -> dict[str, Any]:
        return drawer.serve(wish, owner(request))

    return conversations


def _marker(marks: Marks) -> Callable[[object], dict[str, str]]:
    def feedback(wish: object) -> dict[str, str]:
        return marks.serve(wish)

    return feedback


def _board(backend: Host, marks: Marks) -> Callable[..., dict[str, Any]]:
    board = Board(backend, backend.papers, marks)

    def briefing(wish: object, request: gr.Request) -> dict[str, Any]:
        return board.serve(wish, owner(request))

    return briefing


def _server(backend: Host, inbox: Inbox, access: Access | None) -> Callable[..., dict[str, Any]]:
    desk = Desk(backend.shelf, inbox, access.uploads if access is not None else None)

    def library(wish: object, request: gr.Request) -> dict[str, Any]:
        return desk.serve(wish, visit(request))

    return library
