"""The reports that briefings cite, looked up no more often than they can have changed."""

from __future__ import annotations

import time
from collections.abc import Collection

from assistant.backend import Backend
from corpus.model import Report

# A report is looked at again after so many seconds: it may have been removed meanwhile.
LOOK_AGAIN_S = 5.0


class Held:
    """Reports by id, None for those that are gone, each as it was at most ``LOOK_AGAIN_S`` ago.
    Safe to call from several threads."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._seen: dict[str, tuple[float, Report | None]] = {}

    def reports(self, wanted: Collection[str]) -> dict[str, Report | None]:
        """These reports."""
        found = {}
        now = time.monotonic()
        for key in wanted:
            seen = self._seen.get(key)
            if seen is None or now - seen[0] > LOOK_AGAIN_S:
                seen = self._seen[key] = (now, self._backend.report(key))
            found[key] = seen[1]
        for key in [key for key, (when, _) in list(self._seen.items())
                    if now - when > LOOK_AGAIN_S and key not in found]:
            self._seen.pop(key, None)
        return found

    def forget(self) -> None:
        """Look at all of them anew."""
        self._seen.clear()
