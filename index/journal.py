"""Vectors of a build, kept as they are made: whatever ends the process, whole records stay.

Chroma's own files can't serve for that: a kill in the middle of a write leaves files that end the
process that opens them, and a vector comes back from Chroma with other last bits.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np

from index.embedding import Vectors

NAME = "vectors.part"
_MAGIC = b"FNDV0001"
_HEADER = len(_MAGIC) + 4
_DIGEST = 24
# Records that are looked through at a time.
_BATCH = 4000


class Journal:
    """Vectors by the digest of the embedded text, in a file that only grows. Opening it drops what
    a kill or a full disk cut short, and all after a record that was altered."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._dimensions, self._rows, whole = _read(path)
        if path.exists() and path.stat().st_size > whole:
            with path.open("r+b") as file:
                file.truncate(whole)

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, digests: Sequence[str], vectors: Vectors) -> None:
        """Keep vectors; on disk when this returns. Raises ``OSError`` where there is no room."""
        if not digests:
            return
        records = np.zeros(len(digests), _record(vectors.shape[1]))
        records["digest"] = [digest.encode() for digest in digests]
        records["vector"] = vectors
        records["sum"] = [_sum(record) for record in records]
        with self._path.open("ab", buffering=0) as file:
            if not self._rows and not file.tell():
                self._dimensions = vectors.shape[1]
                _write(file, _MAGIC + self._dimensions.to_bytes(4, "little"))
            _write(file, records.tobytes())
        for digest in digests:
            self._rows[digest] = len(self._rows)

    def remove(self) -> None:
        """Remove the file: the build has what was in it."""
        self._path.unlink(missing_ok=True)

    def held(self) -> tuple[Mapping[str, int], Vectors]:
        """The row of each digest, and the rows as they lie in the file."""
        if not self._rows:
            return {}, np.zeros((0, 1), np.float32)
        mapped: Any = np.memmap(self._path, _record(self._dimensions), "r", _HEADER,
                                (len(self._rows),))
        return self._rows, mapped["vector"]


def _record(dimensions: int) -> np.dtype[Any]:
    return np.dtype([("digest", f"S{_DIGEST}"), ("sum", "<u4"),
                     ("vector", "<f4", (dimensions,))])


def _sum(record: Any) -> int:
    return zlib.crc32(record["vector"].tobytes(), zlib.crc32(record["digest"]))


def _write(file: IO[bytes], content: bytes) -> None:
    while content:
        content = content[file.write(content):]


def _read(path: Path) -> tuple[int, dict[str, int], int]:
    """The number of dimensions, the row of each digest, and how many bytes are sound."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return 0, {}, 0
    with file:
        header = file.read(_HEADER)
        if len(header) < _HEADER or not header.startswith(_MAGIC):
            return 0, {}, 0
        dimensions = int.from_bytes(header[len(_MAGIC):], "little")
        rows: dict[str, int] = {}
        for number, digest in enumerate(_sound(file, dimensions)):
            rows[digest] = number
    whole = len(rows) * _record(dimensions).itemsize
    return dimensions, rows, _HEADER + whole if rows else 0


def _sound(file: IO[bytes], dimensions: int) -> Iterator[str]:
    """The digests of the records up to the first that is not as it was written."""
    record = _record(dimensions)
    while content := file.read(record.itemsize * _BATCH):
        for one in np.frombuffer(content[:len(content) // record.itemsize * record.itemsize],
                                 record):
            if int(one["sum"]) != _sum(one):
                return
            yield one["digest"].decode("ascii", "replace")
