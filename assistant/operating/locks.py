"""Locks that writers of a home take, and whoever copies it takes too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.errors import FixConfiguration, TryAgain

WAIT_S = 10.0


@contextmanager
def held(lock: Path, wait_s: float = WAIT_S) -> Iterator[None]:
    """Hold a lock file. Raises ``TryAgain`` while another process holds it for too long,
    ``FixConfiguration`` where it can't be made."""
    one = FileLock(lock, timeout=wait_s)
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        one.acquire()
    except Timeout as error:
        raise TryAgain(f"Another process is writing in {lock.parent}.", "Try again.") from error
    except OSError as error:
        raise FixConfiguration(f"The folder {lock.parent} can't be written ({error.strerror}).",
                               "Choose another with --home or FINDINGS_HOME.") from error
    try:
        yield
    finally:
        one.release()
