"""Who is signed in now: kept in memory alone, so that a restart signs everybody out."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

# One person uses few browsers; more sessions than this of one are the oldest's end.
MOST_OF_ONE = 10
MOST = 10_000


@dataclass(slots=True)
class Signed:
    """A session: whose, since when, when last used, and what of the user it rests on."""

    name: str
    rests_on: str
    since: float
    used: float


class Sessions:
    """Sessions by an id that can't be guessed. ``idle_s`` ends one that isn't used, ``longest_s``
    any. Safe across threads; bounded."""

    def __init__(self, idle_s: float, longest_s: float,
                 clock: Callable[[], float] = time.monotonic) -> None:
        self._idle_s, self._longest_s, self._clock = idle_s, longest_s, clock
        self._held: OrderedDict[str, Signed] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, name: str, rests_on: str) -> str:
        """A new session's id. ``rests_on`` is whatever of the user must stay the same."""
        identifier, now = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            own = [key for key, one in self._held.items() if one.name == name]
            for key in own[:max(0, len(own) - MOST_OF_ONE + 1)]:
                del self._held[key]
            while len(self._held) >= MOST:
                self._held.popitem(last=False)
            self._held[_kept(identifier)] = Signed(name, rests_on, now, now)
        return identifier

    def find(self, identifier: str) -> Signed | None:
        """The session of this id, marked as used; None for one that ended or never was."""
        key, now = _kept(identifier), self._clock()
        with self._lock:
            one = self._held.get(key)
            if one is None:
                return None
            if now - one.used > self._idle_s or now - one.since > self._longest_s:
                del self._held[key]
                return None
            one.used = now
            self._held.move_to_end(key)
            return one

    def end(self, identifier: str) -> None:
        """End a session; harmless where there is none."""
        with self._lock:
            self._held.pop(_kept(identifier), None)


def _kept(identifier: str) -> str:
    """What is looked up instead of the id: its time tells nothing of other ids."""
    return hashlib.sha256(identifier.encode("utf-8", "replace")).hexdigest()
