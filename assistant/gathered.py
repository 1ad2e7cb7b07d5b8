"""What the retrieve step gives: groups of findings that make an answer, or a refusal."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.answer import Candidate, Intent, Table
from corpus.model import Finding
from index.filter import Filter

MOST_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no answer: a key of the refusals, with what fills its braces."""

    key: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """Findings that stand together in an answer, under a label (a heading, or none), or in a
    cell (row and column, from 0) of its table."""

    label: str
    findings: tuple[Finding, ...]
    cell: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """What retrieval found for a question.

    ``shape`` is the intent that the answer takes, which may differ from the question's when its
    first reading found nothing. ``among`` is how many findings a list was narrowed from.
    ``within`` is the scope that was looked in where it is not the question's own.
    ``clarify``: ask which of these bodies is meant, because an answer would mislead. ``choices``
    are questions to offer instead.
    """

    shape: Intent
    groups: tuple[Group, ...] = ()
    refusal: Refusal | None = None
    nearest: tuple[Finding, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    signals: dict[str, float] = field(default_factory=dict)
    by_words: tuple[str, ...] = ()
    total: int = 0
    among: int = 0
    notes: tuple[str, ...] = ()
    table: Table | None = None
    heading: str = ""
    clarify: str = ""
    within: Filter | None = None
    choices: tuple[str, ...] = ()

    @property
    def findings(self) -> list[Finding]:
        """All findings of all groups, each once, in order."""
        return list({f.id: f for group in self.groups for f in group.findings}.values())
