"""Whose turn it is where many ask at once, and who has asked too often."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from assistant.access.access import Access
from assistant.access.limits import Rate
from assistant.access.line import Line, Place
from assistant.access.who import limited_by, visit
from assistant.backend import Backend, ProseStatus
from assistant.operating.happenings import Refused, Why, tell
from assistant.settings import Settings
from assistant.web.dialogue import answer
from assistant.web.session import Phase, Session, Turn
from assistant.web.signin import later
from assistant.web.words import say
from assistant.web.writing import fetch_label, note_html, panel_html

POLL_S = 0.4
READY = ProseStatus.READY


@dataclass(frozen=True)
class Step:
    """What the panel shows while something is waited for; ``fetch`` is the button's words."""

    html: str
    fetch: str = ""


@dataclass(frozen=True)
class Turns:
    """The lines of one page: ``asking`` for answers, ``writing`` for what a language model
    writes. ``writes`` says whether answers are written unless a question asks otherwise."""

    asking: Line
    writing: Line
    questions: Rate
    writes: bool = False

    @classmethod
    def of(cls, settings: Settings, access: Access) -> Self:
        """The lines that the settings give."""
        return cls(access.asking, access.writing, access.questions,
                   settings.writes_prose)

    @classmethod
    def free(cls) -> Self:
        """Lines in which nobody waits."""
        return cls(Line(1000), Line(1000), Rate(0, 60))

    def too_soon(self, request: object, button: bool = False) -> str:
        """Why somebody may not ask now and when they may; "" when they may, which counts."""
        known = visit(request)
        wait = self.questions.take(limited_by(known))
        if wait:
            tell(Refused(Why.QUESTIONS, known.key, wait))
        key = "limits.questions_button" if button else "limits.questions"
        return say(key, when=later(wait)) if wait else ""

    def answered(self, backend: Backend, session: Session, turn: Turn) -> Iterator[Turn]:
        """``dialogue.answer`` once it is this question's turn; until then the turn says how many
        are before it. Where only the writing would wait, the answer comes in quotes at once, and
        ``turn.unwritten`` says so."""
        with self.asking.place() as place:
            if place is None:
                turn.settle(Phase.FAILED, note=_full(self.asking, Why.LINE, session))
                session.finish(turn)
                yield turn
                return
            yield from _waited(place, session, turn)
            if session.running is not turn:
                return
            writer = self.writing.try_turn() if self.writes else None
            turn.unwritten = self.writes and writer is None
            try:
                yield from answer(backend, session, turn, "quotes" if turn.unwritten else "auto")
            finally:
                if writer is not None:
                    writer.leave()

    def to_write(self, backend: Backend, session: Session, turn: Turn) -> Iterator[Step | Place]:
        """What to show until a language model can write ``turn`` up, and then, once, the place
        to do so: the turn runs by then, and the place is held until the iterator goes on. Ends
        early where that was put away, or where the model can't be had."""
        session.waiting = turn
        place: Place | None = None
        try:
            yield from _changes(_until_ready(backend, session, turn))
            if session.waiting is not turn or backend.prose_state().status is not READY:
                return
            place = self.writing.join()
            if place is None:
                yield Step(note_html(_full(self.writing, Why.WRITING, session)))
                return
            yield from _changes(_until_begun(place, session, turn))
            if session.waiting is turn and session.running is turn:
                session.waiting = None
                yield place
        finally:
            if session.waiting is turn:
                session.waiting = None
            if place is not None:
                place.leave()


def _full(line: Line, why: Why, session: Session) -> str:
    """Why nobody can join a line, in words."""
    tell(Refused(Why.STOPPING if line.is_closed else why, session.asker))
    return say("limits.stopping" if line.is_closed else "limits.full")


def _until_ready(backend: Backend, session: Session, turn: Turn) -> Iterator[Step]:
    while (state := backend.prose_state()).status is not READY and session.waiting is turn:
        if state.status is ProseStatus.FAILED:
            yield Step(panel_html(state), fetch_label(state))
            return
        absent = state.status is ProseStatus.ABSENT
        yield Step(note_html(say("write.starting")) if absent else panel_html(state))
        time.sleep(POLL_S)


def _until_begun(place: Place, session: Session, turn: Turn) -> Iterator[Step]:
    while session.waiting is turn:
        if not place.wait(POLL_S):
            before = place.before
            words = say("limits.writing_before", count=before) if before else say(
                "limits.writing_next")
            yield Step(note_html(words))
        elif session.begin_again(turn):
            return
        else:
            yield Step(note_html(say("write.waiting")))
            time.sleep(POLL_S)


def _changes(steps: Iterator[Step]) -> Iterator[Step]:
    shown: Step | None = None
    for step in steps:
        if step != shown:
            shown = step
            yield step


def _waited(place: Place, session: Session, turn: Turn) -> Iterator[Turn]:
    """Wait for the turn, saying how many are before; a question that is stopped meanwhile is
    settled, and then runs no more."""
    note, cancel, had_turn = turn.note, session.cancel, False
    try:
        while not (had_turn := place.wait(POLL_S)):
            if cancel.is_set() or not session.holds(turn):
                turn.settle(Phase.STOPPED, note=say("error.stopped"))
                break
            before = place.before
            words = say("limits.before", count=before) if before else say("limits.next")
            if words != turn.note:
                turn.note = words
                yield turn
    finally:
        if had_turn:
            turn.note = note
        else:
            session.finish(turn)
    if not had_turn:
        yield turn
