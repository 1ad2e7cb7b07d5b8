"""The reader of evaluation runs: what it lists, what it passes over, what it never opens."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from assistant import runs as runs_module
from assistant.results import Question, moment
from assistant.runs import Lack, Runs
from corpus.errors import GiveUp


def manifest(**changes: Any) -> dict[str, Any]:
    return {"format": 1, "name": "shipped", "suite": "shipped",
            "dataset": {"name": "questions", "digest": "d1", "questions": 2},
            "composer": "quotes", "model": "quotes", "judge": None, "floor": 0.9,
            "reports": ["A report"], "commit": "abc", "started": "2026-11-30T10:00:00+00:00",
            "finished": "2026-11-30T10:00:30+00:00", "prices": None, **changes}


def summary(metric: str, value: float, **changes: Any) -> dict[str, Any]:
    return {"metric": metric, "coverage": 1.0, "counts": {"scored": 2}, "p50": None, "p95": None,
            "estimate": {"value": value, "low": value / 2, "high": (1 + value) / 2, "n": 2},
            **changes}


def question(identifier: str, right: float | None = 1.0, **changes: Any) -> dict[str, Any]:
    scores = {} if right is None else {"right": {"outcome": "scored", "value": right}}
    return {"id": identifier, "kind": "lookup", "question": f"What of {identifier}?",
            "history": [], "answerable": True, "status": "answered", "refused": False,
            "answer": "It is so.", "scores": scores, **changes}


def report(*questions: dict[str, Any], **changes: Any) -> dict[str, Any]:
    asked = questions or (question("q1"), question("q2", 0.0))
    return {"run": {}, "summaries": [summary("right", .5)], "by_kind": {}, "findings": {},
            "confusion": {"answerable, answered": 2}, "questions": list(asked), **changes}


def make(home: Path, name: str, told: dict[str, Any] | None = None,
         results: dict[str, Any] | None = None) -> Path:
    """A run as the suite leaves it; without ``results``, one whose report was never written."""
    place = home / "evals" / name
    place.mkdir(parents=True)
    (place / "run.json").write_text(json.dumps(told or manifest()))
    (place / "scores.jsonl").write_text("{}\n")
    (place / "answers.jsonl").write_text('{"id": "q1"}\n{"id": "q2"}\n')
    if results is not None:
        (place / "report.json").write_text(json.dumps(results))
        (place / "report.html").write_text("<!doctype html><title>Report</title>")
    return place


def test_runs_come_newest_first_with_their_figures(tmp_path: Path) -> None:
    make(tmp_path, "b-old", manifest(started="2026-11-01T10:00:00+00:00"), report())
    make(tmp_path, "a-new", manifest(started="2026-11-30T10:00:00+00:00"), report())
    listing = Runs(tmp_path).listing()
    assert [one.name for one in listing.runs] == ["a-new", "b-old"]
    newest = listing.runs[0]
    assert newest.is_finished
    assert newest.answered == 2
    assert newest.summaries["right"].estimate is not None
    assert newest.summaries["right"].estimate.value == .5
    assert listing.passed == ()


def test_a_home_without_runs_has_none(tmp_path: Path) -> None:
    assert Runs(tmp_path / "nowhere").listing().runs == ()
    (tmp_path / "evals").mkdir()
    (tmp_path / "evals" / "notes.txt").write_text("mine")
    (tmp_path / "evals" / ".cache").mkdir()
    assert Runs(tmp_path).listing() == runs_module.Listing((), ())


def test_what_is_no_run_is_named_with_the_reason_and_the_others_are_listed(tmp_path: Path) -> None:
    make(tmp_path, "good", None, report())
    (tmp_path / "evals" / "foreign").mkdir()
    cut = make(tmp_path, "cut")
    (cut / "run.json").write_text('{"format": 1, "na')
    make(tmp_path, "later", manifest(format=2))
    make(tmp_path, "odd", manifest(dataset="questions"))
    deep = make(tmp_path, "deep")
    (deep / "run.json").write_text("[" * 100_000)
    listing = Runs(tmp_path).listing()
    assert [one.name for one in listing.runs] == ["good"]
    told = {one.name: one.reason for one in listing.passed}
    assert list(told) == ["cut", "deep", "foreign", "later", "odd"]
    assert "no run.json" in told["foreign"]
    assert "damaged" in told["cut"]
    assert "another version" in told["later"]


def test_an_unfinished_run_tells_how_far_it_came(tmp_path: Path) -> None:
    place = make(tmp_path, "going", manifest(finished=None))
    with (place / "answers.jsonl").open("a") as out:
        out.write('{"id": "q3", "cut sho')
    run = Runs(tmp_path).run("going")
    assert not run.is_finished
    assert run.answered == 2
    assert run.lack is Lack.NO_REPORT
    assert not run.has_report


@pytest.mark.parametrize("broken", ["", "[]", "{", '{"summaries": [{"metric": 3}]}',
                                    '{"summaries": [{"metric": "right", "coverage": NaN}]}'])
def test_a_damaged_report_leaves_its_run_on_the_list(tmp_path: Path, broken: str) -> None:
    place = make(tmp_path, "a", None, report())
    (place / "report.json").write_text(broken)
    runs = Runs(tmp_path)
    run, = runs.listing().runs
    assert run.lack is Lack.DAMAGED
    assert run.summaries == {}
    with pytest.raises(GiveUp, match=r"report.json is damaged"):
        runs.results("a")


def test_a_report_older_than_the_scores_is_told(tmp_path: Path) -> None:
    place = make(tmp_path, "a", None, report())
    os.utime(place / "report.json", (1_000_000, 1_000_000))
    run = Runs(tmp_path).run("a")
    assert run.lack is Lack.OLD
    assert run.has_report


def test_a_report_that_changed_is_read_anew(tmp_path: Path) -> None:
    place = make(tmp_path, "a", None, report())
    runs = Runs(tmp_path)
    assert runs.listing().runs[0].summaries["right"].estimate is not None
    assert len(runs.results("a").questions) == 2
    (place / "report.json").write_text(json.dumps(report(question("q9"), summaries=[])))
    assert runs.listing().runs[0].summaries == {}
    assert [one.id for one in runs.results("a").questions] == ["q9"]


@pytest.mark.parametrize("name", ["", ".", "..", "../evals/a", "a/../a", "/etc", "a\0", ".hidden"])
def test_a_name_leads_nowhere_but_to_a_run(tmp_path: Path, name: str) -> None:
    make(tmp_path, "a", None, report())
    make(tmp_path, ".hidden", None, report())
    runs = Runs(tmp_path)
    with pytest.raises(GiveUp):
        runs.run(name)
    with pytest.raises(GiveUp):
        runs.file(name, "report.json")


@pytest.mark.parametrize("file", ["run.json", "../a/report.json", "answers.jsonl", ""])
def test_only_reports_are_handed_out(tmp_path: Path, file: str) -> None:
    make(tmp_path, "a", None, report())
    runs = Runs(tmp_path)
    assert runs.file("a", "report.html").startswith(b"<!doctype html>")
    with pytest.raises(GiveUp):
        runs.file("a", file)


def test_a_file_over_the_limit_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "a", None, report())
    monkeypatch.setattr(runs_module, "SIZE_LIMIT", 200)
    runs = Runs(tmp_path)
    assert runs.listing().runs == ()
    with pytest.raises(GiveUp, match="larger than"):
        runs.results("a")


def test_the_oldest_of_too_many_runs_are_counted(tmp_path: Path,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    for day in (1, 2, 3):
        place = make(tmp_path, f"r{day}", manifest(started=f"2026-11-0{day}T10:00:00+00:00"))
        os.utime(place, (day * 1000, day * 1000))
    monkeypatch.setattr(runs_module, "MOST", 2)
    listing = Runs(tmp_path).listing()
    assert [one.name for one in listing.runs] == ["r3", "r2"]
    assert listing.more == 1


def test_a_run_without_times_comes_last(tmp_path: Path) -> None:
    make(tmp_path, "a", manifest(started=None))
    make(tmp_path, "b", manifest(started="yesterday"))
    make(tmp_path, "c", manifest(started="2026-11-01T10:00:00"))
    assert [one.name for one in Runs(tmp_path).listing().runs] == ["c", "b", "a"]
    assert moment("yesterday") is None


def test_right_and_wrong_refusals_are_told_apart() -> None:
    def asked(**told: Any) -> Question:
        return Question.model_validate(question("q", **told))

    assert asked().right is True
    assert asked(right=.5).right is False
    assert asked(right=None).right is None
    assert asked(refused=True).refused_wrongly
    assert not asked(refused=True, answerable=False).refused_wrongly
    assert asked(answerable=False).answered_wrongly
    assert not asked(answerable=False, status="error").answered_wrongly
