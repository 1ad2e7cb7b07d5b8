"""What happens on the page: each event runs a turn and changes only what has to change."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from weakref import WeakValueDictionary

import gradio as gr

from assistant.backend import Backend, ProseStatus
from assistant.web.chat import turn_html
from assistant.web.choosing import chosen
from assistant.web.dialogue import answer, rewrite
from assistant.web.frame import footer_html, header_html, intro_html
from assistant.web.page import Page
from assistant.web.places import places_html
from assistant.web.session import Session, Turn
from assistant.web.words import escape, say
from assistant.web.writing import fetch_label, note_html, panel_html
from corpus.errors import FindingsError

Changes = dict[Any, Any]

# Questions that run at the same time, over all visitors; more wait in Gradio's queue.
AT_ONCE = 16
POLL_S = 0.4


class Events:
    """The handlers of one page over one backend. What a visitor has lives in their Session."""

    def __init__(self, page: Page, backend: Backend, model: str = "") -> None:
        self.page = page
        self.backend = backend
        self.model = model
        self._visits: WeakValueDictionary[str, Session] = WeakValueDictionary()

    def connect(self, blocks: gr.Blocks) -> None:
        """Attach the handlers; called inside the open ``gr.Blocks``."""
        page = self.page
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        outputs = [page.intro, page.past, page.current, page.panel, page.write, page.fetch,
                   page.later, page.hint, page.box, page.stop, page.new, page.places]
        asking: dict[str, Any] = {
            "outputs": outputs, "concurrency_limit": AT_ONCE, "concurrency_id": "ask",
            **quiet}
        writing: dict[str, Any] = {
            "outputs": outputs, "concurrency_limit": AT_ONCE, "concurrency_id": "write",
            "trigger_mode": "once", **quiet}
        gr.on([page.box.submit, page.send.click], self.ask,
              [page.box, page.session, page.chosen], **asking)
        page.reader.select(self.ask_button, [page.session, page.chosen], **asking)
        page.write.click(self.write, [page.session], **writing)
        page.fetch.click(self.fetch, [page.session], **writing)
        page.later.click(self.later, [page.session], outputs, queue=False, **quiet)
        page.stop.click(Session.stop, [page.session], None, queue=False, **quiet)
        page.new.click(self.clear, [page.session], outputs, queue=False, **quiet)
        frame = [page.header, page.intro, page.footer, page.places]
        blocks.load(self.refresh, [page.session], frame, queue=False, **quiet)
        page.library.select(self.refresh, [page.session], frame, queue=False, **quiet)
        blocks.unload(self.leave)

    def ask(self, question: str, session: Session, choice: object = "",
            alone: bool = False) -> Iterator[Changes]:
        """Answer a question, step by step; an empty one gets a gentle prompt instead.

        ``choice`` is what the browser holds of where to look; ``alone`` takes the question as
        it stands, whatever was asked before it.
        """
        page, reports = self.page, self.backend.reports()
        scope = chosen(choice, reports)
        gone = {page.places: places_html(reports)} if scope.gone else {}
        if not question.strip() or scope.names_no_report(reports):
            words = say("scope.nowhere" if question.strip() else "ask.empty")
            yield {page.hint: f'<p role="alert">{escape(words)}</p>', **gone}
            return
        turn = session.begin(question.strip(), scope, alone)
        if turn is None:
            # One question at a time: what was typed stays in the box until this one is done.
            return
        page.marks.follow(session)
        yield {page.intro: gr.update(visible=False), page.box: "", page.hint: "", **gone,
               page.past: past_html(session), page.current: turn_html(turn, last=True),
               page.stop: gr.update(visible=True), page.new: gr.update(visible=True),
               **self._write_controls(session, offer=False)}
        yield from self._show(session, answer(self.backend, session, turn))

    def ask_button(self, session: Session, choice: object,
                   event: gr.EventData) -> Iterator[Changes]:
        """Ask the question that stands on a button, or that a form of the page was sent with."""
        sent = event._data if isinstance(event._data, dict) else {}
        question = sent.get("ask")
        if isinstance(question, str):
            changes = self.ask(question, session, choice, alone=sent.get("alone") is True)
            # What is being typed in the box is another question.
            for change in changes:
                change.pop(self.page.box, None)
                yield change

    def _show(self, session: Session, turns: Iterator[Turn]) -> Iterator[Changes]:
        for turn in turns:
            if not session.holds(turn):
                return
            ended = session.running is None
            done = {self.page.stop: gr.update(visible=False),
                    **self._write_controls(session, offer=True)} if ended else {}
            yield {**self._turn(session, turn), **done}

    def _turn(self, session: Session, turn: Turn) -> Changes:
        if turn is session.last:
            return {self.page.current: turn_html(turn, last=True)}
        return {self.page.past: past_html(session)}

    def _write_controls(self, session: Session, offer: bool) -> Changes:
        """Show or hide "Write it up"; a fetch that is under way keeps its place."""
        if session.waiting is not None:
            return {self.page.write: gr.update(visible=False)}
        last = session.last
        visible = offer and last is not None and last.can_be_written
        return {self.page.write: gr.update(visible=visible), **self._panel("")}

    def _panel(self, html: str, fetch: str = "", later: bool = False) -> Changes:
        return {self.page.panel: html, self.page.later: gr.update(visible=later),
                self.page.fetch: gr.update(value=fetch, visible=bool(fetch))}

    def write(self, session: Session) -> Iterator[Changes]:
        """Write the last answer up, or say first what has to be fetched for it."""
        turn = session.last
        if turn is None or not turn.can_be_written or session.waiting is not None:
            return
        state = self.backend.prose_state()
        if state.status in (ProseStatus.ABSENT, ProseStatus.FAILED):
            yield {self.page.write: gr.update(visible=False),
                   **self._panel(panel_html(state), fetch_label(state), later=True)}
            return
        yield from self._wait_and_write(session, turn)

    def fetch(self, session: Session) -> Iterator[Changes]:
        """Fetch the model, show how it goes, then write the answer up."""
        turn = session.last
        if turn is None or session.waiting is not None:
            return
        try:
            self.backend.fetch_prose()
        except FindingsError as error:
            words = say("write.failed", message=str(error))
            yield self._panel(note_html(words), say("write.retry"), later=True)
            return
        yield from self._wait_and_write(session, turn)

    def _wait_and_write(self, session: Session, turn: Turn) -> Iterator[Changes]:
        session.waiting = turn
        try:
            shown = ""
            while (state := self.backend.prose_state()).status is not ProseStatus.READY:
                if session.waiting is not turn:
                    return
                if state.status is ProseStatus.FAILED:
                    yield self._panel(panel_html(state), fetch_label(state), later=True)
                    return
                html = (note_html(say("write.starting")) if state.status is ProseStatus.ABSENT
                        else panel_html(state))
                if html != shown:
                    shown = html
                    yield {self.page.write: gr.update(visible=False), **self._panel(html)}
                time.sleep(POLL_S)
            while not session.begin_again(turn):
                if session.waiting is not turn:
                    return
                if shown != (html := note_html(say("write.waiting"))):
                    shown = html
                    yield self._panel(html)
                time.sleep(POLL_S)
        finally:
            if session.waiting is turn:
                session.waiting = None
        yield {self.page.write: gr.update(visible=False), **self._panel(""),
               self.page.stop: gr.update(visible=True)}
        yield from self._show(session, rewrite(self.backend, session, turn))

    def later(self, session: Session) -> Changes:
        """Put the offer to fetch the model away; the button comes back."""
        return self._write_controls(session, offer=True)

    def clear(self, session: Session) -> Changes:
        """Begin a new conversation; a running answer is stopped and dropped."""
        page = self.page
        session.clear()
        return {page.intro: gr.update(visible=True), page.past: "", page.current: "",
                page.hint: "", page.stop: gr.update(visible=False),
                page.new: gr.update(visible=False), **self._write_controls(session, offer=False)}

    def refresh(self, session: Session, request: gr.Request) -> Changes:
        """Bring what is said of the library up to date: on opening the page, or when it changed."""
        if request.session_hash:
            self._visits[request.session_hash] = session
        page, reports = self.page, self.backend.reports()
        intro = intro_html(reports, self.backend.suggestions())
        return {page.header: header_html(reports),
                page.footer: footer_html(reports, self.model),
                page.places: places_html(reports),
                page.intro: gr.update(value=intro, visible=not session.turns)}

    def leave(self, request: gr.Request) -> None:
        """The page was closed: whatever still works for it is told to stop."""
        session = self._visits.get(request.session_hash or "")
        if session is not None:
            session.leave()


def past_html(session: Session) -> str:
    """Every turn but the last, oldest first."""
    return "".join(turn_html(turn, last=False) for turn in session.turns[:-1])
