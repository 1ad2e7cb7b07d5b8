"""Every question of a run: a line that opens to all that is known of it, and what picks some."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from evals.suite.page.answer import answer, citations, evidence
from evals.suite.page.elements import Html, anchor, element, facts, folded, joined
from evals.suite.page.scores import scores
from evals.suite.page.summary import not_right
from evals.suite.page.words import MISSING, STATUSES, counted, kind_words, seconds, spelt

Told = Mapping[str, Any]
_SHOW = {"": "all", "wrong": "not right", "unscored": "scores missing",
         "refused": "refused", "right": "right"}


def questions(told: Told) -> Html:
    """The questions in the order of the run. Without scripts it is a list to open by hand."""
    found: Sequence[Told] = told.get("questions") or []
    if not found:
        return element("p", "No question is answered yet.")
    return joined(_picker(found), element(
        "div", [_question(one, told) for one in found], class_="questions"))


def _picker(found: Sequence[Told]) -> Html:
    """Hidden until the script shows it, since it does nothing without."""
    kinds = Counter(str(one.get("kind")) for one in found)
    shown = Counter(state for one in found for state in ("", *_states(one)))
    return element(
        "form",
        element("label", "Kind ", element("select", [
            _option("", f"all ({len(found)})"),
            *(_option(kind, f"{kind_words(kind)} ({count})") for kind, count in
              sorted(kinds.items()))], name="kind")),
        element("label", "Show ", element("select", [
            _option(state, f"{words} ({shown[state]})") for state, words in _SHOW.items()],
            name="state")),
        element("label", "Words ", element("input", type="search", name="words")),
        element("button", "Open all shown", type="button", data_fold="open"),
        element("button", "Close all", type="button", data_fold="close"),
        element("output", counted(len(found), "question"), aria_live="polite"),
        id="at:picker", hidden=True, aria_label="Pick questions")


def _option(value: str, words: str) -> Html:
    return element("option", words, value=value)


def _states(one: Told) -> list[str]:
    wrong = not_right(one)
    told: Mapping[str, Told] = one.get("scores") or {}
    lacking = not told or any(score["outcome"] in MISSING for score in told.values())
    return [*([] if wrong is None else ["wrong" if wrong else "right"]),
            *(["unscored"] if lacking else []), *(["refused"] if one.get("refused") else [])]


def _question(one: Told, told: Told) -> Html:
    states = _states(one)
    # The anchor stands inside, since browsers open what is folded for it without a script.
    return folded(
        joined(_sign(states), element(
            "span", element("span", one["id"], class_="id"), " ",
            element("span", kind_words(str(one.get("kind"))), class_="quiet")),
            element("h3", one["question"]),
            element("span", STATUSES.get(str(one.get("status")), spelt(str(one.get("status")))),
                    element("span", "scores missing" if one.get("scores") else "not scored yet",
                            class_="tag") if "unscored" in states else None, class_="quiet")),
        element("div", _body(one, told), class_="body", id=anchor(str(one["id"]))),
        class_="question", data_kind=one.get("kind"), data_state=" ".join(states))


def _sign(states: Sequence[str]) -> Html:
    mark, words, css = ("✗", "Not right", "bad") if "wrong" in states else \
        ("✓", "Right", "good") if "right" in states else ("?", "Not decided", "quiet")
    return element("span", element("span", mark, aria_hidden="true"), " ", words,
                   class_=f"sign {css}")


def _body(one: Told, told: Told) -> list[Html | None]:
    understood = one.get("understood")
    return [
        _conversation(one.get("history") or []),
        element("p", f"Understood as: {understood}", class_="quiet")
        if understood and understood != one["question"] else None,
        element("div", element(
            "div", element("h4", "Answer"), answer(one),
            element("p", one["notice"], class_="notice") if one.get("notice") else None),
            element("div", element("h4", "Expected"), _expected(one)), class_="pair"),
        citations(one), evidence(one, told.get("findings") or {}),
        element("h4", "Scores"), scores(one, told.get("run") or {}),
        element("p", _spent(one), " ", element(
            "a", "Address of this question", href=f"#{anchor(str(one['id']))}"), class_="quiet")]


def _conversation(history: Sequence[Sequence[str]]) -> Html | None:
    if not history:
        return None
    return joined(element("h4", "Conversation before"), facts(
        {f"Asked{f' ({n})' if len(history) > 1 else ''}": joined(
            asked, element("span", f"Answered: {said}", class_="tells"))
         for n, (asked, said) in enumerate(history, 1)}, class_="turns"))


def _expected(one: Told) -> Html:
    told = {"In the reports": "yes" if one.get("answerable") else "no, so it should be refused",
            "Reference answer": one.get("reference") or "none", "Note": one.get("note")}
    return facts({name: value for name, value in told.items() if value}, class_="expected")


def _spent(one: Told) -> str:
    told = []
    if one.get("seconds") is not None:
        told.append(f"It took {seconds(one['seconds'])}"
                    + (f", {seconds(one['first_s'])} to the first sentence."
                       if one.get("first_s") is not None else "."))
    if one.get("tokens_in") is not None or one.get("tokens_out") is not None:
        told.append(f"{counted(one.get('tokens_in') or 0, 'token')} read, "
                    f"{one.get('tokens_out') or 0:,} written.")
    if one.get("draft"):
        told.append("The question is a draft that no person has read.")
    return " ".join(told)
