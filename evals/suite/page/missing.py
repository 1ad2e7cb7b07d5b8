"""What has no value, how often, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evals.suite.page.elements import Html, cell, element, folded, joined, row_head, table
from evals.suite.page.refusals import links
from evals.suite.page.words import MISSING, OUTCOMES, counted, known, outcome_words

Told = Mapping[str, Any]
_Found = dict[tuple[str, str, str], list[Told]]


def missing(told: Told) -> Html:
    """The counts by metric, then the reasons, those that lower the coverage first."""
    unscored: Mapping[str, Mapping[str, int]] = told.get("unscored") or {}
    waiting = [one for one in told.get("questions") or [] if not one.get("scores")]
    parts = [element("p", f"{counted(len(waiting), 'question')} "
                     f"{'is' if len(waiting) == 1 else 'are'} answered and not scored yet: ",
                     links(waiting), ".")] if waiting else []
    if not unscored:
        return joined(*parts, None if waiting else element("p", "Everything has a value."))
    found = _reasons(told.get("questions") or [])
    lacking = {key: at for key, at in found.items() if key[1] in MISSING}
    others = {key: at for key, at in found.items() if key[1] not in MISSING}
    return joined(
        *parts, element("p", "What could not be read, timed out or failed lowers the coverage. "
                        "What is not applicable, and a refusal where there is nothing to judge, "
                        "does not."), _counts(unscored),
        _why("Why there is no value where there should be one", lacking) if lacking else
        element("p", "Everything that should have a value has one."),
        folded("Why the others have no value",
               _why("Refusals and what is not applicable", others)) if others else None)


def _counts(unscored: Mapping[str, Mapping[str, int]]) -> Html:
    outcomes = [one for one in OUTCOMES
                if any(one in counts for counts in unscored.values())]
    outcomes += sorted({one for counts in unscored.values() for one in counts} - set(outcomes))
    rows = [[row_head(known(name).title),
             *(cell(f"{counts[one]:,}" if counts.get(one) else "0", data_label=_headed(one),
                    class_="count" + (" bad" if one in MISSING and counts.get(one) else
                                      "" if counts.get(one) else " none"))
               for one in outcomes)] for name, counts in unscored.items()]
    return table("Questions without a value", ["Metric", *map(_headed, outcomes)], rows,
                 class_="stacked")


def _headed(outcome: str) -> str:
    words = outcome_words(outcome)
    return words[:1].upper() + words[1:]


def _reasons(questions: Sequence[Told]) -> _Found:
    found: _Found = {}
    for one in questions:
        for name, score in (one.get("scores") or {}).items():
            if score["outcome"] != "scored":
                key = (name, score["outcome"], score.get("reason") or "no reason given")
                found.setdefault(key, []).append(one)
    return dict(sorted(found.items(), key=lambda pair: -len(pair[1])))


def _why(caption: str, found: _Found) -> Html:
    rows = [[row_head(known(name).title), cell(outcome_words(outcome), data_label="Outcome"),
             cell(reason, data_label="Reason", class_="text"),
             cell(links(at), data_label="Questions", class_="text")]
            for (name, outcome, reason), at in found.items()]
    return table(caption, ["Metric", "Outcome", "Reason", "Questions"], rows, class_="stacked why")
