"""The figures of an evaluation in words and small drawings: metrics, values, intervals, times."""

from __future__ import annotations

import math
from collections.abc import Sequence

from assistant.results import Estimate, Judge, Manifest, Summary, moment
from assistant.web.words import escape, one_line, say
from prompts import wording

# The metrics of the suite in its order, by where their values come from.
GROUPS = {
    "answers": ("right", "refusal_right", "needed_recall", "needed_rank", "list_precision",
                "list_recall", "count_right", "grade_right", "polarity_kept", "steered"),
    "citations": ("citation_recall", "citation_precision", "quotes_verbatim", "first_citation"),
    "ragas": ("faithfulness", "response_relevancy", "context_precision", "context_recall",
              "factual_correctness", "noise_sensitivity", "semantic_similarity"),
    "cost": ("words", "seconds", "tokens", "cost")}
ORDER = tuple(name for names in GROUPS.values() for name in names)
JUDGED = frozenset((
    "citation_recall", "citation_precision", "faithfulness", "response_relevancy",
    "context_precision", "context_recall", "factual_correctness", "noise_sensitivity"))
LOWER_IS_BETTER = frozenset(("steered", "noise_sensitivity"))
# Outcomes that lower the coverage of a mean.
MISSING = ("unparseable", "timed_out", "failed")
_WIDE, _HIGH, _EDGE = 160, 20, 6


def title(metric: str) -> str:
    """What a metric is called; one that is not known, by its name."""
    return _said("metrics", metric, "title")


def tells(metric: str) -> str:
    """What a metric tells, in a sentence; "" for one that is not known."""
    return str(wording("page")["evaluation"]["metrics"].get(metric, {}).get("tells", ""))


def kind_words(kind: str) -> str:
    """A kind of question."""
    return _said("kinds", kind)


def status_words(status: str) -> str:
    """How an answer ended."""
    return _said("statuses", status)


def outcome_words(outcome: str) -> str:
    """What became of a measurement."""
    return _said("outcomes", outcome)


def _said(section: str, name: str, part: str = "") -> str:
    held = wording("page")["evaluation"][section].get(name)
    if held is None:
        return name.replace("_", " ").capitalize()
    return str(held[part] if part else held)


def is_bounded(metric: str) -> bool:
    """Whether its values go from 0 to 1."""
    return metric in ORDER and metric not in GROUPS["cost"]


def in_order(metrics: Sequence[str]) -> list[str]:
    """The suite's order, then what the suite doesn't have."""
    return [*(name for name in ORDER if name in metrics),
            *(name for name in metrics if name not in ORDER)]


def number(value: float, metric: str, digits: int = 3) -> str:
    """A metric's value. Of what goes from 0 to 1 only 1 is told as 1 and only 0 as 0; times have
    their unit."""
    if is_bounded(metric):
        least = 10.0 ** -digits
        inside = min(max(value, least), 1 - least) if 0 < value < 1 else value
        return f"{inside:.{digits}f}"
    if metric == "seconds":
        return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.1f} s"
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:,.1f}" if abs(value) >= 10 else f"{value:.3g}"


def between(estimate: Estimate, metric: str, digits: int = 3) -> str:
    """An interval in words."""
    return say("evaluation.between", low=number(estimate.low, metric, digits),
               high=number(estimate.high, metric, digits))


def share(part: float) -> str:
    """A share in per cent; what is not whole is never told as 100 %, what is something never as
    0 %."""
    if 0 < part < 1:
        return f"{min(max(round(part * 100), 1), 99)}%"
    return f"{part * 100:.0f}%"


def covered(part: float) -> str:
    """A coverage in per cent, never told as more than it is."""
    return f"{math.floor(part * 100 + 1e-9)}%"


def outcomes(summary: Summary) -> str:
    """How many questions had no value, by reason; "" for none."""
    return "; ".join(say("evaluation.counted", count=count, what=outcome_words(name))
                     for name, count in summary.counts.items() if name != "scored" and count)


def when(told: str | None) -> str:
    """A recorded time as people say it; what is none, as it was told."""
    found = moment(told)
    if found is None:
        return told or say("evaluation.no_time")
    zone = found.tzname() or ""
    return f"{found.day} {found:%b %Y, %H:%M} {zone}".strip()


def answered_by(manifest: Manifest) -> str:
    """Who wrote the answers: quotes, or which language model."""
    if manifest.composer == "quotes" or not manifest.model:
        return say("evaluation.quotes") if manifest.composer == "quotes" else manifest.composer
    return manifest.model


def judge_words(judge: Judge | None) -> str:
    """How far a judge agrees with labels, in a few words; "" without a judge."""
    if judge is None:
        return ""
    held = judge.agreement
    if held is None:
        return say("evaluation.judge.unmeasured")
    return say("evaluation.judge.agrees", share=share(held.agreement))


def judge_in_full(judge: Judge | None) -> str:
    """A judge and what its verdicts are worth, in sentences; escaped."""
    if judge is None:
        return escape(say("evaluation.judge.none_long"))
    named = say("evaluation.judge.named", name=judge.name)
    held = judge.agreement
    if held is None:
        return one_line(f"{named} {say('evaluation.judge.unmeasured_long')}")
    low, high = held.low, held.high
    interval = "" if low is None or high is None else say(
        "evaluation.judge.interval", low=share(low), high=share(high))
    told = [named, say("evaluation.judge.measured", count=held.n, labels=held.labels,
                       share=share(held.agreement), interval=interval)]
    if held.found is not None and held.false_alarms is not None:
        told.append(say("evaluation.judge.faults", found=share(held.found),
                        alarms=share(held.false_alarms)))
    return one_line(" ".join(told))


def interval_svg(estimate: Estimate, label: str) -> str:
    """A value and its interval on the line from 0 to 1; ``label`` is what is read out."""
    def at(part: float) -> float:
        return _EDGE + max(0.0, min(1.0, part)) * (_WIDE - 2 * _EDGE)

    middle, low, high = _HIGH / 2, at(estimate.low), at(estimate.high)
    ticks = "".join(f'<line class="tick" x1="{at(part):.1f}" x2="{at(part):.1f}" '
                    f'y1="{middle - 5}" y2="{middle + 5}"/>' for part in (0, .5, 1))
    return (f'<svg class="interval" viewBox="0 0 {_WIDE} {_HIGH}" width="{_WIDE}"'
            f' height="{_HIGH}" role="img" aria-label="{escape(label)}">'
            f'<line class="scale" x1="{_EDGE}" x2="{_WIDE - _EDGE}" y1="{middle}" y2="{middle}"/>'
            f'{ticks}<rect class="span" x="{low:.1f}" y="{middle - 4}" height="8" rx="3"'
            f' width="{max(2.0, high - low):.1f}"/><rect class="dot" width="3" height="16"'
            f' x="{at(estimate.value) - 1.5:.1f}" y="{middle - 8}"/></svg>')
