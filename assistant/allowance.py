"""What programs may take: so many calls a minute, and their share of the language model."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from typing import Any, Self

from assistant.access.access import Access
from assistant.access.limits import Rate
from assistant.access.line import Line
from assistant.access.who import limited_by, scope_of, visit
from assistant.operating.happenings import Refused, Why, tell
from assistant.settings import Settings
from corpus.errors import TryAgain
from prompts import wording

# How long a call waits for the language model: clients give up after a minute or so.
WAIT_S = 60.0
_POLL_S = 0.2
# Left in the scope of a request that is one call and was counted as it came in.
_COUNTED = "findings.counted"


@dataclass(frozen=True)
class Allowance:
    """``calls`` and ``writing`` are those of the page, where there is one: a user has one
    allowance, whichever way the questions come. Safe across threads."""

    calls: Rate
    writing: Line

    @classmethod
    def of(cls, access: Access) -> Self:
        """What the page that ``access`` is of gives."""
        return cls(access.questions, access.writing)

    @classmethod
    def alone(cls, settings: Settings) -> Self:
        """Where no page runs, and one program asks."""
        return cls(Rate(0, 60), Line(settings.writers))

    @classmethod
    def free(cls) -> Self:
        """No limit."""
        return cls(Rate(0, 60), Line(1000))

    def take(self, scope: MutableMapping[str, Any]) -> float:
        """Seconds until whoever sends a request that is one call may do so; 0.0 when that is now,
        and then the call counts, and ``count`` leaves it at that."""
        wait = self._take(scope)
        if not wait:
            scope[_COUNTED] = True
        return wait

    def count(self, request: object) -> None:
        """Count a call that came with a request and is about to work. Raises ``TryAgain`` with
        the seconds to wait, and where the program is about to end."""
        if self.writing.is_closed:
            tell(Refused(Why.STOPPING, visit(request).key))
            raise _busy("stopping")
        scope = scope_of(request)
        if scope is not None and scope.get(_COUNTED):
            return
        wait = self._take(scope)
        if wait:
            raise _busy("too_often", ceil(wait))

    def _take(self, request: object) -> float:
        known = visit(request)
        wait = self.calls.take(limited_by(known))
        if wait:
            tell(Refused(Why.CALLS, known.key, wait))
        return wait

    @contextmanager
    def writer(self, cancel: threading.Event | None = None) -> Iterator[None]:
        """The language model, once it is this call's turn. Raises ``TryAgain`` where that takes
        longer than ``WAIT_S``, where too many wait already, and when ``cancel`` is set."""
        with self.writing.place() as place:
            if place is None:
                tell(Refused(Why.WRITING))
                raise _busy("writing")
            until = time.monotonic() + WAIT_S
            while not place.wait(_POLL_S):
                if time.monotonic() >= until or (cancel is not None and cancel.is_set()):
                    tell(Refused(Why.WRITING))
                    raise _busy("writing")
            yield


def _busy(name: str, seconds: int = 0) -> TryAgain:
    words = wording("programs")[name]
    return TryAgain(words["message"], words["next_step"].format(seconds=seconds))
