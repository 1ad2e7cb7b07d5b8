"""How often somebody may do something, in bounded memory."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass

MOST_KEYS = 10_000
Clock = Callable[[], float]


class Rate:
    """At most ``limit`` times in ``window_s`` seconds for each key; 0 is no limit."""

    def __init__(self, limit: int, window_s: float, clock: Clock = time.monotonic) -> None:
        self.limit, self._window_s, self._clock = limit, window_s, clock
        self._times: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str) -> float:
        """Seconds until ``key`` may go on; 0.0 when it may now, and then this time counts."""
        if self.limit <= 0:
            return 0.0
        now = self._clock()
        with self._lock:
            times = self._times.setdefault(key, deque())
            self._times.move_to_end(key)
            while len(self._times) > MOST_KEYS:
                self._times.popitem(last=False)
            while times and now - times[0] >= self._window_s:
                times.popleft()
            if len(times) >= self.limit:
                return max(0.001, times[0] + self._window_s - now)
            times.append(now)
            return 0.0


@dataclass(slots=True)
class _Tries:
    count: int
    until: float
    last: float


class Slowing:
    """Makes each further failure for a key cost more time: ``free`` are free, then 1, 2, 4 ...
    seconds up to ``longest_s``. A key is forgotten ``longest_s`` after its last failure and its
    wait. A try counts from its beginning, so that many at once gain nothing."""

    def __init__(self, free: int, longest_s: float, clock: Clock = time.monotonic) -> None:
        self._free, self._longest_s, self._clock = free, longest_s, clock
        self._tries: OrderedDict[str, _Tries] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, key: str) -> float:
        """Seconds until the next try for ``key``; 0.0 when there may be one now."""
        with self._lock:
            one = self._known(key)
            return 0.0 if one is None else max(0.0, one.until - self._clock())

    def begin(self, key: str) -> None:
        """Count a try."""
        now = self._clock()
        with self._lock:
            one = self._known(key) or _Tries(0, now, now)
            one.count, one.last = one.count + 1, now
            over = one.count - self._free
            one.until = now if over < 0 else now + min(self._longest_s, 2.0 ** min(over, 30))
            self._tries[key] = one
            self._tries.move_to_end(key)
            while len(self._tries) > MOST_KEYS:
                self._tries.popitem(last=False)

    def forgive(self, key: str) -> None:
        """Forget the tries of ``key``: it was the right person."""
        with self._lock:
            self._tries.pop(key, None)

    def give_back(self, key: str) -> None:
        """Take one counted try back."""
        with self._lock:
            one = self._known(key)
            if one is not None:
                one.count, one.until = one.count - 1, self._clock()

    def _known(self, key: str) -> _Tries | None:
        one = self._tries.get(key)
        if one is not None and self._clock() > max(one.until, one.last) + self._longest_s:
            del self._tries[key]
            return None
        return one


class Ties:
    """Which open page belongs to whom: the first who uses a page's id keeps it. Bounded for each
    owner, so that nobody can push out another's."""

    def __init__(self, most_of_one: int = 500) -> None:
        self._most = most_of_one
        self._owners: dict[str, str] = {}
        self._tabs: OrderedDict[str, OrderedDict[str, None]] = OrderedDict()
        self._lock = threading.Lock()

    def claim(self, tab: str, key: str) -> bool:
        """Whether the page ``tab`` is that of ``key``."""
        with self._lock:
            held = self._owners.setdefault(tab, key)
            if held != key:
                return False
            own = self._tabs.setdefault(key, OrderedDict())
            own[tab] = None
            own.move_to_end(tab)
            if len(own) > self._most:
                del self._owners[own.popitem(last=False)[0]]
            return True


def network_of(address: str) -> str:
    """What counts as one address: an IPv6 site has a whole range of them."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if parsed.version == 6:
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
