"""Replies held to a form: what can't be said any more, and how each form is read."""

from __future__ import annotations

import json
import threading
from typing import Any, ClassVar

import pytest

from assistant.compose import Draft
from assistant.compose.drafting import SENTINEL
from assistant.compose.forms import Form, Manner, grammar, held_to, schema
from assistant.compose.objects import Objects
from assistant.compose.prompting import digest, length
from assistant.compose.prose import ProseComposer
from corpus.errors import FixConfiguration, TryAgain
from tests.fake_models import QueuedModel
from tests.test_prose import EVIDENCE, contents

REPLY = json.dumps({"sentences": [{"text": "It is late.", "findings": [1]},
                                  {"text": "It is [2] short", "findings": [2, 1, 2]}]})


class Bound(QueuedModel):
    """Remembers what each call was bound to."""

    options: ClassVar[list[dict[str, Any]]] = []

    def _stream(self, messages: Any, stop: Any = None, run_manager: Any = None,
                **kwargs: Any) -> Any:
        self.options.append(kwargs)
        return super()._stream(messages, stop, run_manager)


class Refusal(Exception):
    """What a server's client raises for a request that it turns down."""

    status_code = 400


def read(text: str, size: int = 4) -> list[Draft]:
    objects = Objects()
    found = [d for i in range(0, len(text), size) for d in objects.feed(text[i:i + size])]
    return [*found, *objects.end(False)]


def test_a_grammar_knows_the_numbers_there_are() -> None:
    told = grammar([1, 2, 5], 2)
    assert 'number ::= "1" | "2" | "5"' in told
    assert told.splitlines()[0] == f'root ::= "{SENTINEL}" | sentence (" " sentence)?'
    options = held_to(Form.GRAMMAR, "", [1], 1)
    assert options["extra_body"]["grammar"] == grammar([1], 1)


def test_a_schema_knows_them_too() -> None:
    item = schema([3, 4])["properties"]["sentences"]["items"]
    assert item["properties"]["findings"]["items"]["enum"] == [3, 4]
    assert held_to(Form.SCHEMA, "ollama", [3], 1) == {"format": schema([3])}
    bound = held_to(Form.SCHEMA, "", [3], 1)["response_format"]["json_schema"]
    assert bound["strict"] is True
    assert bound["schema"] == schema([3])
    assert held_to(Form.MARKS, "", [3], 1) == {}


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_objects_are_read_as_they_close(size: int) -> None:
    assert read(REPLY, size) == [Draft("It is late.", (1,)), Draft("It is short.", (2, 1))]


@pytest.mark.parametrize("reply", [
    '{"sentences": []}', "", "no json", '{"sentences": [{"text": 5, "findings": [1]}]}',
    '{"sentences": [{"text": "' + SENTINEL + '", "findings": []}]}',
    '{"sentences": [{"text": "Cut off in the midd', '{"sentences": ["It is late."]}'])
def test_what_is_no_sentence(reply: str) -> None:
    assert read(reply) == []


def test_fences_repetitions_and_odd_numbers() -> None:
    assert read(f"```json\n{REPLY}\n```")[0] == Draft("It is late.", (1,))
    one = {"text": "It is late.", "findings": ["x", True, 2]}
    assert read(json.dumps({"sentences": [one, one, {"text": "More.", "findings": []}]})) == [
        Draft("It is late.", (2,))]
    assert read(json.dumps({"sentences": [{"text": "It is late.", "findings": 2}]})) == [
        Draft("It is late.", (2,))]


def test_a_sentence_comes_before_the_object_is_whole() -> None:
    objects = Objects()
    begun = REPLY[:REPLY.index("}") + 1]
    assert list(objects.feed(begun)) == [Draft("It is late.", (1,))]


def test_a_composer_reads_json_and_marks_alike() -> None:
    for reply in (REPLY, "It is late. [1] It is short. [2][1]"):
        model = Bound([reply], size=7)
        composer = ProseComposer(model, "m", Manner(Form.SCHEMA))
        assert list(composer.drafts("Why?", EVIDENCE)) == [
            Draft("It is late.", (1,)), Draft("It is short.", (2, 1))]
        assert model.options[-1]["response_format"]["json_schema"]["schema"] == schema([1, 2, 3])


def test_a_server_without_schemas_is_asked_once_more_and_not_again() -> None:
    model = Bound([Refusal(), "It is late. [1]", "It is short. [2]"])
    composer = ProseComposer(model, "m", Manner(Form.SCHEMA))
    assert list(composer.drafts("Why?", EVIDENCE)) == [Draft("It is late.", (1,))]
    assert list(composer.drafts("Why?", EVIDENCE)) == [Draft("It is short.", (2,))]
    assert ["response_format" in one for one in model.options[-3:]] == [True, False, False]


def test_a_refusal_of_plain_text_is_told() -> None:
    with pytest.raises(FixConfiguration, match="rejected the request"):
        list(ProseComposer(QueuedModel([Refusal()]), "m").drafts("Why?", EVIDENCE))


def test_a_call_is_tried_again_only_before_its_first_word(
        monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("assistant.compose.prose.time.sleep", waits.append)
    manner = Manner(retries=2)
    model = QueuedModel([ConnectionError(), ConnectionError(), "It is late. [1]"])
    assert list(ProseComposer(model, "m", manner).drafts("Why?", EVIDENCE)) == [
        Draft("It is late.", (1,))]
    assert waits == [0.5, 1.0]
    model = QueuedModel([ConnectionError(), ConnectionError(), ConnectionError(),
                         "It is late. [1]"])
    with pytest.raises(TryAgain):
        list(ProseComposer(model, "m", manner).drafts("Why?", EVIDENCE))
    model = QueuedModel([FixConfiguration("No.", "Do."), "It is late. [1]"])
    with pytest.raises(FixConfiguration):
        list(ProseComposer(model, "m", manner).drafts("Why?", EVIDENCE))


def test_a_server_that_stays_silent_is_waited_for_once() -> None:
    model = QueuedModel([TimeoutError(), "It is late. [1]"])
    with pytest.raises(TryAgain, match="too long"):
        list(ProseComposer(model, "m", Manner(retries=2)).drafts("Why?", EVIDENCE))
    assert len(model.prompts) == 1


def test_the_length_is_asked_for_and_kept() -> None:
    model = QueuedModel(["One is late. [1] Two is short. [2] Three is so. [3]"])
    assert len(list(ProseComposer(model, "m").drafts("Why?", EVIDENCE, most=2))) == 2
    assert length(2) in contents(model.prompts[0])[-1]
    assert length(9) == length(4)


def test_cancelling_stops_the_model_at_its_next_word() -> None:
    cancel = threading.Event()
    model = QueuedModel(["It is late. [1] " + "It goes on and on and on. " * 200])
    found = ProseComposer(model, "m").drafts("Why?", EVIDENCE, cancel=cancel)
    assert next(found) == Draft("It is late.", (1,))
    heard = model.streamed
    cancel.set()
    assert list(found) == []
    assert model.streamed <= heard + 1


def test_prompts_have_a_version() -> None:
    assert len(digest()) == 12
    assert ProseComposer(QueuedModel([]), "m").version == digest()
