"""Numbers, times, kinds and outcomes in words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from evals.suite.metrics.catalogue import CATALOGUE, Group, MetricInfo
from evals.suite.metrics.score import Outcome

OUTCOMES = {"scored": "scored", "refused": "refused", "not_applicable": "not applicable",
            "unparseable": "could not be read", "timed_out": "timed out", "failed": "failed"}
# Outcomes that lower the coverage.
MISSING = tuple(outcome.value for outcome in Outcome if outcome.is_missing)
STATUSES = {"answered": "Answered", "partial": "Partly answered",
            "not_in_reports": "Refused: not in the reports",
            "needs_clarification": "Asked for a detail",
            "declined": "Refused: not a question for the reports",
            "error": "Failed with an error"}
GROUPS = {Group.ANSWERS: "Answers", Group.CITATIONS: "Citations",
          Group.RAGAS: "Answers and evidence, by RAGAS", Group.COST: "Time and cost"}
_KINDS = {"lookup": "Look-up", "follow_up": "Follow-up", "typo": "Typing errors",
          "polarity": "Good or bad", "why": "Reasons", "filter": "Filtered list",
          "compare": "Comparison", "brief": "Briefing"}


def known(name: str) -> MetricInfo:
    """What is known of a metric; one that the catalogue doesn't have is called by its name."""
    return CATALOGUE.get(name) or MetricInfo(name, spelt(name), Group.ANSWERS, "", bounded=False)


def spelt(name: str) -> str:
    """A name from a program in letters and blanks."""
    return name.replace("_", " ").capitalize()


def kind_words(kind: str) -> str:
    """A kind of question."""
    return _KINDS.get(kind, spelt(kind))


def outcome_words(outcome: str) -> str:
    """An outcome."""
    return OUTCOMES.get(outcome, outcome.replace("_", " "))


def counted(number: int, one: str, many: str = "") -> str:
    """``1 question``, ``2 questions``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(names: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join([*(", ".join(names[:-1]),), names[-1]]) if len(names) > 1 \
        else "".join(names)


def share(part: float) -> str:
    """A share in per cent. What is not whole is never told as 100%, what is something never as
    0%."""
    if 0 < part < 1:
        return f"{min(max(round(part * 100), 1), 99)}%"
    return f"{part * 100:.0f}%"


def covered(part: float) -> str:
    """A coverage in whole per cent, never told as more than it is."""
    return f"{math.floor(part * 100 + 1e-9)}%"


def number(value: float, info: MetricInfo, digits: int = 3) -> str:
    """A metric's value: from 0 to 1 with ``digits`` after the point, where only 1 is told as 1
    and only 0 as 0; otherwise as short as it can be told, with its unit."""
    if info.bounded:
        least = float(10 ** -digits)
        inside = min(max(value, least), 1 - least) if 0 < value < 1 else value
        return f"{inside:.{digits}f}"
    if info.unit == "s":
        return seconds(value)
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:,.1f}" if abs(value) >= 10 else f"{value:.3g}"


def seconds(value: float) -> str:
    """A time: below a second in ms, from two minutes on in minutes."""
    if value < 1:
        return f"{value * 1000:.0f} ms"
    if value < 120:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def floor_of(run: Mapping[str, Any]) -> float:
    """The least coverage with which a run's mean is relied on."""
    floor = run.get("floor")
    return .9 if floor is None else float(floor)


def when(told: Any) -> str:
    """A date and time as people say it; what is none, as it is told."""
    moment = _moment(told)
    if moment is None:
        return str(told or "not recorded")
    zone = moment.tzname() or ""
    return f"{moment.day} {moment:%B %Y, %H:%M} {zone}".strip()


def lasted(run: Mapping[str, Any]) -> str:
    """How long a run took; "" where that isn't known."""
    begun, ended = _moment(run.get("started")), _moment(run.get("finished"))
    if begun is None or ended is None or (begun.tzinfo is None) != (ended.tzinfo is None):
        return ""
    return seconds(max(0.0, (ended - begun).total_seconds()))


def _moment(told: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(told)
    except (TypeError, ValueError):
        return None
