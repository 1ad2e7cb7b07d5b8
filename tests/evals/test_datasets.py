"""Questions are read strictly, and what a person has to put right is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evals.questions import FILES, FOLDER, LOOKUPS, problems, read

GOOD: dict[str, Any] = {
    "id": "d1", "kind": "lookup", "question": "Is there a backlog?", "answerable": True,
    "needed": [["a", "b"], ["c"]], "note": "why"}


def written(folder: Path, *rows: dict[str, Any]) -> Path:
    path = folder / "questions_dev.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + "\n", "utf-8")
    return path


def test_a_row_is_read_whole(tmp_path: Path) -> None:
    row, = read(written(tmp_path, GOOD | {
        "history": [["q", "a"]], "complete": ["c"], "count": 1, "grade": ["good"],
        "forbidden_polarity": "negative"}))
    assert row.needed == (frozenset("ab"), frozenset("c"))
    assert row.wanted == frozenset("abc")
    assert (row.complete, row.count, row.grades, row.forbidden) == (
        frozenset("c"), 1, ("good",), "negative")
    assert row.query.two_turns == "q Is there a backlog?"
    assert (row.file, row.is_lookup) == ("questions_dev", True)


@pytest.mark.parametrize(("change", "told"), [
    ({"kind": "riddle"}, "unknown kind"), ({"answerable": "yes"}, "true or false"),
    ({"question": " "}, "no question"), ({"needed": [[]]}, "empty group"),
    ({"needed": ["a"]}, "list of ids"), ({"count": True}, "whole number"),
    ({"grade": ["splendid"]}, "splendid"), ({"forbidden_polarity": "bad"}, "bad"),
    ({"answer": 42}, "unknown keys")])
def test_what_cannot_be_used_is_named_by_its_line(
        tmp_path: Path, change: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=f"questions_dev.jsonl, line 2: .*{told}"):
        read(written(tmp_path, GOOD, GOOD | change))


@pytest.mark.parametrize(("change", "told"), [
    ({"needed": [["zz"]]}, "doesn't have: zz"), ({"needed": []}, "not said from what"),
    ({"answerable": False}, "yet says"), ({"kind": "follow_up"}, "follows up on nothing"),
    ({"complete": ["a"], "count": 2}, "counts 2 and lists 1")])
def test_problems_are_told(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    found = problems(read(written(tmp_path, GOOD | change)), {"a", "b", "c"})
    assert len(found) == 1
    assert told in found[0]


def test_repeats_are_told(tmp_path: Path) -> None:
    found = problems(read(written(tmp_path, GOOD, GOOD)), {"a", "b", "c"})
    assert "d1 is the id of 2 questions." in found
    assert "d1 asks what another question asks." in found


def test_a_good_row_has_no_problem(tmp_path: Path) -> None:
    assert problems(read(written(tmp_path, GOOD)), {"a", "b", "c"}) == []


@pytest.mark.parametrize("name", FILES)
def test_what_has_been_written_can_be_read(name: str) -> None:
    path = FOLDER / f"{name}.jsonl"
    if not path.is_file():
        pytest.skip(f"{path.name} has not been written yet")
    assert {row.kind for row in read(path)} >= set(LOOKUPS) - {"why"}
