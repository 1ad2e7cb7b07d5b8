"""Looks from time to time whether the index has to change: the folder's reports did, or somebody
else has brought a shared index in step. No question waits for this."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from assistant.shelf import Shelf
from corpus.errors import FindingsError
from index.embedding import Embedder
from index.generation import Manifest
from index.keeping import Followed, Keeping
from index.wanted import code

logger = logging.getLogger(__name__)


class Watch:
    """``manifest`` tells what the index in force is made of, ``refresh`` brings it in step in the
    background."""

    def __init__(self, keeping: Keeping, embedder: Embedder, manifest: Callable[[], Manifest],
                 shelf: Shelf, refresh: Callable[[], None]) -> None:
        self._keeping, self._embedder, self._manifest = keeping, embedder, manifest
        self._shelf, self._refresh = shelf, refresh
        self._ended = threading.Event()
        self._again = threading.Event()
        self._seen = self._tried = self._away = ""

    def start(self, seconds: float) -> None:
        """Look every so many seconds until closed."""
        def look() -> None:
            while not self._ended.wait(seconds):
                if not self._keeping.is_shared or self._follow():
                    self._look()

        threading.Thread(target=look, name="watch", daemon=True).start()

    def try_again(self) -> None:
        """Bringing the index in step failed for a reason that passes: a change that was tried is
        tried once more."""
        self._again.set()

    def close(self) -> None:
        """End looking."""
        self._ended.set()

    def _look(self) -> None:
        """Take up a change when two looks in a row have found the same, so that a file is not
        read while it is copied."""
        try:
            now = self._keeping.fingerprint(Path(self._manifest().library), self._embedder)
        except FindingsError as error:
            logger.warning("the reports can't be looked at: %s", error)
            return
        if self._again.is_set():
            self._again.clear()
            self._tried = ""
        if now == self._seen and now not in (self._tried, self._manifest().fingerprint) \
                and not self._shelf.progress().busy:
            self._tried = now
            self._refresh()
        self._seen = now

    def _follow(self) -> bool:
        """Take up what others have made; whether the library is kept here, so that its folder is
        to be looked at."""
        try:
            came = self._keeping.follow(self._embedder)
        except FindingsError as error:
            if type(error).__name__ != self._away:
                # Once, however long it lasts.
                logger.warning("%s The index as it was goes on answering.", error)
            self._away = type(error).__name__
            return False
        if self._away:
            logger.warning("%s can be used again", self._keeping.place)
        self._away = ""
        kept_here = self._keeping.keeper() is None
        if came is Followed.NOTHING and kept_here and not self._shelf.progress().busy:
            # The server lost what it had: whoever keeps the library puts it there again.
            self._refresh()
            return False
        # Of two versions of the program only one can be right: the one that was started last.
        return kept_here and self._manifest().code == code()
