"""The scores of one question, and every judgment behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evals.suite.page_elements import Html, cell, element, folded, joined, row_head, table
from evals.suite.page_judge import beside
from evals.suite.page_words import MISSING, counted, known, listed, number, outcome_words

Told = Mapping[str, Any]


def scores(question: Told, run: Told) -> Html:
    """A table of what has a value or should have one, with judgments; then, in a line for each
    reason, what has none by right."""
    told: Mapping[str, Told] = question.get("scores") or {}
    if not told:
        return element("p", "Not scored yet.", class_="quiet")
    shown = {name: score for name, score in told.items() if score["outcome"] in ("scored", *MISSING)}
    rows = [[row_head(known(name).title, _judged(name, run)),
             cell(_value(name, score), class_="value"),
             cell(_reason(score), class_="text")]
            for name, score in shown.items()]
    tables = table("Scores of this answer", ["Metric", "Value", "Reason and judgments"], rows,
                   class_="scores") if rows else None
    return joined(tables, _left(told))


def _judged(name: str, run: Told) -> Html | None:
    return element("span", f"Judged: {beside(run)}", class_="tells") if known(name).judged else None


def _value(name: str, score: Told) -> Html:
    if score.get("value") is None:
        return element("span", outcome_words(score["outcome"]),
                       class_="bad" if score["outcome"] in MISSING else "quiet")
    spread = f" ± {number(score['spread'], known(name))}" if score.get("spread") else ""
    value = score["value"]
    return joined(f"{value:.0f}" if value in (0, 1) else number(value, known(name)), spread)


def _reason(score: Told) -> Html:
    judgments: Sequence[Told] = score.get("judgments") or []
    reason = score.get("reason")
    if not judgments:
        return joined(reason)
    against = sum(one["verdict"] == 0 for one in judgments)
    split = f"{len(judgments) - against} yes, {against} no" if 0 < against < len(judgments) else \
        "no" if against else "yes"
    summary = f"{counted(len(judgments), 'judgment')}: " + (
        "all " if len(judgments) > 1 and "," not in split else "") + split
    return joined(element("span", reason, class_="why") if reason else None, folded(
        summary, element("ul", [_judgment(one) for one in judgments], class_="judgments")))


def _judgment(one: Told) -> Html:
    verdict = {1: "yes", 0: "no"}.get(one["verdict"], str(one["verdict"]))
    return element(
        "li", element("strong", verdict, class_="good" if verdict == "yes" else "bad"), " ",
        element("span", one["statement"], class_="statement"),
        element("span", one["reason"], class_="tells") if one.get("reason") else None)


def _left(told: Mapping[str, Told]) -> list[Html]:
    by_reason: dict[tuple[str, str], list[str]] = {}
    for name, score in told.items():
        if score["outcome"] not in ("scored", *MISSING):
            key = (outcome_words(score["outcome"]).capitalize(),
                   score.get("reason") or "no reason given")
            by_reason.setdefault(key, []).append(known(name).title)
    return [element("p", f"{outcome} ({reason}): {listed(names)}.", class_="quiet")
            for (outcome, reason), names in by_reason.items()]
