"""Sessions, turns and their pace: what is shown, what is kept, what is dropped."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable, Iterator
from typing import cast

import pytest

from assistant.answer import Answer, Intent, Sentence, Status
from assistant.backend import Backend
from assistant.updates import Stage, Update
from assistant.web.dialogue import answer, rewrite
from assistant.web.pace import paced
from assistant.web.session import Phase, Session, Turn
from corpus.errors import TryAgain
from tests.browser.backend import PHONES, FakeBackend

Steps = Callable[[threading.Event], Iterator[Update]]


class Scripted:
    """A backend whose stream is whatever the test says."""

    def __init__(self, steps: Steps) -> None:
        self.steps = steps

    def stream(self, question: str, history: object = (), *, composer: str = "auto",
               cancel: threading.Event, choices: object = None) -> Iterator[Update]:
        return self.steps(cancel)


def scripted(steps: Steps) -> Backend:
    return cast(Backend, Scripted(steps))


def run(backend: Backend, session: Session, question: str = "q") -> Turn:
    turn = session.begin(question)
    assert turn is not None
    for _ in answer(backend, session, turn):
        pass
    return turn


def test_each_visitor_gets_an_empty_session() -> None:
    first = Session()
    first.begin("q")
    second = copy.deepcopy(first)
    assert second.turns == []
    assert second.running is None


def test_a_turn_ends_with_its_answer_and_frees_the_session() -> None:
    session = Session()
    turn = run(FakeBackend(), session, PHONES)
    assert turn.phase is Phase.DONE
    assert turn.answer is not None
    assert turn.answer.status is Status.ANSWERED
    assert session.running is None
    assert turn.can_be_written


def test_one_question_runs_at_a_time() -> None:
    session = Session()
    assert session.begin("one") is not None
    assert session.begin("two") is None
    assert len(session.turns) == 1


def test_history_holds_finished_turns_before_this_one_without_errors() -> None:
    session, backend = Session(), FakeBackend()
    run(backend, session, PHONES)
    run(backend, session, "What breaks?")
    run(backend, session, PHONES)
    assert [question for question, _ in backend.histories[2]] == [PHONES]
    assert "[1]" in backend.histories[2][0][1]


def test_a_fault_is_said_in_words(caplog: pytest.LogCaptureFixture) -> None:
    def breaks(cancel: threading.Event) -> Iterator[Update]:
        yield Update(Stage.EVIDENCE)
        raise RuntimeError("secret detail")

    turn = run(scripted(breaks), Session())
    assert turn.phase is Phase.FAILED
    assert "fault in the program" in turn.note
    assert "secret detail" not in turn.note
    assert "secret detail" in caplog.text


def test_an_error_says_its_reason_and_next_step() -> None:
    def busy(cancel: threading.Event) -> Iterator[Update]:
        raise TryAgain("The index is locked.", "Try again in a minute.")
        yield

    turn = run(scripted(busy), Session())
    assert turn.note == "The index is locked. Try again in a minute."


def test_a_stream_that_ends_early_is_not_taken_for_an_answer() -> None:
    turn = run(scripted(lambda cancel: iter([Update(Stage.EVIDENCE)])), Session())
    assert turn.phase is Phase.FAILED
    assert "ended before it was finished" in turn.note


def test_stop_is_said_as_such() -> None:
    session = Session()

    def waits(cancel: threading.Event) -> Iterator[Update]:
        yield Update(Stage.EVIDENCE)
        assert cancel.wait(5)

    turn = session.begin("q")
    assert turn is not None
    steps = answer(scripted(waits), session, turn)
    next(steps)
    session.stop()
    list(steps)
    assert turn.phase is Phase.STOPPED
    assert session.running is None


def test_leaving_the_page_cancels_the_work() -> None:
    session = Session()
    cancelled = threading.Event()

    def waits(cancel: threading.Event) -> Iterator[Update]:
        yield Update(Stage.EVIDENCE)
        cancel.wait(5)
        cancelled.set()

    turn = session.begin("q")
    assert turn is not None
    steps = cast("Iterator[Turn]", answer(scripted(waits), session, turn))
    next(steps)
    steps.close()  # type: ignore[attr-defined]
    assert cancelled.wait(5)
    assert session.running is None


def test_a_cleared_conversation_drops_what_still_runs() -> None:
    session = Session()

    def goes_on(cancel: threading.Event) -> Iterator[Update]:
        yield Update(Stage.EVIDENCE)
        cancel.wait(5)
        yield Update(Stage.EVIDENCE)

    turn = session.begin("q")
    assert turn is not None
    steps = answer(scripted(goes_on), session, turn)
    next(steps)
    session.clear()
    assert list(steps) == []
    assert session.begin("next") is not None


def test_writing_up_replaces_the_answer() -> None:
    session, backend = Session(), FakeBackend()
    turn = run(backend, session, PHONES)
    assert session.begin_again(turn)
    list(rewrite(backend, session, turn))
    assert turn.answer is not None
    assert turn.answer.model == "small model"
    assert not turn.can_be_written


@pytest.mark.parametrize("status", [Status.ERROR, Status.NOT_IN_REPORTS])
def test_a_failed_writing_keeps_the_answer_and_says_so(status: Status) -> None:
    session = Session()
    turn = run(FakeBackend(), session, PHONES)
    kept = turn.answer
    failed = Answer(question="q", standalone_question="q", intent=Intent.LOOKUP, status=status,
                    sentences=(Sentence(text="The model is busy.", citations=()),))
    assert session.begin_again(turn)
    list(rewrite(scripted(lambda cancel: iter([Update(Stage.DONE, answer=failed)])), session, turn))
    assert turn.answer is kept
    assert "stays in the reports’ own words" in turn.note
    assert turn.can_be_written == (status is Status.ERROR)


def test_a_writing_that_falls_back_to_quotes_is_not_offered_again() -> None:
    session, backend = Session(), FakeBackend()
    turn = run(backend, session, PHONES)
    kept = turn.answer
    assert session.begin_again(turn)
    done = [Update(Stage.DONE, answer=kept)]
    list(rewrite(scripted(lambda cancel: iter(done)), session, turn))
    assert turn.answer is kept
    assert not turn.can_be_written
    assert "passed the check" in turn.note


@pytest.mark.parametrize("intent", list(Intent))
def test_complete_lists_are_not_offered_to_a_model(intent: Intent) -> None:
    session = Session()
    turn = run(FakeBackend(), session, PHONES)
    assert turn.answer is not None
    turn.answer = turn.answer.model_copy(update={"intent": intent})
    assert turn.can_be_written == (intent not in (Intent.LIST, Intent.COUNT))


def test_updates_come_at_a_pace_and_the_last_one_always() -> None:
    started = time.monotonic()
    shown = list(paced(iter(range(10_000)), interval=0.02))
    assert shown[-1] == 9_999
    assert len(shown) <= (time.monotonic() - started) / 0.02 + 1


def test_a_lone_update_is_not_held_back_by_a_slow_next_one() -> None:
    release = threading.Event()

    def slow() -> Iterator[int]:
        yield 1
        yield 2
        release.wait(5)
        yield 3

    updates = paced(slow(), interval=0.02)
    seen = []
    while not seen or seen[-1] < 2:
        seen.append(next(updates))
    release.set()
    assert [*seen, *updates][-1] == 3


def test_an_error_is_raised_after_what_came_before() -> None:
    def breaks() -> Iterator[int]:
        yield 1
        raise ValueError("no")

    updates = paced(breaks())
    assert next(updates) == 1
    with pytest.raises(ValueError, match="no"):
        next(updates)
