"""A question that could be asked: what it is about, what answers it, and how it becomes a row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from corpus.model import Finding, Grade, Polarity
from evals.suite.drafting.wording import filled, form

Groups = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in a library a question draws from, so that drafts can be spread."""

    scope: str = ""
    area: str = ""
    finding: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing to ask in any of its form's wordings, and what a right answer to it does.

    ``values`` fill the templates. The other fields are those of a row. Raises ``ValueError``
    where it says from what it is answered and yet can't be answered, or the other way round.
    """

    kind: str
    form: str
    values: dict[str, str]
    spot: Spot
    reference: str | None = None
    needed: Groups = ()
    complete: tuple[str, ...] | None = None
    count: int | None = None
    grades: tuple[Grade, ...] = ()
    forbidden: Polarity | None = None
    must_not_say: tuple[str, ...] = ()
    history: tuple[tuple[str, str], ...] = ()
    note: str = field(default="")

    def __post_init__(self) -> None:
        if bool(self.needed) != bool(self.reference):
            raise ValueError(f"{self.kind} {self.form}: what answers it and the answer go together")

    @property
    def is_answerable(self) -> bool:
        """Whether the reports say it."""
        return bool(self.needed)

    @property
    def wordings(self) -> list[str]:
        """The question in each of its wordings."""
        return [filled(template, self.values) for template in form(self.kind, self.form)["ask"]]

    def row(self, identifier: str, question: str) -> dict[str, Any]:
        """The row of a dataset with this wording; keys that say nothing are left out."""
        told: dict[str, Any] = {"id": identifier, "kind": self.kind, "question": question,
                                "answerable": self.is_answerable,
                                "needed": [list(group) for group in self.needed]}
        if self.history:
            told["history"] = [list(turn) for turn in self.history]
        if self.complete is not None:
            told["complete"] = list(self.complete)
        if self.count is not None:
            told["count"] = self.count
        if self.grades:
            told["grade"] = [grade.value for grade in self.grades]
        if self.forbidden is not None:
            told["forbidden_polarity"] = self.forbidden.value
        if self.must_not_say:
            told["must_not_say"] = list(self.must_not_say)
        return {**told, "reference": self.reference,
                "note": f"template: {self.note or form(self.kind, self.form)['note']}",
                "draft": True}


def ids(findings: Iterable[Finding]) -> tuple[str, ...]:
    """The ids of findings, each once."""
    return tuple(dict.fromkeys(f.id for f in findings))


def each(findings: Sequence[Finding]) -> Groups:
    """A group of its own for every finding: all of them have to be cited."""
    return tuple((identifier,) for identifier in ids(findings))
