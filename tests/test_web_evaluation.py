"""What the evaluation view's parts make of runs, marks and a browser's requests."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from assistant.answer import Answer, Intent, Sentence, Status
from assistant.feedback import Entry, Feedback, Reason, Verdict
from assistant.results import Judge
from assistant.runs import Runs
from assistant.web import figure
from assistant.web.contrast import Kind, contrast
from assistant.web.evaluation import Evaluation, frame_html
from assistant.web.frame import views_html
from assistant.web.trend import series, trends_html
from evals.suite.metrics.catalogue import CATALOGUE, Better, Group
from evals.suite.metrics.score import Outcome
from prompts import wording
from tests.test_runs import make, manifest, question, report, summary
from tests.test_web_render import HOSTILE, Seen

AGREES = {"agreement": .6789, "low": .6286, "high": .7253, "n": 355,
          "labels": "claims that people labelled", "found": .64, "false_alarms": .28}
JUDGE = {"name": "trained", "fingerprint": "f1", "repeats": 1, "agreement": AGREES}
FORBIDDEN = {"script", "img", "iframe", "style", "object", "b"}


def view(home: Path) -> Evaluation:
    return Evaluation(Runs(home), Feedback(home))


def shown(home: Path, **wish: str) -> str:
    reply = view(home).serve(wish)
    assert "problem" not in reply, reply
    return str(reply["html"])


def text(html: str) -> str:
    return " ".join(Seen(html).text.split())


def entry(identifier: str, verdict: Verdict = Verdict.UP, correction: str = "") -> Entry:
    answer = Answer(status=Status.NOT_IN_REPORTS, intent=Intent.LOOKUP, question="Who?",
                    standalone_question="Who?", citations=(), model="quotes",
                    sentences=(Sentence(text="They don’t say.", citations=()),))
    return Entry(identifier, verdict, "Who?", answer, (),
                 Reason.OTHER if verdict is Verdict.DOWN else None, correction)


def rich_question(**changes: Any) -> dict[str, Any]:
    """A question with something in every part of its detail."""
    return question("q1", 0.0, **{
        "history": [["What before?", "That."]], "note": "A note", "reference": "The reference",
        "understood": "What of q1, really?", "draft": True,
        "sentences": [{"text": "A heading", "layout": "heading"},
                      {"text": "It is so.", "citations": [1]},
                      {"text": "An item", "layout": "item", "citations": [1]},
                      {"text": "In the table", "cell": [0, 1]}],
        "table": {"columns": ["Norfolk", "Kent"], "rows": ["Grade"]},
        "citations": [{"n": 1, "quote": "It is so", "finding_id": "f1", "title": "A report",
                       "section": ["Part"], "kind": "weakness", "polarity": "negative",
                       "grade": "good", "page": 7, "needed": True, "verbatim": False}],
        "nearest": [{"n": 1, "quote": "Near it", "kind": "strength", "polarity": "positive"}],
        "needed": [["f1"], ["f2", "f3"]], "contexts": [{"id": "f2", "text": "Second finding"}],
        "left_out": [{"text": "Left sentence", "reason": "not supported"}],
        "seconds": .123, "scores": {
            "right": {"outcome": "scored", "value": 0.0, "reason": "it misses f2"},
            "faithfulness": {"outcome": "scored", "value": .5, "judgments": [
                {"statement": "It is so.", "verdict": 1, "reason": "given"},
                {"statement": "It was.", "verdict": 0, "reason": "not given"}]},
            "context_recall": {"outcome": "timed_out", "value": None, "reason": "no reply"},
            "cost": {"outcome": "not_applicable", "value": None, "reason": "no prices"}},
        **changes})


def test_every_metric_of_the_suite_is_known_to_the_page() -> None:
    assert list(figure.ORDER) == list(CATALOGUE)
    known = wording("page")["evaluation"]["metrics"]
    for name, info in CATALOGUE.items():
        assert (figure.title(name), figure.tells(name)) == (info.title, info.tells)
        assert (name in figure.JUDGED) == info.judged
        assert (name in figure.LOWER_IS_BETTER) == (info.better is Better.LOWER)
        assert figure.is_bounded(name) == info.bounded
        assert name in figure.GROUPS[info.group.value]
    assert set(known) == set(CATALOGUE)
    assert set(figure.GROUPS) == {group.value for group in Group}
    assert set(figure.MISSING) == {one.value for one in Outcome if one.is_missing}


def test_every_outcome_and_status_has_words() -> None:
    held = wording("page")["evaluation"]
    assert set(held["outcomes"]) == {one.value for one in Outcome}
    assert set(held["statuses"]) == {one.value for one in Status}
    assert figure.outcome_words("odd_one") == "Odd one"
    assert figure.title("new_metric") == "New metric"


@pytest.mark.parametrize(("value", "metric", "told"), [
    (.99999, "right", "0.999"), (.00001, "right", "0.001"), (1.0, "right", "1.000"),
    (0.0, "right", "0.000"), (.0814, "seconds", "81 ms"), (2.345, "seconds", "2.3 s"),
    (1234.0, "tokens", "1,234"), (12.34, "words", "12.3"), (.0123, "cost", "0.0123")])
def test_a_number_is_never_rounded_to_what_it_is_not(value: float, metric: str, told: str) -> None:
    assert figure.number(value, metric) == told


def test_what_a_judge_is_worth_stands_beside_it() -> None:
    judge = Judge.model_validate(JUDGE)
    assert "68%" in figure.judge_words(judge)
    full = text(figure.judge_in_full(judge))
    assert "On 355 claims that people labelled" in full
    assert "63% to 73%" in full
    assert "wrongly doubts 28%" in full
    unmeasured = Judge.model_validate({"name": "local"})
    assert "not measured" in figure.judge_words(unmeasured)
    assert figure.judge_words(None) == ""


def test_the_list_shows_each_run_with_figures_and_intervals(tmp_path: Path) -> None:
    make(tmp_path, "first", manifest(judge=JUDGE), report(
        summaries=[summary("right", .88), summary("faithfulness", .95)]))
    make(tmp_path, "second", manifest(finished=None, composer="prose", model="local:small"))
    html = shown(tmp_path, do="list")
    told = text(html)
    assert "2 runs" in told
    assert "0.88 0.44 to 0.94" in told.replace("0.880.44", "0.88 0.44")
    assert "agrees with 68% of labels" in told
    assert "local:small" in told
    assert "2 of 2 answered" in told
    assert 'href="#evaluation/run/first"' in html
    assert html.count("data-sort=") == 9


def test_without_a_run_the_list_says_how_to_make_one(tmp_path: Path) -> None:
    told = text(shown(tmp_path, do="list"))
    assert "No run yet" in told
    assert "findings eval run --limit 12" in told
    assert "Readers have not marked any answer yet" in told


def test_folders_that_are_no_runs_are_named_on_the_list(tmp_path: Path) -> None:
    make(tmp_path, "good", None, report())
    (tmp_path / "evals" / "odd <b>one").mkdir()
    html = shown(tmp_path, do="list")
    assert "1 folder is no run that can be read" in text(html)
    assert "odd <b>one" in text(html)
    assert "b" not in Seen(html).tags


def test_marks_are_counted_and_taken_out_by_an_editor_alone(tmp_path: Path) -> None:
    store = Feedback(tmp_path)
    store.keep(entry("a"))
    store.keep(entry("b", Verdict.DOWN, "It should say €"))
    served = view(tmp_path)
    editor, reader = served.serve({"do": "list"}), served.serve({"do": "list"}, may_edit=False)
    assert "Readers have marked 2 answers: 1 helpful; 1 not right; 1 with what" in text(
        editor["html"])
    assert "findings eval from-use FILE" in text(reader["html"])
    assert 'data-do="marks"' in editor["html"]
    assert 'data-do="marks"' not in reader["html"]
    assert "Only an editor" in served.serve({"do": "marks"}, may_edit=False)["problem"]
    sent = served.serve({"do": "marks"})
    lines = base64.b64decode(sent["data"]).decode().splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["a", "b"]
    assert json.loads(lines[1])["correction"] == "It should say €"
    store.withdraw("a")
    assert "marked 1 answer" in text(served.serve({"do": "list"})["html"])


def test_marks_that_cant_be_read_hide_no_runs(tmp_path: Path) -> None:
    make(tmp_path, "a", None, report())
    (tmp_path / "feedback.jsonl").mkdir()
    told = text(shown(tmp_path, do="list"))
    assert "can't be read" in told
    assert "1 run" in told
    assert "problem" in view(tmp_path).serve({"do": "marks"})


def test_only_runs_of_the_same_questions_and_composer_make_a_trend(tmp_path: Path) -> None:
    other = {"name": "questions", "digest": "d2", "questions": 2}
    make(tmp_path, "a", manifest(started="2026-11-01T10:00:00+00:00"), report())
    make(tmp_path, "b", manifest(started="2026-11-02T10:00:00+00:00"), report())
    make(tmp_path, "prose", manifest(composer="prose", model="m"), report())
    make(tmp_path, "others", manifest(dataset=other), report())
    make(tmp_path, "going", manifest(finished=None), report())
    found = series(Runs(tmp_path).listing().runs)
    assert [run.name for run in found[0].runs] == ["a", "b"]
    assert sorted(len(one.runs) for one in found) == [1, 1, 2]
    html = trends_html(found)
    assert html.count('class="point"') == 2
    assert 'href="#evaluation/run/a"' in html
    assert "a, 1 Nov 2026, 10:00 UTC: 0.500, 95% interval 0.250 to 0.750, 2 scored" in html
    assert html.count("<tr>") == 3
    assert trends_html(found[1:]) == ""


def test_a_trend_is_of_the_metric_that_was_chosen_if_there_is_one(tmp_path: Path) -> None:
    for name in "ab":
        make(tmp_path, name, None, report(summaries=[
            summary("right", .5), summary("seconds", .0814)]))
    chosen = shown(tmp_path, do="trend", metric="seconds")
    assert "81 ms" in chosen
    assert '<option value="seconds" selected>' in chosen
    assert '<option value="right" selected>' in shown(tmp_path, do="trend", metric="odd")


@pytest.mark.parametrize("values", [(0.0, 0.0), (1.0, 1.0), (.5, .5), (0.0, 1.0), (.9, .92)])
@pytest.mark.parametrize("metric", ["right", "tokens"])
def test_every_point_and_interval_lies_within_the_drawing(
        tmp_path: Path, values: tuple[float, float], metric: str) -> None:
    for name, value in zip("ab", values, strict=True):
        make(tmp_path, name, None, report(summaries=[summary(metric, value)]))
    html = shown(tmp_path, do="trend")
    heights = [float(part.split('"')[1]) for key in (" y1=", " y2=", " cy=")
               for part in html.split(key)[1:] for part in [f"={part}"]]
    assert len(heights) >= 14
    assert all(0 <= at <= 280 for at in heights)


def test_a_run_shows_figures_refusals_kinds_and_questions(tmp_path: Path) -> None:
    make(tmp_path, "a", manifest(judge=JUDGE), report(
        question("q1"), question("q2", 0.0, refused=True, status="not_in_reports"),
        question("q3", None, status="error"),
        summaries=[summary("right", .88), summary("faithfulness", .4, coverage=.5,
                                                  counts={"scored": 2, "timed_out": 2}),
                   {"metric": "cost", "counts": {"not_applicable": 2}}],
        by_kind={"lookup": [summary("right", .88)]},
        confusion={"answerable, answered": 1, "answerable, refused": 1}))
    html = shown(tmp_path, do="run", run="a")
    told = text(html)
    assert "0.440 to 0.940" in told
    assert "under the floor" in told
    assert "2 timed out" in told
    assert "Nothing to score: Cost." in told
    assert "1 question failed with an error" in told
    assert 'data-show="refused_wrongly"' in html
    assert 'data-kind="lookup"' in html
    assert html.count('<details class="question"') == 3
    assert 'data-states="wrong refused refused_wrongly"' in html
    assert "It is so." not in told
    assert 'data-file="report.html"' in html


def test_the_detail_of_a_question_has_answer_evidence_and_judgments(tmp_path: Path) -> None:
    make(tmp_path, "a", manifest(judge=JUDGE), report(
        rich_question(), findings={"f3": "Third finding"}))
    told = text(shown(tmp_path, do="question", run="a", id="q1"))
    for words in ("What before?", "Understood as: What of q1, really?", "It is so. [1]",
                  "In the table", "not reported", "The reference", "A note",
                  "no person has read", "doesn’t stand so in the report",
                  "A report › Part › page 7",
                  "Needed and not cited (1)", "Third finding", "(or 1 other finding)",
                  "It was among the evidence.", "Left sentence", "Near it", "it misses f2",
                  "2 judgments: 1 yes, 1 no", "not given", "timed out", "123 ms",
                  "Cost: not applicable, no prices", "agrees with 68% of labels"):
        assert words in told, words


def test_nothing_in_a_run_becomes_an_element(tmp_path: Path) -> None:
    bad = rich_question(
        id=HOSTILE, question=HOSTILE, kind=HOSTILE, note=HOSTILE, reference=HOSTILE,
        history=[[HOSTILE, HOSTILE]], understood=HOSTILE + "?", answer=HOSTILE, notice=HOSTILE,
        status=HOSTILE, sentences=[{"text": HOSTILE, "cell": [0, 0]}, {"text": HOSTILE}],
        table={"columns": [HOSTILE], "rows": [HOSTILE]}, needed=[[HOSTILE]],
        contexts=[{"id": "c", "text": HOSTILE}], left_out=[{"text": HOSTILE, "reason": HOSTILE}],
        citations=[{"n": 1, "quote": HOSTILE, "title": HOSTILE, "section": [HOSTILE],
                    "kind": HOSTILE, "polarity": HOSTILE, "grade": HOSTILE, "lead_in": HOSTILE}],
        scores={HOSTILE: {"outcome": "scored", "value": .5, "reason": HOSTILE, "judgments": [
            {"statement": HOSTILE, "verdict": 1, "reason": HOSTILE}]},
            "odd": {"outcome": HOSTILE, "value": None, "reason": HOSTILE}})
    told = manifest(name=HOSTILE, model=HOSTILE, composer=HOSTILE, commit=HOSTILE,
                    reports=[HOSTILE], started=HOSTILE,
                    dataset={"name": HOSTILE, "digest": HOSTILE, "questions": 1},
                    judge={**JUDGE, "name": HOSTILE, "agreement": {**AGREES, "labels": HOSTILE}})
    results = report(bad, summaries=[summary(HOSTILE, .5)],
                     by_kind={HOSTILE: [summary("right", .5)]})
    for name in ("a<img src=x>", "b"):
        make(tmp_path, name, told, results)
    pages = [shown(tmp_path, do="list"), shown(tmp_path, do="run", run="b"),
             shown(tmp_path, do="question", run="b", id=HOSTILE), shown(tmp_path, do="trend"),
             shown(tmp_path, do="compare", first="b", second="a<img src=x>")]
    for page in pages:
        seen = Seen(page)
        assert seen.handlers == []
        assert not seen.tags & FORBIDDEN
    assert "onerror" in text(pages[2])


def test_two_runs_are_told_apart_question_by_question(tmp_path: Path) -> None:
    def scored(identifier: str, right: float, cited: float, **more: Any) -> dict[str, Any]:
        return question(identifier, scores={
            "right": {"outcome": "scored", "value": right},
            "needed_recall": {"outcome": "scored", "value": cited},
            "faithfulness": {"outcome": "scored", "value": cited},
            "seconds": {"outcome": "scored", "value": cited}}, **more)

    make(tmp_path, "a", manifest(judge=JUDGE), report(
        scored("lost", 1, 1), scored("gained", 0, .5), scored("cited", 0, .5), scored("said", 1, 1),
        scored("same", 1, 1), scored("gone", 1, 1), scored("reworded", 1, 1)))
    make(tmp_path, "b", manifest(judge={**JUDGE, "fingerprint": "f2"}), report(
        scored("lost", 0, .5), scored("gained", 1, 1), scored("cited", 0, .8),
        scored("said", 1, 1, answer="It is thus."), scored("same", 1, 1), scored("new", 1, 1),
        scored("reworded", 1, 1, question="Otherwise?")))
    runs = Runs(tmp_path)
    found = contrast(runs.run("a"), runs.run("b"), runs.results("a"), runs.results("b"))
    assert {one.before.id: one.kind for one in found.changes} == {
        "lost": Kind.LOST, "gained": Kind.GAINED, "cited": Kind.SCORED, "said": Kind.WORDED,
        "same": Kind.SAME}
    assert (found.only_before, found.only_after) == (2, 2)
    assert not found.same_judge
    html = shown(tmp_path, do="compare", first="a", second="b")
    told = text(html)
    assert "No longer right (1)" in told
    assert "▼ worse Needed findings cited: 1.00, then 0.50" in told
    assert "▲ better Needed findings cited: 0.50, then 0.80" in told
    assert "Faithfulness:" not in told
    assert "the same judge did not decide in both" in told
    assert f"findings eval compare {tmp_path}" in told
    assert 'href="#evaluation/run/b/lost"' in html


def test_what_one_judge_decided_in_both_runs_is_compared(tmp_path: Path) -> None:
    for name, value in (("a", .5), ("b", .9)):
        make(tmp_path, name, manifest(judge=JUDGE), report(question("q", scores={
            "noise_sensitivity": {"outcome": "scored", "value": value}})))
    told = text(shown(tmp_path, do="compare", first="a", second="b"))
    assert "▼ worse Noise sensitivity: 0.50, then 0.90" in told


def test_reports_are_handed_out_as_they_are(tmp_path: Path) -> None:
    place = make(tmp_path, "a", None, report())
    for file in ("report.html", "report.json"):
        sent = view(tmp_path).serve({"do": "file", "run": "a", "file": file})
        assert base64.b64decode(sent["data"]) == (place / file).read_bytes()
        assert sent["name"] == f"a.{file.partition('.')[2]}"


@pytest.mark.parametrize("wish", [
    None, [], {}, {"do": 3}, {"do": "odd"}, {"do": "run"}, {"do": "run", "run": "../a"},
    {"do": "run", "run": ["a"]}, {"do": "question", "run": "a", "id": "nowhere"},
    {"do": "question", "run": "none", "id": "q1"}, {"do": "compare", "first": "a"},
    {"do": "file", "run": "a", "file": "run.json"}, {"do": "file", "run": "a/..", "file": "x"},
    {"do": "marks"}])
def test_what_can_t_be_done_comes_back_in_words(tmp_path: Path, wish: object) -> None:
    make(tmp_path, "a", None, report())
    reply = view(tmp_path).serve(wish)
    assert set(reply) == {"problem"}
    assert reply["problem"].endswith(".")


def test_a_run_without_report_says_what_to_do(tmp_path: Path) -> None:
    make(tmp_path, "done")
    make(tmp_path, "going", manifest(finished=None))
    done, going = shown(tmp_path, do="run", run="done"), shown(tmp_path, do="run", run="going")
    assert f"findings eval report {tmp_path / 'evals' / 'done'}" in text(done)
    assert "2 of 2 questions are answered" in text(going)
    assert "eval report" not in text(going)
    assert 'data-do="file"' not in done


def test_the_view_has_its_link_and_its_frame() -> None:
    assert 'href="#evaluation"' in views_html()
    assert 'id="evaluation-heading" tabindex="-1"' in frame_html()
