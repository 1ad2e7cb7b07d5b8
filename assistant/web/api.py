"""The calls of programs as endpoints of Gradio's own API.

Gradio reads the types of an endpoint from its signature, so that annotations are real ones here.
"""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeVar

import gradio as gr
from gradio.events import api
from pydantic import BaseModel

from assistant.access.who import visit
from assistant.allowance import Allowance
from assistant.exchange import AskCall, ListCall, Problem, Reply, SearchCall
from assistant.operating.asking import asked_by
from assistant.programs import Library, Programs, answered, called
from prompts import wording

# Calls that run at the same time; more wait in Gradio's queue.
AT_ONCE = 8
_Called = TypeVar("_Called", bound=BaseModel)


class Calls:
    """The endpoints over one library, counted for whoever sent the request. What is wrong with a
    call is raised as a ``gr.Error`` whose title is the problem's type."""

    def __init__(self, library: Library, allowance: Allowance) -> None:
        self._programs = Programs(library, allowance=allowance)
        self._allowance = allowance

    def ask(self, request: gr.Request, question: str = "", history: list[list[str]] | None = None,
            force: list[str] | None = None, year: list[int] | None = None,
            kind: list[str] | None = None, report: list[str] | None = None,
            composer: Literal["quotes", "prose"] = "quotes") -> dict[str, Any]:
        """An answer with its citations."""
        return self._reply(request, AskCall, self._programs.ask, {
            "question": question, "history": history, "force": force, "year": year, "kind": kind,
            "report": report, "composer": composer})

    def search(self, request: gr.Request, query: str = "", k: int = 10,
               force: list[str] | None = None, year: list[int] | None = None,
               kind: list[str] | None = None,
               report: list[str] | None = None, topic: list[str] | None = None,
               polarity: list[str] | None = None,
               grade: list[str] | None = None) -> dict[str, Any]:
        """The findings nearest to a query."""
        return self._reply(request, SearchCall, self._programs.search, {
            "query": query, "k": k, "force": force, "year": year, "kind": kind, "report": report,
            "topic": topic, "polarity": polarity, "grade": grade})

    def listing(self, request: gr.Request, force: list[str] | None = None,
                year: list[int] | None = None, kind: list[str] | None = None,
                report: list[str] | None = None,
                topic: list[str] | None = None, polarity: list[str] | None = None,
                grade: list[str] | None = None, offset: int = 0,
                limit: int = 50) -> dict[str, Any]:
        """A part of a complete list."""
        return self._reply(request, ListCall, self._programs.list, {
            "force": force, "year": year, "kind": kind, "report": report, "topic": topic,
            "polarity": polarity, "grade": grade, "offset": offset, "limit": limit})

    def _reply(self, request: gr.Request, model: type[_Called], call: Callable[[_Called], Reply],
               sent: Mapping[str, Any]) -> dict[str, Any]:
        def counted() -> Reply:
            self._allowance.count(request)
            with asked_by(visit(request).key):
                return call(called(model, sent))

        reply = answered(counted)
        if isinstance(reply, Problem):
            raise gr.Error(reply.text, title=reply.type, print_exception=False)
        return reply.model_dump(mode="json")


def _defaults(function: Callable[..., Any]) -> tuple[object, ...]:
    # What comes before the fields is the object and the request.
    return tuple(one.default for one in inspect.signature(function).parameters.values())[2:]


# What each call takes where nothing is sent, in the order of its fields.
DEFAULTS = {"ask": _defaults(Calls.ask), "search": _defaults(Calls.search),
            "list": _defaults(Calls.listing)}


def offer(library: Library, allowance: Allowance) -> None:
    """Add the endpoints to the open ``gr.Blocks``. To be called before any event is attached:
    the first of a name keeps it."""
    calls, words = Calls(library, allowance), wording("programs")["calls"]
    for name, function in zip(DEFAULTS, (calls.ask, calls.search, calls.listing), strict=True):
        api(function, api_name=name, api_description=words[name], concurrency_limit=AT_ONCE,
            concurrency_id="programs")


def numbers(blocks: gr.Blocks) -> frozenset[int]:
    """The numbers that Gradio gave the endpoints."""
    return frozenset(number for number, one in blocks.fns.items() if one.api_name in DEFAULTS)
