"""Runs with the real assistant: whole, limited, resumed after a kill, scored again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from assistant.settings import load
from corpus.errors import FixConfiguration
from evals.questions import FOLDER
from evals.suite.folder import Folder
from evals.suite.metrics.score import Outcome
from evals.suite.plan import Plan
from evals.suite.run import rescore, run
from evals.suite.suites import named

pytestmark = [pytest.mark.real_embedder, pytest.mark.timeout(900)]
QUESTIONS = FOLDER / "questions_suite.jsonl"


def plan(out: Path | None, **options: Any) -> Plan:
    told: dict[str, Any] = {"suite": "shipped", "reports": named("shipped").reports,
                            "judge": "none", "limit": 6, "cached": False}
    return Plan(QUESTIONS, out, **{**told, **options})


def lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines() if path.exists() else []


def test_a_run_keeps_what_was_asked_of_what(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    made = run(plan(tmp_path / "run", judge="trained"), load(home=tmp_path / "home"),
               lambda done, of, what: seen.append((done, of)))
    assert seen[0] == (0, 6)
    assert seen[-1] == (6, 6)
    told = Folder.open(made.path).manifest
    assert told["judge"]["name"] == "trained"
    assert told["dataset"]["questions"] == 6
    assert told["finished"]
    assert str(tmp_path) not in json.dumps(told)
    answers, scores = made.answers(), made.scores()
    assert list(answers) == list(scores)
    assert all(one.verbatim == (True,) * len(one.answer.citations) for one in answers.values())
    assert any(one["faithfulness"].outcome is Outcome.SCORED for one in scores.values())


def test_scoring_again_answers_nothing(tmp_path: Path) -> None:
    settings = load(home=tmp_path / "home")
    made = run(plan(tmp_path / "run"), settings)
    assert {s["faithfulness"].outcome for s in made.scores().values()} <= {
        Outcome.NOT_APPLICABLE, Outcome.REFUSED}
    before = lines(made.path / "answers.jsonl")
    rescore(Folder.open(made.path), "trained", settings, plan(None))
    again = Folder.open(made.path)
    assert lines(again.path / "answers.jsonl") == before
    assert again.manifest["judge"]["name"] == "trained"
    assert any(s["faithfulness"].outcome is Outcome.SCORED for s in again.scores().values())


def test_another_run_is_not_written_over(tmp_path: Path) -> None:
    settings = load(home=tmp_path / "home")
    run(plan(tmp_path / "run", limit=1), settings)
    with pytest.raises(FixConfiguration, match="a run of something else"):
        run(plan(tmp_path / "run", limit=2), settings)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(FixConfiguration, match="holds no run"):
        run(plan(tmp_path / "mine"), settings)


def test_questions_about_other_reports_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text(json.dumps({"id": "1", "kind": "lookup", "question": "Is there a backlog?",
                                "answerable": True, "needed": [["0000000000000000"]]}) + "\n")
    with pytest.raises(FixConfiguration, match="don't fit"):
        run(Plan(path, tmp_path / "run", reports=named("shipped").reports, judge="none"),
            load(home=tmp_path / "home"))


def test_an_absent_model_stops_the_run_before_the_first_question(tmp_path: Path) -> None:
    settings = load(home=tmp_path / "home")
    with pytest.raises(FixConfiguration):
        run(plan(tmp_path / "run", composer="prose", model="openai:none-such"), settings)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("answered", [2, 9])
def test_a_killed_run_goes_on_where_it_stopped(tmp_path: Path, answered: int) -> None:
    out, home = tmp_path / "run", tmp_path / "home"
    command = [sys.executable, "-c", "import sys; from assistant.cli import main; "
               "sys.exit(main())", "--home", str(home), "eval", "run", "--suite", "shipped",
               "--limit", "14", "--judge", "trained", "--fresh", "--out", str(out)]
    with subprocess.Popen(command, env=os.environ, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 240
        while len(lines(out / "answers.jsonl")) < answered:
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait()
    whole = (out / "answers.jsonl").read_text("utf-8").rpartition("\n")[0].splitlines()
    # A kill in the middle of a line leaves half of it.
    with (out / "answers.jsonl").open("a") as file:
        file.write('{"id": "half')
    assert not json.loads((out / "run.json").read_text("utf-8"))["finished"]
    subprocess.run(command, check=False, env=os.environ, capture_output=True, timeout=300)
    after = lines(out / "answers.jsonl")
    assert after[:len(whole)] == whole
    ids = [json.loads(line)["id"] for line in after]
    assert len(ids) == len(set(ids)) == 14
    scored = [json.loads(line)["id"] for line in lines(out / "scores.jsonl")]
    assert scored == ids
    assert json.loads((out / "run.json").read_text("utf-8"))["finished"]
    assert (out / "report.html").is_file()
