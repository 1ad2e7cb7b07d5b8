"""A clock that is set back or forward: nothing is lost by it, and nothing stays unnoticed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant import conversations
from assistant.access.limits import Rate, Slowing
from assistant.access.sessions import Sessions
from assistant.cli import kept
from assistant.cli.finding import Outcome
from assistant.conversations import Conversations
from assistant.feedback import Entry, Feedback, Verdict
from assistant.paper import store as papers
from assistant.paper.paper import Paper
from assistant.service import Service
from assistant.settings import load
from index.store import Index
from index.sync import in_step, sync
from tests.fakes import TinyEmbedder
from tests.index.places import passages, texts, write
from tests.suite.small_runs import answer

YEAR = 366 * 86_400.0


def set_clock(monkeypatch: pytest.MonkeyPatch, by: float) -> None:
    """Set the clock on this process's wall by so many seconds."""
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + by)
    for module in ("assistant.conversations", "assistant.feedback"):
        monkeypatch.setattr(f"{module}._now", lambda: (
            datetime.now(UTC) + timedelta(seconds=by)).isoformat(timespec="milliseconds"))


@pytest.mark.parametrize("by", [-YEAR, YEAR])
def test_a_reader_notices_a_new_index(tmp_path: Path, by: float) -> None:
    home, source, embedder = tmp_path / "home", tmp_path / "p.jsonl", TinyEmbedder()
    sync(home, passages(source, 3), embedder)
    service = Service(load(home=home), embedder)
    assert service.current()[0].count() == 3
    sync(home, passages(source, 5), embedder)
    pointer = home / "index" / "current"
    os.utime(pointer, (time.time() + by, time.time() + by))
    assert service.current()[0].count() == 5
    again = service.current()[0]
    assert service.current()[0] is again
    service.close()


def test_a_generation_that_comes_while_another_is_opened_is_noticed(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, source, embedder = tmp_path / "home", tmp_path / "p.jsonl", TinyEmbedder()
    sync(home, passages(source, 3), embedder)
    service = Service(load(home=home), embedder)
    from index import generation

    current = generation.current

    def slowly(folder: Path) -> object:
        found = current(folder)
        monkeypatch.setattr(generation, "current", current)
        sync(home, passages(source, 5), embedder)
        return found

    sync(home, passages(source, 4), embedder)
    monkeypatch.setattr(generation, "current", slowly)
    service.current()
    assert service.current()[0].count() == 5
    service.close()


@pytest.mark.parametrize("by", [-YEAR, -3.0, 3.0, YEAR])
def test_a_changed_report_is_noticed_whatever_its_time(tmp_path: Path, by: float) -> None:
    home, folder, embedder = tmp_path / "home", tmp_path / "reports", TinyEmbedder()
    path = write(folder, "kent-2019")
    os.utime(path, (time.time() + by, time.time() + by))
    sync(home, folder, embedder)
    path.write_text(path.read_text("utf-8").replace("phones", "plants"), "utf-8")
    assert not in_step(home, folder, embedder)
    sync(home, folder, embedder)
    assert any("plants" in text for text in texts(home))


def test_no_conversation_of_today_goes_because_the_clock_was_set_back(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversations, "KEPT", 4)
    kept_here = Conversations(tmp_path)
    for number in range(4):
        kept_here.keep("me", f"before {number}", [{}])
    set_clock(monkeypatch, -YEAR)
    for number in range(3):
        assert kept_here.keep("me", f"after {number}", [{}]) is not None
    titles = {head.title for head in kept_here.listing("me").heads}
    assert titles == {"before 3", "after 0", "after 1", "after 2"}


def test_a_conversation_goes_on_across_a_jump(tmp_path: Path,
                                              monkeypatch: pytest.MonkeyPatch) -> None:
    kept_here = Conversations(tmp_path)
    head = kept_here.keep("me", "Phones", [{}])
    for by in (-YEAR, 2 * YEAR):
        set_clock(monkeypatch, by)
        head = kept_here.keep("me", "Phones", [{}, {}], head)
        assert head is not None
    assert len(kept_here.listing("me").heads) == 1


def test_the_last_mark_of_an_answer_holds(tmp_path: Path,
                                          monkeypatch: pytest.MonkeyPatch) -> None:
    marks = Feedback(tmp_path)
    marks.keep(Entry("one", Verdict.UP, "Why?", answer()))
    set_clock(monkeypatch, -YEAR)
    marks.withdraw("one")
    assert marks.entries() == []


def test_a_briefing_that_was_just_deleted_can_be_brought_back(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers, "DELETED_KEPT", 2)
    held = papers.Papers(tmp_path)
    made = [held.create("me", Paper(title=f"Paper {n}")) for n in range(4)]
    stat = Path.stat
    times = {one.key: YEAR * (4 - n) for n, one in enumerate(made)}

    class Told:
        def __init__(self, path: Path) -> None:
            self.st_ctime_ns = times[path.stem]

    monkeypatch.setattr(Path, "stat", lambda self, **more: Told(self)
                        if self.suffix == ".deleted" and not more else stat(self, **more))
    for one in made:
        held.delete("me", one.key)
    monkeypatch.setattr(Path, "stat", stat)
    held.restore("me", made[-1].key)
    assert [one.title for one in held.listing("me").papers] == ["Paper 3"]


@pytest.mark.parametrize("by", [-YEAR, YEAR])
def test_sessions_and_limits_go_by_a_clock_that_can_not_be_set(
        monkeypatch: pytest.MonkeyPatch, by: float) -> None:
    sessions, rate, slowing = Sessions(60, 600), Rate(1, 60), Slowing(1, 60)
    identifier = sessions.begin("me", "")
    assert rate.take("me") == 0.0
    slowing.begin("me")
    slowing.begin("me")
    set_clock(monkeypatch, by)
    assert sessions.find(identifier) is not None
    assert 0 < rate.take("me") <= 60
    assert 0 < slowing.wait("me") <= 60


def test_doctor_says_that_the_clock_was_set_back(tmp_path: Path,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    sync(home, passages(tmp_path / "p.jsonl", 3), TinyEmbedder())
    assert kept.clock(load(home=home)).outcome is Outcome.OK
    set_clock(monkeypatch, -YEAR)
    found = kept.clock(load(home=home))
    assert found.outcome is Outcome.WARNING
    assert "set the clock" in found.text


def test_an_index_says_which_generation_it_is_of(tmp_path: Path) -> None:
    opened: Callable[[], Index] = lambda: Index(tmp_path / "home", TinyEmbedder())  # noqa: E731
    sync(tmp_path / "home", passages(tmp_path / "p.jsonl", 3), TinyEmbedder())
    first = opened().stamp
    assert opened().stamp == first
    sync(tmp_path / "home", passages(tmp_path / "p.jsonl", 4), TinyEmbedder())
    assert opened().stamp != first
