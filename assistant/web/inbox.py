"""The folder that a browser's files arrive in: checked, handed on, and emptied again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from assistant.web.words import say
from corpus.errors import GiveUp, TryAgain
from corpus.readers import SIZE_LIMIT

FILES_AT_ONCE = 50

# A file that nobody claimed for so long belongs to a page that was closed meanwhile.
FORGOTTEN_S = 600.0


def size_limit_mb() -> int:
    """The largest file that is taken, in MB."""
    return SIZE_LIMIT // 1_000_000


class Inbox:
    """Files under ``folder``, each of which is there until it has been taken once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def taken(self, path: str, name: str) -> Iterator[Path]:
        """The file that arrived at ``path``, removed again on leaving, however that comes.

        ``name`` is what its owner calls it. Raises ``TryAgain`` where no such file arrived
        (nothing outside the folder is ever touched) and ``GiveUp`` for one that is too large.
        """
        folder = self.folder.resolve()
        arrived = Path(path.replace("\0", "")).resolve() if path else folder
        if not arrived.is_relative_to(folder) or not arrived.is_file():
            raise TryAgain(say("add.not_sent", name=name))
        try:
            if arrived.stat().st_size > SIZE_LIMIT:
                raise GiveUp(say("add.too_large", name=name, size=size_limit_mb()))
            yield arrived
        finally:
            arrived.unlink(missing_ok=True)
            self._tidy()

    def _tidy(self) -> None:
        due = time.time() - FORGOTTEN_S
        for path in self.folder.rglob("*"):
            # Another tab's file may go away between being listed and being looked at.
            with suppress(FileNotFoundError):
                if path.is_file() and path.stat().st_mtime < due:
                    path.unlink()
