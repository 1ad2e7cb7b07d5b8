"""Main metrics by kind of question, as a table whose colour tells where answers fall short."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from evals.suite.metrics.catalogue import Better, MetricInfo
from evals.suite.page import charts
from evals.suite.page.elements import Html, cell, element, head, joined, row_head, table, unseen
from evals.suite.page.judge import beside
from evals.suite.page.words import counted, kind_words, known, listed, number

Told = Mapping[str, Any]
_MAIN = ("right", "refusal_right", "needed_recall", "citation_recall", "citation_precision",
         "faithfulness", "response_relevancy", "factual_correctness")
# How far short of the best a value may fall for each depth of colour.
_EDGES = (.05, .15, .3, .5)
# A mean of fewer is told in lighter letters.
_FEW = 8


def kinds(told: Told) -> Html:
    """The table and its legend; a sentence where nothing is scored by kind."""
    by_kind = {kind: {s["metric"]: s["estimate"] for s in summaries if s.get("estimate")}
               for kind, summaries in (told.get("by_kind") or {}).items()}
    names = [name for name in _MAIN if any(name in by for by in by_kind.values())]
    if not names:
        return element("p", "Nothing is scored yet.")
    counts = Counter(one.get("kind") for one in told.get("questions") or [])
    rows = [[_kind(kind, counts[kind]), *(_heat(by.get(name), known(name), name == names[0])
                                          for name in names)]
            for kind, by in sorted(by_kind.items(), key=lambda pair: -counts[pair[0]])]
    shown = table("Means by kind",
                  ["Kind", *(_title(known(name)) for name in names)], rows, class_="heat")
    return joined(
        element("div", shown, class_="wide", tabindex=0, role="region",
                aria_label="Means by kind of question"), _legend(), _judged(names, told))


def _kind(kind: str, count: int) -> Html:
    return row_head(element("a", kind_words(kind), href="#at:questions", data_kind=kind), " ",
                    element("span", counted(count, "question"), class_="quiet"))


def _title(info: MetricInfo) -> Html:
    told = [*(["judged"] if info.judged else []),
            *(["lower is better"] if info.better is Better.LOWER else [])]
    return head(info.title, " ", element("span", ", ".join(told), class_="quiet") if told else None)


def _heat(estimate: Told | None, info: MetricInfo, with_bar: bool) -> Html:
    if estimate is None:
        return cell(element("span", "–", aria_hidden="true"), unseen("not scored"), class_="none")
    value, low, high = estimate["value"], estimate["low"], estimate["high"]
    told = f"95% interval from {number(low, info, 2)} to {number(high, info, 2)}"
    short = value if info.better is Better.LOWER else 1 - value
    return cell(
        element("span", number(value, info, 2), class_="value"), " ",
        element("span", estimate["n"], unseen(" scored" if with_bar else f" scored, {told}"),
                class_="n"),
        charts.interval(value, low, high, told) if with_bar else None,
        title=told, class_=f"h{sum(short > edge for edge in _EDGES)}"
        + (" few" if estimate["n"] < _FEW else ""))


def _legend() -> Html:
    edges = [f"{edge:.2f}" for edge in _EDGES]
    steps = [f"up to {edges[0]}", *(f"{one} to {two}" for one, two in
                                    pairwise(edges)), f"more than {edges[-1]}"]
    return element("p", "Short of the best by ", [
        joined(element("span", step, class_=f"key h{place}"), " ")
        for place, step in enumerate(steps)],
        "The small number is how many were scored; a figure in light letters is of fewer than "
        f"{_FEW}, which says little.", class_="legend quiet")


def _judged(names: list[str], told: Told) -> Html | None:
    judged = [known(name).title for name in names if known(name).judged]
    return element("p", f"{listed(judged)} {'is' if len(judged) == 1 else 'are'} judged: "
                   f"{beside(told.get('run') or {})}.", class_="quiet") if judged else None
