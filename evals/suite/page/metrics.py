"""Every metric with its value, its interval and how much of it could be measured."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from evals.suite.metrics.catalogue import Better, MetricInfo
from evals.suite.page import charts
from evals.suite.page.elements import Html, cell, element, joined, row_head, table
from evals.suite.page.judge import beside
from evals.suite.page.words import GROUPS, MISSING, covered, floor_of, known, number

Told = Mapping[str, Any]
_BETTER = {Better.HIGHER: "higher", Better.LOWER: "lower", Better.NEITHER: "only told"}


def metrics(told: Told) -> Html:
    """Every metric, a table for each group."""
    run = told.get("run") or {}
    floor = floor_of(run)
    summaries = told.get("summaries") or []
    if not summaries:
        return element("p", "Nothing is scored yet.")
    return joined(*(
        table(GROUPS[group],
              ["Metric", "Value", "95% interval", "Questions", "Coverage", "Better"],
              [_row(one, run, floor) for one in found], class_="metrics")
        for group, found in groupby(summaries, lambda one: known(one["metric"]).group)))


def _row(one: Told, run: Told, floor: float) -> list[Html]:
    info, estimate = known(one["metric"]), one.get("estimate")
    return [
        row_head(element("span", info.title, class_="name"),
                 element("span", info.tells, class_="tells"),
                 element("span", f"Judged: {beside(run)}.", class_="tells")
                 if info.judged else None),
        cell(number(estimate["value"], info) if estimate else "none", data_label="Value",
             class_="value"),
        cell(_interval(one, info), data_label="95% interval", class_="between"),
        cell(f"{estimate['n'] if estimate else 0:,}", data_label="questions", class_="count"),
        cell(_coverage(one, floor), data_label="coverage", class_="count"),
        cell(_BETTER[info.better], data_label="better", class_="better")]


def _interval(one: Told, info: MetricInfo) -> Html:
    estimate = one.get("estimate")
    if not estimate:
        return Html("")
    low, high = number(estimate["low"], info), number(estimate["high"], info)
    words = element("span", f"{low} to {high}", class_="range")
    if info.bounded:
        return joined(charts.interval(estimate["value"], estimate["low"], estimate["high"],
                                      f"95% interval from {low} to {high}"), words)
    middle, most = one.get("p50"), one.get("p95")
    if middle is None or most is None:
        return words
    return joined(words, element("span", f"middle {number(middle, info)}, 95% within "
                                 f"{number(most, info)}", class_="range quiet"))


def _coverage(one: Told, floor: float) -> Html:
    if not one["counts"].get("scored") and not sum(one["counts"].get(m, 0) for m in MISSING):
        return element("span", "nothing to score", class_="quiet")
    told = covered(one["coverage"])
    if one["coverage"] >= floor:
        return joined(told)
    return element("strong", "▼ ", told, element("span", " under the floor", class_="floor"),
                   class_="bad")
