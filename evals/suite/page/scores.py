"""The scores of one question, and every judgment behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from evals.suite.page.elements import Html, cell, element, folded, joined, row_head, table
from evals.suite.page.judge import beside
from evals.suite.page.words import MISSING, counted, known, listed, number, outcome_words

Told = Mapping[str, Any]


def scores(question: Told, run: Told) -> Html:
    """A table of what has a value or should have one, with judgments; then, folded, what has
    none by right and why."""
    told: Mapping[str, Told] = question.get("scores") or {}
    if not told:
        return element("p", "Not scored yet.", class_="quiet")
    shown = {name: score for name, score in told.items()
             if score["outcome"] in ("scored", *MISSING)}
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
        summary, element("ul", _judgments(judgments), class_="judgments")))


def _judgments(judgments: Sequence[Told]) -> list[Html]:
    """An item for each statement, since some metrics judge one against every piece of evidence;
    what is judged alike for the same reason stands once, with how often."""
    by_statement: dict[str, Counter[tuple[int, str]]] = {}
    for one in judgments:
        found = by_statement.setdefault(one["statement"], Counter())
        found[one["verdict"], one.get("reason") or ""] += 1
    return [element("li", element("span", statement), [
        _verdict(verdict, reason, times) for (verdict, reason), times in found.items()])
        for statement, found in by_statement.items()]


def _verdict(verdict: int, reason: str, times: int) -> Html:
    said = {1: "yes", 0: "no"}.get(verdict, str(verdict))
    return element("div", element("strong", said, class_="good" if verdict else "bad"),
                   f" {times} times" if times > 1 else None, f" {reason}" if reason else None)


def _left(told: Mapping[str, Told]) -> Html | None:
    by_reason: dict[str, list[str]] = {}
    for name, score in told.items():
        if score["outcome"] not in ("scored", *MISSING):
            why = f"{outcome_words(score['outcome'])}, {score.get('reason') or 'no reason given'}"
            by_reason.setdefault(why, []).append(known(name).title)
    if not by_reason:
        return None
    count = sum(map(len, by_reason.values()))
    return folded(f"Metrics that say nothing of this answer ({count})", element(
        "ul", [element("li", f"{listed(names)}: {why}") for why, names in by_reason.items()]),
        class_="quiet")
