"""``findings doctor`` names what is wrong with each part, what to do, and ends with 0 or 1."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.conversations import Conversations
from assistant.feedback import Entry, Feedback, Verdict
from assistant.paper.paper import Paper
from assistant.paper.store import Papers
from index import generation
from tests.cli.conftest import Run, home, run  # noqa: F401 - fixtures
from tests.index.places import write
from tests.suite.small_runs import answer, many
from tests.suite.small_runs import run as evaluated


@pytest.fixture
def kept(run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: F811
    """A home with something of every kind; the models are looked at elsewhere."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    write(home / "uploads", "dorset-2019")
    assert run("index", write(tmp_path / "reports", "kent-2019").parent).code == 0
    Conversations(home).keep("me", "Phones", [{"said": "one"}])
    Feedback(home).keep(Entry("one", Verdict.UP, "Why?", answer()))
    Papers(home).create("me", Paper(title="Phones"))
    evaluated(home / "evals" / "done", many(2, right=1.0))
    return home


def outcomes(run: Run) -> tuple[int, dict[str, str], dict[str, str]]:  # noqa: F811
    done = run("doctor", "--json")
    rows = json.loads(done.out)
    return (done.code, {one["check"]: one["outcome"] for one in rows},
            {one["check"]: one["text"] for one in rows})


def test_what_is_sound(run: Run, kept: Path) -> None:  # noqa: F811
    _, found, told = outcomes(run)
    for name in ("home", "index", "builds", "uploads", "conversations", "briefings", "feedback",
                 "clock", "shipped_models"):
        assert found[name] == "ok", told[name]
    assert "1 uploaded reports" in told["uploads"]


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def in_force(place: Path) -> Path:
    return (generation.current(place) or pytest.fail("no index"))[0]


def first(folder: Path, pattern: str) -> Path:
    return next(folder.glob(pattern))


@pytest.mark.parametrize(("name", "outcome", "harm", "says"), [
    ("index", "problem", lambda place: (place / "index" / "current").write_text("gone"),
     "takes up what is whole"),
    ("index", "problem", lambda place: cut(in_force(place) / "vectors.npy"), "is cut short"),
    ("index", "problem", lambda place: (in_force(place) / "chroma" / "chroma.sqlite3").write_bytes(
        b"x" * 900_000), "Chroma does not hold"),
    ("builds", "warning", lambda place: (place / "index" / "building-1-2").mkdir(), "goes on from"),
    ("uploads", "warning", lambda place: (place / "uploads" / "scan.pdf").write_bytes(b"%PDF"),
     "scan.pdf"),
    ("conversations", "warning", lambda place: cut(first(place, "conversations/*/*.jsonl")),
     "move them away"),
    ("briefings", "warning", lambda place: cut(first(place, "briefings/*/*.json")),
     "move them away"),
    ("feedback", "warning", lambda place: cut(place / "feedback.jsonl"), "line 1"),
    ("evaluations", "warning", lambda place: cut(place / "evals" / "done" / "run.json"),
     "Run the evaluation again"),
])
def test_what_is_damaged(run: Run, kept: Path, name: str, outcome: str,  # noqa: F811
                         harm: Callable[[Path], Any], says: str) -> None:
    harm(kept)
    code, found, told = outcomes(run)
    assert found[name] == outcome
    assert says in told[name]
    assert code == int("problem" in found.values())
    shown = run("doctor").out
    assert told[name] in shown


def test_an_index_that_doctor_has_looked_at_is_as_it_was(run: Run, kept: Path) -> None:  # noqa: F811
    path, manifest = generation.current(kept) or pytest.fail("no index")
    before = {one: one.read_bytes() for one in path.rglob("*") if one.is_file()}
    for _ in range(2):
        assert outcomes(run)[1]["index"] == "ok"
    assert {one: one.read_bytes() for one in path.rglob("*") if one.is_file()} == before
    assert generation.whole(path, manifest)

