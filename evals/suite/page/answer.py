"""An answer as its reader saw it, with what it cites and what it had before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from evals.suite.page.elements import Html, anchor, cell, element, folded, joined, row_head, table
from evals.suite.page.words import counted, spelt

Told = Mapping[str, Any]
# More citations are folded away.
_SHOWN = 6
_SHAPES = {"positive": "▲", "negative": "▼"}


def answer(question: Told) -> Html:
    """The sentences with their marks, each a way to its citation; headings, items and tables in
    their place. The plain text where a run keeps no sentences."""
    sentences: Sequence[Told] = question.get("sentences") or []
    if not sentences:
        return element("p", question.get("answer") or "No answer is kept.", class_="plain")
    frame = question.get("table")
    flowing = [one for one in sentences if not (frame and one.get("cell"))]
    parts = [_block(layout, list(found), question)
             for layout, found in groupby(flowing, lambda one: one.get("layout") or "text")]
    return element("div", parts, _frame(frame, sentences, question) if frame else None,
                   class_="said")


def _block(layout: str, sentences: Sequence[Told], question: Told) -> Html:
    if layout == "item":
        return element("ul", [element("li", _sentence(one, question)) for one in sentences])
    if layout == "heading":
        return joined(*(element("p", element("strong", one["text"])) for one in sentences))
    return element("p", [joined(_sentence(one, question), " ") for one in sentences])


def _sentence(one: Told, question: Told) -> Html:
    at = anchor(str(question["id"]))
    return joined(one["text"], " ", [
        element("a", f"[{n}]", href=f"#{at}:{n}", class_="mark")
        for n in one.get("citations") or []])


def _frame(frame: Told, sentences: Sequence[Told], question: Told) -> Html:
    def said(row: int, column: int) -> list[Html]:
        found = [joined(_sentence(one, question), " ") for one in sentences
                 if list(one.get("cell") or ()) == [row, column]]
        return found or [element("span", "not reported", class_="quiet")]

    columns: Sequence[str] = frame["columns"]
    rows = [[row_head(aspect), *(cell(said(at, column), class_="text", data_label=name)
                                 for column, name in enumerate(columns))]
            for at, aspect in enumerate(frame["rows"])]
    return table("Comparison", ["", *columns], rows, class_="stacked")


def citations(question: Told) -> Html | None:
    """The quotes that the answer cites, each with its place."""
    cited: Sequence[Told] = question.get("citations") or []
    at = anchor(str(question["id"]))
    cards = [_card(one, f"{at}:{one['n']}", str(one["n"])) for one in cited]
    nearest = [_card(one, None, "") for one in question.get("nearest") or []]
    return joined(
        element("h4", f"Cited ({len(cards)})") if cards else None,
        element("ol", cards[:_SHOWN], class_="cards") if cards else None,
        folded(f"Show {counted(len(cards) - _SHOWN, 'more citation')}",
               element("ol", cards[_SHOWN:], class_="cards")) if len(cards) > _SHOWN else None,
        folded(f"Offered as nearest, not as an answer: {counted(len(nearest), 'finding')}",
               element("ul", nearest, class_="cards")) if nearest else None)


def _card(one: Told, identifier: str | None, mark: str) -> Html:
    polarity = str(one.get("polarity") or "")
    tone = polarity if polarity in _SHAPES else "neutral"
    badge = joined(f"{_SHAPES.get(polarity, '●')} ", spelt(str(one.get("kind") or "finding")))
    grade = one.get("grade")
    return element(
        "li", element(
            "p", element("span", mark, class_="mark") if mark else None, " ",
            element("span", badge, class_=f"badge {tone}"), " ",
            element("span", grade, class_="badge") if grade else None, _worth(one)),
        element("blockquote", element("span", f"{one['lead_in']} ", class_="quiet")
                if one.get("lead_in") else None, "“", one["quote"], "”"),
        element("p", _place(one), class_="tells"), id=identifier)


def _worth(one: Told) -> list[Html]:
    told = []
    if one.get("needed"):
        told.append(element("span", "✓ needed", class_="good"))
    if one.get("verbatim") is False:
        told.append(element("span", "✗ does not stand so in the report", class_="bad"))
    return told


def _place(one: Told) -> str:
    page = one.get("page")
    force, year = one.get("force"), one.get("year")
    title = one.get("title") or ""
    whose = " ".join(str(part) for part in (force, year)
                     if part is not None and str(part) not in title)
    return " › ".join(str(part) for part in (
        title, whose, *(one.get("section") or ()),
        f"page {page}" if page is not None else "") if part)


def evidence(question: Told, findings: Mapping[str, str]) -> Html:
    """What the assistant had before it when it answered; what it needed and did not cite, in
    the words of ``findings`` where they are known; what was left out."""
    contexts: Sequence[Told] = question.get("contexts") or []
    items = [element("li", one["text"], " ",
                     element("span", "✓ needed", class_="good") if one.get("needed") else None)
             for one in contexts]
    return joined(
        _uncited(question, findings), folded(
            f"Evidence before it: {counted(len(items), 'finding')}",
            element("ol", items, class_="evidence")) if items else
        element("p", "It had no evidence before it.", class_="quiet"), _left_out(question))


def _uncited(question: Told, findings: Mapping[str, str]) -> Html | None:
    """Needed groups of which nothing is cited, and whether the evidence had them: the fault is
    the search's where it had not, and the answer's where it had."""
    cited = {one.get("finding_id") for one in question.get("citations") or []}
    had = {one["id"] for one in question.get("contexts") or []}
    lacking = [group for group in question.get("needed") or [] if not cited & set(group)]
    if not lacking:
        return None
    return joined(element("h4", f"Needed and not cited ({len(lacking)})"), element(
        "ul", [_lack(group, had, findings) for group in lacking], class_="evidence"))


def _lack(group: Sequence[str], had: set[str], findings: Mapping[str, str]) -> Html:
    there = [one for one in group if one in had]
    text = next((findings[one] for one in (*there, *group) if one in findings), None)
    others = f" (or {counted(len(group) - 1, 'other finding')})" if len(group) > 1 else ""
    return element(
        "li", text or element("code", group[0]), others, element(
            "span", "It was among the evidence." if there else
            "It was not among the evidence.", class_="tells"), title=", ".join(group))


def _left_out(question: Told) -> Html | None:
    left: Sequence[Told] = question.get("left_out") or []
    if not left:
        return None
    return joined(element("h4", f"Left out of the answer ({len(left)})"), element(
        "ul", [element("li", one.get("text") or "", element("span", one.get("reason") or "",
                                                           class_="tells")) for one in left]))
