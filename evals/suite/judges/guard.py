"""No reply of a judge is used unless it is whole: a verdict for each statement, each 0 or 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from corpus import sentences
from evals.suite.judges.judge import Ask, Task, UnparseableError
from evals.suite.metrics.score import Judgment

_VERDICTS = (0, 1)


def guard(task: Task, reply: Mapping[str, Any]) -> None:
    """Raises ``UnparseableError`` for a reply that is not whole or not of 0 and 1."""
    match task.ask:
        case Ask.SPLIT:
            said = reply.get("statements", reply.get("claims"))
            if not said or not all(one.strip() for one in said):
                raise UnparseableError("it found no statement in the text")
        case Ask.SUPPORT:
            given = [one["verdict"] for one in reply["statements"]]
            if len(given) != len(task.statements):
                raise UnparseableError(f"{len(given)} verdicts on {len(task.statements)} "
                                       "statements")
            _binary(given)
        case Ask.ATTRIBUTE:
            given = [one["attributed"] for one in reply["classifications"]]
            parts = len(sentences.split(task.answer))
            if len(given) < parts:
                raise UnparseableError(f"{len(given)} verdicts on {parts} sentences")
            _binary(given)
        case Ask.USEFUL:
            _binary([reply["verdict"]])
        case Ask.GUESS:
            _binary([reply["noncommittal"]])
            if not reply["question"].strip():
                raise UnparseableError("it wrote no question")


def _binary(verdicts: Sequence[int]) -> None:
    if odd := [v for v in verdicts if v not in _VERDICTS]:
        raise UnparseableError(f"a verdict of {odd[0]}, where 0 or 1 was asked for")


def judgments(task: Task, reply: Mapping[str, Any]) -> list[Judgment]:
    """The decisions in a guarded reply, for the record."""
    match task.ask:
        case Ask.SUPPORT:
            return [Judgment(said, one["verdict"], one["reason"])
                    for said, one in zip(task.statements, reply["statements"], strict=True)]
        case Ask.ATTRIBUTE:
            return [Judgment(one["statement"], one["attributed"], one["reason"])
                    for one in reply["classifications"]]
        case Ask.USEFUL:
            return [Judgment(task.context, reply["verdict"], reply["reason"])]
        case Ask.GUESS:
            return [Judgment(reply["question"], 1 - reply["noncommittal"])]
        case _:
            return []


