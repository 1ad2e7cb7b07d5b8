"""What happens is told as data, with the question's id and whoever asks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from assistant.answer import Answer, Intent, Sentence, Status
from assistant.operating.asking import REQUEST, asked_by, steps_of, watched
from assistant.operating.happenings import (
    Answered,
    Asked,
    Happening,
    Outcome,
    Synced,
    listening,
    tell,
)
from assistant.operating.working import Call, outcome_of, synced
from assistant.service import Service
from assistant.updates import Stage, Update
from corpus.errors import FixConfiguration, GiveUp, TryAgain
from index.sync import Changes

REFUSAL = Answer(question="q", standalone_question="q", intent=Intent.LOOKUP,
                 status=Status.NOT_IN_REPORTS, sentences=(Sentence(text="No.", citations=()),))


@pytest.fixture
def told() -> Iterator[list[Happening]]:
    """Everything that is told during a test."""
    heard: list[Happening] = []
    with listening(heard.append):
        yield heard


def test_a_question_is_told_of_at_both_ends(service: Service, told: list[Happening]) -> None:
    with asked_by("user:anna"):
        answer = service.ask("List every recommendation")
    asked, answered = told
    assert isinstance(asked, Asked)
    assert isinstance(answered, Answered)
    assert asked.request == answered.request == answer.trace.request
    assert asked.who == answered.who == "user:anna"
    assert (answered.status, answered.intent, answered.composer) == ("answered", "list", "quotes")
    assert answered.evidence_s is not None
    assert 0 < answered.evidence_s <= answered.total_s


def test_each_question_has_an_id_of_its_own(service: Service) -> None:
    ids = {service.ask("List every recommendation").trace.request for _ in range(3)}
    assert len(ids) == 3
    assert all(len(one) == 16 for one in ids)


def test_what_is_no_question_is_told_of_too(service: Service, told: list[Happening]) -> None:
    service.ask("")
    assert isinstance(told[-1], Answered)
    assert told[-1].status == "needs_clarification"
    assert told[-1].evidence_s is None


def test_a_question_that_nobody_waits_for_ends_as_stopped(service: Service,
                                                         told: list[Happening]) -> None:
    stream = service.stream("List every recommendation")
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert isinstance(told[-1], Answered)
    assert told[-1].status == "stopped"


def test_the_id_is_known_during_a_step_and_not_between() -> None:
    seen: list[str] = []

    def updates() -> Iterator[Update]:
        seen.append(REQUEST.get())
        yield Update(Stage.EVIDENCE)
        seen.append(REQUEST.get())
        yield Update(Stage.DONE, sentences=REFUSAL.sentences, answer=REFUSAL)

    between = [REQUEST.get() for _ in watched("q", updates())]
    assert between == ["", ""]
    assert seen[0] == seen[1] != ""


def test_who_asks_is_known_in_whatever_thread_a_step_is_made(service: Service,
                                                           told: list[Happening]) -> None:
    steps = steps_of("user:rita", service.stream("List every recommendation"))
    for _ in range(2):
        thread = threading.Thread(target=lambda: next(steps, None))
        thread.start()
        thread.join()
    steps.close()  # type: ignore[attr-defined]
    assert {one.who for one in told if isinstance(one, Asked | Answered)} == {"user:rita"}


def test_who_listens_and_fails_harms_nobody(told: list[Happening],
                                            caplog: pytest.LogCaptureFixture) -> None:
    def fails(_: Happening) -> None:
        raise RuntimeError("no")

    with listening(fails):
        tell(Asked("x"))
    assert told == [Asked("x")]
    assert "could not be taken down" in caplog.text


@pytest.mark.parametrize(("error", "outcome"), [
    (TryAgain("x"), Outcome.TRY_AGAIN), (FixConfiguration("x"), Outcome.FIX_CONFIGURATION),
    (GiveUp("x"), Outcome.GIVE_UP), (RuntimeError("x"), Outcome.UNEXPECTED)])
def test_a_sync_that_fails_is_told_with_what_to_do(error: Exception, outcome: Outcome,
                                                   told: list[Happening]) -> None:
    def fails() -> Changes:
        raise error

    with pytest.raises(type(error)):
        synced(fails)
    assert isinstance(told[-1], Synced)
    assert told[-1].outcome is outcome is outcome_of(error)


def test_a_sync_is_told_with_what_it_changed(told: list[Happening]) -> None:
    synced(lambda: Changes(added=("a", "b"), removed=("c",), findings=7))
    synced(lambda: Changes(unchanged=("a",), findings=7, rebuilt=False))
    first, second = told
    assert isinstance(first, Synced)
    assert isinstance(second, Synced)
    assert (first.outcome, first.added, first.removed, first.findings) == (Outcome.DONE, 2, 1, 7)
    assert second.outcome is Outcome.NOTHING


@pytest.mark.parametrize(("usage", "counted"), [
    ([None, {"input_tokens": 120, "output_tokens": 0}, {"input_tokens": 0, "output_tokens": 30}],
     (120, 30)),
    ([None, {}], (None, None))])
def test_a_models_tokens_are_counted_or_said_to_be_unknown(
        usage: list[Any], counted: tuple[int | None, int | None], told: list[Happening]) -> None:
    call = Call()
    for one in usage:
        call.heard(one)
    call.end()
    (written,) = told
    assert (written.prompt_tokens, written.completion_tokens) == counted  # type: ignore[union-attr]
