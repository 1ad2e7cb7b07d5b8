"""What one of the checks of ``findings doctor`` found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How a check came out; only a problem fails."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: ok, or a problem with what to do. A warning does not fail."""

    ok: bool
    text: str
    warning: bool = False

    @property
    def outcome(self) -> Outcome:
        """How the check came out."""
        return Outcome.OK if self.ok else Outcome.WARNING if self.warning else Outcome.PROBLEM
