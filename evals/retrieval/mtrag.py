"""MTRAG and MTRAG-UN (Katsis et al., IBM, 2025): questions in conversations.

One pool of every passage that a shipped task refers to, all domains and both benchmarks
together; tasks without relevance rows are left out. Several tasks come from one conversation, so
intervals are over conversations.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

from evals.retrieval import homes
from evals.retrieval.bench import Bench, joined, measured, rows
from evals.retrieval.report import Part, Table, compared, target
from evals.retrieval.systems import (
    Query,
    System,
    Understood,
    bm25,
    bm25_two_turns,
    dense,
    lexical,
)

NEEDS = ("mtrag/corpus.jsonl", "mtrag/qrels.jsonl", "mtrag/tasks.jsonl")
K, TARGET = 5, 0.80
_FOLLOWS, _ALONE = "ours, follow-ups", "ours, last turn only"


def query_of(task: Mapping[str, Any]) -> Query:
    """A task's question with its conversation as pairs of question and answer."""
    turns = task["history"]
    pairs = [(turns[at]["text"], turns[at + 1]["text"]) for at in range(0, len(turns) - 1, 2)]
    return Query(task["question"], tuple(pairs))


def run(bench: Bench) -> Part:
    """Rank passages for every task by every system, by benchmark and domain."""
    corpus, qrels, tasks = (list(rows(bench.benchmarks / name)) for name in NEEDS)
    relevant: dict[str, set[str]] = defaultdict(set)
    for row in qrels:
        relevant[row["query_id"]].add(row["passage_id"])
    counted = [task for task in tasks if task["id"] in relevant]
    documents = {row["id"]: joined(row["title"], row["text"]) for row in corpus}
    home = bench.root / "mtrag"
    source = homes.passages(home / "passages.jsonl", (
        {"id": row["id"], "title": row["title"], "text": row["text"]} for row in corpus))
    ready = homes.prepared(home, source, bench.embedder)
    with closing(bench.serve(home, source)) as service:
        index, scope = service.current()
        remarks = [ready.told()]
        systems = [bm25(documents), bm25_two_turns(documents), lexical(index), dense(index)]
        if bench.peer is not None:
            store = bench.peer.store("mtrag", documents)
            systems.append(store.system)
            remarks.append(store.told())
        ours = Understood(index, scope)
        systems += [System(_ALONE, ours.rank_alone), System(_FOLLOWS, ours.rank)]
        if bench.reranker is not None:
            systems.append(System(f"{_FOLLOWS}, reranked",
                                  Understood(index, scope, bench.reranker).rank))
        queries = [query_of(task) for task in counted]
        understood = [ours.question(query) for query in queries]
        found = measured(systems, queries,
                         [frozenset(relevant[task["id"]]) for task in counted], K)
    remarks.append(f"{sum(q.follows for q in understood)} of {len(counted)} questions were taken "
                   "for follow-ups")
    tables = _tables(counted, systems[-1].name, found)
    remarks.append(target(tables[0], f"R@{K}", TARGET))
    return Part("MTRAG", tuple(tables), remarks=tuple(remarks),
                rows=tuple({"id": task["id"], "question": task["question"],
                            "understood": question.text,
                            "figures": {name: {m: v[at] for m, v in by.items()}
                                        for name, by in found.items()}}
                           for at, (task, question) in enumerate(
                               zip(counted, understood, strict=True))))


def _tables(tasks: Sequence[Mapping[str, Any]], ours: str,
            found: Mapping[str, Mapping[str, Sequence[float]]]) -> list[Table]:
    """A table for each benchmark, then for each of its domains."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, task in enumerate(tasks):
        groups[task["benchmark"], "all domains"].append(place)
        groups[task["benchmark"], task["domain"]].append(place)
    order = sorted(groups, key=lambda key: (key[0] != "mtragun", key[1] != "all domains", key[1]))
    tables = []
    for key in order:
        places = groups[key]
        chosen = {name: {metric: [values[p] for p in places] for metric, values in by.items()}
                  for name, by in found.items()}
        talks = [str(tasks[p]["id"]).partition("<::>")[0] for p in places]
        tables.append(compared(", ".join(key), ours, chosen, talks))
    return tables
