"""What a judge is asked, and what it may say.

RAGAS's metrics ask five sorts of thing; a ``Task`` is one of them with its texts. A judge replies
with the JSON object that RAGAS expects (named beside each sort), and the adapter reads and guards
it, so that no metric sees a reply that is not whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol


class Ask(StrEnum):
    """What is asked of a judge.

    SPLIT: ``text`` into statements: ``{"statements": [str]}`` or ``{"claims": [str]}``.
    SUPPORT: does ``context`` support each of ``statements``: ``{"statements": [{statement,
    reason, verdict}]}``.
    ATTRIBUTE: can each sentence of ``answer`` be put down to ``context``:
    ``{"classifications": [{statement, reason, attributed}]}``.
    USEFUL: was ``context`` of use for ``answer`` to ``question``: ``{"reason", "verdict"}``.
    GUESS: the question that ``text`` answers: ``{"question", "noncommittal"}``.
    """

    SPLIT = "split"
    SUPPORT = "support"
    ATTRIBUTE = "attribute"
    USEFUL = "useful"
    GUESS = "guess"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing asked. ``prompt`` puts it in words for a language model, ``put`` does so with
    these statements only, and ``schema`` is the JSON schema of the reply."""

    ask: Ask
    prompt: str
    schema: Mapping[str, Any]
    question: str = ""
    text: str = ""
    context: str = ""
    answer: str = ""
    statements: tuple[str, ...] = ()
    put: Callable[[Sequence[str]], str] = field(default=lambda few: "", compare=False)


class UnparseableError(Exception):
    """A reply that is not what was asked for: no JSON, a verdict missing, or one that is neither
    0 nor 1."""


class TimedOutError(Exception):
    """A judge that did not reply in time."""


class UnableError(Exception):
    """A judge that can't do this sort of thing at all."""


class Judge(Protocol):
    """Anything that decides. ``fingerprint`` changes with whatever changes its decisions;
    ``is_random``: the same task may be decided otherwise another time."""

    @property
    def name(self) -> str:
        """As given with --judge."""
        ...

    @property
    def fingerprint(self) -> str:
        """Which judge this is, down to its weights and prompts."""
        ...

    @property
    def is_random(self) -> bool:
        """Whether repeats tell anything."""
        ...

    def decide(self, task: Task, repeat: int = 0) -> Mapping[str, Any]:
        """The reply as an object. Raises ``UnparseableError``, ``TimedOutError``,
        ``UnableError``, or a ``FindingsError`` where the judge can't be reached at all."""
        ...

    def relevancy(self, question: str, answer: str) -> float | None:
        """How far an answer is about its question (0 to 1), for judges that say so without
        guessing questions; None for others."""
        ...

    def close(self) -> None:
        """Free what it holds."""
        ...
