"""One writer at a time across machines, by a lock that runs out when its holder ends.

Chroma has no compare-and-swap, but of several that create a collection of one name, one succeeds.
The lock is the collection ``NAME-lock-N`` with the highest number. Its metadata name the holder
and a beat that the holder raises while it works. Whoever wants the lock creates number N + 1: where
number N has been given back, or where its beat stood still for longer than the lease that it
states. That is judged by the observer's own clock, from when it first saw the beat, so the clocks
of the machines need not agree, and a lock is never taken from a holder whose beats arrive. Numbers
only rise: a lock is given back by saying so in it, and removed by the holder after that one, so a
holder that was away for long (a suspended machine) can't touch another's lock: it renews by the
collection's id, which is never used twice, and learns so that it has lost it.

A holder that stands still for longer than its lease between two looks may go on for a moment
while another has the lock. That costs work and nothing else: what makes an edition the one in
force is itself a creation that only one can do (``edition``).
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from corpus.errors import FindingsError, TryAgain
from index.shared.server import Collection, Gone, Server, Taken

logger = logging.getLogger(__name__)
LEASE_S = 30.0
_BEATS = 6
_LOOK_S = 0.5


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has the lock, or had it last."""

    number: int
    host: str
    process: int
    held: bool
    beat: int
    lease_s: float
    collection: Collection


class Lease:
    """A lock that is held. ``check`` raises ``TryAgain`` once it has been lost."""

    def __init__(self, server: Server, collection: Collection, lease_s: float) -> None:
        self._server, self._collection, self._lease_s = server, collection, lease_s
        self._told = dict(collection.metadata)
        self._renewed = time.monotonic()
        self._ended = threading.Event()
        self._lost = False
        self._beating = threading.Thread(target=self._beat, name="lease", daemon=True)
        self._beating.start()

    def check(self) -> None:
        """Raise ``TryAgain`` where another may have taken the lock."""
        if self._lost or time.monotonic() - self._renewed > self._lease_s:
            raise TryAgain("The lock on the Chroma server was lost while indexing.",
                           "The index in force was kept. Try again.")

    def _beat(self) -> None:
        while not self._ended.wait(self._lease_s / _BEATS):
            asked = time.monotonic()
            self._told["beat"] = int(self._told["beat"]) + 1
            try:
                self._server.change(self._collection, self._told)
            except Gone:
                self._lost = True
                return
            except FindingsError as error:
                # It may be back before the lease runs out.
                logger.info("the lock could not be renewed: %s", error)
                continue
            self._renewed = asked

    def release(self) -> None:
        """Give the lock back. Where the server can't be reached, it runs out."""
        self._ended.set()
        self._beating.join()
        try:
            self._server.change(self._collection, self._told | {"held": False})
        except FindingsError as error:
            logger.info("the lock could not be given back: %s", error)


@contextmanager
def held(server: Server, wait: float = 0.0, lease_s: float = LEASE_S) -> Iterator[Lease]:
    """Hold the lock of the index on a server.

    Raises ``TryAgain`` when another still works after ``wait`` seconds, or after the time that it
    takes to see whether it does: up to the lease that it states.
    """
    lease = _taken(server, wait, lease_s)
    try:
        yield lease
    finally:
        lease.release()


def holder(server: Server) -> Holder | None:
    """Who has the lock or had it last; None where nobody ever had."""
    return max(_all(server), key=lambda one: one.number, default=None)


def _taken(server: Server, wait: float, lease_s: float) -> Lease:
    begun = time.monotonic()
    seen: tuple[int, int] | None = None
    since, moved = begun, False
    while True:
        now = holder(server)
        if now is None or not now.held:
            stale = True
        else:
            if (now.number, now.beat) != seen:
                # The first sight says nothing of whether the holder lives, a change does.
                moved = seen is not None
                seen, since = (now.number, now.beat), time.monotonic()
            stale = time.monotonic() - since > now.lease_s
        if stale and (made := _made(server, now, lease_s)) is not None:
            return made
        if now is not None and moved and time.monotonic() - begun >= wait:
            raise TryAgain(f"Another process is bringing this index in step (on {now.host}, "
                           f"process {now.process}).", "Wait until it has ended and try again.")
        time.sleep(min(_LOOK_S, lease_s / _BEATS))


def _made(server: Server, before: Holder | None, lease_s: float) -> Lease | None:
    """The next lock; None where another was quicker."""
    number = 1 if before is None else before.number + 1
    owner = os.urandom(8).hex()
    told: dict[str, str | int | float] = {
        "owner": owner, "host": socket.gethostname()[:100], "process": os.getpid(),
        "held": True, "beat": 0, "lease_s": float(lease_s)}
    try:
        server.create(f"lock-{number}", told)
    except Taken:
        logger.debug("lock %d is there", number)
    # An answer that was lost may have been a yes: the owner is what counts.
    all_locks = _all(server)
    made = next((one.collection for one in all_locks if one.number == number
                 and one.collection.metadata.get("owner") == owner), None)
    if made is None:
        return None
    others = [one for one in all_locks if one.number != number]
    if any(one.number > number for one in others):
        # What was seen was old: that number had come and gone.
        server.drop(made)
        return None
    if before is not None and before.held:
        logger.warning("the lock of %s, process %d, ran out and was taken over",
                       before.host, before.process)
    for one in others:
        server.drop(one.collection)
    return Lease(server, made, lease_s)


def _all(server: Server) -> list[Holder]:
    prefix = f"{server.access.name}-lock-"
    found = []
    for one in server.collections():
        number = one.name.removeprefix(prefix)
        if number != one.name and number.isdecimal():
            told = one.metadata
            found.append(Holder(int(number), str(told.get("host", "")),
                                int(told.get("process", 0)), bool(told.get("held", True)),
                                int(told.get("beat", 0)), float(told.get("lease_s", LEASE_S)), one))
    return found
