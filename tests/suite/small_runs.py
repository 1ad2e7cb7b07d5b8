"""Small runs in a folder, made up from values alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.answer import Answer, Citation, Intent, Sentence, Status, Support
from evals.suite.folder import Folder
from evals.suite.metrics.score import Outcome, Score
from evals.suite.record import Answered

QUOTE = "has a backlog of devices"
# A value, or the outcome that stands where there is none.
Told = float | Outcome
JUDGE = {"name": "local", "fingerprint": "f1", "repeats": 1, "agreement": None}


def answer(text: str = "There is a backlog.", answered: bool = True) -> Answer:
    cited = Citation(n=1, finding_id="a", report_id="r", title="R", force=None, year=None,
                     section=(), kind="narrative", polarity="negative", quote=QUOTE, page=None,
                     start=0, end=len(QUOTE), source="r.txt")
    return Answer(question="q", standalone_question="q", intent=Intent.LOOKUP,
                  status=Status.ANSWERED if answered else Status.NOT_IN_REPORTS,
                  sentences=(Sentence(text=text, citations=(1,) if answered else (),
                                      support=Support.VERBATIM if answered else None),),
                  citations=(cited,) if answered else ())


def row(identifier: str, **values: Any) -> dict[str, Any]:
    return {"id": identifier, "kind": "lookup", "question": f"Is there a backlog in {identifier}?",
            "answerable": True, "needed": [["a"]], **values}


def score(told: Told) -> Score:
    return Score.without(told, "for a reason") if isinstance(told, Outcome) else Score.of(told)


def run(path: Path, scores: Mapping[str, Mapping[str, Told]], *,
        rows: Mapping[str, Mapping[str, Any]] | None = None,
        answers: Mapping[str, Answer] | None = None, **manifest: Any) -> Folder:
    """A run with these scores (question, then metric), finished unless told otherwise. ``rows``
    changes the rows of single questions, ``answers`` their answers."""
    told: dict[str, Any] = {
        "name": path.name, "suite": "own",
        "dataset": {"name": "own", "digest": "d1", "questions": len(scores)},
        "corpus": "c1", "composer": "quotes", "model": None, "judge": JUDGE, "metrics": [],
        "started": "2026-11-25T09:00:00", "finished": "2026-11-25T09:10:00", "floor": 0.9}
    made = Folder.create(path, {**told, **manifest})
    for i, by in scores.items():
        made.add_answer(Answered(row(i, **(rows or {}).get(i, {})),
                                 (answers or {}).get(i, answer()), (), (True,), 1.0))
        made.add_scores(i, {name: score(value) for name, value in by.items()})
    return made


def many(count: int, **values: Told) -> dict[str, dict[str, Told]]:
    """Questions q01, q02 and so on, all with these values."""
    return {f"q{n:02}": dict(values) for n in range(1, count + 1)}
