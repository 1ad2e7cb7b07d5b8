"""What happens on the page: each event runs a turn and changes only what has to change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from weakref import WeakValueDictionary

import gradio as gr

from assistant.access.line import Place
from assistant.access.who import Role, role, visit
from assistant.access.who import owner as owner_named
from assistant.backend import Backend, ProseStatus
from assistant.web.chat import turn_html
from assistant.web.choosing import chosen
from assistant.web.conversations import edited, kept_html, owner_of
from assistant.web.dialogue import rewrite
from assistant.web.frame import footer_html, header_html, intro_html
from assistant.web.page import Page
from assistant.web.places import places_html
from assistant.web.session import Session, Turn
from assistant.web.signin import account_html
from assistant.web.turns import Turns
from assistant.web.words import escape, say
from assistant.web.writing import fetch_label, note_html, panel_html
from corpus.errors import FindingsError, GiveUp

Changes = dict[Any, Any]

# Questions that run or stand in line at the same time, over all visitors (assistant/web/turns.py).
AT_ONCE = 64


class Events:
    """The handlers of one page over one backend. What a visitor has lives in their Session."""

    def __init__(self, page: Page, backend: Backend, model: str = "",
                 turns: Turns | None = None) -> None:
        self.page = page
        self.backend = backend
        self.model = model
        self.turns = turns or Turns.free()
        self._visits: WeakValueDictionary[str, Session] = WeakValueDictionary()

    def connect(self, blocks: gr.Blocks) -> None:
        """Attach the handlers; called inside the open ``gr.Blocks``."""
        page = self.page
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        outputs = [page.intro, page.past, page.current, page.panel, page.write, page.fetch,
                   page.later, page.hint, page.box, page.stop, page.new, page.places, page.kept]
        asking: dict[str, Any] = {
            "outputs": outputs, "concurrency_limit": AT_ONCE, "concurrency_id": "ask",
            **quiet}
        writing: dict[str, Any] = {
            "outputs": outputs, "concurrency_limit": AT_ONCE, "concurrency_id": "write",
            "trigger_mode": "once", **quiet}
        asked = [
            gr.on([page.box.submit, page.send.click], self.ask,
                  [page.box, page.session, page.chosen, page.conversations, page.asking],
                  **asking),
            page.reader.select(self.ask_button, [page.session, page.chosen, page.conversations],
                               **asking),
            page.asking.select(self.again, [page.session, page.conversations], **asking)]
        for event in asked if self.turns.writes else ():
            event.then(self.catch_up, [page.session, page.conversations], **writing)
        page.write.click(self.write, [page.session, page.conversations], **writing)
        page.fetch.click(self.fetch, [page.session, page.conversations], **writing)
        page.conversations.select(self.turn_to, [page.session], outputs, queue=False, **quiet)
        page.later.click(self.later, [page.session], outputs, queue=False, **quiet)
        page.stop.click(Session.stop, [page.session], None, queue=False, **quiet)
        page.new.click(self.clear, [page.session], outputs, queue=False, **quiet)
        frame = [page.header, page.intro, page.footer, page.places]
        blocks.load(self.refresh, [page.session], frame, queue=False, **quiet)
        page.library.select(self.refresh, [page.session], frame, queue=False, **quiet)
        blocks.unload(self.leave)

    def ask(self, question: str, session: Session, choice: object = "", owner: object = "",
            editing: object = "", request: gr.Request | None = None, alone: bool = False,
            button: bool = False) -> Iterator[Changes]:
        """Answer a question, step by step; an empty one gets a gentle prompt instead.

        ``choice`` is what the browser holds of where to look, ``owner`` its secret, ``editing``
        the number of the last turn if the question takes its place; ``alone`` takes the question
        as it stands, whatever was asked before it.
        """
        session.user, session.asker = owner_named(request), visit(request).key
        page, reports = self.page, self.backend.reports()
        scope = chosen(choice, reports)
        gone = {page.places: places_html(reports)} if scope.gone else {}
        if not question.strip() or scope.names_no_report(reports):
            words = say("scope.nowhere" if question.strip() else "ask.empty")
            yield {page.hint: f'<p role="alert">{escape(words)}</p>', **gone}
            return
        if session.running is None and (words := self.turns.too_soon(request, button)):
            yield {page.hint: f'<p role="alert">{escape(words)}</p>', **gone}
            return
        turn = session.begin(question.strip(), scope, alone, instead=edited(editing))
        if turn is None:
            # One question at a time: what was typed stays in the box until this one is done.
            return
        page.marks.follow(session)
        yield {page.intro: gr.update(visible=False), page.box: "", page.hint: "", **gone,
               page.past: past_html(session), page.current: turn_html(turn, last=True),
               page.stop: gr.update(visible=True), page.new: gr.update(visible=True),
               **self._kept(session, owner, begins=True),
               **self._write_controls(session, offer=False)}
        yield from self._show(session, self.turns.answered(self.backend, session, turn),
                              owner)

    def again(self, session: Session, owner: object, event: gr.EventData,
              request: gr.Request | None = None) -> Iterator[Changes]:
        """Ask a question again, in its place; the answer that was there stays until then."""
        turn = session.numbered(_sent(event).get("again"))
        if turn is not None and session.running is None \
                and (words := self.turns.too_soon(request, button=True)):
            yield {self.page.hint: f'<p role="alert">{escape(words)}</p>'}
            return
        if turn is None or not session.begin_again(turn):
            return
        turn.note, turn.written = say("asking.again_working") if turn.answer else "", False
        yield {**self._turn(session, turn), self.page.hint: "",
               self.page.stop: gr.update(visible=True),
               **self._write_controls(session, offer=False)}
        yield from self._show(session, self.turns.answered(self.backend, session, turn),
                              owner)

    def ask_button(self, session: Session, choice: object, owner: object,
                   event: gr.EventData, request: gr.Request | None = None) -> Iterator[Changes]:
        """Ask the question that stands on a button, or that a form of the page was sent with."""
        sent = _sent(event)
        question = sent.get("ask")
        if isinstance(question, str):
            # A list of the whole library is not limited to what was chosen for other questions.
            where = "" if sent.get("everywhere") is True else choice
            changes = self.ask(question, session, where, owner, request=request,
                               alone=sent.get("alone") is True, button=True)
            # What is being typed in the box is another question.
            for change in changes:
                change.pop(self.page.box, None)
                yield change

    def _show(self, session: Session, turns: Iterator[Turn],
              owner: object) -> Iterator[Changes]:
        shown: Changes = {}
        for turn in turns:
            if not session.holds(turn):
                return
            ended = session.running is None
            if turn is not session.last and not ended and shown:
                # What stands further up is sent whole with all around it: begun and ended only.
                continue
            done = {self.page.stop: gr.update(visible=False),
                    **self._kept(session, owner, begins=False),
                    **self._write_controls(session, offer=True)} if ended else {}
            changes = {**self._turn(session, turn), **done}
            if changes != shown:
                shown = changes
                yield changes

    def _kept(self, session: Session, owner: object, begins: bool) -> Changes:
        """Keep the conversation where the browser says whose it is, and show how that went."""
        if not (known := owner_of(owner, session.user)):
            return {}
        self.page.keeping.keep(session, known, begins)
        return {self.page.kept: kept_html(session)}

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

    def write(self, session: Session, owner: object = "",
              request: gr.Request | None = None) -> Iterator[Changes]:
        """Write the last answer up, or say first what has to be fetched for it."""
        turn = session.last
        if turn is None or not turn.can_be_written or session.waiting is not None:
            return
        state = self.backend.prose_state()
        if state.status in (ProseStatus.ABSENT, ProseStatus.FAILED):
            may = role(request) is Role.EDITOR
            html = panel_html(state) if may else note_html(say("signin.only_editors_fetch"))
            yield {self.page.write: gr.update(visible=False),
                   **self._panel(html, fetch_label(state) if may else "", later=True)}
            return
        yield from self._wait_and_write(session, turn, owner)

    def catch_up(self, session: Session, owner: object = "",
                 request: gr.Request | None = None) -> Iterator[Changes]:
        """Write up the last answer where it came in quotes because the model was busy."""
        turn = session.last
        if turn is not None and turn.unwritten:
            turn.unwritten = False
            yield from self.write(session, owner, request)

    def fetch(self, session: Session, owner: object = "",
              request: gr.Request | None = None) -> Iterator[Changes]:
        """Fetch the model, show how it goes, then write the answer up. For editors alone."""
        turn = session.last
        if turn is None or session.waiting is not None:
            return
        if role(request) is not Role.EDITOR:
            yield self._panel(note_html(say("signin.only_editors_fetch")), later=True)
            return
        try:
            self.backend.fetch_prose()
        except FindingsError as error:
            words = say("write.failed", message=str(error))
            yield self._panel(note_html(words), say("write.retry"), later=True)
            return
        yield from self._wait_and_write(session, turn, owner)

    def _wait_and_write(self, session: Session, turn: Turn, owner: object) -> Iterator[Changes]:
        for step in self.turns.to_write(self.backend, session, turn):
            hidden = {self.page.write: gr.update(visible=False)}
            if isinstance(step, Place):
                yield {**hidden, **self._panel(""), self.page.stop: gr.update(visible=True)}
                yield from self._show(session, rewrite(self.backend, session, turn), owner)
            else:
                yield {**hidden, **self._panel(step.html, step.fetch, later=bool(step.fetch))}

    def later(self, session: Session) -> Changes:
        """Put the offer to fetch the model away; the button comes back."""
        return self._write_controls(session, offer=True)

    def clear(self, session: Session) -> Changes:
        """Begin a new conversation; a running answer is stopped and dropped."""
        page = self.page
        session.clear()
        return {page.intro: gr.update(visible=True), page.past: "", page.current: "",
                page.hint: "", page.stop: gr.update(visible=False), page.kept: kept_html(session),
                page.new: gr.update(visible=False), **self._write_controls(session, offer=False)}

    def turn_to(self, session: Session, event: gr.EventData,
                request: gr.Request | None = None) -> Changes:
        """Open a conversation that was kept, or begin a new one. A tab that was loaded anew asks
        quietly for the one it had: nothing is said where that was deleted meanwhile."""
        page, sent, session.user = self.page, _sent(event), owner_named(request)
        if sent.get("do") != "open":
            return self.clear(session)
        try:
            whose = owner_of(sent.get("owner"), session.user)
            page.keeping.open(session, whose, str(sent.get("id") or ""))
        except FindingsError as error:
            quiet = sent.get("quiet") is True and isinstance(error, GiveUp)
            words = "" if quiet else f'<p role="alert">{escape(str(error))}</p>'
            return {page.hint: words, page.kept: kept_html(session)}
        page.marks.follow(session)
        last = session.last
        return {page.intro: gr.update(visible=last is None), page.past: past_html(session),
                page.current: turn_html(last, last=True) if last else "", page.hint: "",
                page.stop: gr.update(visible=False), page.new: gr.update(visible=True),
                page.kept: kept_html(session), **self._write_controls(session, offer=True)}

    def refresh(self, session: Session, request: gr.Request) -> Changes:
        """Bring what is said of the library up to date: on opening the page, or when it changed."""
        session.user, session.visited = owner_named(request), True
        if request.session_hash:
            self._visits[request.session_hash] = session
        page, reports = self.page, self.backend.reports()
        intro = intro_html(reports, self.backend.suggestions())
        return {page.header: header_html(reports, account_html(visit(request))),
                page.footer: footer_html(reports, self.model, page.binding),
                page.places: places_html(reports),
                page.intro: gr.update(value=intro, visible=not session.turns)}

    def leave(self, request: gr.Request) -> None:
        """The page was closed: whatever still works for it is told to stop."""
        session = self._visits.get(request.session_hash or "")
        if session is not None:
            session.leave()


def _sent(event: gr.EventData) -> dict[str, Any]:
    return event._data if isinstance(event._data, dict) else {}


def past_html(session: Session) -> str:
    """Every turn but the last, oldest first."""
    return "".join(turn_html(turn, last=False) for turn in session.turns[:-1])
