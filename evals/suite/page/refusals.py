"""Answers and refusals against what the reports can answer, and how long answers took."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from evals.suite.page import charts
from evals.suite.page.elements import Html, anchor, cell, element, joined, row_head, table
from evals.suite.page.words import counted, seconds

Told = Mapping[str, Any]
_TIMES = {"first_s": "First sentence", "seconds": "Whole answer"}
_POINTS = {"p50": "Middle (p50)", "p90": "p90", "p95": "p95", "max": "Longest"}
# As many questions are named after a figure; the list below has them all.
NAMED = 24


def refusals(told: Told) -> Html:
    """The confusion matrix, and which questions were wrongly answered or refused."""
    counts: Mapping[str, int] = told.get("confusion") or {}
    questions: list[Told] = [one for one in told.get("questions") or []
                             if one.get("status") != "error"]
    failed = len(told.get("questions") or []) - len(questions)

    def row(title: str, key: str, right: str) -> list[Html]:
        both = [counts.get(f"{key}, {what}", 0) for what in ("answered", "refused")]
        return [row_head(title), *(cell(
            element("span", one, class_="value"), " ", element(
                "span", "right" if what == right else "wrong",
                class_="good" if what == right else "bad" if one else "quiet"))
            for one, what in zip(both, ("answered", "refused"), strict=True)),
            cell(element("span", sum(both), class_="value"))]

    shown = table("Answers and refusals",
                  ["The reports", "Answered", "Refused", "All"],
                  [row("can answer", "answerable", "answered"),
                   row("can’t answer", "unanswerable", "refused")], class_="matrix")
    wrongly = {what: [one for one in questions if bool(one.get("refused")) is refused
                      and bool(one.get("answerable")) is refused]
               for what, refused in (("Refused, though the reports can answer", True),
                                     ("Answered, though they can’t", False))}
    return joined(
        shown, [element("p", f"{what}: ", links(found), ".")
                for what, found in wrongly.items() if found],
        element("p", f"{counted(failed, 'question')} failed with an error and "
                f"{'is' if failed == 1 else 'are'} not counted here.") if failed else None)


def links(questions: Iterable[Told]) -> Html:
    """Questions by their ids, each a way to it."""
    ids = [str(one["id"]) for one in questions]
    shown = [element("a", one, href=f"#{anchor(one)}") for one in ids[:NAMED]]
    rest = len(ids) - len(shown)
    return joined(*(joined(", " if place else None, one) for place, one in enumerate(shown)),
                  f" and {rest:,} more" if rest > 0 else None)


def times(told: Told) -> Html:
    """Percentiles of the times, and how they are spread."""
    found: Told = {name: at for name, at in (told.get("times") or {}).items() if at}
    if not found:
        return element("p", "No times are recorded.")
    rows = [[row_head(_TIMES.get(name, name)),
             *(cell(seconds(at[point]), class_="value", data_label=title)
               for point, title in _POINTS.items()),
             cell(f"{at['n']:,}", class_="count", data_label="Questions")]
            for name, at in found.items()]
    values = [one["seconds"] for one in told.get("questions") or []
              if one.get("seconds") is not None]
    marks = {point: found["seconds"][point] for point in ("p50", "p95")} \
        if "seconds" in found else {}
    return joined(
        table("Time from the question on, on the computer that made the run",
              ["", *_POINTS.values(), "Questions"], rows, class_="stacked"),
        element("figure", charts.times(values, marks), element(
            "figcaption", "Questions by the time that the whole answer took"))
        if values else None)
