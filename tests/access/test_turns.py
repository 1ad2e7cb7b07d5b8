"""Whose turn it is, who has asked too often, and who may fetch the language model."""

from __future__ import annotations

import threading
from typing import Any, cast

from assistant.access.limits import Rate
from assistant.access.line import Line
from assistant.access.who import Role, Visit
from assistant.backend import ProseState, ProseStatus
from assistant.web.events import Events
from assistant.web.page import Page
from assistant.web.session import Phase, Session
from assistant.web.turns import Turns
from tests.browser.backend import GRADE, PHONES, SLOW, FakeBackend

ANNA = Visit("Anna", Role.EDITOR, "user:Anna")
RITA = Visit("Rita", Role.READER, "user:Rita")


class Asked:
    """A request as Gradio hands it to a handler."""

    def __init__(self, known: Visit) -> None:
        self.scope = {"findings.visit": known}


class Named:
    """Components that are told apart by their names, and nobody who marks or keeps."""

    def __getattr__(self, name: str) -> Any:
        return self if name in ("marks", "keeping") else name

    def follow(self, session: Session) -> None:
        """Nothing to follow."""

    def keep(self, session: Session, owner: str, begins: bool) -> None:
        """Nothing to keep."""


def events(backend: FakeBackend, turns: Turns) -> Events:
    return Events(cast(Page, Named()), backend, turns=turns)


def turns(at_once: int = 4, questions: int = 0, writes: bool = False, writing: int = 1) -> Turns:
    return Turns(Line(at_once), Line(writing), Rate(questions, 60), writes)


def test_a_reader_cannot_fetch_the_language_model() -> None:
    backend = FakeBackend()
    page, session = events(backend, turns()), Session()
    list(page.ask(PHONES, session))
    offered = list(page.write(session, request=cast(Any, Asked(RITA))))[-1]
    assert "Only an editor can fetch it" in offered["panel"]
    assert offered["fetch"]["visible"] is False
    told = list(page.fetch(session, request=cast(Any, Asked(RITA))))
    assert "Only an editor can fetch it" in told[-1]["panel"]
    assert backend.state.status is ProseStatus.ABSENT
    list(page.fetch(session))
    assert backend.state.status is ProseStatus.ABSENT
    fetching = page.fetch(session, request=cast(Any, Asked(ANNA)))
    next(fetching)
    assert backend.state.status is ProseStatus.FETCHING
    fetching.close()
    backend.release.set()


def test_who_asks_too_often_is_told_when_to_ask_again() -> None:
    page, session = events(FakeBackend(), turns(questions=1)), Session()
    request = cast(Any, Asked(RITA))
    list(page.ask(PHONES, session, request=request))
    (told,) = list(page.ask(GRADE, session, request=request))
    assert "Ask this one again in 60 seconds" in told["hint"]
    assert "box" not in told
    assert len(session.turns) == 1
    list(page.ask(GRADE, Session(), request=cast(Any, Asked(ANNA))))


def test_who_waits_sees_how_many_are_before() -> None:
    shared = turns(at_once=1)
    running = shared.asking.join()
    waiting = shared.asking.join()
    assert running is not None
    assert waiting is not None
    page, session = events(FakeBackend(), shared), Session()
    changes = page.ask(PHONES, session)
    next(changes)
    assert "1 question is before yours." in next(changes)["current"]
    running.leave()
    assert "Your question is next." in next(changes)["current"]
    waiting.leave()
    last = list(changes)[-1]
    assert "backlog of digital devices" in last["current"]
    assert "before yours" not in last["current"]


def test_a_question_that_waits_can_be_stopped_and_gives_its_place_up() -> None:
    shared = turns(at_once=1)
    held = shared.asking.join()
    page, session = events(FakeBackend(), shared), Session()
    changes = page.ask(PHONES, session)
    next(changes)
    next(changes)
    session.stop()
    list(changes)
    assert session.turns[0].phase is Phase.STOPPED
    assert session.running is None
    gone = page.ask(PHONES, left := Session())
    next(gone)
    next(gone)
    gone.close()
    assert left.running is None
    assert held is not None
    held.leave()
    assert shared.asking.try_turn() is not None


def test_a_line_that_is_full_says_so() -> None:
    shared = Turns(Line(1, most=0), Line(1), Rate(0, 60))
    shared.asking.join()
    session = Session()
    last = list(events(FakeBackend(), shared).ask(PHONES, session))[-1]
    assert "Too many people are asking" in last["current"]
    assert session.running is None


def test_quotes_come_at_once_where_only_the_writing_waits() -> None:
    backend, shared = FakeBackend(), turns(writes=True)
    backend.state = ProseState(ProseStatus.READY, "small model")
    writing = shared.writing.join()
    ahead = shared.writing.join()
    page, session = events(backend, shared), Session()
    last = list(page.ask(PHONES, session))[-1]
    assert "backlog of digital devices" in last["current"]
    assert session.running is None
    later_on = page.catch_up(session)
    assert "1 answer is written before yours" in next(later_on)["panel"]
    assert writing is not None
    assert ahead is not None
    ahead.leave()
    assert "yours is written next" in next(later_on)["panel"]
    threading.Timer(0.2, writing.leave).start()
    assert "Phones wait to be examined" in list(later_on)[-1]["current"]
    assert list(page.catch_up(session)) == []
    assert shared.writing.try_turn() is not None


def test_a_second_person_waits_for_the_first_and_then_is_answered() -> None:
    shared, backend = turns(at_once=1), FakeBackend()
    first, second = Session(), Session()
    page = events(backend, shared)
    slow = page.ask(SLOW, first)
    next(slow)
    assert "backlog" in next(slow)["current"]
    waiting = page.ask(PHONES, second)
    next(waiting)
    assert "Your question is next." in next(waiting)["current"]
    first.stop()
    list(slow)
    assert "backlog" in list(waiting)[-1]["current"]
    assert second.turns[0].phase is Phase.DONE
