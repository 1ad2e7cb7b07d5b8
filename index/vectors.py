"""Vectors in Chroma, in cosine space. One folder is written by one process, then only read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from corpus.errors import FixConfiguration
from index import generation
from index.embedding import Vectors
from index.passages import Passage

_COLLECTION = "findings"
_BATCH = 2000


@contextmanager
def _reading() -> Iterator[None]:
    """What Chroma raises for files that it can't read, of whatever type, as an error that says
    what to do."""
    try:
        yield
    except Exception as error:
        raise generation.damaged(error) from error


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """What Chroma raises where it can't write, of whatever type, as an error that says what to
    do."""
    try:
        yield
    except Exception as error:
        raise FixConfiguration(f"The vectors can't be stored in {folder} ({str(error)[:200]}).",
                               "Free some space or choose another folder with --home. What has "
                               "been embedded is kept.") from error


def readable(folder: Path) -> bool:
    """Whether the files of a store, if there are any, are a sound database. A process in which
    Chroma failed to open a folder can't open it again, so this looks without Chroma."""
    path = folder / "chroma.sqlite3"
    if not path.exists():
        return True
    try:
        address = f"{path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as connection:
            return bool(connection.execute("PRAGMA quick_check").fetchone() == ("ok",))
    except sqlite3.Error:
        return False


def counted(folder: Path) -> int | None:
    """How many vectors a store should hold, None where its files are no sound database. Chroma is
    not asked: whatever it opens, it writes to."""
    try:
        address = f"{(folder / 'chroma.sqlite3').absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as connection:
            if connection.execute("PRAGMA quick_check").fetchone() != ("ok",):
                return None
            return int(connection.execute("SELECT count(*) FROM embeddings").fetchone()[0])
    except sqlite3.Error:
        return None


class VectorStore:
    """The vectors of a generation of the index. Opening and reading raise ``FixConfiguration``
    where the files are damaged."""

    def __init__(self, folder: Path) -> None:
        import chromadb
        from chromadb.config import Settings

        self._folder = folder
        # What goes wrong with a store that is only being made is no damage.
        is_new = not (folder / "chroma.sqlite3").exists()
        with _writing(folder) if is_new else _reading():
            folder.mkdir(parents=True, exist_ok=True)
            self._client: Any = chromadb.PersistentClient(
                str(folder), settings=Settings(anonymized_telemetry=False))
            self._collection = self._client.get_or_create_collection(
                _COLLECTION, embedding_function=None,
                configuration={"hnsw": {"space": "cosine"}})

    def add(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Store passages with their vectors; the same id again replaces what was there."""
        for begin in range(0, len(passages), _BATCH):
            batch = passages[begin:begin + _BATCH]
            with _writing(self._folder):
                self._collection.upsert(
                    ids=[p.finding.id for p in batch],
                    embeddings=vectors[begin:begin + _BATCH],
                    documents=[p.finding.text for p in batch],
                    metadatas=[_metadata(p) for p in batch])

    def remove(self, ids: Sequence[str]) -> None:
        """Remove these ids."""
        for begin in range(0, len(ids), _BATCH):
            with _writing(self._folder):
                self._collection.delete(ids=list(ids[begin:begin + _BATCH]))

    def some(self, count: int) -> list[str]:
        """So many ids, whichever."""
        with _reading():
            return list(self._collection.get(limit=count, include=[])["ids"])

    def get(self, ids: Sequence[str]) -> Mapping[str, Vectors]:
        """The vectors of these ids; unknown ids are left out."""
        found: dict[str, Vectors] = {}
        for begin in range(0, len(ids), _BATCH):
            with _reading():
                rows: Any = self._collection.get(ids=list(ids[begin:begin + _BATCH]),
                                                 include=["embeddings"])
            for identifier, vector in zip(rows["ids"], rows["embeddings"], strict=True):
                found[identifier] = np.asarray(vector, np.float32)
        return found

    def nearest(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """The ``k`` nearest ids with their cosine similarity (1 same, 0 unrelated)."""
        count = min(k, self.count())
        if count <= 0:
            return []
        with _reading():
            rows: Any = self._collection.query(query_embeddings=vector[None, :],
                                               n_results=count, include=["distances"])
        return [(identifier, 1.0 - float(distance)) for identifier, distance
                in zip(rows["ids"][0], rows["distances"][0], strict=True)]

    def count(self) -> int:
        """How many passages are stored."""
        with _reading():
            return int(self._collection.count())

    def close(self) -> None:
        """Release the files of this store."""
        self._client.close()


def _metadata(passage: Passage) -> dict[str, str | int]:
    finding = passage.finding
    values = {"digest": passage.digest, "report_id": finding.report_id, "force": finding.force,
              "year": finding.year, "kind": finding.kind.value, "section":
              " > ".join(finding.section), "start": finding.start, "end": finding.end}
    return {key: value for key, value in values.items() if value is not None}
