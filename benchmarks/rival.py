"""The peer of searches at scale: Chroma's own nearest neighbours and ``where``, over the vectors
that an index holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import taken
from index import generation
from index.embedding import Embedder, Vectors
from index.filter import Filter
from index.store import Index

NEAREST = 50


class Rival:
    """The collection of an index, asked as LangChain's store would ask it."""

    def __init__(self, folder: Path) -> None:
        import chromadb
        from chromadb.config import Settings

        client = chromadb.PersistentClient(str(folder),
                                           settings=Settings(anonymized_telemetry=False))
        self._collection: Any = client.get_collection("findings", embedding_function=None)
        self._collection.query(query_embeddings=np.eye(1, 384, dtype=np.float32), n_results=1)

    def times(self, vectors: Sequence[Vectors], where: Mapping[str, Any]) -> list[float]:
        """Milliseconds of each search for the fifty nearest that meet the conditions."""
        return [taken(lambda vector=vector: self._query(vector, where)) * 1000  # type: ignore[misc]
                for vector in vectors]

    def missed(self, index: Index, embedder: Embedder, asked: Sequence[str]) -> list[str]:
        """How many of the true nearest it misses, in words."""
        shares = []
        for vector in embedder.embed(asked):
            true = {identifier for identifier, _ in index.vectors.nearest(vector, NEAREST)}
            found = self._query(vector, {})["ids"][0]
            shares.append(len(true & set(found)) / max(1, len(true)))
        return [f"the peer finds {sum(shares) / len(shares):.0%} of the {NEAREST} nearest, "
                "ours all of them"]

    def _query(self, vector: Vectors, where: Mapping[str, Any]) -> Any:
        return self._collection.query(
            query_embeddings=vector[None, :], n_results=NEAREST, where=dict(where) or None,
            include=["documents", "metadatas", "distances"])


def of(home: Path) -> Rival | None:
    """The rival over the generation in force; None where Chroma holds no vectors of it."""
    found = generation.current(home)
    folder = found[0] / "chroma" if found else None
    return Rival(folder) if folder and folder.is_dir() else None


def where(wanted: Filter) -> dict[str, Any]:
    """A filter as Chroma's conditions; {} for one that its metadata can't tell."""
    parts: list[dict[str, Any]] = []
    for name, values in (("force", wanted.forces), ("year", wanted.years),
                         ("kind", wanted.kinds)):
        if values:
            parts.append({name: {"$in": sorted(values)}})
    if not parts or wanted.topics or wanted.polarities:
        return {}
    return parts[0] if len(parts) == 1 else {"$and": parts}
