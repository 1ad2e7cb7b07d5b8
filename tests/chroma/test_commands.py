"""The commands on an index that is shared: where it is stored, whose it is, what is wrong."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

import assistant.cli.doctor
from index.shared import lease
from index.shared.access import Access
from index.shared.server import Server
from tests.chroma.servers import Chroma, Gate
from tests.cli.conftest import Run, home, run
from tests.index.places import passages, write

__all__ = ["home", "run"]
TOKEN = "sesame-0123456789"


@pytest.fixture
def gate(chroma: Chroma) -> Iterator[Gate]:
    standing = Gate(chroma.port, TOKEN)
    yield standing
    standing.close()


@pytest.fixture(autouse=True)
def _shared(monkeypatch: pytest.MonkeyPatch, gate: Gate, name: str, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    monkeypatch.setenv("FINDINGS_CHROMA", gate.url)
    monkeypatch.setenv("FINDINGS_CHROMA_NAME", name)
    monkeypatch.setenv("FINDINGS_CHROMA_TOKEN_FILE", str(tmp_path / "token"))
    # What they check is tested with an index of one's own, and takes long.
    for check in ("_embedder", "_packages", "_model"):
        monkeypatch.setattr(assistant.cli.doctor, check,
                            lambda _: assistant.cli.doctor.Finding(True, ""))


def move(monkeypatch: pytest.MonkeyPatch, machine: Path) -> None:
    monkeypatch.setenv("FINDINGS_HOME", str(machine))


def test_indexing_says_where_it_stored(run: Run, home: Path, tmp_path: Path, gate: Gate,
                                       name: str) -> None:
    write(tmp_path / "reports", "kent-2019")
    done = run("index", tmp_path / "reports")
    assert done.code == 0
    assert f"Stored in the Chroma server at {gate.url}, under the name '{name}'" in done.out
    assert str(home / "mirror") in done.out
    assert [row["force"] for row in run("list", "--json").json] == ["Kent", "Kent"]
    assert not (home / "index" / "current").exists()
    assert run("index", tmp_path / "reports").out.startswith("The index is in step: 1 report")


def test_another_machine_lists_searches_and_takes_over(
        run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("index", write(tmp_path / "reports", "kent-2019").parent)
    move(monkeypatch, tmp_path / "other")
    listed = run("list", "--json")
    assert [row["force"] for row in listed.json] == ["Kent", "Kent"]
    assert f"its library is kept on {socket.gethostname()}" in listed.err
    assert run("search", "seized phones", "--json").json[0]["text"] \
        == "The force has a backlog of seized phones."
    done = run("index", "--passages", passages(tmp_path / "p.jsonl", 3))
    assert done.out.count("added: ") == 3
    assert "From now on it is kept here" in done.err
    move(monkeypatch, tmp_path / "home")
    assert len(run("list", "--json").json) == 3


def test_doctor_knows_the_server(run: Run, tmp_path: Path, gate: Gate, chroma: Chroma, name: str,
                                 monkeypatch: pytest.MonkeyPatch) -> None:
    assert "PROBLEM the server holds no index yet. Run 'findings index'." in run("doctor").out
    run("index", write(tmp_path / "reports", "kent-2019").parent)
    told = run("doctor").out
    assert f"ok      the Chroma server at {gate.url}" in told
    assert "edition 1 is in force, 2 findings" in told
    assert "is in step" in told
    assert "ok      nobody is bringing the index on the server in step" in told
    assert TOKEN not in told
    move(monkeypatch, tmp_path / "other")
    told = run("doctor").out
    assert "warning edition 1 is in force" in told
    assert "the mirror is not in step, there is none yet" in told
    server = Server(Access(chroma.url, name=name))
    with lease.held(server, lease_s=9.0):
        assert f"ok      the index is being brought in step on {socket.gethostname()}" \
            in run("doctor").out
    server.close()


@pytest.mark.parametrize("command", ["index", "doctor", "list"])
def test_a_refused_token_is_told_and_not_shown(run: Run, tmp_path: Path, command: str,
                                               gate: Gate) -> None:
    (tmp_path / "token").write_text("sesame-another\n")
    done = run(command)
    assert done.code in (1, 2)
    assert f"The Chroma server at {gate.url} refuses the token (401)." in done.out + done.err
    assert "sesame" not in done.out + done.err


@pytest.mark.parametrize(("variable", "value", "words"), [
    ("FINDINGS_CHROMA", "localhost:8000", "FINDINGS_CHROMA is not the address"),
    ("FINDINGS_CHROMA_TOKEN", "two words", "FINDINGS_CHROMA_TOKEN holds something"),
    ("FINDINGS_CHROMA_TOKEN_FILE", "none.txt", "FINDINGS_CHROMA_TOKEN_FILE"),
    ("FINDINGS_CHROMA_NAME", "a/b", "FINDINGS_CHROMA_NAME"),
    ("FINDINGS_CHROMA_TIMEOUT", "0", "FINDINGS_CHROMA_TIMEOUT")])
def test_settings_that_do_not_fit(run: Run, monkeypatch: pytest.MonkeyPatch, variable: str,
                                  value: str, words: str) -> None:
    monkeypatch.setenv(variable, value)
    assert words in run("list").complaint
