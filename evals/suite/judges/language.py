"""A language model as a judge: any that LangChain reaches, held to JSON where it can be."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from assistant.compose.forms import held_to_schema
from assistant.models.failures import ReadsTooLittle, TookTooLong, refuses_form, telling
from assistant.models.registry import OpenedModel, is_embedded, open_model
from assistant.settings import Settings
from corpus.errors import FixConfiguration, TryAgain
from evals.suite.judges.judge import Ask, Task, TimedOutError, UnparseableError

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

# Few enough that a small model does not lose count, and that a reply is not cut off.
_AT_ONCE = 6
_REPLY_TOKENS = 1200
_REASON = 160
_TRIES, _FIRST_WAIT_S = 3, 1.0
_BINARY = {"verdict", "attributed", "noncommittal"}
# Changes with how tasks are put to the model, so that what was judged before is judged anew.
_VERSION = "2"


class Language:
    """Asks a chat model with RAGAS's own prompts; ``name`` is as given with --judge.

    Remote models are asked at temperature 0 and still vary, so that repeats are worth while.
    """

    def __init__(self, name: str, opened: OpenedModel) -> None:
        self.name = name
        self.is_random = not is_embedded(name)
        self._opened = opened
        self._embedded = is_embedded(name)
        self._formed = True
        self.fingerprint = f"{opened.name}:{opened.manner.form.value}:{_VERSION}"
        self.tokens_in = self.tokens_out = 0

    def decide(self, task: Task, repeat: int = 0) -> Mapping[str, Any]:
        """The model's reply as an object. Statements are put to it a few at a time.

        Raises ``UnparseableError`` for a reply that is no JSON object or was cut off,
        ``TimedOutError``, and a ``FindingsError`` where the model can't be reached or refuses.
        """
        del repeat
        if task.ask is not Ask.SUPPORT or len(task.statements) <= _AT_ONCE:
            return self._asked(task, task.prompt, task.statements)
        verdicts: list[Any] = []
        for begin in range(0, len(task.statements), _AT_ONCE):
            part = task.statements[begin:begin + _AT_ONCE]
            reply = self._asked(task, task.put(part), part)
            given = reply.get("statements")
            if not isinstance(given, list) or len(given) != len(part):
                raise UnparseableError(f"not one verdict for each of {len(part)} statements")
            verdicts += given
        return {"statements": verdicts}

    def relevancy(self, question: str, answer: str) -> float | None:
        """None: a language model guesses questions, as RAGAS has it."""
        del question, answer
        return None

    def close(self) -> None:
        """Stop the embedded model, if it is that."""
        self._opened.close()

    def _asked(self, task: Task, prompt: str, statements: tuple[str, ...]) -> Mapping[str, Any]:
        schema = strict(task.schema, len(statements) or None, brief=self._embedded)
        length = {"max_tokens": _REPLY_TOKENS} if self._embedded else {}
        held = held_to_schema(self._opened.manner, task.ask.value, schema) if self._formed else {}
        chat = self._opened.chat.bind(**held, **length)
        try:
            reply = self._reply(lambda: chat.invoke([("human", prompt)]))
        except FixConfiguration as error:
            if not held or not refuses_form(error, error.__cause__):
                raise
            # A server that knows no schema is asked without from now on; the guard stays.
            self._formed = False
            return self._asked(task, prompt, statements)
        used = getattr(reply, "usage_metadata", None) or {}
        self.tokens_in += used.get("input_tokens", 0)
        self.tokens_out += used.get("output_tokens", 0)
        return read(reply.text)

    def _reply(self, ask: Callable[[], AIMessage]) -> AIMessage:
        """The model's reply; a failure that may pass is tried again."""
        for attempt in range(_TRIES):
            try:
                with telling(self.name):
                    return ask()
            except TookTooLong as error:
                raise TimedOutError(f"{self.name} did not reply in time") from error
            except ReadsTooLittle as error:
                raise UnparseableError(f"more evidence than {self.name} can read") from error
            except TryAgain:
                if attempt == _TRIES - 1:
                    raise
                time.sleep(_FIRST_WAIT_S * 2 ** attempt)
        raise AssertionError("the last try returns or raises")


def open_language(name: str, settings: Settings) -> Language:
    """The model that a judge's name means. Raises ``FixConfiguration`` with what to do."""
    return Language(name, open_model(settings.model_copy(update={"model": name})))


def read(text: str) -> Mapping[str, Any]:
    """The JSON object in a reply, fenced or not. Raises ``UnparseableError``."""
    begin, end = text.find("{"), text.rfind("}")
    try:
        found = json.loads(text[begin:end + 1], parse_constant=_no_number)
    except ValueError as error:
        raise UnparseableError("its reply is no JSON") from error
    if not isinstance(found, dict):
        raise UnparseableError("its reply is no JSON object")
    return found


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number")


def strict(schema: Mapping[str, Any], items: int | None, brief: bool = False) -> dict[str, Any]:
    """A JSON schema with verdicts that are 0 or 1, nothing beside what is asked for, and, where
    ``items`` is given, as many verdicts as statements. ``brief`` bounds the reasons, which not
    every server can."""
    held: dict[str, Any] = json.loads(json.dumps(schema))
    for part in (held, *held.get("$defs", {}).values()):
        part["additionalProperties"] = False
        for name, kept in part.get("properties", {}).items():
            if name in _BINARY:
                kept.clear()
                kept.update(type="integer", enum=[0, 1])
            if name == "reason" and brief:
                kept["maxLength"] = _REASON
            if name == "statements" and items and kept.get("type") == "array" \
                    and "$ref" in kept.get("items", {}):
                kept.update(minItems=items, maxItems=items)
    return held
