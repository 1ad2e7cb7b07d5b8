"""Answers and judgments kept by the hash of everything that they depend on."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from pathlib import Path
from typing import Any

from corpus.errors import FixConfiguration


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
        with self._lock:
            row = self._held.execute("SELECT told FROM kept WHERE key = ?", (wanted,)).fetchone()
            self.hits += row is not None
        return None if row is None else json.loads(row[0])

    def put(self, wanted: str, told: Any) -> None:
        """Keep an object that JSON can hold."""
        if self._held is not None:
            with self._lock:
                self._held.execute("INSERT OR REPLACE INTO kept VALUES (?, ?)",
                                   (wanted, json.dumps(told)))

    def close(self) -> None:
        """Release the file."""
        if self._held is not None:
            self._held.close()
            self._held = None


def _opened(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    held = sqlite3.connect(path, timeout=60, check_same_thread=False, isolation_level=None)
    try:
        held.execute("PRAGMA journal_mode=WAL")
        held.execute("CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, told TEXT)")
    except sqlite3.DatabaseError as error:
        held.close()
        raise FixConfiguration(f"The answers and judgments kept in {path} can't be read: {error}.",
                               "Delete it; what it held is worked out again.") from error
    return held
