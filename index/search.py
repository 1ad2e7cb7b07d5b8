"""Ranked evidence: dense and lexical candidates, filtered and fused. Every candidate is kept
with its scores and ranks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from corpus.model import Finding
from index.catalogue import Catalogue
from index.embedding import Embedder, Vectors
from index.filter import Filter
from index.vectors import VectorStore
from index.words import terms

# The constant of reciprocal rank fusion (Cormack, Clarke and Buettcher, SIGIR 2009).
_RRF = 60
_NARROW = 3000


@dataclass(frozen=True, slots=True)
class Hit:
    """A candidate: cosine similarity and BM25 where a retriever proposed it, ranks from 1."""

    finding: Finding
    dense: float | None = None
    dense_rank: int | None = None
    lexical: float | None = None
    lexical_rank: int | None = None
    fused: float = 0.0


def search(query: str, catalogue: Catalogue, vectors: VectorStore, embedder: Embedder,
           wanted: Filter | None = None, candidates: int = 50) -> list[Hit]:
    """Every candidate for a query, best first; those of a filter's scope only.

    ``candidates`` is how many findings each retriever proposes.
    """
    return search_by(embedder.embed([query])[0], terms(query), catalogue, vectors, wanted,
                     candidates)


def search_by(vector: Vectors, words: Sequence[str], catalogue: Catalogue, vectors: VectorStore,
              wanted: Filter | None = None, candidates: int = 50) -> list[Hit]:
    """Like ``search`` with the query's vector and words at hand."""
    scope = catalogue.findings(wanted) if wanted else None
    allowed = {finding.id for finding in scope} if scope is not None else None
    depth = candidates if allowed is None else max(candidates * 4, 200)
    lexical = _within(catalogue.lexical(words, depth), allowed, candidates)
    dense = _dense(vector, vectors, allowed, candidates, depth)
    found = catalogue.get([*dict(dense), *dict(lexical)])
    hits = {identifier: Hit(finding) for identifier, finding in found.items()}
    for rank, (identifier, score) in enumerate(dense, 1):
        hits[identifier] = replace(hits[identifier], dense=score, dense_rank=rank)
    for rank, (identifier, score) in enumerate(lexical, 1):
        hits[identifier] = replace(hits[identifier], lexical=score, lexical_rank=rank)
    fused = [replace(hit, fused=_fused(hit)) for hit in hits.values()]
    return sorted(fused, key=lambda hit: (-hit.fused, -(hit.dense or 0.0), hit.finding.id))


def _fused(hit: Hit) -> float:
    return sum(1 / (_RRF + rank) for rank in (hit.dense_rank, hit.lexical_rank) if rank)


def _within(ranked: list[tuple[str, float]], allowed: set[str] | None,
            k: int) -> list[tuple[str, float]]:
    if allowed is None:
        return ranked[:k]
    return [(identifier, score) for identifier, score in ranked if identifier in allowed][:k]


def _dense(vector: Vectors, vectors: VectorStore, allowed: set[str] | None, k: int,
           depth: int) -> list[tuple[str, float]]:
    """Nearest neighbours; a narrow scope is compared whole, since Chroma's own filter is slow
    and a wide net may hold too few of the scope."""
    if allowed is None:
        return vectors.nearest(vector, k)
    if len(allowed) > _NARROW:
        return _within(vectors.nearest(vector, depth), allowed, k)
    stored = vectors.get(sorted(allowed))
    if not stored:
        return []
    ids = list(stored)
    scores = np.stack([stored[i] for i in ids]) @ vector
    order = np.argsort(-scores, kind="stable")[:k]
    return [(ids[i], float(scores[i])) for i in order]
