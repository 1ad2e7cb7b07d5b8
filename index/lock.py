"""One writer at a time: a lock that the system releases when its holder ends, however it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.errors import FixConfiguration, TryAgain, remedy


@contextmanager
def writing(home: Path, timeout: float = 0.0) -> Iterator[None]:
    """Hold the writer's lock of an index.

    Raises ``TryAgain`` while another process holds it, ``FixConfiguration`` when the folder
    can't be written.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = FileLock(home / "index.lock", timeout=timeout)
        lock.acquire()
    except Timeout as error:
        raise TryAgain("Another process is bringing this index in step.",
                       "Wait until it has ended and try again.") from error
    except OSError as error:
        raise FixConfiguration(f"The folder {home} can't be written ({error.strerror}).",
                               remedy(error, "Choose another with --home or FINDINGS_HOME.")) \
            from error
    try:
        yield
    finally:
        lock.release()
