"""Every command: what it prints, how it ends, and what it says when something is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.cli import main
from corpus.model import FindingKind
from tests.cli.conftest import Run
from tests.index.places import write

COMMANDS = ("serve", "index", "ask", "batch", "search", "list", "check", "corpus", "models", "eval",
            "mcp", "doctor", "backup", "restore")
CITATION = {"n", "finding_id", "report_id", "force", "year", "section", "kind", "quote", "page",
            "start", "end", "source"}
LISTED = (CITATION - {"n", "quote"}) | {"text"}


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(run: Run, command: str) -> None:
    done = run(command, "--help")
    assert done.code == 0
    assert f"findings {command}" in done.out
    assert "--home" in done.out


def test_help_names_every_command(run: Run) -> None:
    done = run("--help")
    assert done.code == 0
    for command in COMMANDS:
        assert f"    {command} " in done.out
    assert run().out == done.out


@pytest.mark.parametrize("arguments", [
    ["frobnicate"], ["ask"], ["list", "--kind", "gossip"], ["search", "x", "-k", "many"],
    ["list", "--year", "soon"], ["batch", "one"], ["ask", "x", "--composer", "poetry"],
    ["corpus", "sing"]])
def test_wrong_arguments_are_told(run: Run, arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.code == 2
    assert "error:" in done.err


def test_ask_prints_an_answer(run: Run) -> None:
    done = run("ask", "How many recommendations are there?")
    assert done.code == 0
    assert done.out.startswith("6 recommendations")
    assert "[6]" in done.out
    assert "Northamptonshire PEEL 2017: Effectiveness" in done.out


def test_the_object_that_ask_prints(run: Run) -> None:
    done = run("ask", "How many recommendations are there?", "--json")
    told = done.json
    assert set(told) >= {"id", "question", "standalone_question", "intent", "status", "answer",
                         "sentences", "citations", "nearest", "model", "timings_ms"}
    assert (told["status"], told["intent"], told["model"]) == ("answered", "count", "quotes")
    assert set(told["timings_ms"]) >= {"understand", "retrieve", "compose", "verify",
                                       "first_evidence", "total"}
    assert len(told["citations"]) == 6
    assert all(set(citation) >= CITATION for citation in told["citations"])
    assert set(told["sentences"][0]) >= {"text", "citations", "support"}
    source = Path(told["citations"][0]["source"]).read_text("utf-8")
    for citation in told["citations"]:
        assert source[citation["start"]:citation["end"]] == citation["quote"]


def test_a_question_that_is_not_answered_is_no_error(run: Run) -> None:
    done = run("ask", "How did Bedfordshire Police do?", "--json")
    assert done.code == 0
    assert done.json["status"] == "not_in_reports"
    assert done.json["citations"] == []
    shown = run("ask", "How did Bedfordshire Police do?")
    assert "Bedfordshire" in shown.out
    assert run("ask", "").code == 0


def test_ask_explains(run: Run) -> None:
    done = run("ask", "How many recommendations are there?", "--explain")
    assert "Understood:" in done.out
    assert "Milliseconds:" in done.out
    told = run("ask", "Why are phones delayed?", "--explain", "--json").json
    assert told["trace"]["understood"]["intent"] == "lookup"
    assert told["trace"]["candidates"]


def test_ask_with_a_conversation(run: Run, tmp_path: Path) -> None:
    history = tmp_path / "history.json"
    history.write_text(json.dumps([["How many recommendations are there?", "6."]]))
    assert run("ask", "What are they?", "--history", history, "--json").code == 0


@pytest.mark.parametrize("content", ["not json", "{}", "\"text\"", "[[\"only one\"]]",
                                     "[[1, 2]]", "[\"ab\"]", "\udcff"])
def test_a_conversation_that_cannot_be_used(run: Run, tmp_path: Path, content: str) -> None:
    history = tmp_path / "history.json"
    history.write_bytes(content.encode("utf-8", "surrogateescape"))
    assert "history" in run("ask", "What are they?", "--history", history).complaint
    assert "history" in run("ask", "x", "--history", tmp_path / "none.json").complaint


def test_search_prints_scores_and_ranks(run: Run) -> None:
    rows = run("search", "backlog of digital devices", "-k", 4, "--json").json
    assert len(rows) == 4
    assert "backlog of digital devices" in rows[0]["text"]
    for row in rows:
        assert set(row) >= LISTED | {"score", "ranks"}
    assert [row["score"] for row in rows] == sorted((r["score"] for r in rows), reverse=True)
    assert rows[0]["ranks"]["dense"] == rows[0]["ranks"]["lexical"] == 1
    shown = run("search", "backlog of digital devices", "-k", 2)
    assert shown.code == 0
    assert shown.out.count("Northamptonshire PEEL 2017") == 2


@pytest.mark.parametrize("k", [0, -3])
def test_search_needs_a_number_of_findings(run: Run, k: int) -> None:
    assert "-k has to be at least 1" in run("search", "phones", "-k", k).complaint


@pytest.mark.parametrize("query", ["", "\"", "AND NOT (", "日本語", "a" * 9000])
def test_search_takes_anything(run: Run, query: str) -> None:
    assert run("search", query, "--json").code == 0


@pytest.mark.parametrize(("arguments", "count"), [
    ([], 72), (["--kind", "recommendation"], 6), (["--kind", "area_for_improvement"], 12),
    (["--kind", "judgment"], 4), (["--kind", "recommendation", "--kind", "judgment"], 10),
    (["--kind", "area_for_improvement", "--section", "investigating"], 5),
    (["--kind", "area_for_improvement", "--section", "organised crime"], 0),
    (["--kind", "recommendation", "--section", "organised crime"], 6),
    (["--force", "Northamptonshire"], 72), (["--force", "northants"], None),
    (["--force", "Northamptonshire Police", "--year", "2017"], 72), (["--force", "Kent"], 0),
    (["--year", "2018"], 0), (["--polarity", "positive", "--kind", "weakness"], 0),
    (["--report", "northamptonshire-peel-2017-effectiveness"], 72), (["--report", "none"], 0),
    (["--section", "no such heading"], 0)])
def test_lists_are_complete(run: Run, arguments: list[str], count: int | None) -> None:
    done = run("list", *arguments, "--json")
    assert done.code == 0
    rows = done.json
    assert all(set(row) >= LISTED for row in rows)
    if count is not None:
        assert len(rows) == count
    shown = run("list", *arguments)
    assert shown.out.strip().splitlines()[-1] == (
        f"{len(rows)} finding{'' if len(rows) == 1 else 's'}.")


def test_check_judges_a_draft(run: Run, tmp_path: Path) -> None:
    draft = tmp_path / "draft.md"
    draft.write_text("# Draft\n\nThe force has a backlog of digital devices awaiting examination. "
                     "The force was graded outstanding at investigating crime.\n\n"
                     "- Penguins live in the southern hemisphere.\n")
    told = run("check", draft, "--json").json
    assert [row["verdict"] for row in told["sentences"]] == [
        "supported", "unsupported", "not_in_reports"]
    assert set(told["sentences"][0]) >= {"text", "verdict", "citations"}
    assert "backlog" in told["sentences"][0]["citations"][0]["quote"]
    shown = run("check", draft)
    assert shown.code == 0
    assert "1 supported, 1 not supported, 1 not in the reports" in shown.out


def test_a_draft_without_sentences(run: Run, tmp_path: Path) -> None:
    draft = tmp_path / "draft.md"
    draft.write_text("")
    assert run("check", draft, "--json").code in (0, 65)
    assert "can't be read" in run("check", tmp_path / "none.md").complaint
    assert run("check", tmp_path).complaint


def test_corpus_report_shows_how_a_file_parses(run: Run, shipped: Path) -> None:
    path = next(shipped.glob("*.txt"))
    told = run("corpus", "report", path, "--json").json
    assert told["counts"]["recommendation"] == 6
    assert sum(len(section["findings"]) for section in told["sections"]) == 72
    assert set(told["counts"]) <= {kind.value for kind in FindingKind}
    shown = run("corpus", "report", path)
    assert shown.code == 0
    assert "force: Northamptonshire" in shown.out
    assert "[judgment, negative, requires improvement]" in shown.out


def test_corpus_report_of_a_file_that_cannot_be_read(run: Run, tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_text("")
    assert "empty.txt" in run("corpus", "report", empty).complaint
    assert "none.txt" in run("corpus", "report", tmp_path / "none.txt").complaint
    assert run("corpus", "report", tmp_path).complaint
    (tmp_path / "a.zip").write_bytes(b"PK\3\4" + bytes(50))
    assert "a.zip" in run("corpus", "report", tmp_path / "a.zip").complaint


def test_models_are_listed(run: Run) -> None:
    done = run("models")
    assert done.code == 0
    assert "qwen2.5-coder-1.5b" in done.out.lower()
    assert "Apache-2.0" in done.out
    assert run("models", "list").out == done.out


def test_a_model_that_is_not_known(run: Run) -> None:
    done = run("models", "pull", "no-such-model")
    assert "no-such-model" in done.complaint


def test_doctor_finds_what_is_missing(run: Run, home: Path) -> None:
    done = run("doctor")
    assert done.code == 1
    assert "PROBLEM there is no index yet. Run 'findings index'." in done.out
    assert done.out.strip().endswith("doing.")
    assert str(home) in done.out


def test_doctor_and_a_home_that_cannot_be_written(run: Run, home: Path) -> None:
    home.write_text("in the way")
    done = run("doctor")
    assert done.code == 1
    assert "can't be written" in done.out
    assert "--home" in done.out
    assert "Traceback" not in done.err


def test_doctor_and_a_folder_of_reports_in_trouble(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "reports", "kent-2019")
    assert run("index", tmp_path / "reports").code == 0
    (tmp_path / "reports" / "broken.txt").write_text("")
    assert "broken.txt" in run("doctor").out


def test_a_taken_port_is_told(run: Run) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("doctor", "--port", port)
        assert f"port {port} is taken" in done.out


@pytest.mark.parametrize(("says", "told"), [
    (b"HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{\"status\":\"up\"}", "Findings runs on port"),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "is taken"),
    (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "is taken"),
    (b"220 mail.example.org ready\r\n", "is taken")])
def test_who_listens_on_the_port_is_told_apart(run: Run, says: bytes, told: str) -> None:
    import socket
    import threading

    def answer() -> None:
        caller, _ = listening.accept()
        with caller:
            caller.recv(1_000)
            caller.sendall(says)

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        threading.Thread(target=answer, daemon=True).start()
        port = listening.getsockname()[1]
        out = run("doctor", "--port", port).out
    assert [told in line for line in out.splitlines() if f"port {port}" in line] == [True]


@pytest.mark.parametrize(("name", "value"), [
    ("FINDINGS_PORT", "http"), ("FINDINGS_PORT", "99999999"), ("FINDINGS_COMPOSER", "poetry"),
    ("FINDINGS_EVIDENCE", "0"), ("FINDINGS_QUESTION_LIMIT", "-1")])
def test_a_setting_that_cannot_be_used(run: Run, monkeypatch: pytest.MonkeyPatch, name: str,
                                       value: str) -> None:
    monkeypatch.setenv(name, value)
    assert name in run("ask", "Why?").complaint


def test_a_home_that_is_a_file(run: Run, home: Path) -> None:
    home.write_text("in the way")
    for arguments in (["ask", "Why?"], ["index"], ["list"], ["search", "x"]):
        complaint = run(*arguments).complaint
        assert "can't be written" in complaint
        assert "--home" in complaint


def test_the_home_option_wins(run: Run, home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    assert run("--home", other, "list", "--kind", "judgment").code == 0
    assert run("list", "--home", other, "--kind", "judgment").code == 0
    assert (other / "index" / "current").exists()
    assert not home.exists()


def test_stopping_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*args: object, **values: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("assistant.cli.look.open_service", stopped)
    done = run("list")
    assert (done.code, done.err) == (130, "findings: stopped.\n")


def test_a_fault_of_the_program_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **values: object) -> None:
        raise ZeroDivisionError("a detail")

    monkeypatch.setattr("assistant.cli.look.open_service", broken)
    complaint = run("list").complaint
    assert "ZeroDivisionError" in complaint
    assert "a detail" in complaint


def test_main_is_what_the_installed_command_calls() -> None:
    import tomllib

    told = tomllib.loads((Path(__file__).resolve().parents[2] / "pyproject.toml").read_text())
    assert told["project"]["scripts"]["findings"] == f"{main.__module__}:main"
