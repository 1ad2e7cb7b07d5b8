"""``findings index``: folders and passages, good and bad."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from index import generation
from tests.cli.conftest import Run
from tests.index.places import passages, write


def test_the_shipped_reports_are_indexed(run: Run) -> None:
    done = run("index")
    assert done.code == 0
    assert "added: northamptonshire-peel-2017-effectiveness" in done.out
    assert "72 findings indexed, 72 embedded anew." in done.out
    again = run("index")
    assert again.out == "The index is in step: 1 report, 72 findings.\n"
    assert "72 embedded anew" in run("index", "--rebuild").out


def test_the_changes_as_json(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "reports", "kent-2019")
    told = run("index", tmp_path / "reports", "--json").json
    assert len(told["added"]) == 1
    assert told["rebuilt"] is True
    assert run("index", tmp_path / "reports", "--json").json["rebuilt"] is False


def test_a_folder_is_followed(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    write(folder, "kent-2019")
    write(folder, "dorset-2019")
    assert run("index", folder).out.count("added: ") == 2
    write(folder, "kent-2019", "The force lost three vans.")
    (folder / "dorset-2019.txt").unlink()
    (folder / "blank.txt").write_text("")
    done = run("index", folder)
    assert done.out.count("changed: ") == done.out.count("removed: ") == 1
    assert "skipped: blank.txt" in done.out
    assert "unchanged" not in done.out
    listed = run("list", "--force", "Kent", "--json").json
    assert any("three vans" in row["text"] for row in listed)


@pytest.mark.parametrize("name", ["nowhere", "none.txt"])
def test_a_missing_folder(run: Run, tmp_path: Path, name: str) -> None:
    complaint = run("index", tmp_path / name).complaint
    assert f"There is no folder {tmp_path / name}" in complaint
    assert "Check the path" in complaint


def test_an_empty_folder_loses_nothing(run: Run, tmp_path: Path) -> None:
    run("index")
    (tmp_path / "empty").mkdir()
    complaint = run("index", tmp_path / "empty").complaint
    assert "can be indexed" in complaint
    assert "Put reports" in complaint
    assert len(run("list", "--kind", "recommendation", "--json").json) == 6


def test_a_folder_of_unreadable_files_names_them(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "blank.txt").write_text(" \n")
    (folder / "link.txt").symlink_to(tmp_path / "gone.txt")
    complaint = run("index", folder).complaint
    assert "blank.txt" in complaint
    assert "link.txt" in complaint


def test_passages_are_indexed_and_found(run: Run, tmp_path: Path) -> None:
    source = passages(tmp_path / "p.jsonl", 12)
    done = run("index", "--passages", source)
    assert done.code == 0
    assert "12 findings indexed" in done.out
    rows = run("search", "Note 11 on phones 77", "--json", "-k", 1).json
    assert (rows[0]["finding_id"], rows[0]["year"]) == ("p11", 2020)
    assert len(run("list", "--force", "Kent", "--json").json) == 6


GOOD = '{"id": "a", "title": "T", "text": "One."}\n'


@pytest.mark.parametrize(("content", "line"), [
    (GOOD + "not json\n", 2), (GOOD + '["a"]\n', 2), (GOOD + '{"id": "b"}\n', 2),
    (GOOD + '{"text": "No id."}\n', 2), (GOOD + '{"id": "b", "text": "  "}\n', 2),
    (GOOD + '{"id": "b", "text": 7}\n', 2), (GOOD + GOOD, 2),
    (GOOD + "\n" + '{"id": "b", "text": "x", "metadata": []}\n'.replace("[]", "[1]"), 3),
    (GOOD + '{"id": "b", "text": "cut', 2),
    (GOOD + '{"id": "b", "text": "x", "metadata": {"year": "next"}}\n', 2),
    (GOOD + '{"id": "b", "text": "half a \\ud800 character"}\n', 2)])
def test_a_bad_passage_is_named(run: Run, tmp_path: Path, content: str, line: int) -> None:
    source = tmp_path / "p.jsonl"
    source.write_text(content)
    complaint = run("index", "--passages", source).complaint
    assert f"p.jsonl, line {line}" in complaint


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff\xfe\x00"])
def test_passages_that_are_none(run: Run, tmp_path: Path, content: bytes) -> None:
    source = tmp_path / "p.jsonl"
    source.write_bytes(content)
    assert "p.jsonl" in run("index", "--passages", source).complaint


def test_passages_of_another_sort_of_file(run: Run, tmp_path: Path) -> None:
    assert "JSON Lines" in run("index", "--passages", tmp_path / "p.csv").complaint
    assert "p.jsonl" in run("index", "--passages", tmp_path / "p.jsonl").complaint
    assert "Give one of them" in run("index", tmp_path, "--passages", "p.jsonl").complaint


def test_a_damaged_index_is_told_and_rebuilt(run: Run, home: Path) -> None:
    run("index")
    found = generation.current(home)
    assert found is not None
    path = found[0] / "catalogue.sqlite"
    path.write_bytes(path.read_bytes()[:3000])
    complaint = run("list").complaint
    assert "The index is damaged" in complaint
    assert "findings index --rebuild" in complaint
    assert run("index", "--rebuild").code == 0
    assert len(run("list", "--json").json) == 72


def test_a_foreign_index_is_rebuilt_before_it_answers(run: Run, home: Path) -> None:
    run("index")
    found = generation.current(home)
    assert found is not None
    manifest = found[0] / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"format": 0}))
    done = run("list", "--kind", "recommendation", "--json")
    assert len(done.json) == 6
    assert "bringing the index in step" in done.err


def test_reports_that_have_gone_are_replaced_by_the_shipped(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "reports", "kent-2019")
    run("index", tmp_path / "reports")
    shutil.rmtree(tmp_path / "reports")
    done = run("list", "--kind", "recommendation", "--json")
    assert {row["force"] for row in done.json} == {"Northamptonshire"}
