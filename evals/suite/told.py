"""A run as one object, for ``--json`` and for the page: the figures, then every question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from assistant.answer import Citation, Status
from evals.questions import Row
from evals.retrieval.metrics import percentile
from evals.suite.folder import Folder
from evals.suite.metrics.catalogue import CATALOGUE
from evals.suite.metrics.score import Outcome, Score
from evals.suite.metrics.summary import by_kind, confusion, summarise
from evals.suite.record import Answered

_SHARES = {"p50": .5, "p90": .9, "p95": .95, "max": 1.0}
_PLACE = ("n", "finding_id", "title", "force", "year", "section", "kind", "polarity", "grade",
          "lead_in", "quote", "page", "hidden")


def told(folder: Folder) -> dict[str, Any]:
    """The run with its figures and questions; JSON holds it as it is.

    ``run`` is the manifest, ``summaries`` and ``by_kind`` are the metrics in the catalogue's
    order, ``confusion`` counts refusals against what can be answered (answers that failed are
    in none of the four), ``times`` are seconds to the first sentence and to the whole answer,
    ``findings`` has the words of what questions need as far as the run has met them, and
    ``unscored`` counts by metric and outcome what has no value. A question that is answered and
    not scored yet has empty ``scores``. Raises like ``Folder.answers`` and ``Folder.scores``,
    and ``ValueError`` for a question whose row can't be used.
    """
    answers = folder.answers()
    rows = {i: answered.row for i, answered in answers.items()}
    scores = {i: by for i, by in folder.scores().items() if i in answers}
    kinds = {i: row.kind for i, row in rows.items() if i in scores}
    refused = {i: a.refused for i, a in answers.items() if a.answer.status is not Status.ERROR}
    return {
        "run": dict(folder.manifest),
        "summaries": [summary.to_dict() for summary in summarise(scores)],
        "by_kind": {kind: [summary.to_dict() for summary in summaries]
                    for kind, summaries in by_kind(scores, kinds).items()},
        "confusion": confusion({i: row.answerable for i, row in rows.items()}, refused),
        "times": _times(list(answers.values())),
        "questions": [_question(answered, rows[i], scores.get(i, {}))
                      for i, answered in answers.items()],
        "findings": _findings(answers.values(), rows.values()),
        "unscored": _unscored(scores)}


def _question(answered: Answered, row: Row, scores: Mapping[str, Score]) -> dict[str, Any]:
    answer = answered.answer
    return {
        "id": row.id, "kind": row.kind, "question": row.question,
        "history": [list(turn) for turn in row.history], "note": row.note,
        "reference": row.reference, "draft": row.draft, "answerable": row.answerable,
        "understood": answer.standalone_question, "status": answer.status.value,
        "refused": answered.refused, "answer": answer.text,
        "sentences": [s.model_dump(mode="json") for s in answer.sentences],
        "table": answer.table.model_dump(mode="json") if answer.table else None,
        "citations": _citations(answered, row),
        "nearest": [_citation(citation) for citation in answer.nearest],
        "needed": [sorted(group) for group in row.needed],
        "complete": sorted(row.complete) if row.complete is not None else None,
        "contexts": [{"id": c.finding_id, "text": c.text, "needed": c.finding_id in row.wanted}
                     for c in answered.contexts],
        "left_out": [one.model_dump(mode="json") for one in answer.trace.left_out],
        "notice": answer.notice, "model": answer.model,
        "scores": {name: scores[name].to_dict() for name in _ordered(scores)},
        "seconds": answered.seconds, "first_s": answered.first_s,
        "tokens_in": answered.tokens_in, "tokens_out": answered.tokens_out}


def _citations(answered: Answered, row: Row) -> list[dict[str, Any]]:
    """The citations, each with whether the question needs it and whether its quote stands in
    the report; ``verbatim`` is None where nobody looked."""
    looked = answered.verbatim
    return [{**_citation(citation), "needed": citation.finding_id in row.wanted,
             "verbatim": looked[at] if at < len(looked) else None}
            for at, citation in enumerate(answered.answer.citations)]


def _citation(citation: Citation) -> dict[str, Any]:
    return citation.model_dump(mode="json", include=set(_PLACE))


def _times(answers: Sequence[Answered]) -> dict[str, dict[str, float] | None]:
    first = [a.first_s for a in answers if a.first_s is not None]
    return {"first_s": _percentiles(first), "seconds": _percentiles([a.seconds for a in answers])}


def _percentiles(values: Sequence[float]) -> dict[str, float] | None:
    if not values:
        return None
    return {"n": len(values), **{name: percentile(values, part)
                                 for name, part in _SHARES.items()}}


def _unscored(scores: Mapping[str, Mapping[str, Score]]) -> dict[str, dict[str, int]]:
    """By metric: how many have which outcome."""
    found: dict[str, Counter[str]] = {}
    for by in scores.values():
        for name, score in by.items():
            if score.outcome is not Outcome.SCORED:
                found.setdefault(name, Counter())[score.outcome.value] += 1
    return {name: dict(found[name]) for name in _ordered(found)}


def _findings(answers: Iterable[Answered], rows: Iterable[Row]) -> dict[str, str]:
    """The words of each finding that some question needs, as far as the run has met them."""
    wanted = frozenset[str]().union(*(row.wanted for row in rows))
    found: dict[str, str] = {}
    for answered in answers:
        answer = answered.answer
        for identifier, text in (*((c.finding_id, c.text) for c in answered.contexts),
                                 *((c.finding_id, c.quote) for c in answer.citations),
                                 *((c.finding_id, c.text) for c in answer.trace.candidates)):
            if identifier in wanted:
                found.setdefault(identifier, " ".join(text.split()))
    return found


def _ordered(names: Collection[str]) -> list[str]:
    """The catalogue's order, then what it doesn't have."""
    return [*(name for name in CATALOGUE if name in names),
            *(name for name in names if name not in CATALOGUE)]
