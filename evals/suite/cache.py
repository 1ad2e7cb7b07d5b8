"""Answers and judgments kept by the hash of everything that they depend on."""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
import threading
from pathlib import Path
from typing import Any

from corpus.errors import FixConfiguration

logger = logging.getLogger(__name__)


def key(*parts: Any) -> str:
    """A digest of these parts, in this order."""
    told = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()


class Cache:
    """Objects by key in one SQLite file. Each is on disk as soon as it is put; safe to use from
    several threads and processes. Without a path it remembers nothing. Raises
    ``FixConfiguration`` for a file that is there and is no cache."""

    def __init__(self, path: Path | None) -> None:
        self._lock = threading.Lock()
        self._held: sqlite3.Connection | None = None
        self.hits = 0
        if path is not None:
            self._held = _opened(path)

    def get(self, wanted: str) -> Any | None:
        """What was put under a key; None where nothing was."""
        if self._held is None:
            return None
        try:
            with self._lock:
                row = self._held.execute("SELECT told FROM kept WHERE key = ?",
                                         (wanted,)).fetchone()
            told = None if row is None else json.loads(row[0])
        except (sqlite3.Error, ValueError) as error:
            logger.warning("a kept answer or judgment can't be read: %s", error)
            return None
        self.hits += told is not None
        return told

    def put(self, wanted: str, told: Any) -> None:
        """Keep an object that JSON can hold."""
        if self._held is not None:
            try:
                with self._lock:
                    self._held.execute("INSERT OR REPLACE INTO kept VALUES (?, ?)",
                                       (wanted, json.dumps(told)))
            except sqlite3.Error as error:
                # It is worked out again another time; the run itself does not need it.
                logger.warning("an answer or judgment is not kept: %s", error)

    def close(self) -> None:
        """Release the file."""
        if self._held is not None:
            self._held.close()
            self._held = None


def _opened(path: Path) -> sqlite3.Connection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        held = sqlite3.connect(path, timeout=60, check_same_thread=False, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        raise FixConfiguration(f"Answers and judgments can't be kept in {path.parent}: {error}.",
                               "Make that folder writable, or use --fresh.") from error
    try:
        held.execute("PRAGMA journal_mode=WAL")
        held.execute("CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, told TEXT)")
    except sqlite3.DatabaseError as error:
        held.close()
        raise FixConfiguration(f"The answers and judgments kept in {path} can't be read: {error}.",
                               "Delete it; what it held is worked out again.") from error
    return held
