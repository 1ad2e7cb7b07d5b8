"""What every part of a run works with."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.service import Service, open_service
from assistant.settings import load
from evals.retrieval.metrics import ndcg, recall
from evals.retrieval.peer import Peer
from evals.retrieval.systems import Query, System
from index.embedding import Embedder
from index.reranking import Reranker


def served(home: Path, source: Path) -> Service:
    """The assistant over a source, as its users get it."""
    return open_service(load(home=home), source)


@dataclass(frozen=True, slots=True)
class Bench:
    """The folder of outside material, the folder of prepared indexes, and the models at hand;
    ``peer`` and ``reranker`` are None where there is none. ``serve`` opens the assistant on a
    home and a source."""

    benchmarks: Path
    root: Path
    embedder: Embedder
    peer: Peer | None = None
    reranker: Reranker | None = None
    serve: Callable[[Path, Path], Service] = served


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON Lines file."""
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            if line.strip():
                yield json.loads(line)


def joined(title: str, text: str) -> str:
    """A document as simple systems see it: its title, then its text."""
    return f"{title}\n{text}".strip()


def measured(systems: Sequence[System], queries: Sequence[Query],
             relevant: Sequence[frozenset[str]], k: int) -> dict[str, dict[str, list[float]]]:
    """nDCG and recall at ``k`` of each system (by name) for each query."""
    found: dict[str, dict[str, list[float]]] = {}
    for system in systems:
        ranked = [system.rank(query, k) for query in queries]
        found[system.name] = {
            f"nDCG@{k}": [ndcg(r, wanted, k) for r, wanted in zip(ranked, relevant, strict=True)],
            f"R@{k}": [recall(r, wanted, k) for r, wanted in zip(ranked, relevant, strict=True)]}
    return found
