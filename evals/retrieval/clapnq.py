"""CLAP NQ (Rosenthal et al., 2024): answer from the passage or refuse; half can't be answered."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import Any

from assistant.answer import Answer
from assistant.backend import NO_CHOICES, Choices
from assistant.service import Service
from evals.retrieval import homes
from evals.retrieval.bench import Bench, joined, measured, rows
from evals.retrieval.marks import errors, refused
from evals.retrieval.metrics import percentile, share
from evals.retrieval.report import Figure, Part, Table, compared
from evals.retrieval.systems import Query, bm25, dense, fused, fused_reranked, lexical
from index.filter import Filter
from index.store import Index

NEEDS = ("clapnq/dev.jsonl",)


def run(bench: Bench) -> Part:
    """Find each row's passage in the pool; then ask the assistant, over the pool and with the
    passage given."""
    asked = list(rows(bench.benchmarks / NEEDS[0]))
    home = bench.root / "clapnq"
    source = homes.passages(home / "passages.jsonl", (
        {"id": row["id"], "title": row["title"], "text": row["passage"]} for row in asked))
    ready = homes.prepared(home, source, bench.embedder)
    remarks = [ready.told()]
    figures: list[Figure] = []
    answers: list[dict[str, Any]] = []
    with closing(bench.serve(home, source)) as service:
        tables = _retrieval(bench, service.current()[0], asked, remarks)
        for name, choices in (("pool", lambda row: NO_CHOICES), ("passage given", _given)):
            found, spent = _asked(service, asked, choices)
            figures += _figures(name, asked, found)
            answers += [_row(name, row, answer) for row, answer in zip(asked, found, strict=True)]
            remarks += errors(found)
            remarks.append(f"{name}: {percentile(spent, .5):.0f} ms a question in the middle, "
                           f"{percentile(spent, .95):.0f} ms at p95")
    return Part("CLAP NQ", tables, tuple(figures), tuple(remarks), tuple(answers))


def _retrieval(bench: Bench, index: Index, asked: Sequence[Mapping[str, Any]],
               remarks: list[str]) -> tuple[Table, ...]:
    """Whether each question's own passage comes first, over the questions that it answers and
    over all; the same text under another id counts."""
    documents = {row["id"]: joined(row["title"], row["passage"]) for row in asked}
    systems = [bm25(documents), lexical(index), dense(index)]
    if bench.peer is not None:
        store = bench.peer.store("clapnq", documents)
        systems.append(store.system)
        remarks.append(store.told())
    systems.append(fused(index))
    if bench.reranker is not None:
        systems.append(fused_reranked(index, bench.reranker))
    same = [frozenset(r["id"] for r in asked if r["passage"] == row["passage"]) for row in asked]
    ranked = measured(systems, [Query(row["question"]) for row in asked], same, 1)
    firsts = {name: [float(value > 0) for value in by["R@1"]] for name, by in ranked.items()}
    able = [place for place, row in enumerate(asked) if row["answerable"]]
    return (compared("answerable: the row's passage first", systems[-1].name,
                     {name: {"R@1": [values[p] for p in able]}
                      for name, values in firsts.items()}),
            compared("all: the row's passage first", systems[-1].name,
                     {name: {"R@1": values} for name, values in firsts.items()}))


def _given(row: Mapping[str, Any]) -> Choices:
    return Choices(scope=Filter(reports=frozenset({str(row["id"])})))


def _asked(service: Service, asked: Sequence[Mapping[str, Any]],
           choices: Callable[[Mapping[str, Any]], Choices]) -> tuple[list[Answer], list[float]]:
    """The answers, and the milliseconds that each took."""
    answers, spent = [], []
    for row in asked:
        begun = time.perf_counter()
        answers.append(service.ask(row["question"], composer="quotes", choices=choices(row)))
        spent.append((time.perf_counter() - begun) * 1000)
    return answers, spent


def _figures(name: str, asked: Sequence[Mapping[str, Any]],
             answers: Sequence[Answer]) -> list[Figure]:
    paired = list(zip(asked, answers, strict=True))
    yes = [(row, answer) for row, answer in paired if row["answerable"]]
    no = [(row, answer) for row, answer in paired if not row["answerable"]]
    own = sum(any(c.report_id == row["id"] for c in answer.citations) for row, answer in yes)
    counts = (
        ("unanswerable, refused", sum(refused(a) for _, a in no), len(no)),
        ("answerable, falsely refused", sum(refused(a) for _, a in yes), len(yes)),
        ("answerable, answered from its own passage", own, len(yes)),
        ("right either way", own + sum(refused(a) for _, a in no), len(paired)))
    return [Figure(f"{name}: {label}", share(count, total), f"{count}/{total}")
            for label, count, total in counts]


def _row(name: str, row: Mapping[str, Any], answer: Answer) -> dict[str, Any]:
    return {"id": row["id"], "setting": name, "question": row["question"],
            "answerable": row["answerable"], "status": answer.status.value,
            "probability": answer.trace.signals.get("probability"),
            "cited": [c.report_id for c in answer.citations]}
