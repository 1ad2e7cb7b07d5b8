"""``findings backup`` and ``findings restore`` as they are typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.fakes import TinyEmbedder


@pytest.fixture(autouse=True)
def _tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    import assistant.cli.backup  # noqa: F401 - imported before anything in it is replaced

    monkeypatch.setattr("assistant.cli.backup.open_embedder", lambda *_: TinyEmbedder())


def test_a_home_moves(run: Run, home: Path, tmp_path: Path) -> None:
    assert run("index").code == 0
    (home / "uploads").mkdir()
    (home / "uploads" / "kent.txt").write_text(
        "Kent Police: PEEL 2019\nHow effective is the force at investigating crime?\n"
        "The force has a backlog of seized phones, which delays its investigations.\n")
    made = run("backup", tmp_path / "b.tar.zst")
    assert made.code == 0
    assert made.out == f"{tmp_path / 'b.tar.zst'}: 1 uploaded files, 0.0 MB.\n"
    other = tmp_path / "other"
    done = run("restore", tmp_path / "b.tar.zst", "--home", other)
    assert done.code == 0
    assert done.out.startswith(f"Restored into {other}: 1 uploaded files. The backup was made on ")
    assert "The index is in step: " in done.err
    asked = run("list", "--force", "Kent", "--home", other)
    assert "seized phones" in asked.out
    again = run("restore", tmp_path / "b.tar.zst", "--home", other)
    assert again.complaint.startswith(f"findings: The home {other} is not empty (")
    assert "--replace" in again.complaint
    replaced = run("restore", tmp_path / "b.tar.zst", "--home", other, "--replace", "--no-index")
    assert replaced.code == 0
    assert "What was there before is in " in replaced.err


def test_reports_that_are_elsewhere_are_spoken_of(run: Run, home: Path, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()
    (reports / "kent.txt").write_text("Kent Police: PEEL 2019\nThe force has a backlog.\n")
    assert run("index", reports).code == 0
    made = run("backup", tmp_path / "b.tar.gz")
    assert f"The reports in {reports} are not in it" in made.err
    reports.rename(tmp_path / "moved")
    done = run("restore", tmp_path / "b.tar.gz", "--home", tmp_path / "other")
    assert done.code == 0
    assert f"The reports were in {reports}, which isn't here: run 'findings index FOLDER'" \
        in done.err


def test_problems_are_one_line(run: Run, home: Path, tmp_path: Path) -> None:
    home.mkdir()
    assert "says nothing" in run("backup", tmp_path / "b.zip").complaint
    assert "There is no" in run("restore", tmp_path / "b.tar.gz").complaint
    (tmp_path / "b.tar.gz").write_bytes(b"no")
    assert "no backup" in run("restore", tmp_path / "b.tar.gz").complaint
    assert "There is no home" in run("backup", tmp_path / "c.tar.gz", "--home",
                                     tmp_path / "nowhere").complaint
