"""A judge that says what it is told to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from evals.suite.judges.judge import Ask, Task
from evals.suite.judges.trained import split

Reply = Callable[[Task], Mapping[str, Any]]


class Scripted:
    """Answers every task well, unless ``replies`` say otherwise for a sort of task; counts."""

    name = "scripted"
    fingerprint = "scripted:1"

    def __init__(self, replies: Mapping[Ask, Reply] | None = None,
                 is_random: bool = False) -> None:
        self.is_random = is_random
        self.asked: list[Task] = []
        self._replies = {**GOOD, **(replies or {})}

    def decide(self, task: Task, repeat: int = 0) -> Mapping[str, Any]:
        """As scripted."""
        self.asked.append(task)
        return self._replies[task.ask](task)

    def relevancy(self, question: str, answer: str) -> float | None:
        """None: it guesses questions."""
        return None

    def close(self) -> None:
        """Nothing is held."""


def verdicts(*values: int) -> Reply:
    """A reply to SUPPORT with these verdicts, however many statements there are."""
    return lambda task: {"statements": [
        {"statement": "s", "reason": "r", "verdict": value} for value in values]}


def _split(task: Task) -> Mapping[str, Any]:
    key = "claims" if "claims" in task.schema["properties"] else "statements"
    return {key: split(task.text)}


GOOD: dict[Ask, Reply] = {
    Ask.SPLIT: _split,
    Ask.SUPPORT: lambda task: verdicts(*[1] * len(task.statements))(task),
    Ask.ATTRIBUTE: lambda task: {"classifications": [
        {"statement": s, "reason": "r", "attributed": 1} for s in split(task.answer)]},
    Ask.USEFUL: lambda task: {"reason": "r", "verdict": 1},
    Ask.GUESS: lambda task: {"question": "Is there a backlog?", "noncommittal": 0},
}
