"""``findings batch``: many questions, taken up where a crash left off."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

QUESTIONS = [
    {"id": "count", "question": "How many recommendations are there?"},
    {"id": 2, "question": "How did Bedfordshire Police do?"},
    {"question": "What grade was given for serious and organised crime?"},
    {"id": None, "question": ""},
]


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in QUESTIONS[:3]))
    return path


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_one_answer_a_line_in_order(run: Run, asked: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    done = run("batch", asked, out)
    assert done.code == 0
    told = rows(out)
    assert [row["id"] for row in told] == ["count", 2, 3]
    assert [row["status"] for row in told] == ["answered", "not_in_reports", "answered"]
    assert all({"question", "answer", "citations", "sentences"} <= set(row) for row in told)


def test_a_second_run_asks_nothing(run: Run, asked: Path, tmp_path: Path,
                                   monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out.jsonl"
    run("batch", asked, out)
    before = out.read_bytes()

    def never(*args: object, **values: object) -> None:
        raise AssertionError("a question was asked again")

    monkeypatch.setattr("assistant.service.Service.ask", never)
    done = run("batch", asked, out)
    assert done.code == 0
    assert "3 of 3 were answered before" in done.err
    assert out.read_bytes() == before


@pytest.mark.parametrize("cut", [1, 40, 0.3, 0.5, 0.7, 0.99])
def test_a_cut_off_file_is_taken_up(run: Run, asked: Path, tmp_path: Path, cut: float) -> None:
    out = tmp_path / "out.jsonl"
    run("batch", asked, out)
    whole = out.read_bytes()
    keep = int(len(whole) * cut) if cut < 1 else len(whole) - int(cut)
    out.write_bytes(whole[:keep])
    assert run("batch", asked, out).code == 0
    told = rows(out)
    assert [row["id"] for row in told] == ["count", 2, 3]
    assert [row["answer"] for row in told] == [
        json.loads(line)["answer"] for line in whole.decode().splitlines()]


def test_a_cut_in_the_middle_of_a_character(run: Run, tmp_path: Path) -> None:
    asked, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    asked.write_text(json.dumps({"id": "é", "question": "Qu’est-ce que « la » force ?"}) + "\n")
    run("batch", asked, out)
    whole = out.read_bytes()
    at = whole.index("’".encode()) + 1
    out.write_bytes(whole[:at])
    assert run("batch", asked, out).code == 0
    assert [row["id"] for row in rows(out)] == ["é"]


@pytest.mark.parametrize(("content", "complaint"), [
    ('{"id": 1, "question": "x"}\nnot json\n', "line 2: it is not JSON"),
    ('{"id": 1}\n', "line 1: it has no question"), ('["x"]\n', "line 1: it has no question"),
    ('{"id": 1, "question": 7}\n', "line 1: it has no question"),
    ('{"id": 1, "question": "x"}\n\n{"id": 1, "question": "y"}\n', "line 3: the id 1 was used"),
    ('{"id": 1, "question": "x", "history": "y"}\n', "line 1: the history"),
    ('{"id": 1, "question": "x", "history": [["y"]]}\n', "line 1: the history")])
def test_a_bad_line_is_named_before_any_work(run: Run, tmp_path: Path, content: str,
                                             complaint: str) -> None:
    asked, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    asked.write_text(content)
    assert complaint in run("batch", asked, out).complaint
    assert not out.exists()


def test_files_that_cannot_be_read_or_written(run: Run, asked: Path, tmp_path: Path) -> None:
    assert "can't be read" in run("batch", tmp_path / "none.jsonl", tmp_path / "o").complaint
    assert "can't be read" in run("batch", tmp_path, tmp_path / "o").complaint
    assert run("batch", asked, tmp_path / "no" / "such" / "folder.jsonl").complaint
    (tmp_path / "folder").mkdir()
    assert run("batch", asked, tmp_path / "folder").complaint


def test_a_file_that_holds_something_else_is_left_alone(run: Run, asked: Path,
                                                       tmp_path: Path) -> None:
    out = tmp_path / "notes.txt"
    out.write_text("My notes\non the inspection\n")
    assert "notes.txt, line 1: it is no answer" in run("batch", asked, out).complaint
    assert out.read_text() == "My notes\non the inspection\n"


def test_the_questions_cannot_be_their_own_answers(run: Run, asked: Path) -> None:
    before = asked.read_bytes()
    assert run("batch", asked, asked).complaint
    assert asked.read_bytes() == before


def test_bad_questions_do_not_stop_the_others(run: Run, tmp_path: Path) -> None:
    asked, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    odd = ["", "😀", "x" * 9999, "\0", "<b>", "Combien de recommandations y a-t-il ?",
           "How many\u2028recommendations are there?"]
    asked.write_text("".join(json.dumps({"id": n, "question": text}, ensure_ascii=False) + "\n"
                             for n, text in enumerate(odd)), "utf-8")
    assert run("batch", asked, out).code == 0
    again = run("batch", asked, out)
    assert f"{len(odd)} of {len(odd)} were answered before" in again.err
    lines = out.read_text("utf-8").split("\n")
    assert len([line for line in lines if line]) == len(odd)
    assert json.loads(lines[-2])["status"] == "answered"


def test_an_empty_file_of_questions(run: Run, tmp_path: Path) -> None:
    asked, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    asked.write_text("\n")
    done = run("batch", asked, out)
    assert done.code == 0
    assert "0 answered" in done.err
