"""The forms that a model's reply can be held to, so that it can't cite what does not exist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

MOST_MARKS = 3
_LONGEST_SENTENCE = 420
_OPENAI = ("openai", "azure_openai")


class Form(StrEnum):
    """How a reply is written.

    MARKS: sentences with ``[n]`` behind them, held to by the prompt alone. GRAMMAR: the same,
    held to by a grammar while decoding (llama.cpp's servers). SCHEMA: a JSON object, held to by
    a schema (OpenAI, Azure, Ollama and most compatible servers).
    """

    MARKS = "marks"
    GRAMMAR = "grammar"
    SCHEMA = "schema"


@dataclass(frozen=True, slots=True)
class Manner:
    """How a model is spoken to: the form that its replies are held to, whose server it is, and
    how often a call that failed before its first word is tried again."""

    form: Form = Form.MARKS
    provider: str = ""
    retries: int = 0


def held_to(form: Form, provider: str, numbers: Sequence[int], most: int) -> dict[str, Any]:
    """The options of a call that hold a reply to a form: at most ``most`` sentences, each citing
    only ``numbers``."""
    if form is Form.GRAMMAR:
        return {"extra_body": {"grammar": grammar(numbers, most), "cache_prompt": True}}
    if form is Form.SCHEMA and provider == "ollama":
        return {"format": schema(numbers)}
    if form is Form.SCHEMA:
        wanted = {"response_format": {"type": "json_schema", "json_schema": {
            "name": "answer", "strict": True, "schema": schema(numbers)}}}
        # Where LangChain's client for OpenAI sees this option, it also parses the whole reply at
        # its end, and fails where that is cut off or empty. The request is the same.
        return {"extra_body": wanted} if provider in _OPENAI else wanted
    return {}


def held_to_schema(manner: Manner, name: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a call that hold a whole reply to a JSON schema, where the server knows how
    to; none for others, which the prompt alone has to tell."""
    if manner.form is Form.MARKS:
        return {}
    if manner.provider == "ollama":
        return {"format": dict(wanted)}
    held = {"response_format": {"type": "json_schema", "json_schema": {
        "name": name, "strict": True, "schema": dict(wanted)}}}
    # As above; llama.cpp's own servers take the same request.
    return {"extra_body": held} if manner.form is Form.GRAMMAR or manner.provider in _OPENAI \
        else held


def grammar(numbers: Sequence[int], most: int) -> str:
    """A GBNF grammar: the sentinel, or up to ``most`` sentences, each with one to three marks."""
    from assistant.compose.drafting import SENTINEL

    known = " | ".join(f'"{n}"' for n in numbers)
    more = ' (" " sentence)?' * (most - 1)
    return (f'root ::= "{SENTINEL}" | sentence{more}\n'
            f'sentence ::= [A-Z0-9“"£] [^\\n\\[\\]<>{{}}]{{8,{_LONGEST_SENTENCE}}} " " marks\n'
            f"marks ::= mark{' mark?' * (MOST_MARKS - 1)}\n"
            f'mark ::= "[" number "]"\n'
            f"number ::= {known}\n")


def schema(numbers: Sequence[int]) -> dict[str, Any]:
    """A JSON schema: an object of sentences, each with its findings; none where there is no
    answer."""
    sentence = {"type": "object", "additionalProperties": False, "required": ["text", "findings"],
                "properties": {"text": {"type": "string"},
                               "findings": {"type": "array", "items": {
                                   "type": "integer", "enum": list(numbers)}}}}
    return {"type": "object", "additionalProperties": False, "required": ["sentences"],
            "properties": {"sentences": {"type": "array", "items": sentence}}}
