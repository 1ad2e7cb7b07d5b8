"""How work ended, in the codes that logs and figures know."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from assistant.operating.happenings import Outcome, Synced, Written, tell
from corpus.errors import FindingsError, FixConfiguration, TryAgain
from index.sync import Changes


def outcome_of(error: BaseException) -> Outcome:
    """What an error says that its caller should do."""
    if isinstance(error, TryAgain):
        return Outcome.TRY_AGAIN
    if isinstance(error, FixConfiguration):
        return Outcome.FIX_CONFIGURATION
    return Outcome.GIVE_UP if isinstance(error, FindingsError) else Outcome.UNEXPECTED


def synced(work: Callable[[], Changes]) -> Changes:
    """What ``work`` changed, told of, as is how it failed."""
    begun = time.perf_counter()
    try:
        changes = work()
    except Exception as error:
        tell(Synced(outcome_of(error), time.perf_counter() - begun))
        raise
    tell(Synced(Outcome.DONE if changes.rebuilt else Outcome.NOTHING, time.perf_counter() - begun,
                len(changes.added), len(changes.changed), len(changes.removed),
                len(changes.skipped), changes.findings))
    return changes


class Call:
    """A call of a language model, from its beginning to ``end``."""

    def __init__(self) -> None:
        self._begun = time.perf_counter()
        self._prompt: int | None = None
        self._completion: int | None = None
        self._outcome = Outcome.DONE

    def heard(self, usage: Any) -> None:
        """Take what the server said of tokens; most pieces of a reply say nothing."""
        if usage:
            self._prompt = (self._prompt or 0) + int(usage.get("input_tokens") or 0)
            self._completion = (self._completion or 0) + int(usage.get("output_tokens") or 0)

    def failed(self, outcome: Outcome) -> None:
        """It ended with this."""
        self._outcome = outcome

    def end(self) -> None:
        """Tell of it."""
        tell(Written(self._outcome, time.perf_counter() - self._begun, self._prompt,
                     self._completion))
