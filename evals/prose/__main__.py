"""Answers as a model writes them: ``python -m evals.prose [--write FILE] [--readings FILE]``.

``--write`` asks the questions of the datasets twice, quoted and written by the model of
FINDINGS_MODEL (default: the embedded one), and leaves one row an answer: its sentences with the
findings they cite, what was left out, whether each of the two answers is right, and the time.
A file that is there is gone on with. A careful reader then notes in each sentence whether its
findings support it ("supported": 1 or 0); those in the dataset are by large language models.
Without ``--write`` the readings are summed up.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from assistant.answer import Answer
from assistant.service import Service, open_service
from assistant.settings import SHIPPED_REPORTS, load
from evals.prose.recorded import Recorded
from evals.questions import FOLDER, Row, read
from evals.retrieval import homes, marks
from evals.retrieval.metrics import percentile, share

KINDS = frozenset({"lookup", "grade", "follow_up", "shorthand", "typo", "polarity",
                   "false_premise", "brief", "ambiguous"})
READINGS = FOLDER / "prose_readings.jsonl"
_REPORTS = Path(__file__).resolve().parent.parent / "reports"


def questions(name: str) -> list[Row]:
    """The questions of a dataset that are answered in sentences and have an answer."""
    return [row for row in read(FOLDER / f"{name}.jsonl")
            if row.answerable and row.kind in KINDS]


def write(path: Path, name: str, model: str, drafts: Path | None = None) -> None:
    """Answer the questions that ``path`` has not yet; each answer is kept as soon as it is
    there. What the model drafts is kept in ``drafts`` too, so that after a change of the check
    it need not write again."""
    done = {row["id"] for row in _rows(path)} if path.exists() else set()
    with tempfile.TemporaryDirectory() as scratch:
        source = homes.library(Path(scratch) / "library", (SHIPPED_REPORTS, _REPORTS))
        settings = load(home=Path(scratch) / "home", model=model or None)
        with closing(open_service(settings, source)) as service, path.open("a") as out:
            if drafts is not None:
                composer = Recorded(service.writer.prose(), drafts)
                service.writer.use(composer)
            for row in questions(name):
                if row.id not in done:
                    out.write(json.dumps(_answered(service, row), ensure_ascii=False) + "\n")
                    out.flush()
                    sys.stdout.write(f"{row.id} {row.question}\n")
                    sys.stdout.flush()


def _answered(service: Service, row: Row) -> dict[str, Any]:
    history = [(q, a) for q, a in row.history]
    quoted = service.ask(row.question, history, composer="quotes")
    begun = time.perf_counter()
    answer = service.ask(row.question, history, composer="prose")
    by_number = {c.n: c for c in answer.citations}
    written = answer.model != "quotes"
    return {
        "id": row.id, "kind": row.kind, "question": row.question, "status": answer.status.value,
        "model": answer.model, "seconds": round(time.perf_counter() - begun, 1),
        "first_s": round(answer.timings_ms.get("first_sentence", 0.0) / 1000, 1),
        "right": not marks.mark(row, answer).wrong, "wrong": list(marks.mark(row, answer).wrong),
        "quotes_right": not marks.mark(row, quoted).wrong, "quoted": quoted.text,
        "sentences": [{"text": s.text, "score": s.score,
                       "cites": [by_number[n].finding_id for n in s.citations],
                       "evidence": [_evidence(answer, n) for n in s.citations[:3]]}
                      for s in answer.sentences if s.score is not None or written][:6],
        "left_out": [one.model_dump() for one in answer.trace.left_out]}


def _evidence(answer: Answer, number: int) -> str:
    cited = answer.citations[number - 1]
    place = "; ".join(str(p) for p in (cited.kind, *cited.section, cited.force, cited.year,
                                       cited.grade) if p)
    return f"{cited.lead_in or ''} {cited.quote} ({place})".strip()


def told(path: Path) -> str:
    """The readings in a few lines: what a reader found, and prose against quotes."""
    rows = _rows(path)
    written = [row for row in rows if row["model"] != "quotes"]
    read_ones = [s for row in written for s in row["sentences"] if "supported" in s]
    unsupported = [s for s in read_ones if not s["supported"]]
    unread = sum("supported" not in s for row in written for s in row["sentences"])
    seconds = [row["seconds"] for row in written if "seconds" in row]
    return "\n".join([
        f"{len(rows)} questions, {len(written)} answered by {written[0]['model']}, "
        f"{len(rows) - len(written)} fell back to quotes"
        if written else f"{len(rows)} questions, none answered by a model",
        f"sentences read {len(read_ones)}, unsupported {_share(len(unsupported), len(read_ones))}"
        f", not read {unread}",
        f"answers in which a sentence was left out: {sum(bool(r['left_out']) for r in written)}",
        f"right: written {_share(sum(r['right'] for r in rows), len(rows))}, "
        f"quoted {_share(sum(r['quotes_right'] for r in rows), len(rows))}",
        *([f"seconds: {percentile(seconds, .5):.1f} in the middle, "
           f"{percentile(seconds, .95):.1f} at p95"] if seconds else []),
        *(f"unsupported: {s['text']} ({s.get('note', '')})" for s in unsupported)])


def _share(count: int, total: int) -> str:
    return f"{count}/{total} {share(count, total)}"


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write answers, or sum up the readings."""
    parser = argparse.ArgumentParser(description="Answers as a model writes them.")
    parser.add_argument("--write", type=Path, metavar="FILE", help="answer into this file")
    parser.add_argument("--questions", default="questions_dev", help="the dataset's name")
    parser.add_argument("--model", default="local", help="who writes")
    parser.add_argument("--drafts", type=Path, help="where the model's drafts are kept")
    parser.add_argument("--readings", type=Path, default=READINGS, help="answers as read")
    options = parser.parse_args(arguments)
    if options.write:
        write(options.write, options.questions, options.model, options.drafts)
    sys.stdout.write(told(options.write or options.readings) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
