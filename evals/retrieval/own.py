"""Our own questions on the shipped reports and the invented ones beside them: what is found, and
whether the answers are right."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from assistant.answer import Answer
from assistant.service import Service
from assistant.settings import SHIPPED_REPORTS
from evals.questions import FILES, FOLDER, LOOKUPS, Row, problems, read
from evals.retrieval import homes, marks
from evals.retrieval.bench import Bench
from evals.retrieval.marks import Marked
from evals.retrieval.metrics import groups_found, percentile, reciprocal_rank
from evals.retrieval.peer import NAME, Store
from evals.retrieval.report import Figure, Part, Table, compared
from evals.retrieval.systems import bm25, bm25_two_turns, dense, lexical
from index.passages import passage
from index.store import Index

REPORTS = Path(__file__).resolve().parent.parent / "reports"
K, _DEEP = 5, 20
# Each place of a ranking holds one finding, or for the peer those of one chunk.
Places = list[frozenset[str]]


def datasets(folder: Path = FOLDER) -> list[Row]:
    """Every question that has been written so far."""
    paths = [folder / f"{name}.jsonl" for name in FILES]
    return [row for path in paths if path.is_file() for row in read(path)]


def run(bench: Bench, asked: Sequence[Row] | None = None,
        folders: Sequence[Path] = (SHIPPED_REPORTS, REPORTS)) -> Part:
    """Ask every question and mark the answer; rank findings by every system."""
    asked = datasets() if asked is None else asked
    home = bench.root / "own"
    source = homes.library(home / "library", folders)
    ready = homes.prepared(home, source, bench.embedder)
    remarks = [ready.told()]
    with closing(bench.serve(home, source)) as service:
        index, _ = service.current()
        service.warm()
        known = {finding.id for finding in index.findings()}
        remarks += [f"dataset: {problem}" for problem in problems(asked, known)]
        answers, spent = _answers(service, asked)
        remarks += marks.errors(answers)
        tables = _tables(bench, index, asked, answers, remarks)
    marked = [marks.mark(row, answer) for row, answer in zip(asked, answers, strict=True)]
    remarks.append(f"{percentile(spent, .5):.0f} ms a question in the middle, "
                   f"{percentile(spent, .95):.0f} ms at p95")
    return Part("Own questions", tuple(tables), tuple(_figures(marked)), tuple(remarks),
                tuple(m.to_dict() for m in marked))


def _answers(service: Service, asked: Sequence[Row]) -> tuple[list[Answer], list[float]]:
    """The answers, and the milliseconds that each took."""
    answers, spent = [], []
    for row in asked:
        begun = time.perf_counter()
        answers.append(service.ask(row.question, row.history, composer="quotes"))
        spent.append((time.perf_counter() - begun) * 1000)
    return answers, spent


def _tables(bench: Bench, index: Index, asked: Sequence[Row], answers: Sequence[Answer],
            remarks: list[str]) -> list[Table]:
    """How far up the needed findings are, over all look-ups, by file and by kind."""
    places = [at for at, row in enumerate(asked) if row.is_lookup]
    if not places:
        return []
    documents = {f.id: passage(f).embedded for f in index.findings()}
    rankings: dict[str, list[Places]] = {
        system.name: [_single(system.rank(asked[at].query, _DEEP)) for at in places]
        for system in (bm25(documents), bm25_two_turns(documents), lexical(index), dense(index))}
    if bench.peer is not None:
        reports = [r for m in index.reports() if (r := index.report(m.id)) is not None]
        store = bench.peer.store("own", {report.id: report.text for report in reports})
        remarks.append(store.told())
        rankings[NAME] = [_chunks(store, index, asked[at].question) for at in places]
    rankings["ours, as shown"] = [_single(shown(answers[at])) for at in places]
    rankings["ours"] = [_single(ranked(answers[at])) for at in places]
    groups: dict[str, list[int]] = {"look-ups": list(range(len(places)))}
    for name in dict.fromkeys(asked[at].file for at in places):
        groups[name] = [i for i, at in enumerate(places) if asked[at].file == name]
    for kind in LOOKUPS:
        groups[kind] = [i for i, at in enumerate(places) if asked[at].kind == kind]
    return [_table(name, [(i, asked[places[i]]) for i in chosen], rankings)
            for name, chosen in groups.items() if chosen]


def _table(title: str, chosen: Sequence[tuple[int, Row]],
           rankings: dict[str, list[Places]]) -> Table:
    return compared(title, "ours", {
        system: {f"R@{K}": [groups_found(found[i], row.needed, K) for i, row in chosen],
                 "MRR": [reciprocal_rank(found[i], row.needed) for i, row in chosen]}
        for system, found in rankings.items()})


def ranked(answer: Answer) -> list[str]:
    """The candidates of an answer, best first; what it shows where the trace holds none."""
    return [c.finding_id for c in answer.trace.candidates][:_DEEP] or shown(answer)


def shown(answer: Answer) -> list[str]:
    """The findings in the order in which a reader sees them: cited, then offered as nearest."""
    return list(dict.fromkeys(c.finding_id for c in (*answer.citations, *answer.nearest)))


def _chunks(store: Store, index: Index, question: str) -> Places:
    """The peer's chunks as the findings that they hold whole."""
    texts: dict[str, list[tuple[str, str]]] = {}
    for finding in index.findings():
        texts.setdefault(finding.report_id, []).append((finding.id, finding.words))
    return [frozenset(i for i, words in texts.get(report, ()) if words in " ".join(text.split()))
            for report, text in store.chunks(question, _DEEP)]


def _single(ids: Sequence[str]) -> Places:
    return [frozenset({identifier}) for identifier in ids]


def _figures(marked: Sequence[Marked]) -> list[Figure]:
    """Every measure by file, then by file and kind."""
    files = dict.fromkeys(m.row.file for m in marked)
    kinds = dict.fromkeys(m.row.kind for m in marked)
    found: list[Figure] = []
    for file in files:
        found += marks.figures(file, [m for m in marked if m.row.file == file])
    for file in files:
        for kind in kinds:
            chosen = [m for m in marked if m.row.file == file and m.row.kind == kind]
            found += marks.figures(f"{file}, {kind}", chosen)
    return found
