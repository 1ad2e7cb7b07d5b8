"""Digests of files by content, remembered while a file's size and time stay the same."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path

# A file written within this time of being looked at may change again without a new time stamp.
_UNSETTLED_S = 2.0


class Digests:
    """SHA-256 of files. With ``memory``, a JSON file, digests are kept from run to run; losing
    that file costs time and nothing else."""

    def __init__(self, memory: Path | None = None) -> None:
        self._memory = memory
        self._known: dict[str, list[object]] = {}
        self._changed = False
        if memory is not None:
            try:
                told = json.loads(memory.read_text("utf-8"))
                self._known = {str(k): list(v) for k, v in told.items()}
            except (OSError, ValueError, TypeError, AttributeError):
                self._known = {}

    def of(self, path: Path) -> str:
        """The digest of a file's content; "absent" or "unreadable" with a number for others."""
        try:
            told = path.stat()
            stamp = [told.st_size, told.st_mtime_ns]
            known = self._known.get(str(path))
            if known is not None and known[:2] == stamp:
                return str(known[2])
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        except FileNotFoundError:
            return "absent"
        except OSError as error:
            return f"unreadable {error.errno}"
        if time.time() - told.st_mtime > _UNSETTLED_S:
            self._known[str(path)] = [*stamp, digest]
            self._changed = True
        return digest

    def save(self) -> None:
        """Keep what was learnt. A folder that can't be written is no error: the next run looks
        at the files again."""
        if self._memory is None or not self._changed:
            return
        scratch = self._memory.with_name(f".{self._memory.name}.new")
        try:
            self._memory.parent.mkdir(parents=True, exist_ok=True)
            scratch.write_text(json.dumps(self._known), "utf-8")
            scratch.replace(self._memory)
        except OSError:
            return
        self._changed = False
