"""Ranked evidence: dense and lexical candidates, filtered and fused. Every candidate is kept
with its scores and ranks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.model import Finding
from index.catalogue import Catalogue
from index.embedding import Embedder, Vectors
from index.filter import Filter
from index.neighbours import Neighbours
from index.words import terms

# The constant of reciprocal rank fusion (Cormack, Clarke and Buettcher, SIGIR 2009).
_RRF = 60
BEST_FUSED = 2 / (_RRF + 1)


@dataclass(frozen=True, slots=True)
class Hit:
    """A candidate: cosine similarity and BM25 where a retriever proposed it, ranks from 1.
    ``rerank`` is a reranker's score, None where none has looked at it."""

    finding: Finding
    dense: float | None = None
    dense_rank: int | None = None
    lexical: float | None = None
    lexical_rank: int | None = None
    fused: float = 0.0
    rerank: float | None = None


def search(query: str, catalogue: Catalogue, vectors: Neighbours, embedder: Embedder,
           wanted: Filter | None = None, candidates: int = 50) -> list[Hit]:
    """Every candidate for a query, best first; those of a filter's scope only.

    ``candidates`` is how many findings each retriever proposes.
    """
    return search_by(embedder.embed([query])[0], terms(query), catalogue, vectors, wanted,
                     candidates)


def search_by(vector: Vectors, words: Sequence[str], catalogue: Catalogue, vectors: Neighbours,
              wanted: Filter | None = None, candidates: int = 50) -> list[Hit]:
    """Like ``search`` with the query's vector and words at hand."""
    rows = catalogue.rows(wanted)
    lexical = catalogue.lexical(words, candidates, rows)
    dense = vectors.nearest(vector, candidates, rows)
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
