"""What the assistant gives back. An answer that breaks a promise can't be constructed."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from corpus.model import Finding
from prompts import wording


class Status(StrEnum):
    """How a question ended. Programs look at this, never at the words of an answer."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    NOT_IN_REPORTS = "not_in_reports"
    NEEDS_CLARIFICATION = "needs_clarification"
    DECLINED = "declined"
    ERROR = "error"

    @property
    def has_answer(self) -> bool:
        """Whether sentences of this answer are claims, each resting on citations."""
        return self in (Status.ANSWERED, Status.PARTIAL)


class Intent(StrEnum):
    """What sort of answer a question asks for."""

    LOOKUP = "lookup"
    LIST = "list"
    COUNT = "count"
    GRADE = "grade"
    COMPARE = "compare"
    BRIEF = "brief"


class Support(StrEnum):
    """How a sentence rests on what it cites: in the report's own words, or following from them."""

    VERBATIM = "verbatim"
    ENTAILED = "entailed"


class Layout(StrEnum):
    """Where a sentence stands on the page; it changes how it looks, never what it claims."""

    TEXT = "text"
    HEADING = "heading"
    ITEM = "item"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Citation(_Frozen):
    """A numbered pointer to the very finding. ``quote`` is verbatim from ``source``."""

    n: int = Field(ge=1)
    finding_id: str
    report_id: str
    title: str
    force: str | None
    year: int | None
    section: tuple[str, ...]
    kind: str
    polarity: str
    grade: str | None = None
    lead_in: str | None = None
    quote: str = Field(min_length=1)
    page: int | None
    start: int
    end: int
    source: str
    hidden: bool = False

    @classmethod
    def of(cls, n: int, finding: Finding, title: str, source: str) -> Self:
        """The citation number ``n`` of a finding, in a report with this title and source."""
        return cls(n=n, finding_id=finding.id, report_id=finding.report_id, title=title,
                   force=finding.force, year=finding.year, section=finding.section,
                   kind=finding.kind.value, polarity=finding.polarity.value,
                   grade=finding.grade.value if finding.grade else None,
                   lead_in=finding.lead_in, quote=finding.text, page=finding.page,
                   start=finding.start, end=finding.end, source=source, hidden=finding.hidden)


class Sentence(_Frozen):
    """One sentence of an answer, without its citation marks, and what it rests on."""

    text: str = Field(min_length=1)
    citations: tuple[int, ...]
    support: Support | None = None
    layout: Layout = Layout.TEXT
    score: float | None = Field(default=None, description="The probability that its citations "
                                "support it, where a model was asked.")
    cell: tuple[int, int] | None = Field(default=None, description="The row and column of the "
                                         "answer's table that this sentence stands in, from 0.")


class Table(_Frozen):
    """The frame of a comparison. A cell shows the sentences that name it, and "not reported"
    where none does."""

    columns: tuple[str, ...] = Field(min_length=1)
    rows: tuple[str, ...] = Field(min_length=1)


class LeftOut(_Frozen):
    """A sentence that was taken out because its evidence does not support it."""

    text: str
    reason: str
    score: float | None = None


class Candidate(_Frozen):
    """A finding that retrieval looked at: its scores, its ranks, and what became of it."""

    finding_id: str
    text: str
    dense: float | None = None
    dense_rank: int | None = None
    lexical: float | None = None
    lexical_rank: int | None = None
    fused: float = 0.0
    rerank: float | None = None
    kept: bool = False
    why: str = ""


class Trace(_Frozen):
    """What happened on the way: what was understood, each candidate, each sentence left out."""

    understood: dict[str, Any] = {}
    candidates: tuple[Candidate, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    unused: tuple[LeftOut, ...] = Field(default=(), description="What a model wrote and did not "
                                        "pass, where the answer quotes instead.")
    signals: dict[str, float] = {}
    notes: tuple[str, ...] = ()
    request: str = Field(default="", description="What the log calls this question, where the "
                         "answer was given by a running assistant.")


class Answer(_Frozen):
    """A question's outcome.

    Raises ``ValueError`` for an answered or partial answer without sentences or with a
    sentence that cites nothing or an unknown number, for any other status with citations, and
    for a sentence in a cell that the table doesn't have.
    """

    id: str | None = None
    question: str
    standalone_question: str
    intent: Intent
    status: Status
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...] = ()
    nearest: tuple[Citation, ...] = ()
    model: str = "quotes"
    timings_ms: dict[str, float] = {}
    table: Table | None = None
    notice: str | None = Field(default=None, description="What the reader should know of this "
                               "answer: what was left out, which scope was taken.")
    suggestions: tuple[str, ...] = ()
    trace: Trace = Trace()

    @model_validator(mode="after")
    def _promises(self) -> Self:
        if not self.sentences:
            raise ValueError("every answer says something")
        numbers = [citation.n for citation in self.citations]
        if numbers != list(range(1, len(numbers) + 1)):
            raise ValueError("citations are numbered from 1 in order")
        if self.status.has_answer:
            for sentence in self.sentences:
                if not sentence.citations or not set(sentence.citations) <= set(numbers):
                    raise ValueError(f"a sentence without its evidence: {sentence.text!r}")
                if sentence.support is None:
                    raise ValueError(f"a sentence that nobody checked: {sentence.text!r}")
        elif self.citations or any(s.citations for s in self.sentences):
            raise ValueError(f"an answer that is {self.status} carries no citations")
        for sentence in self.sentences:
            if sentence.cell is not None and not _inside(sentence.cell, self.table):
                raise ValueError(f"a sentence outside the table: {sentence.text!r}")
        return self

    @property
    def text(self) -> str:
        """The answer in plain text with its citation marks, headings, items and the cells of a
        table on own lines."""
        parts: list[str] = []
        for sentence in self.sentences:
            if sentence.cell is not None:
                continue
            said = _marked(sentence)
            if sentence.layout is Layout.ITEM:
                parts.append(f"\n- {said}")
            elif sentence.layout is Layout.HEADING:
                parts.append(f"\n\n{said}" if parts else said)
            else:
                parts.append(said if not parts or parts[-1].startswith("\n") is False
                             else f"\n\n{said}")
        for line in self.table_lines():
            parts.append(f"\n{line}" if line.startswith("-") else f"\n\n{line}")
        return " ".join(parts).replace(" \n", "\n").strip()

    def table_lines(self) -> Iterator[str]:
        """The table of a comparison in plain text: each column's name, then a line beginning
        with "-" for each of its cells, the empty ones too. Nothing where there is no table."""
        for column, name in enumerate(self.table.columns if self.table else ()):
            yield name
            for row, aspect in enumerate(self.table.rows if self.table else ()):
                said = " ".join(_marked(one) for one in self.sentences
                                if one.cell == (row, column))
                yield f"- {aspect}: {said or _not_reported()}"

    def to_dict(self, explain: bool = False) -> dict[str, Any]:
        """The object that ``ask --json`` prints; ``explain`` adds the trace."""
        keys = {"id", "question", "standalone_question", "intent", "status", "sentences",
                "citations", "nearest", "model", "timings_ms", "notice", "suggestions", "table"}
        data = self.model_dump(mode="json", include=keys | ({"trace"} if explain else set()))
        data["answer"] = self.text
        data["left_out"] = len(self.trace.left_out)
        return data


def _marked(sentence: Sentence) -> str:
    marks = "" if sentence.layout is Layout.HEADING else "".join(
        f"[{n}]" for n in sentence.citations)
    return f"{sentence.text} {marks}".strip()


def _not_reported() -> str:
    return str(wording("replies")["quotes"]["not_reported"])


def _inside(cell: tuple[int, int], table: Table | None) -> bool:
    return table is not None and 0 <= cell[0] < len(table.rows) \
        and 0 <= cell[1] < len(table.columns)
