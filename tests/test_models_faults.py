"""What becomes of an answer when the server behind it is slow, broken, busy or wayward."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from assistant import settings
from assistant.compose.prose import ProseComposer
from assistant.models.registry import open_model
from corpus.errors import FindingsError, FixConfiguration, TryAgain
from tests.fake_models import (
    broken_chat_reply,
    chat_reply,
    error_reply,
    forget_providers,
    in_turn,
    serving,
    text_reply,
)
from tests.test_prose import EVIDENCE

KEY = "sk-secret-12345"
MARKS = "It has a backlog. [1] It should train more. [2]"
OBJECTS = json.dumps({"sentences": [{"text": "It has a backlog.", "findings": [1]},
                                    {"text": "It should train more.", "findings": [2]}]})
SAID = [("It has a backlog.", (1,)), ("It should train more.", (2,))]


@dataclass
class Outcome:
    """What was yielded, what was raised, and the bodies that the server was sent."""

    said: list[tuple[str, tuple[int, ...]]] = field(default_factory=list)
    error: FindingsError | None = None
    bodies: list[dict[str, Any]] = field(default_factory=list)


@pytest.fixture(autouse=True)
def _own_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_providers(monkeypatch)


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the client would have waited between its tries; it does not wait."""
    taken: list[float] = []
    really, client = time.sleep, threading.current_thread()

    def nap(seconds: float) -> None:
        # A server of an earlier test may still be taking its time.
        (taken.append if threading.current_thread() is client else really)(seconds)

    monkeypatch.setattr("time.sleep", nap)
    return taken


def pieces(text: str, size: int = 7) -> list[str]:
    return [text[at:at + size] for at in range(0, len(text), size)]


def asked(handle: Any, times: int = 1, **more: Any) -> Outcome:
    """One composer's drafts of ``times`` answers from a server that handles requests so."""
    outcome = Outcome()
    with serving(handle) as server:
        model = open_model(settings.load(model="openai:small", model_url=f"{server.address}/v1",
                                         model_key=KEY, **more))
        composer = ProseComposer(model.chat, model.name, model.manner)
        try:
            for _ in range(times):
                for draft in composer.drafts("Why?", EVIDENCE[:2]):
                    outcome.said.append((draft.text, draft.citations))
        except FindingsError as error:
            outcome.error = error
        finally:
            model.close()
        outcome.bodies = [request["body"] for request in server.requests]
    if outcome.error:
        assert outcome.error.next_step
        assert KEY not in str(outcome.error)
    return outcome


def with_schema(outcome: Outcome) -> list[bool]:
    return ["response_format" in body for body in outcome.bodies]


@pytest.mark.parametrize("handle", [chat_reply(pieces(OBJECTS)), chat_reply(pieces(MARKS))],
                         ids=["objects", "marks in spite of the schema"])
def test_a_server_that_is_well(handle: Any) -> None:
    outcome = asked(handle)
    assert (outcome.said, outcome.error) == (SAID, None)
    assert with_schema(outcome) == [True]


def test_a_slow_server_is_given_up(naps: Sequence[float]) -> None:
    over = threading.Event()
    outcome = asked(lambda request: over.wait(5), model_timeout=0.2)
    over.set()
    assert isinstance(outcome.error, TryAgain)
    assert "took too long" in outcome.error.reason
    assert "FINDINGS_MODEL_TIMEOUT" in outcome.error.next_step
    # The setting is how long a reader waits: a second try would wait as long again.
    assert len(outcome.bodies) == 1
    assert naps == []


def test_a_server_that_falls_silent_midway() -> None:
    outcome = asked(chat_reply([OBJECTS[:80], OBJECTS[80:]], pause=0.6), model_timeout=0.3)
    assert outcome.said == SAID[:1]
    assert isinstance(outcome.error, TryAgain)
    assert "took too long" in outcome.error.reason
    assert len(outcome.bodies) == 1


@pytest.mark.parametrize(("text", "form"), [(OBJECTS, "schema"), (MARKS, "marks")])
def test_a_server_that_hangs_up_after_a_sentence(text: str, form: str) -> None:
    outcome = asked(broken_chat_reply(pieces(text)[:-2]), model_form=form)
    assert outcome.said == SAID[:1]
    assert isinstance(outcome.error, TryAgain)
    assert "broke off" in outcome.error.reason
    # What a reader has seen is not written a second time.
    assert len(outcome.bodies) == 1


def test_a_key_that_is_not_accepted(naps: Sequence[float]) -> None:
    outcome = asked(error_reply(401, f"Incorrect API key provided: {KEY}"))
    assert isinstance(outcome.error, FixConfiguration)
    assert "(401)" in outcome.error.reason
    assert "FINDINGS_MODEL_KEY" in outcome.error.next_step
    assert (len(outcome.bodies), naps) == (1, [])


def test_a_busy_server_is_asked_again_when_it_says(naps: Sequence[float]) -> None:
    busy = error_reply(429, "slow down", headers={"Retry-After": "7"})
    outcome = asked(in_turn(busy, chat_reply(pieces(OBJECTS))))
    assert (outcome.said, outcome.error) == (SAID, None)
    assert naps == [7.0]
    assert with_schema(outcome) == [True, True]


def test_a_server_that_stays_busy(naps: Sequence[float]) -> None:
    outcome = asked(error_reply(429, "slow down"))
    assert isinstance(outcome.error, TryAgain)
    assert "busy" in outcome.error.reason
    assert len(outcome.bodies) == 3


def test_a_failure_that_passes(naps: Sequence[float]) -> None:
    outcome = asked(in_turn(error_reply(500, "oh"), chat_reply(pieces(OBJECTS))))
    assert (outcome.said, outcome.error) == (SAID, None)
    assert len(naps) == 1


def test_a_failure_that_stays(naps: Sequence[float]) -> None:
    outcome = asked(error_reply(500, "oh"))
    assert isinstance(outcome.error, TryAgain)
    assert "failed (500)" in outcome.error.reason
    # Twice more, each time later, and the form is not what it is about.
    assert with_schema(outcome) == [True] * 3
    assert naps[0] < naps[1]


@pytest.mark.parametrize(("text", "kind"), [
    ("<!doctype html><p>Welcome</p>", "text/html"), ("", "text/event-stream"),
    ("data: <html>no model</html>\n\n", "text/event-stream"),
    ("data: {\"choices\": \n\n", "text/event-stream")])
@pytest.mark.parametrize("form", ["schema", "marks"])
def test_garbage(text: str, kind: str, form: str, naps: Sequence[float]) -> None:
    outcome = asked(text_reply(text, kind), model_form=form)
    assert outcome.said == []
    assert isinstance(outcome.error, FixConfiguration)
    assert "can't be understood" in outcome.error.reason
    assert "FINDINGS_MODEL_URL" in outcome.error.next_step


@pytest.mark.parametrize("reply", [[], [""], [" \n"]])
def test_an_empty_reply(reply: list[str]) -> None:
    outcome = asked(chat_reply(reply))
    assert outcome.said == []
    assert isinstance(outcome.error, TryAgain)
    assert "empty reply" in outcome.error.reason


@pytest.mark.parametrize("status", [400, 422])
def test_a_server_that_knows_no_schema_is_asked_without_from_then_on(status: int) -> None:
    refused = error_reply(status, "response_format is not supported")
    outcome = asked(in_turn(refused, chat_reply(pieces(MARKS))), times=2)
    assert (outcome.said, outcome.error) == (SAID * 2, None)
    assert with_schema(outcome) == [True, False, False]
    assert "JSON" in outcome.bodies[0]["messages"][0]["content"]
    assert "JSON" not in outcome.bodies[1]["messages"][0]["content"]


def test_a_server_that_rejects_every_request() -> None:
    outcome = asked(error_reply(400, "no"))
    assert isinstance(outcome.error, FixConfiguration)
    assert "rejected the request (400)" in outcome.error.reason
    assert with_schema(outcome) == [True, False]


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize(("reply", "said"), [
    ('{"sentences": []}', []),
    ('{"sentences": [{"text": "NOT IN REPORT", "findings": []}]}', []),
    (f"```json\n{OBJECTS}\n```", SAID),
    (json.dumps(json.loads(OBJECTS), indent=2), SAID),
    (OBJECTS[:-10], SAID[:1]),
    (OBJECTS[:75], SAID[:1]),
    (f"{OBJECTS} I hope that this helps. [1]", SAID)],
    ids=["refusal", "sentinel", "fence", "lines", "cut at its end", "cut in an object", "more"])
@pytest.mark.parametrize("reason", ["stop", "length"])
def test_what_is_made_of_objects(reply: str, said: list[Any], size: int, reason: str) -> None:
    outcome = asked(chat_reply(pieces(reply, size), reason=reason))
    assert (outcome.said, outcome.error) == (said, None)


def test_marks_cut_off_in_spite_of_the_schema() -> None:
    outcome = asked(chat_reply(pieces(MARKS[:40]), reason="length"))
    assert (outcome.said, outcome.error) == (SAID[:1], None)
