"""``findings eval`` and bad input: one line that says what is wrong and what to do."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from evals.suite.folder import Folder
from tests.suite.conftest import ROWS, Evaluate, asking

COUNT = ROWS[1]


@pytest.mark.parametrize(("arguments", "told", "next_step"), [
    (["frobnicate"], "invalid choice: 'frobnicate'", "--help"),
    (["run", "--suite", "none-such"], "no suite called 'none-such'", "shipped"),
    (["gate", "--suite", "none-such"], "no suite called 'none-such'", "shipped"),
    (["make-questions", "{new}", "--suite", "none-such"], "no suite called", "shipped"),
    (["run", "--suite", "small", "--questions", "{own}"], "has its own questions", "--questions"),
    (["run", "--questions", "{own}", "--metrics", "right,beauty"], "no metric called 'beauty'",
     "findings eval suites"),
    (["score", "{made}", "--metrics", "beauty"], "no metric called 'beauty'", "eval suites"),
    (["run", "--questions", "{own}", "--judge", "gpt"], "no judge called 'gpt'", "provider:name"),
    (["score", "{made}", "--judge", "gpt"], "no judge called 'gpt'", "provider:name"),
    (["calibrate", "--judge", "gpt"], "no judge called 'gpt'", "provider:name"),
    (["calibrate", "--judge", "none"], "without a judge", "trained"),
    (["make-questions", "{new}", "--kinds", "riddle"], "of the kind 'riddle' are drafted",
     "lookup"),
    (["make-questions", "{new}", "-n", "0"], "0 is not 1 or more", "--help"),
    (["run", "--limit", "few"], "'few' is no whole number", "--help"),
    (["run", "--composer", "poetry"], "invalid choice: 'poetry'", "--help"),
    *((["run", "--price", price], "--price", "--help") for price in ("1", "nan,1", "-1,1")),
    *((["gate", "--floor", floor], "--floor", "--help") for floor in ("1.5", "nan", "-0.1", "x")),
    (["run", "--questions", "{none}"], "can't be read", "JSON Lines"),
    (["run", "--questions", "{made}"], "can't be read", "JSON Lines"),
    (["lint", "--questions", "{none}"], "can't be read", "JSON Lines"),
    (["calibrate", "--claims", "{none}"], "can't be read", "label 1 for supported"),
    *(([command, folder], "There is no run", "findings eval run")
      for command in ("show", "report", "score") for folder in ("{none}", "{empty}")),
    (["compare", "{made}", "{empty}"], "There is no run", "findings eval run"),
    (["gate", "{made}", "--baseline", "{none}"], "no baseline", "--write"),
    (["gate", "{made}", "--baseline", "{own}"], "can't be used", "delete it"),
    (["make-questions", "{own}"], "is there already", "Name a new file"),
    (["from-use", "{own}"], "is there already", "Name a new file"),
    (["make-questions", "{none}/a.jsonl"], "can't be written", "another file"),
    (["report", "{made}", "--out", "{own}"], "can't be written", "--out"),
    (["run", "--questions", "{own}", "--judge", "none", "--out", "{own}"], "holds no run", "--out"),
    (["run", "--questions", "{own}", "--judge", "none", "--out", "{own}/run"], "can't be made",
     "--out"),
    (["run", "--questions", "{own}", "--judge", "none", "--out", "{made}", "--limit", "1"],
     "a run of something else", "--out")])
def test_bad_input_is_told_in_one_line(evaluate: Evaluate, made: Path, questions: Path,
                                       tmp_path: Path, arguments: list[str], told: str,
                                       next_step: str) -> None:
    (tmp_path / "empty").mkdir()
    places = {"own": questions, "made": made, "none": tmp_path / "none",
              "empty": tmp_path / "empty", "new": tmp_path / "new.jsonl"}
    done = evaluate(*(argument.format(**places) for argument in arguments))
    assert done.code == 2
    assert told in done.complaint
    assert next_step in done.complaint
    assert not places["new"].exists()


FAULTS: list[tuple[Any, str]] = [
    ('{"id": "a"', "Expecting ',' delimiter"), ("5", "it is no object"), ("null", "no object"),
    ("{}", "without id, kind, question, answerable"), ({**COUNT, "size": 1}, "unknown keys"),
    ({**COUNT, "kind": "riddle"}, "unknown kind 'riddle'"),
    ({**COUNT, "question": " "}, "there is no question"),
    ({**COUNT, "answerable": "yes"}, "answerable is true or false"),
    ({**COUNT, "count": 1.5}, "count is a whole number"),
    ({**COUNT, "needed": ["a951f4bccfff3627"]}, "a list of ids"),
    ({**COUNT, "needed": [[]]}, "an empty group"),
    ({**COUNT, "history": ["ab"]}, "[question, answer] pairs"),
    ({**COUNT, "grade": ["splendid"]}, "'splendid' is not a valid Grade"),
    ('{"id": "a", "kind": "count", "question": "q", "answerable": true, "reference": "\\ud83d"}',
     "half a character")]


def test_lint_tells_every_fault_with_its_line(evaluate: Evaluate, tmp_path: Path) -> None:
    rows = [COUNT, "", *(row for row, _ in FAULTS)]
    done = evaluate("lint", "--questions", asking(tmp_path / "own.jsonl", *rows))
    assert done.code == 1
    for line, (_, told) in enumerate(FAULTS, 3):
        (said,) = [one for one in done.out.splitlines() if one.startswith(f"Line {line}: ")]
        assert told in said
    assert f"own.jsonl: 1 question (1 count), 0 drafts, {len(FAULTS)} faults." in done.out


def test_lint_tells_what_does_not_fit(evaluate: Evaluate, tmp_path: Path) -> None:
    unknown = {**COUNT, "id": "p9", "question": "Which are?", "needed": [["0000000000000000"]]}
    path = asking(tmp_path / "own.jsonl", COUNT, COUNT, unknown, {**ROWS[2], "count": 3})
    done = evaluate("lint", "--questions", path)
    assert done.code == 1
    assert "p2 is the id of 2 questions." in done.out
    assert "p2 asks what another question asks." in done.out
    assert "p9 wants findings that the library doesn't have: 0000000000000000." in done.out
    assert "p3 can't be answered, yet says from what." in done.out
    refused = evaluate("run", "--questions", path, "--judge", "none", "--out", tmp_path / "run")
    assert "don't fit the reports" in refused.complaint
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(("row", "told"), FAULTS)
def test_a_run_stops_at_the_line_that_cannot_be_used(evaluate: Evaluate, tmp_path: Path, row: Any,
                                                     told: str) -> None:
    path = asking(tmp_path / "own.jsonl", COUNT, row)
    complaint = evaluate("run", "--questions", path, "--out", tmp_path / "run").complaint
    assert "own.jsonl, line 2: " in complaint
    assert told in complaint
    assert "findings eval lint" in complaint


def test_a_file_without_questions(evaluate: Evaluate, tmp_path: Path) -> None:
    path = asking(tmp_path / "own.jsonl", "")
    assert "holds no questions" in evaluate("run", "--questions", path).complaint
    (tmp_path / "wide.jsonl").write_text(json.dumps(COUNT), "utf-16")
    for command in ("run", "lint"):
        told = evaluate(command, "--questions", tmp_path / "wide.jsonl").complaint
        assert "JSON Lines file in UTF-8" in told


def test_marks_that_other_programs_write_are_no_fault(evaluate: Evaluate, tmp_path: Path) -> None:
    parted = {**ROWS[0], "question": "Is there a backlog\u2028in the\x85high-tech crime unit?"}
    path = asking(tmp_path / "own.jsonl", parted, COUNT, mark="\ufeff")
    assert "2 questions (1 count, 1 lookup), 0 drafts, 0 faults." in evaluate(
        "lint", "--questions", path).out
    done = evaluate("run", "--questions", path, "--judge", "none", "--out", tmp_path / "run")
    assert done.code == 0
    answers = Folder.open(tmp_path / "run").answers()
    assert answers["p1"].told["question"] == parted["question"]
    assert answers["p1"].answer.status.has_answer


def test_half_a_character_in_a_question_stops_nothing(evaluate: Evaluate, made: Path, worse: Path,
                                                      tmp_path: Path) -> None:
    text = json.dumps({**ROWS[0], "question": f"\ud83d {ROWS[0]['question']}"})
    path = asking(tmp_path / "own.jsonl", text)
    run, kept = tmp_path / "run", ("--baseline", tmp_path / "own.json")
    assert evaluate("run", "--questions", path, "--out", run).code == 0
    assert evaluate("gate", run, "--write", *kept).code == 0
    other = Folder.open(Path(shutil.copytree(run, tmp_path / "other")))
    other.replace_scores({"p1": Folder.open(worse).scores()["p1"]})
    assert f"? {ROWS[0]['question']}" in evaluate("compare", run, other.path).out
    told = evaluate("gate", other.path, *kept)
    assert told.code == 1
    assert f"? {ROWS[0]['question']}" in told.out


@pytest.mark.parametrize("line", [b"{", b"{}", b"5", b"\xff", b'{"id": "p2", "scores": 5}'])
@pytest.mark.parametrize("name", ["answers.jsonl", "scores.jsonl"])
def test_a_damaged_run_is_told(evaluate: Evaluate, made: Path, tmp_path: Path, name: str,
                               line: bytes) -> None:
    run = Path(shutil.copytree(made, tmp_path / "run"))
    first, _, *rest = (run / name).read_bytes().split(b"\n")
    (run / name).write_bytes(b"\n".join([first, line, *rest]))
    for arguments in (["show", run], ["report", run], ["compare", made, run]):
        done = evaluate(*arguments)
        assert done.code == 65
        assert "damaged in line 2. Run the evaluation again." in done.complaint


@pytest.mark.parametrize("text", ["", "{}", "[]", "5", '{"format": 2}'])
def test_a_run_of_another_version_is_told(evaluate: Evaluate, made: Path, tmp_path: Path,
                                          text: str) -> None:
    run = Path(shutil.copytree(made, tmp_path / "run"))
    (run / "run.json").write_text(text)
    done = evaluate("show", run)
    assert done.code == 65
    assert "Run the evaluation again." in done.complaint


@pytest.mark.parametrize("change", [
    {"label": 2}, {"label": .5}, {"label": None}, {"label": "yes"}, {"claim": 5}, {"claim": " "},
    {"premise": ["a"]}])
def test_claims_that_cannot_be_used(evaluate: Evaluate, tmp_path: Path,
                                    change: dict[str, Any]) -> None:
    good = {"claim": "It is late.", "premise": "It is late.", "label": 1}
    path = asking(tmp_path / "own.jsonl", good, {**good, "label": 0, **change})
    done = evaluate("calibrate", "--claims", path)
    assert done.code == 2
    assert "line 2" in done.complaint
    assert "{claim, premise, label}" in done.complaint


def test_a_run_that_another_process_is_at_work_on_can_only_be_read(
        evaluate: Evaluate, made: Path, questions: Path, tmp_path: Path) -> None:
    run = Path(shutil.copytree(made, tmp_path / "run"))
    with Folder.open(run).alone():
        for arguments in (["score", run, "--judge", "none"],
                          ["run", "--questions", questions, "--judge", "none", "--out", run]):
            done = evaluate(*arguments)
            assert done.code == 75
            assert "Another process is at work" in done.complaint
        assert evaluate("show", run).code == 0
    assert evaluate("score", run, "--judge", "none").code == 0
