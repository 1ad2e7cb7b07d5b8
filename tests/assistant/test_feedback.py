"""What readers said of their answers: kept whole, in one file, whatever happens beside it."""

from __future__ import annotations

import errno
import json
import logging
import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

import corpus
from assistant import feedback
from assistant.answer import Answer, Citation, Intent, Sentence, Status, Support, Trace
from assistant.feedback import CORRECTION_LIMIT, Entry, Feedback, Reason, Verdict
from corpus.errors import FixConfiguration, TryAgain

ROOT = Path(corpus.__file__).parent.parent
CITATION = Citation(n=1, finding_id="f1", report_id="r", title="A report", force=None, year=2017,
                    section=("Pillar",), kind="weakness", polarity="negative",
                    quote="has a backlog;", page=3, start=4, end=18, source="a.txt")


def answered(text: str = "It has a backlog.") -> Answer:
    return Answer(question="Why?", standalone_question="Why?", intent=Intent.LOOKUP,
                  status=Status.ANSWERED, citations=(CITATION,),
                  sentences=(Sentence(text=text, citations=(1,), support=Support.VERBATIM),),
                  trace=Trace(understood={"follows": True}, signals={"probability": 0.8}))


def helpful(identifier: str = "a") -> Entry:
    return Entry(identifier, Verdict.UP, "Why?", answered(), (("Before?", "Yes. [1]"),))


def wrong(identifier: str = "a", correction: str = "") -> Entry:
    return Entry(identifier, Verdict.DOWN, "Why?", answered(), reason=Reason.NOT_ASKED,
                 correction=correction)


def test_an_entry_comes_back_as_it_was(tmp_path: Path) -> None:
    store = Feedback(tmp_path / "home")
    assert store.entries() == []
    store.keep(helpful("a"))
    store.keep(wrong("b", "It should\nname “two” forces.\u2028Both of them."))
    found = feedback.read(tmp_path / "home")
    assert found == store.entries()
    assert [one.id for one in found] == ["a", "b"]
    assert found[0] == replace(helpful("a"), at=found[0].at)
    assert found[0].answer.trace.signals == {"probability": 0.8}
    assert found[0].history == (("Before?", "Yes. [1]"),)
    assert found[1].correction == "It should\nname “two” forces.\u2028Both of them."
    assert found[1].at.endswith("+00:00")


def test_a_later_entry_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    store = Feedback(tmp_path)
    for one in (helpful("a"), helpful("b"), wrong("a", "No.")):
        store.keep(one)
    assert [(one.id, one.verdict) for one in store.entries()] == [
        ("b", Verdict.UP), ("a", Verdict.DOWN)]
    assert len(store.path.read_bytes().splitlines()) == 3


def test_what_is_withdrawn_is_gone_and_can_be_said_again(tmp_path: Path) -> None:
    store = Feedback(tmp_path)
    store.withdraw("nothing")
    store.keep(helpful("a"))
    store.withdraw("a")
    assert store.entries() == []
    store.keep(wrong("a"))
    assert [one.reason for one in store.entries()] == [Reason.NOT_ASKED]


def test_a_line_that_a_kill_cut_short_costs_nothing_else(
        tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = Feedback(tmp_path)
    store.keep(helpful("a"))
    store.keep(helpful("b"))
    held = store.path.read_bytes()
    store.path.write_bytes(held[:-40])
    assert [one.id for one in store.entries()] == ["a"]
    store.keep(helpful("c"))
    assert [one.id for one in store.entries()] == ["a", "c"]
    assert "line 2" in caplog.text


@pytest.mark.parametrize("line", [
    b"\xff\xfe", b"[]", b"{}", b"5", b'{"id": "a", "verdict": "sideways"}',
    b'{"id": ["a"], "verdict": "withdrawn"}',
    json.dumps({**helpful().to_dict(), "format": 2}).encode(),
    json.dumps({**helpful().to_dict(), "answer": {"private words": 1}}).encode()])
def test_what_can_not_be_read_is_passed_over_and_leaves_the_entry_before(
        tmp_path: Path, line: bytes, caplog: pytest.LogCaptureFixture) -> None:
    store = Feedback(tmp_path)
    store.keep(helpful("a"))
    with store.path.open("ab") as file:
        file.write(line + b"\n\n")
    caplog.set_level(logging.WARNING)
    assert [one.id for one in store.entries()] == ["a"]
    assert "line 2 of feedback.jsonl is passed over" in caplog.text
    assert "private" not in caplog.text


def test_characters_that_no_file_can_hold_are_replaced(tmp_path: Path) -> None:
    store = Feedback(tmp_path)
    store.keep(wrong("a", "half a \ud83d sign"))
    assert store.entries()[0].correction == "half a ? sign"


def test_many_threads_and_processes_write_at_once(tmp_path: Path) -> None:
    script = ("import sys; from pathlib import Path\n"
              "from assistant.feedback import Feedback\n"
              "from tests.assistant.test_feedback import helpful\n"
              "for n in range(20): Feedback(Path(sys.argv[1])).keep(helpful(f'{sys.argv[2]}{n}'))")
    others = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path), name], cwd=ROOT)
              for name in "pq"]
    store = Feedback(tmp_path)
    threads = [threading.Thread(target=lambda name=name: [store.keep(helpful(f"{name}{n}"))
                                                          for n in range(20)]) for name in "tuv"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.wait(60) for one in others] == [0, 0]
    assert {one.id for one in store.entries()} == {f"{c}{n}" for c in "pqtuv" for n in range(20)}
    assert len(store.path.read_bytes().splitlines()) == 100


def test_a_home_that_can_not_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    store = Feedback(tmp_path / "file" / "home")
    with pytest.raises(FixConfiguration, match="can't be written") as caught:
        store.keep(helpful())
    assert "FINDINGS_HOME" in caught.value.next_step


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_read_only_home_still_tells_what_it_holds(tmp_path: Path) -> None:
    store = Feedback(tmp_path)
    store.keep(helpful())
    (tmp_path / "feedback.lock").unlink()
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(FixConfiguration, match="can't be written"):
            store.withdraw("a")
        assert len(store.entries()) == 1
    finally:
        tmp_path.chmod(0o700)


def test_a_full_disk_leaves_no_half_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Feedback(tmp_path)
    store.keep(helpful("a"))
    before = store.path.read_bytes()

    def full(number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("assistant.feedback.os.fsync", full)
    with pytest.raises(FixConfiguration, match="No space left"):
        store.keep(helpful("b"))
    assert store.path.read_bytes() == before


def test_a_writer_that_does_not_end_is_not_waited_for(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedback, "WAIT_S", 0.05)
    with FileLock(tmp_path / "feedback.lock"), pytest.raises(TryAgain):
        Feedback(tmp_path).keep(helpful())


def test_a_file_that_is_a_folder_is_said(tmp_path: Path) -> None:
    store = Feedback(tmp_path)
    store.path.mkdir()
    with pytest.raises(FixConfiguration, match="can't be read"):
        store.entries()


@pytest.mark.skipif(os.name == "nt", reason="there are no such rights")
def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    store = Feedback(tmp_path)
    store.keep(helpful())
    assert store.path.stat().st_mode & 0o777 == 0o600


def test_what_makes_no_sense_can_not_be_built() -> None:
    good = wrong()
    for change in ({"reason": None}, {"verdict": Verdict.UP}, {"id": ""}, {"question": " \n"},
                   {"correction": "x" * (CORRECTION_LIMIT + 1)}):
        with pytest.raises(ValueError, match=r"entry|right|correction"):
            replace(good, **change)  # type: ignore[arg-type]
    assert len(wrong("a", "x" * CORRECTION_LIMIT).correction) == CORRECTION_LIMIT
