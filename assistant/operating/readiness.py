"""Whether questions can be answered now: looked at in the background, told at once."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from assistant.operating.happenings import Turned, tell
from assistant.scope import Scope
from corpus.errors import FindingsError
from index.store import Index

logger = logging.getLogger(__name__)

FIRST_S, EVERY_S = 0.5, 10.0
# A look that takes longer than this hangs.
STALE_S = 60.0


class Reason(StrEnum):
    """Why questions can't be answered."""

    STARTING = "starting"    # nobody has looked yet
    INDEX = "index"          # it can't be read
    EMBEDDER = "embedder"    # the embedding model fails
    RERANKER = "reranker"    # the reranking model fails
    STALLED = "stalled"      # looking takes too long
    STOPPING = "stopping"    # the program is about to end


class Opened(Protocol):
    """What is looked at."""

    def current(self) -> tuple[Index, Scope]:
        """The index in force and what it covers."""
        ...


@dataclass(frozen=True, slots=True)
class State:
    """``reason`` is None where questions can be answered."""

    reason: Reason | None

    @property
    def ready(self) -> bool:
        """Whether questions can be answered."""
        return self.reason is None


@dataclass(frozen=True, slots=True)
class Held:
    """What the index holds."""

    reports: int = 0
    findings: int = 0


class Readiness:
    """Looks at ``library`` every ``every_s`` seconds from ``start`` until ``close``. What it tells
    is what the last look found, so that telling takes no time, whatever the program is busy
    with."""

    def __init__(self, library: Opened, every_s: float = EVERY_S,
                 clock: Callable[[], float] = time.monotonic) -> None:
        self.held = Held()
        self._library, self._every_s, self._clock = library, every_s, clock
        self._found: Reason | None = Reason.STARTING
        self._at = clock()
        self._is_stopping = False
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look, in the background."""
        self._thread = threading.Thread(target=self._keep_looking, name="readiness", daemon=True)
        self._thread.start()

    def state(self) -> State:
        """What the last look found. Takes no time."""
        if self._is_stopping:
            return State(Reason.STOPPING)
        if self._found is not Reason.STARTING and self._clock() - self._at > STALE_S:
            return State(Reason.STALLED)
        return State(self._found)

    def stop(self) -> None:
        """Say from now on that the program is about to end."""
        self._is_stopping = True

    def close(self) -> None:
        """Look no more."""
        self._closed.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def look(self) -> None:
        """Try what answering needs, once."""
        before, found = self._found, self._tried()
        self._found, self._at = found, self._clock()
        if found is not before and not self._is_stopping:
            tell(Turned("ready") if found is None else Turned("unready", found.value))

    def _keep_looking(self) -> None:
        wait = FIRST_S
        while not self._closed.wait(wait):
            self.look()
            wait = self._every_s

    def _tried(self) -> Reason | None:
        trying = Reason.INDEX
        try:
            index, _ = self._library.current()
            self.held = Held(len(index.reports()), index.count())
            trying = Reason.EMBEDDER
            index.embedder.embed(["ready"])
            trying = Reason.RERANKER
            index.reranker.scores("ready", ["ready"])
        except FindingsError as error:
            logger.warning("not ready, %s: %s", trying.value, error)
            return trying
        except Exception:
            # Whatever it is, it is what a question would run into; the next look may find it gone.
            logger.exception("not ready: %s", trying.value)
            return trying
        return None
