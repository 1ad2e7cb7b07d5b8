"""Retrieval and answers: milliseconds to ranked findings, to evidence, to a whole answer."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assistant.service import Service, open_embedder
from assistant.settings import SHIPPED_REPORTS
from benchmarks import material, peer
from benchmarks.measure import Effort, Measure, Result, spread, taken
from index.embedding import Embedder
from index.sync import sync

EVIDENCE_MS = 200.0
# More passages than the program remembers the token vectors of.
_LARGER = 2
# Asked before the clock runs: what is set up once is not part of a question.
_FIRST = "What did the inspectors say?"


def run(effort: Effort) -> Result:
    """Ask varied questions of the shipped report and of a larger library."""
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        embedder = open_embedder(material.settings(folder))
        absent = peer.missing() if effort.peer else None
        model = peer.embeddings() if effort.peer and absent is None else None
        store = peer.build(material.shipped_texts(), model, folder / "peer") if model else None
        measures = _running(folder / "small", embedder, store, effort)
        count = effort.passages * _LARGER
        many = peer.build(material.made_up(count), model, folder / "many") if model else None
        measures += _large(folder / "large", embedder, material.passages_file(count, folder),
                           many, effort, f"{count:,} passages")
    notes = ("evidence: from the question to the first update of Service.stream; answer: all of "
             "Service.ask with quotes; in the larger library each question is asked once, so no "
             "passage has been looked at before",
             *(("peer: similarity_search of its four nearest chunks, beside our search",)
               if model is not None else ()))
    return Result(tuple(measures), notes, (absent,) if absent else ())


def _running(home: Path, embedder: Embedder, store: Any, effort: Effort) -> list[Measure]:
    """The shipped report in a service prepared as ``findings serve`` prepares it."""
    sync(home, SHIPPED_REPORTS, embedder)
    with closing(Service(material.settings(home), embedder)) as service:
        service.warm()
        found = _asked(service, store, material.questions(effort.questions), effort.rounds)
    return [*spread("search", found["search"], "ms", peer=found.get("peer", ())),
            *spread("evidence", found["evidence"], "ms", target=EVIDENCE_MS),
            *spread("answer", found["answer"], "ms")]


def _large(home: Path, embedder: Embedder, source: Path, store: Any, effort: Effort,
           name: str) -> list[Measure]:
    """A library too large to prepare, each question asked once."""
    sync(home, source, embedder)
    with closing(Service(material.settings(home), embedder)) as service:
        found = _asked(service, store, material.questions(effort.questions), 1)
    return [*spread(f"{name}: search", found["search"], "ms", peer=found.get("peer", ())),
            *spread(f"{name}: evidence", found["evidence"], "ms", target=EVIDENCE_MS)]


def _asked(service: Service, store: Any, asked: list[str], rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each kind of work, ours and the peer's in turns; evidence comes first, so
    that nothing has prepared the question."""
    for work in _works(service, store, _FIRST).values():
        work()
    found: dict[str, list[float]] = {}
    for question in asked * rounds:
        for key, work in _works(service, store, question).items():
            found.setdefault(key, []).append(taken(work) * 1000)
    return found


def _works(service: Service, store: Any, question: str) -> dict[str, Callable[[], object]]:
    works: dict[str, Callable[[], object]] = {
        "evidence": lambda: _evidence(service, question),
        "search": lambda: service.current()[0].search(question),
        "answer": lambda: service.ask(question, composer="quotes")}
    if store is not None:
        works["peer"] = lambda: store.similarity_search(question)
    return works


def _evidence(service: Service, question: str) -> None:
    """Up to the first update: the evidence, or for a refusal the whole answer."""
    updates = service.stream(question, composer="quotes")
    next(updates)
    getattr(updates, "close", lambda: None)()
