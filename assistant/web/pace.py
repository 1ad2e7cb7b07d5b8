"""Updates at a pace that a browser can follow."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

T = TypeVar("T")

# At most 20 updates a second reach the page.
INTERVAL_S = 0.05


@dataclass(frozen=True)
class _News(Generic[T]):
    item: T


@dataclass(frozen=True)
class _End:
    error: Exception | None = None


def paced(updates: Iterator[T], interval: float = INTERVAL_S) -> Iterator[T]:
    """Yield ``updates`` at most once per ``interval`` seconds, always the newest and the last.

    An update that a newer one overtakes is skipped: use it where each holds all there is so far.
    ``updates`` runs in a thread of its own, so the newest is shown in time even when the next
    takes long. What ``updates`` raises is raised here, after everything before it was yielded.
    """
    inbox: SimpleQueue[_News[T] | _End] = SimpleQueue()
    threading.Thread(target=_pump, args=(updates, inbox), name="updates", daemon=True).start()
    due = 0.0
    while True:
        entry = inbox.get()
        time.sleep(max(0.0, due - time.monotonic()))
        newest, end = _drain(entry, inbox)
        if newest is not None:
            due = time.monotonic() + interval
            yield newest.item
        if end is not None:
            if end.error is not None:
                raise end.error
            return


def _drain(entry: _News[T] | _End, inbox: SimpleQueue[_News[T] | _End],
           ) -> tuple[_News[T] | None, _End | None]:
    newest: _News[T] | None = None
    while True:
        if isinstance(entry, _End):
            return newest, entry
        newest = entry
        try:
            entry = inbox.get_nowait()
        except Empty:
            return newest, None


def _pump(updates: Iterator[T], inbox: SimpleQueue[_News[T] | _End]) -> None:
    try:
        for update in updates:
            inbox.put(_News(update))
    except Exception as error:  # noqa: BLE001 - raised again in the thread that listens
        inbox.put(_End(error))
    else:
        inbox.put(_End())
