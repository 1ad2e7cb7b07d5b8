"""What is opened once, however many ask for it in the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Made = TypeVar("Made")


class once(Generic[Made]):
    """A function without arguments that runs once: others wait for its result. ``functools.cache``
    runs it for each thread that comes before the first is done: of a model that is 30 MB each.

    What it raises is raised to whoever called it, and the next call tries again.
    """

    def __init__(self, make: Callable[[], Made]) -> None:
        self.__doc__ = make.__doc__
        self._make, self._lock = make, threading.Lock()
        self._made: list[Made] = []

    def __call__(self) -> Made:
        """What was made, now or before."""
        if not self._made:
            with self._lock:
                if not self._made:
                    self._made.append(self._make())
        return self._made[0]
