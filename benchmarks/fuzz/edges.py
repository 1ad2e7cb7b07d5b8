"""Which steps from line to line of the readers and the parser an execution takes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import corpus

_WATCHED = str(Path(corpus.__file__).parent)
Edge = tuple[CodeType, int, int]


class Edges:
    """The edges that were seen. Tracing slows execution down some thirty times, so that callers
    trace a sample and what looks new."""

    def __init__(self) -> None:
        self.seen: set[Edge] = set()

    def trace(self, work: Callable[[], object]) -> int:
        """Do some work that raises nothing; how many edges it took that were never seen."""
        before, seen = len(self.seen), self.seen
        last: dict[FrameType, int] = {}

        def line(frame: FrameType, event: str, _: Any) -> Any:
            if event == "line":
                seen.add((frame.f_code, last.get(frame, 0), frame.f_lineno))
                last[frame] = frame.f_lineno
            elif event == "return":
                last.pop(frame, None)
            return line

        def call(frame: FrameType, _event: str, _: Any) -> Any:
            if not frame.f_code.co_filename.startswith(_WATCHED):
                return None
            return line

        outer = sys.gettrace()
        sys.settrace(call)
        try:
            work()
        finally:
            sys.settrace(outer)
        return len(seen) - before
