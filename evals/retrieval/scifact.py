"""SciFact (Wadden et al., EMNLP 2020) as BEIR cuts it: 300 claims, 5,183 abstracts.

Its figures can be set beside published ones (BM25 .665 to .679, all-MiniLM-L6-v2 about .645), so
it proves that retrieval and measures are right.
"""

from __future__ import annotations

from contextlib import closing

from evals.retrieval import homes
from evals.retrieval.bench import Bench, joined, measured, rows
from evals.retrieval.report import Part, compared, target
from evals.retrieval.systems import Query, bm25, dense, fused, fused_reranked, lexical

NEEDS = ("scifact/corpus.jsonl", "scifact/claims_validation.jsonl")
K, TARGET = 10, 0.70


def run(bench: Bench) -> Part:
    """Rank abstracts for every claim by every system."""
    corpus = {row["id"]: row for row in rows(bench.benchmarks / NEEDS[0])}
    documents = {i: joined(row["title"], row["text"]) for i, row in corpus.items()}
    claims = list(rows(bench.benchmarks / NEEDS[1]))
    home = bench.root / "scifact"
    source = homes.passages(home / "passages.jsonl", (
        {"id": i, "title": row["title"], "text": row["text"]} for i, row in corpus.items()))
    ready = homes.prepared(home, source, bench.embedder)
    with closing(bench.serve(home, source)) as service:
        index, _ = service.current()
        systems = [bm25(documents), lexical(index), dense(index)]
        remarks = [ready.told()]
        if bench.peer is not None:
            store = bench.peer.store("scifact", documents)
            systems.append(store.system)
            remarks.append(store.told())
        systems.append(fused(index))
        if bench.reranker is not None:
            systems.append(fused_reranked(index, bench.reranker))
        found = measured(systems, [Query(claim["claim"]) for claim in claims],
                         [frozenset(claim["cited_doc_ids"]) for claim in claims], K)
    table = compared("all claims", systems[-1].name, found)
    return Part("SciFact", (table,), remarks=(*remarks, target(table, f"nDCG@{K}", TARGET)))
