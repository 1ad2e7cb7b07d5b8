"""``findings eval``: every command, what it prints and how it ends."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from assistant.feedback import Entry, Feedback, Reason, Verdict
from evals.suite.folder import Folder
from evals.suite.judges.agreement import agreement, remember
from evals.suite.judges.judge import Ask
from evals.suite.metrics.catalogue import CATALOGUE
from evals.suite.suites import suites
from tests.suite.conftest import LINK, ROWS, Evaluate, asking, unfinished
from tests.suite.pages import Seen
from tests.suite.scripted import Scripted, verdicts
from tests.suite.small_runs import answer

COMMANDS = ("run", "score", "calibrate", "compare", "report", "show", "runs", "suites", "gate",
            "lint", "make-questions", "from-use")


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(evaluate: Evaluate, command: str) -> None:
    assert re.search(rf"\n    {command}\s", evaluate("--help").out)
    done = evaluate(command, "--help")
    assert done.code == 0
    assert f"findings eval {command}" in done.out
    assert "--home" in done.out


def test_a_run_is_told_and_kept(evaluate: Evaluate, questions: Path, tmp_path: Path) -> None:
    done = evaluate("run", "--questions", questions, "--judge", "none", "--limit", 2, "--out",
                    tmp_path / "run", "--price", "1,2", "--metrics", "right,count_right,cost")
    assert done.code == 0
    assert "2 of 2 questions of own, answered by quotes" in done.out
    assert "Right in everything" in done.out
    assert "Refusals: answerable, answered 2;" in done.out
    assert "Judge: none" in done.out
    assert "Needed findings" not in done.out
    assert f"Report: {tmp_path / 'run' / 'report.html'}" in done.out
    assert "2 of 2 questions" in done.err
    kept = Folder.open(tmp_path / "run")
    assert list(kept.answers()) == ["p1", "p2"]
    assert set(kept.scores()["p2"]) == {"right", "count_right", "cost"}
    assert (kept.manifest["prices"], kept.manifest["metrics"]) == ([1, 2], ["right", "count_right",
                                                                           "cost"])


def test_runs_without_a_folder_are_listed(evaluate: Evaluate, questions: Path,
                                          tmp_path: Path) -> None:
    own = ("--home", tmp_path)
    assert "There are no runs yet." in evaluate("runs", *own).out
    assert evaluate("run", "--questions", questions, "--judge", "none", *own).code == 0
    other = tmp_path / "evals" / "2020-of-another-version"
    other.mkdir()
    (other / "run.json").write_text('{"format": 0}')
    assert evaluate("run", "--questions", questions, "--judge", "none", "--limit", 2,
                    *own).code == 0
    *listed, last = evaluate("runs", *own).out.splitlines()
    assert {re.search(r"\d questions", line)[0] for line in listed} == {  # type: ignore[index]
        "2 questions", "3 questions"}
    assert all(line.endswith("judge none  finished") for line in listed)
    assert last.startswith(str(other))
    assert last.endswith("can't be read")


def test_a_suite_brings_its_own_reports(evaluate: Evaluate, tmp_path: Path) -> None:
    done = evaluate("run", "--suite", "small", "--composer", "quotes", "--limit", 1, "--judge",
                    "none", "--out", tmp_path / "run")
    assert done.code == 0
    assert "small: 1 of 1 questions of questions_small" in done.out


def test_what_is_shown_is_what_the_run_told(evaluate: Evaluate, made: Path) -> None:
    told = evaluate("show", made).out
    assert "own: 3 of 3 questions" in told
    assert evaluate("report", made).code == 0
    assert evaluate("show", made).out == told


def test_suites_and_metrics_are_listed(evaluate: Evaluate) -> None:
    told = evaluate("suites").out
    for name in (*suites(), *CATALOGUE):
        assert f"\n{name} " in f"\n{told}"


def test_the_report_needs_nothing_but_itself(evaluate: Evaluate, made: Path,
                                             tmp_path: Path) -> None:
    assert evaluate("report", made, "--out", tmp_path / "report").code == 0
    source = (tmp_path / "report" / "report.html").read_text("utf-8")
    seen = Seen(source)
    assert "Is there a backlog in the high-tech crime unit?" in seen.text
    # The one address is the text of a note.
    assert source.count("://") == "".join(seen.said).count("://") == seen.text.count(LINK) == 1
    for _, attributes in seen.elements:
        for name in ("src", "href", "srcset", "action", "data", "poster", "xlink:href"):
            assert (attributes.get(name) or "#").startswith("#")
    assert "@import" not in source
    assert "url(" not in source
    told = json.loads((tmp_path / "report" / "report.json").read_text("utf-8"))
    assert [one["id"] for one in told["questions"]] == ["p1", "p2", "p3"]


def test_two_runs_are_compared(evaluate: Evaluate, made: Path, worse: Path) -> None:
    assert "No question changed." in evaluate("compare", made, made).out
    done = evaluate("compare", made, worse)
    assert done.code == 0
    assert ROWS[0]["question"] in done.out
    assert ROWS[1]["question"] not in done.out
    told = evaluate("compare", made, worse, "--json").json
    right = next(one for one in told["metrics"] if one["metric"] == "right")
    assert (right["n"], right["a"], right["b"]) == (3, 1.0, pytest.approx(2 / 3))
    assert [one["id"] for one in told["changes"]] == ["p1"]


def test_a_run_is_scored_again_by_another_judge(evaluate: Evaluate, made: Path,
                                                tmp_path: Path) -> None:
    run = Path(shutil.copytree(made, tmp_path / "run"))
    before = (run / "answers.jsonl").read_bytes()
    done = evaluate("score", run, "--judge", "trained")
    assert done.code == 0
    assert "Judge: trained" in done.out
    assert "Faithfulness" in done.out
    assert "Faithfulness" not in evaluate("score", run, "--judge", "none").out
    assert (run / "answers.jsonl").read_bytes() == before


def test_a_run_that_another_judge_scored_is_not_gone_on_with(
        evaluate: Evaluate, made: Path, questions: Path, tmp_path: Path) -> None:
    run = unfinished(made, tmp_path / "run")
    again = ("run", "--questions", questions, "--judge", "none", "--out", run)
    assert evaluate("score", run, "--judge", "trained").code == 0
    assert "something else" in evaluate(*again).complaint
    assert evaluate("score", run, "--judge", "none").code == 0
    assert evaluate(*again).code == 0


def test_coverage_under_the_floor_fails(evaluate: Evaluate, questions: Path, tmp_path: Path,
                                        monkeypatch: pytest.MonkeyPatch) -> None:
    judge = Scripted({Ask.SUPPORT: verdicts(7)})
    monkeypatch.setattr("evals.suite.run.open_judge", lambda *args: judge)
    done = evaluate("run", "--questions", questions, "--out", tmp_path / "run")
    assert done.code == 1
    assert "UNDER THE FLOOR: citation_recall: 0 scored, coverage 0%, floor 90%" in done.out
    assert evaluate("score", tmp_path / "run").code == 1
    low = evaluate("run", "--questions", questions, "--out", tmp_path / "low", "--floor", "0")
    assert low.code == 0


def test_the_gate_names_what_got_worse(evaluate: Evaluate, made: Path, worse: Path,
                                       tmp_path: Path) -> None:
    kept = ("--baseline", tmp_path / "own.json")
    assert "--write" in evaluate("gate", made, *kept).complaint
    assert evaluate("gate", made, "--write", *kept).code == 0
    passed = evaluate("gate", made, *kept)
    assert (passed.code, passed.out) == (0, "The gate is passed.\n")
    failed = evaluate("gate", worse, *kept)
    assert failed.code == 1
    assert "PROBLEM right: 1.0000 in the baseline, 0.6667 now" in failed.out
    assert f"p1 1 -> 0  {ROWS[0]['question']}" in failed.out
    stopped = unfinished(made, tmp_path / "stopped")
    assert "The run is unfinished" in evaluate("gate", stopped, *kept).out
    assert evaluate("gate", stopped, *kept).code == 1
    assert "unfinished" in evaluate("gate", stopped, "--write", *kept).complaint


def test_the_gate_asks_for_its_baseline_before_it_runs_a_suite(
        evaluate: Evaluate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*args: object) -> None:
        raise AssertionError("a suite was run")

    monkeypatch.setattr("evals.suite.run.run", never)
    assert "no baseline" in evaluate("gate", "--baseline", tmp_path / "none.json").complaint


def test_drafts_are_questions_that_fit(evaluate: Evaluate, tmp_path: Path) -> None:
    out = tmp_path / "drafts.jsonl"
    done = evaluate("make-questions", out, "-n", 9, "--kinds", "lookup,count")
    assert done.code == 0
    assert "9 drafts" in done.out
    checked = evaluate("lint", "--questions", out)
    assert checked.code == 0
    assert "9 drafts, 0 faults." in checked.out
    before = out.read_bytes()
    assert "is there already" in evaluate("make-questions", out).complaint
    assert "is there already" in evaluate("from-use", out).complaint
    assert out.read_bytes() == before


def test_what_readers_marked_becomes_drafts(evaluate: Evaluate, tmp_path: Path) -> None:
    kept = Feedback(tmp_path)
    kept.keep(Entry("u1", Verdict.DOWN, "Why is it slow?", answer(), reason=Reason.OTHER))
    kept.keep(Entry("u2", Verdict.UP, "Is there a backlog?", answer()))
    own = ("--home", tmp_path)
    assert "1 draft in" in evaluate("from-use", tmp_path / "a.jsonl", *own).out
    assert "2 drafts in" in evaluate("from-use", tmp_path / "b.jsonl", "--all", *own).out
    checked = evaluate("lint", "--questions", tmp_path / "a.jsonl")
    assert checked.code == 1
    assert "used-u1 can be answered, but not said from what." in checked.out


def test_a_judge_is_measured_on_claims(evaluate: Evaluate, tmp_path: Path,
                                       monkeypatch: pytest.MonkeyPatch) -> None:
    held = tmp_path / "measured.json"
    monkeypatch.setattr("evals.cli.judge.remember", lambda *told: remember(*told, path=held))
    said = "Kent Police 2015: The force has a backlog of 40 devices."
    claims = asking(tmp_path / "claims.jsonl", *(
        {"claim": f"The force has a backlog of {count} devices.", "premise": said, "label": label}
        for count, label in ((40, 1), (50, 0))))
    done = evaluate("calibrate", "--claims", claims)
    assert done.code == 0
    assert "on 2 claims of claims.jsonl it agrees in 100%" in done.out
    assert "2 decided, 0 not, balanced accuracy 1.000" in done.out
    assert not held.exists()
    evaluate("calibrate", "--claims", claims, "--limit", 2, "--write")
    (fingerprint,) = json.loads(held.read_text("utf-8"))
    told = agreement(fingerprint, held)
    assert told is not None
    assert told["n"] == 2
    assert "one sort" in evaluate("calibrate", "--claims", claims, "--limit", 1).complaint
