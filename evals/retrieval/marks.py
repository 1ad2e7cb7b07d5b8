"""Whether an answer does what its question's row asks of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.answer import Answer, Status
from evals.questions import Row
from evals.retrieval.metrics import groups_found, mean, share
from evals.retrieval.report import Figure

_NUMBERS = {word: number for number, word in enumerate(
    "no one two three four five six seven eight nine ten eleven twelve".split())} | {
    "none": 0, "both": 2}
_NUMBER = re.compile(rf"\b(?:\d+|{'|'.join(_NUMBERS)})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Marked:
    """A question, its answer, and what is wrong with the answer, as short phrases. A check that
    the row doesn't ask for is None."""

    row: Row
    answer: Answer
    needed: float | None
    complete: bool | None
    counted: bool | None
    graded: bool | None
    kept_out: bool | None
    first: bool | None
    wrong: tuple[str, ...] = ()

    @property
    def answered(self) -> bool:
        """Whether there are claims."""
        return self.answer.status.has_answer

    @property
    def refused(self) -> bool:
        """Whether the assistant said that it has no answer."""
        return refused(self.answer)

    def to_dict(self) -> dict[str, Any]:
        """The row for a report."""
        return {"id": self.row.id, "file": self.row.file, "kind": self.row.kind,
                "question": self.row.question, "status": self.answer.status.value,
                "wrong": list(self.wrong), "note": self.row.note,
                "understood": self.answer.standalone_question,
                "cited": [f"{c.finding_id} {_cut(c.quote)}" for c in self.answer.citations]}


def refused(answer: Answer) -> bool:
    """Whether the assistant said that it has no answer; a question that failed is no refusal."""
    return not answer.status.has_answer and answer.status is not Status.ERROR


def errors(answers: Sequence[Answer]) -> list[str]:
    """A remark where questions failed: then nothing else in the report can be trusted."""
    failed = [answer.question for answer in answers if answer.status is Status.ERROR]
    return [f"ERRORS: {len(failed)} of {len(answers)} questions failed, the first: {failed[0]}"
            ] if failed else []


def mark(row: Row, answer: Answer) -> Marked:
    """An answer held against its row."""
    answered = answer.status.has_answer
    cited = [c.finding_id for c in answer.citations]
    checked = row.answerable
    marked = Marked(
        row, answer,
        needed=groups_found([{i} for i in cited], row.needed, len(cited))
        if checked and row.needed else None,
        complete=set(cited) == row.complete if checked and row.complete is not None else None,
        counted=(told_number(answer) or 0) == row.count
        if checked and row.count is not None else None,
        graded=_names(answer, row.grades) if checked and row.grades else None,
        kept_out=all(c.polarity != row.forbidden for c in answer.citations)
        if row.forbidden else None,
        first=cited[0] in row.wanted if checked and cited and row.wanted else None)
    return replace(marked, wrong=tuple(_faults(marked, answered)))


def _faults(marked: Marked, answered: bool) -> list[str]:
    row = marked.row
    if not answered and not marked.refused:
        return ["failed with an error"]
    if not row.answerable:
        return ["answered, though the reports don't say"] if answered else []
    if not answered and row.count != 0:
        return ["refused, though the reports say"]
    found = []
    if marked.needed is not None and marked.needed < 1:
        found.append(f"cites {marked.needed:.0%} of what is needed")
    if marked.complete is False:
        cited = {c.finding_id for c in marked.answer.citations}
        wanted = row.complete or frozenset()
        found.append(f"list not exact: {_listed('without', wanted - cited)}"
                     f"{_listed(' too many', cited - wanted)}".strip())
    if marked.counted is False:
        found.append(f"tells {told_number(marked.answer)}, not {row.count}")
    if marked.graded is False:
        found.append(f"doesn't name {', '.join(row.grades)}")
    if marked.kept_out is False:
        found.append(f"cites {row.forbidden} findings")
    return found


def told_number(answer: Answer) -> int | None:
    """The number that an answer opens with: the first of its first sentence that is no year,
    else how many findings it cites; None where it
    refuses."""
    if not answer.status.has_answer:
        return None
    for match in _NUMBER.finditer(answer.sentences[0].text):
        number = _NUMBERS.get(match[0].lower())
        number = int(match[0]) if number is None else number
        if not 1900 <= number < 2100:
            return number
    return len(answer.citations)


def _names(answer: Answer, grades: Sequence[str]) -> bool:
    """Whether each grade is told, in words or by a cited judgment."""
    text = answer.text.lower().replace("require improvement", "requires improvement")
    judged = {c.grade for c in answer.citations}
    return answer.status.has_answer and all(
        grade in judged or re.search(rf"(?<!in){re.escape(grade)}\b", text) for grade in grades)


def figures(title: str, marked: Sequence[Marked]) -> list[Figure]:
    """Every measure that some of these rows ask for."""
    found = []
    needed = [m.needed for m in marked if m.needed is not None]
    if needed:
        found.append(Figure(f"{title}: needed findings cited", mean(needed),
                            f"{sum(v == 1 for v in needed)}/{len(needed)}"))
    checks: tuple[tuple[str, Callable[[Marked], bool | None]], ...] = (
        ("list complete and exact", lambda m: m.complete),
        ("count right", lambda m: m.counted),
        ("grade named", lambda m: m.graded),
        ("forbidden polarity kept out", lambda m: m.kept_out),
        ("first citation right", lambda m: m.first),
        ("unanswerable, refused", lambda m: None if m.row.answerable else m.refused),
        ("answerable, falsely refused",
         lambda m: m.refused if m.row.answerable else None),
        ("right in everything", lambda m: not m.wrong))
    for label, check in checks:
        told = [value for m in marked if (value := check(m)) is not None]
        if told:
            found.append(Figure(f"{title}: {label}", share(sum(told), len(told)),
                                f"{sum(told)}/{len(told)}"))
    return found


def _listed(label: str, ids: frozenset[str] | set[str]) -> str:
    return f"{label} {', '.join(sorted(ids))}" if ids else ""


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 90 else f"{flat[:89]}…"
