"""The folder that files arrive in while they are uploaded. It goes when the program ends; what a
program has left that was killed goes when the next one starts."""

from __future__ import annotations

import importlib.util
import logging
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

logger = logging.getLogger(__name__)

PREFIX = "findings-arrivals-"
_LOCK = ".in-use"


@contextmanager
def arriving(parent: Path | None = None) -> Iterator[Path]:
    """A new folder that this user alone can read, within the block; in the system's folder for
    temporary files unless ``parent`` is given. Those of programs that were killed are removed
    first."""
    where = parent or Path(tempfile.gettempdir())
    for left in where.glob(f"{PREFIX}*"):
        _remove_if_left(left)
    whole = Path(tempfile.mkdtemp(prefix=PREFIX, dir=where))
    try:
        # Beside the folder: nothing that arrives can be taken for it.
        with (whole / _LOCK).open("x") as mark:
            _lock(mark)
            (whole / "files").mkdir(mode=0o700)
            yield whole / "files"
    finally:
        shutil.rmtree(whole, ignore_errors=True)


def _remove_if_left(folder: Path) -> None:
    """Remove a folder whose program has ended; where that can't be told it stays."""
    try:
        with (folder / _LOCK).open("r+") as mark:
            if _lock(mark):
                shutil.rmtree(folder)
    except OSError as error:
        # Another user's, or one that is being made or removed at this moment.
        logger.info("%s stays: %s", folder.name, error)


def _lock(mark: IO[str]) -> bool:
    """Whether this program now has the mark; it never has where the system knows no locks."""
    if importlib.util.find_spec("fcntl") is None:
        return False
    import fcntl

    try:
        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
