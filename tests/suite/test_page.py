"""The page of a run: nothing gets in from outside, nothing is fetched, everything is there."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

import pytest

from evals.suite import page as page_module
from evals.suite.metrics.catalogue import CATALOGUE
from evals.suite.page.document import page
from evals.suite.page.elements import anchor, element, escape
from evals.suite.page.words import counted, listed, number, seconds, share
from tests.suite.pages import (
    AGREEMENT,
    HOSTILE,
    Seen,
    everywhere,
    question,
    run,
    scored,
    shown,
    summary,
)


def test_nothing_from_outside_becomes_an_element() -> None:
    found, harmless = Seen(page(everywhere(HOSTILE))), Seen(page(everywhere("harmless")))
    assert [tag for tag, _ in found.elements] == [tag for tag, _ in harmless.elements]
    assert [set(a) for _, a in found.elements] == [set(a) for _, a in harmless.elements]
    assert not [name for _, attributes in found.elements for name in attributes
                if name.startswith("on") or name in ("src", "style", "action", "srcdoc")]
    assert found.text.count("<script>window.hit = 1</script>") > 20
    assert "\u202e" not in found.text


def test_the_page_can_be_written_whatever_is_in_it() -> None:
    assert page(everywhere(HOSTILE)).encode("utf-8")


def test_nothing_is_fetched_and_only_the_pages_own_script_runs() -> None:
    source = page(everywhere(HOSTILE))
    found = Seen(source)
    assert all((a["href"] or "").startswith("#") for a in found.of("a"))
    assert {tag for tag, _ in found.elements} & {"link", "img", "iframe", "object", "base"} == set()
    assert "url(" not in source
    assert "@import" not in source
    (policy,) = [a["content"] or "" for a in found.of("meta")
                 if a.get("http-equiv") == "Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        (inside,) = re.findall(rf"<{tag}>(.*?)</{tag}>", source, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_the_policy_stands_before_all_that_it_is_for() -> None:
    source = page(run())
    assert source.index("Content-Security-Policy") < source.index("<style>")


@pytest.mark.parametrize("told", [{}, {"run": {}}, run(), run(question(scores={})),
                                  {"questions": [{"id": "d1", "question": "Why?"}]}])
def test_a_run_with_little_in_it_has_a_page(told: dict[str, Any]) -> None:
    assert "Every question" in shown(told)


def test_the_summary_says_what_was_asked_of_what() -> None:
    told = shown(run(question("d1"), question("d2", scores={"right": scored(0.0)}),
                     confusion={"answerable, answered": 1, "answerable, refused": 1,
                                "unanswerable, answered": 0, "unanswerable, refused": 1}))
    assert "2 questions of the set “dev” were asked of the assistant over 6 reports" in told
    assert "24 November 2025, 10:15 UTC; it took 2 min 5 s." in told
    assert "1 of 2 answers does all that the question asks for (50%)." in told
    assert "Of 2 questions that the reports can answer, 1 was answered and 1 refused." in told
    assert "Of 1 question that they can’t, 1 was refused and 0 answered." in told
    assert "not finished" not in told


@pytest.mark.parametrize("told", [
    run(question(), question("d2", scores={})),
    {**run(question()), "run": run(question())["run"] | {"finished": None}},
    {**run(question()), "run": run(question())["run"] | {"dataset": {"questions": 3}}}])
def test_a_run_that_is_not_finished_says_so(told: dict[str, Any]) -> None:
    assert "This run is not finished." in shown(told)


def test_what_is_not_asked_yet_is_not_told_as_asked() -> None:
    told = run(question())
    told["run"]["dataset"] = {"questions": 3}
    assert "1 of 3 questions was asked of the assistant" in shown(told)


def test_the_judges_agreement_stands_beside_judged_scores_alone() -> None:
    told = run(question(scores={"right": scored(1.0), "faithfulness": scored(.5)}),
               agreement=AGREEMENT, summaries=[summary("right"), summary("faithfulness")],
               by_kind={"lookup": [summary("faithfulness")]})
    text = shown(told)
    # In its tile, its line of the table, under the table by kind, and at the question.
    assert text.count("the judge agrees with the labels on 82% [76% to 86%] of statements") == 4
    assert "On 240 labelled statements (claims_shipped) it agrees" in text
    assert "Labelled by: two readers." in text
    assert "does not support it finds 70%" in text
    assert "wrongly doubts 11%" in text


def test_an_agreement_that_is_not_measured_says_so() -> None:
    text = shown(run(question(scores={"faithfulness": scored(.5)}),
                     summaries=[summary("faithfulness")]))
    assert text.count("the judge’s agreement with labels is not measured") == 3
    assert "How far it agrees with people’s labels is not measured." in text
    assert "No judge was asked." in shown({"run": {"judge": None}})


def test_every_set_that_a_judge_was_measured_on_is_told() -> None:
    measured = {"labels": "claims of people", "n": 355, "agreement": .68, "low": .63, "high": .73,
                "found": .64, "false_alarms": .28,
                "also": [{"labels": "sentences about reports", "n": 480, "agreement": .72,
                          "low": .68, "high": .76, "found": .56, "false_alarms": .08}]}
    run = {"composer": "prose", "judge": {"name": "trained", "agreement": measured}}
    text = shown({"run": run})
    assert "On 355 labelled statements (claims of people)" in text
    assert "On 480 labelled statements (sentences about reports)" in text
    assert "near 1 by construction" in text
    assert "near 1 by construction" not in shown({"run": {**run, "composer": "quotes"}})


def test_a_coverage_under_the_floor_is_marked() -> None:
    text = shown(run(question(), summaries=[
        summary("right", coverage=.95), summary("faithfulness", coverage=.895)]))
    assert text.count("under the floor") == 2
    assert "Coverage is under the floor of 90% for Faithfulness (89%)." in text
    assert "▼ 89% under the floor" in text


def test_what_has_no_value_is_told_with_its_reason_and_questions() -> None:
    slow = {"outcome": "timed_out", "value": None, "reason": "no reply within 120 s"}
    none = {"outcome": "not_applicable", "value": None, "reason": "no count is asked for"}
    told = run(question("d7", scores={"faithfulness": slow, "count_right": none}),
               unscored={"faithfulness": {"timed_out": 1}, "count_right": {"not_applicable": 1}})
    text = shown(told)
    assert "Faithfulness timed out no reply within 120 s d7".replace(" ", "") \
        in text.replace(" ", "")
    assert "Count right: not applicable, no count is asked for" in text


def test_a_question_shows_all_that_is_known_of_it() -> None:
    judged = scored(.5, judgments=[
        {"statement": "There is one.", "verdict": 1, "reason": "It says so."},
        {"statement": "It is long.", "verdict": 0},
        *[{"statement": "It is long.", "verdict": 0, "reason": "It doesn’t."}] * 2])
    text = shown(run(question(
        history=[["And Norfolk?", "It is good."]], reference="It has one.", note="close wording",
        notice="Only Norfolk.", needed=[["a"], ["z", "y"]],
        left_out=[{"text": "It is big.", "reason": "no support"}],
        scores={"right": scored(0.0, reason="list not exact"), "faithfulness": judged}),
        findings={"y": "It lacks staff."}))
    for words in ("And Norfolk?", "Answered: It is good.", "There is one. [1]", "Only Norfolk.",
                  "“It has a backlog.”", "PEEL › Norfolk 2021 › Crime › page 4", "✓ needed",
                  "Evidence before it: 1 finding", "It has one.", "close wording",
                  "Needed and not cited (1)", "It lacks staff. (or 1 other finding)",
                  "It was not among the evidence.", "It is big.", "list not exact", "✗ Not right",
                  "4 judgments: 1 yes, 3 no", "yes It says so.", "no 2 times It doesn’t."):
        assert words in text, words


def test_a_comparison_is_shown_as_a_table() -> None:
    source = page(run(question(
        table={"columns": ["Norfolk", "Lincolnshire"], "rows": ["Grade"]},
        sentences=[{"text": "Good.", "citations": [1], "cell": [0, 0]}])))
    assert "Good." in source
    assert "not reported" in Seen(source).text


def test_tables_and_drawings_can_be_read_out() -> None:
    found = Seen(page(run(
        question(), summaries=[summary(name) for name in CATALOGUE],
        by_kind={"lookup": [summary("right")]}, unscored={"right": {"failed": 1}},
        times={"seconds": {"n": 1, "p50": 1, "p90": 1, "p95": 1, "max": 1}})))
    assert len(found.of("table")) == len(found.of("caption")) > 6
    assert all(a.get("scope") in ("col", "row") for a in found.of("th"))
    drawings = found.of("svg")
    assert len(drawings) > 10
    assert all(a["role"] == "img" and a["aria-label"] for a in drawings)
    assert len(found.of("h1")) == 1
    ids = [a["id"] for _, a in found.elements if "id" in a]
    assert len(ids) == len(set(ids))
    targets = {(a["href"] or "").removeprefix("#") for a in found.of("a")}
    assert targets <= set(ids)


def test_a_question_has_an_address() -> None:
    told = run(question("d1"), question("a b/ü:1"), confusion={"answerable, refused": 1})
    told["questions"][1] |= {"refused": True, "status": "not_in_reports"}
    found = Seen(page(told))
    assert anchor("a b/ü:1") == "a%20b%2F%C3%BC%3A1"
    assert {"d1", "a%20b%2F%C3%BC%3A1"} <= {a.get("id") for a in found.of("div")}
    assert "Refused, though the reports can answer: a b/ü:1." in found.text


def test_a_large_run_stays_small() -> None:
    judged = scored(.5, judgments=[{"statement": "A statement of some length. " * 4,
                                    "verdict": 1, "reason": "The evidence says so."}] * 5)
    one = question(scores={name: judged if info.judged else scored(1.0)
                           for name, info in CATALOGUE.items()}) | {
        "contexts": [{"id": f"{n}", "text": "A finding of some length. " * 8} for n in range(8)]}
    told = run(*({**one, "id": f"d{n}"} for n in range(150)), agreement=AGREEMENT)
    assert len(page(told).encode()) < 3_000_000


def test_style_and_script_hold_no_end_of_themselves() -> None:
    folder = Path(page_module.__file__).parent
    assert "</" not in (folder / "page.css").read_text("utf-8")
    assert "</" not in (folder / "page.js").read_text("utf-8")


def test_words_of_numbers() -> None:
    assert [counted(n, "question") for n in (0, 1, 1200)] == [
        "0 questions", "1 question", "1,200 questions"]
    assert [listed(names) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "", "a", "a and b", "a, b and c"]
    assert [share(part) for part in (0, .001, .5, .999, 1)] == ["0%", "1%", "50%", "99%", "100%"]
    right, words = CATALOGUE["right"], CATALOGUE["words"]
    assert [number(value, right) for value in (0, .0001, .5, .9999, 1)] == [
        "0.000", "0.001", "0.500", "0.999", "1.000"]
    assert [number(value, words) for value in (0, .25, 80.14, 12000)] == [
        "0", "0.25", "80.1", "12,000"]
    assert [seconds(t) for t in (.05, 1.5, 125, 7260)] == [
        "50 ms", "1.5 s", "2 min 5 s", "2 h 1 min"]


def test_elements_escape_what_is_no_element() -> None:
    inner = element("b", "<i>")
    assert element("p", inner, " & ", None, title='"') == \
        '<p title="&quot;"><b>&lt;i&gt;</b> &amp; </p>'
    assert escape(inner + "") == "&lt;b&gt;&amp;lt;i&amp;gt;&lt;/b&gt;"
    assert element("input", hidden=True, disabled=False, class_=None) == "<input hidden>"
