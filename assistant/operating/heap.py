"""Memory that was freed goes back to the system: the C library's own ways, where it needs telling.

glibc gives threads heaps of their own and keeps what each of them has freed in pieces. A server
answers in many threads: after three thousand answers it held a hundred MB that nobody used, and
went on growing. Other systems' libraries need no telling; there nothing is done.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable

EVERY_S = 60.0
# As <malloc.h> of glibc has it.
_M_ARENA_MAX = -8


def share_one() -> None:
    """Threads that begin from now on share one heap. To be called before there are many."""
    library = _library()
    if library is not None:
        library.mallopt(_M_ARENA_MAX, 1)


class Trimming:
    """Trims the heap every ``every_s`` seconds, from ``start`` until ``close``. ``trim`` is the C
    library's unless another is given; where it has none nothing is done."""

    def __init__(self, every_s: float = EVERY_S,
                 trim: Callable[[], object] | None = None) -> None:
        self._every_s = every_s
        self._trim = trim or trimmer()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, in the background, where there is something to do."""
        if self._trim is None:
            return
        self._thread = threading.Thread(target=self._keep_trimming, args=(self._trim,),
                                        name="trimming", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Trim no more."""
        self._closed.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def _keep_trimming(self, trim: Callable[[], object]) -> None:
        while not self._closed.wait(self._every_s):
            trim()


def trimmer() -> Callable[[], object] | None:
    """What gives this process's freed memory back to the system (``malloc_trim``: some ten ms for
    500 MB, in which Python goes on); None where the C library is another than glibc."""
    library = _library()
    return None if library is None else lambda: library.malloc_trim(0)


def _library() -> ctypes.CDLL | None:
    """The C library of this process, where it is glibc."""
    try:
        library = ctypes.CDLL(None)
        library.malloc_trim.argtypes = [ctypes.c_size_t]
        library.mallopt.argtypes = [ctypes.c_int, ctypes.c_int]
    except (AttributeError, OSError, TypeError):
        return None
    return library
