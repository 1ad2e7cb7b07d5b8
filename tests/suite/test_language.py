"""A language model as a judge, with a model that replies from a queue and servers that fail."""

from __future__ import annotations

import json
from typing import Any

import pytest

from assistant.compose.forms import Form, Manner
from assistant.models.registry import OpenedModel
from corpus.errors import FixConfiguration, TryAgain
from evals.suite.adapter import metrics as adapter
from evals.suite.judges import language
from evals.suite.judges.judge import Ask, Task, TimedOutError, UnparseableError
from evals.suite.judges.language import Language, read, strict
from evals.suite.metrics.score import Outcome
from tests.fake_models import QueuedModel
from tests.suite.test_adapter import SAMPLE, embed


def judge(*replies: str | Exception, name: str = "openai:some") -> Language:
    model = QueuedModel(replies, size=1000)
    return Language(name, OpenedModel(model, name, Manner(Form.MARKS), lambda _: None,
                                      lambda: None))


def told(*verdicts: int) -> str:
    return json.dumps({"statements": [{"statement": "s", "reason": "r", "verdict": v}
                                      for v in verdicts]})


def test_its_reply_is_read_fenced_or_not() -> None:
    asked = judge('{"statements": ["There is a backlog.", "It has 40."]}',
                  f"Here you are:\n```json\n{told(1, 0)}\n```")
    assert adapter.score("faithfulness", SAMPLE, asked, embed).value == 0.5


@pytest.mark.parametrize("reply", ["I can't judge that.", '{"statements": [', "[1, 2]", "",
                                   '{"statements": [{"verdict": NaN}]}'])
def test_what_is_no_object_is_unparseable(reply: str) -> None:
    asked = judge('{"statements": ["There is a backlog.", "It has 40."]}', reply)
    assert adapter.score("faithfulness", SAMPLE, asked, embed).outcome is Outcome.UNPARSEABLE


def test_many_statements_are_put_a_few_at_a_time() -> None:
    statements = tuple(f"Statement {n}." for n in range(8))
    task = Task(Ask.SUPPORT, "all", {}, statements=statements, put=lambda few: " ".join(few))
    asked = judge(told(*[1] * 6), told(0, 1))
    reply = asked.decide(task)
    assert [one["verdict"] for one in reply["statements"]] == [1] * 6 + [0, 1]
    with pytest.raises(UnparseableError, match="not one verdict"):
        judge(told(*[1] * 6), told(0)).decide(task)


def test_a_slow_model_is_told_from_one_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language.time, "sleep", lambda seconds: None)
    task = Task(Ask.SPLIT, "p", {"properties": {}})
    with pytest.raises(TimedOutError):
        judge(TimeoutError()).decide(task)
    with pytest.raises(TryAgain):
        judge(*[ConnectionError()] * 3).decide(task)
    assert judge(ConnectionError(), "{}").decide(task) == {}


class RefusedError(Exception):
    status_code = 400


class _Chat:
    """Turns down what is held to a form, as a server without schemas does."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []

    def bind(self, **options: Any) -> _Chat:
        self.calls.append(options)
        return self

    def invoke(self, messages: Any) -> Any:
        if self.calls[-1]:
            raise RefusedError
        return QueuedModel(["{}"]).invoke("x")


def test_a_server_without_schemas_is_asked_again_without() -> None:
    chat: Any = _Chat()
    asked = Language("openai:x", OpenedModel(chat, "openai:x", Manner(Form.SCHEMA, "openai"),
                                             lambda _: None, lambda: None))
    task = Task(Ask.SPLIT, "p", {"properties": {}})
    assert asked.decide(task) == {}
    assert asked.decide(task) == {}
    assert [bool(options) for options in chat.calls] == [True, False, False]


def test_a_wrong_request_without_form_is_told() -> None:
    with pytest.raises(FixConfiguration):
        judge(RefusedError()).decide(Task(Ask.SPLIT, "p", {"properties": {}}))


def test_a_schema_lets_only_zero_and_one_through() -> None:
    schema = {"$defs": {"One": {"properties": {"verdict": {"type": "integer"},
                                               "reason": {"type": "string"}}}},
              "properties": {"statements": {"type": "array", "items": {"$ref": "#/$defs/One"}}}}
    held = strict(schema, 3)
    assert held["$defs"]["One"]["properties"]["verdict"] == {"type": "integer", "enum": [0, 1]}
    assert held["properties"]["statements"]["minItems"] == 3
    assert held["additionalProperties"] is False
    assert "maxLength" not in held["$defs"]["One"]["properties"]["reason"]
    assert strict(schema, 3, brief=True)["$defs"]["One"]["properties"]["reason"]["maxLength"]
    assert "enum" not in schema["$defs"]["One"]["properties"]["verdict"]


def test_reading_names_what_it_can_not_read() -> None:
    with pytest.raises(UnparseableError):
        read("nothing")
    assert read('so: {"a": 1} there') == {"a": 1}
