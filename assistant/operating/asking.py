"""A question while it is answered: its id, who asks, and how it ended."""

from __future__ import annotations

import secrets
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import TypeVar, cast

from assistant.answer import Answer
from assistant.operating.happenings import Answered, Asked, tell
from assistant.updates import Update

# The question that the present work is for; its log lines carry it.
REQUEST: ContextVar[str] = ContextVar("findings_request", default="")
_WHO: ContextVar[str] = ContextVar("findings_who", default="")
_T = TypeVar("_T")


@contextmanager
def asked_by(who: str) -> Iterator[None]:
    """Whoever asks within the block has this key; it is told in happenings alone."""
    token = _WHO.set(who)
    try:
        yield
    finally:
        _WHO.reset(token)


def steps_of(who: str, steps: Iterator[_T]) -> Iterator[_T]:
    """The same steps, each made as ``asked_by(who)``, in whatever thread it is made."""
    try:
        while True:
            with asked_by(who):
                step = next(steps, None)
            if step is None:
                return
            yield step
    finally:
        _close(steps)


def watched(question: str, updates: Iterator[Update]) -> Iterator[Update]:
    """The same updates with the question's id in the answer's trace, told of at the beginning and
    at the end, however that comes."""
    request, who, begun = secrets.token_hex(8), _WHO.get(), time.perf_counter()
    evidence_s: float | None = None
    answer: Answer | None = None
    tell(Asked(request, who))
    try:
        while True:
            token = REQUEST.set(request)
            try:
                update = next(updates, None)
            finally:
                REQUEST.reset(token)
            if update is None:
                return
            if evidence_s is None and update.citations:
                evidence_s = time.perf_counter() - begun
            if update.answer is not None:
                answer = _marked(update.answer, request)
                update = replace(update, answer=answer)
            yield update
    finally:
        _close(updates)
        tell(Answered(request, who, answer.status.value if answer else "stopped",
                      answer.intent.value if answer else "",
                      "prose" if answer and answer.model != "quotes" else "quotes",
                      evidence_s, time.perf_counter() - begun, question))


def _marked(answer: Answer, request: str) -> Answer:
    return answer.model_copy(update={"trace": answer.trace.model_copy(
        update={"request": request})})


def _close(steps: Iterator[object]) -> None:
    if hasattr(steps, "close"):
        cast("Generator[object]", steps).close()
