"""Answer or refuse: how the quotes composer does on labelled questions, without a model.

``python -m evals.refusal`` asks the shipped report and the test reports the questions of
``evals/datasets`` and prints, for each set: answered of the answerable, right evidence cited
first and anywhere, and refused of the unanswerable, with 95 % Wilson intervals.
"""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.answer import Answer
from assistant.service import Service, open_service
from assistant.settings import SHIPPED_REPORTS, load
from evals.retrieval.metrics import share

DATASETS = Path(__file__).parent / "datasets"
_SAMPLES = Path(__file__).resolve().parent.parent / "tests" / "corpus" / "samples"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A question, its answer, and whether it went as its label says."""

    row: dict[str, Any]
    answer: Answer

    @property
    def cited_right(self) -> bool:
        """Whether any cited finding is one that the question needs."""
        return any(part in c.quote for c in self.answer.citations for part in self.row["needed"])

    @property
    def right(self) -> bool:
        """Answered from the right finding, or rightly refused."""
        if self.row["answerable"]:
            return self.answer.status.has_answer and self.cited_right
        return not self.answer.status.has_answer


def run(name: str, service: Service) -> list[Outcome]:
    """Ask every question of a dataset."""
    lines = (DATASETS / f"{name}.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    return [Outcome(row, service.ask(row["question"], composer="quotes")) for row in rows]


def report(name: str, outcomes: list[Outcome]) -> list[str]:
    """The figures of a dataset, and the questions that went wrong, as lines."""
    yes = [o for o in outcomes if o.row["answerable"]]
    no = [o for o in outcomes if not o.row["answerable"]]
    lines = [f"{name}: {len(outcomes)} questions"]
    for label, count, total in (
            ("answered of the answerable", sum(o.answer.status.has_answer for o in yes), len(yes)),
            ("answered from the right finding", sum(o.right for o in yes), len(yes)),
            ("refused of the unanswerable", sum(o.right for o in no), len(no))):
        lines.append(f"  {label}: {count}/{total} = {share(count, total)}")
    lines += [f"  wrong: {o.row['question']} ({o.answer.status.value}, "
              f"p={o.answer.trace.signals.get('probability')})" for o in outcomes if not o.right]
    return lines


def main() -> int:
    """Run every dataset whose reports are here."""
    sets = {"northamptonshire": SHIPPED_REPORTS, "other_reports": _SAMPLES}
    for name, folder in sets.items():
        with tempfile.TemporaryDirectory() as home:
            service = open_service(load(home=Path(home)), folder)
            try:
                sys.stdout.write("\n".join(report(name, run(name, service))) + "\n")
            finally:
                service.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
