"""An answered question as a run keeps it: the row, the whole answer, what it had as evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from assistant.answer import Answer, Status
from corpus.model import Finding, FindingKind, Grade, Polarity
from evals.questions import Row, row_of
from index.passages import passage


@dataclass(frozen=True, slots=True)
class Context:
    """A finding that the assistant had before it when it answered, in one line of text;
    ``finding`` is None in runs that were not made by asking the assistant."""

    finding_id: str
    text: str
    finding: Finding | None = None

    @classmethod
    def of(cls, finding: Finding) -> Self:
        """A finding as a line of evidence: its statement and its place."""
        return cls(finding.id, " ".join(passage(finding).embedded.split()), finding)

    def to_dict(self) -> dict[str, Any]:
        """As kept in a run."""
        return {"id": self.finding_id, "text": self.text,
                "finding": asdict(self.finding) if self.finding else None}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read back."""
        told = data.get("finding")
        return cls(data["id"], data["text"], _finding(told) if told else None)


def _finding(told: Mapping[str, Any]) -> Finding:
    return Finding(**{**told, "section": tuple(told["section"]),
                      "kind": FindingKind(told["kind"]), "polarity": Polarity(told["polarity"]),
                      "grade": Grade(told["grade"]) if told["grade"] else None})


@dataclass(frozen=True, slots=True)
class Answered:
    """One question of a run. ``seconds`` and ``first_s`` are wall-clock times to the whole
    answer and to its first sentence; tokens are None where no model wrote or none were told.
    ``verbatim`` says of each citation whether its quote stands in the report at its place."""

    told: Mapping[str, Any]
    answer: Answer
    contexts: tuple[Context, ...]
    verbatim: tuple[bool, ...]
    seconds: float
    first_s: float | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None

    @property
    def id(self) -> str:
        """The question's id."""
        return str(self.told["id"])

    @property
    def row(self) -> Row:
        """The question's row. Raises ``ValueError`` where it can't be used."""
        return row_of("run", self.told)

    @property
    def refused(self) -> bool:
        """Whether the assistant said that it has no answer; one that failed is no refusal."""
        return not self.answer.status.has_answer and self.answer.status is not Status.ERROR

    @property
    def failed(self) -> bool:
        """Whether the assistant failed with an error."""
        return self.answer.status is Status.ERROR

    def to_dict(self) -> dict[str, Any]:
        """A line of ``answers.jsonl``."""
        return {"id": self.id, "row": dict(self.told),
                "answer": self.answer.model_dump(mode="json"),
                "contexts": [context.to_dict() for context in self.contexts],
                "verbatim": list(self.verbatim), "seconds": self.seconds,
                "first_s": self.first_s, "tokens_in": self.tokens_in,
                "tokens_out": self.tokens_out}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read back. Raises ``ValueError`` or ``KeyError`` for what is no answered question."""
        return cls(data["row"], Answer.model_validate(data["answer"]),
                   tuple(Context.from_dict(one) for one in data["contexts"]),
                   tuple(data["verbatim"]), data["seconds"], data["first_s"],
                   data["tokens_in"], data["tokens_out"])
