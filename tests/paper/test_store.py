"""Briefings on disk: whole or not at all, for their own browser only, broken files told."""

from __future__ import annotations

import json
import os
import threading
from functools import partial
from pathlib import Path

import pytest

from assistant.paper import store
from assistant.paper.paper import Item, Kind, Paper
from assistant.paper.store import Papers
from corpus.errors import FixConfiguration, GiveUp
from tests.paper.samples import OWNER, sample


def file_of(home: Path, paper: Paper) -> Path:
    (found,) = home.rglob(f"{paper.key}.json")
    return found


def test_a_briefing_is_read_back_as_it_was_kept(tmp_path: Path) -> None:
    paper = Papers(tmp_path).create(OWNER, sample())
    assert Papers(tmp_path).load(OWNER, paper.key) == paper
    (listed,) = Papers(tmp_path).listing(OWNER).papers
    assert (listed.title, listed.items) == ("Meeting on investigations", 6)


def test_it_is_for_its_own_browser_and_for_nobody_else_on_the_computer(tmp_path: Path) -> None:
    papers = Papers(tmp_path)
    paper = papers.create(OWNER, sample())
    other = OWNER[::-1]
    assert papers.listing(other).papers == ()
    with pytest.raises(GiveUp, match="no longer there"):
        papers.load(other, paper.key)
    path = file_of(tmp_path, paper)
    assert path.stat().st_mode & 0o077 == 0
    assert OWNER not in str(path)


def test_without_an_owner_nothing_is_kept(tmp_path: Path) -> None:
    with pytest.raises(GiveUp, match="Reload the page"):
        Papers(tmp_path).create("", sample())
    assert list(tmp_path.iterdir()) == []


def test_an_owner_is_no_path(tmp_path: Path) -> None:
    Papers(tmp_path / "home").create("../../x", sample())
    assert [one.name for one in tmp_path.iterdir()] == ["home"]


def test_what_is_no_key_is_refused(tmp_path: Path) -> None:
    papers = Papers(tmp_path)
    papers.create(OWNER, sample())
    for key in ("", "../x", "0" * 15, "lock"):
        with pytest.raises(GiveUp):
            papers.load(OWNER, key)


def test_a_failed_write_leaves_the_briefing_as_it_was(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    papers = Papers(tmp_path)
    paper = papers.create(OWNER, sample())

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(FixConfiguration, match="No space left"):
        papers.change(OWNER, paper.key, lambda one: one.titled("Other"))
    monkeypatch.undo()
    assert papers.load(OWNER, paper.key) == paper
    assert list(tmp_path.rglob("*.part")) == []


@pytest.mark.parametrize("content", [
    b"", b"{", b"[]", b"null", b'{"format": 9}', b"\xff\xfe", b"[" * 100_000,
    b'{"format": 1, "key": "x", "items": 3}'])
def test_a_broken_file_is_told_and_the_others_go_on(tmp_path: Path, content: bytes) -> None:
    papers = Papers(tmp_path)
    paper, other = papers.create(OWNER, sample()), papers.create(OWNER, sample())
    path = file_of(tmp_path, paper)
    path.write_bytes(content)
    listing = papers.listing(OWNER)
    assert [one.key for one in listing.papers] == [other.key]
    assert listing.broken == (path.name,)
    with pytest.raises(GiveUp, match="damaged"):
        papers.load(OWNER, paper.key)
    assert path.read_bytes() == content


def test_a_file_under_another_name_is_no_briefing(tmp_path: Path) -> None:
    papers = Papers(tmp_path)
    path = file_of(tmp_path, papers.create(OWNER, sample()))
    path.rename(path.with_name(f"{'0' * 16}.json"))
    assert papers.listing(OWNER).broken == (f"{'0' * 16}.json",)


def test_a_deleted_briefing_is_brought_back(tmp_path: Path) -> None:
    papers = Papers(tmp_path)
    paper = papers.create(OWNER, sample())
    papers.delete(OWNER, paper.key)
    assert papers.listing(OWNER).papers == ()
    papers.restore(OWNER, paper.key)
    assert papers.load(OWNER, paper.key) == paper
    with pytest.raises(GiveUp):
        papers.restore(OWNER, paper.key)


def test_only_the_last_deleted_ones_are_kept(tmp_path: Path) -> None:
    papers = Papers(tmp_path)
    for _ in range(store.DELETED_KEPT + 3):
        papers.delete(OWNER, papers.create(OWNER, Paper()).key)
    assert len(list(tmp_path.rglob("*.deleted"))) == store.DELETED_KEPT


def test_there_is_a_most_of_briefings_and_of_their_size(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    papers = Papers(tmp_path)
    monkeypatch.setattr(store, "PAPERS_LIMIT", 2)
    papers.create(OWNER, Paper())
    last = papers.create(OWNER, Paper())
    with pytest.raises(GiveUp, match="Delete one first"):
        papers.create(OWNER, Paper())
    monkeypatch.setattr(store, "BYTES_LIMIT", 500)
    with pytest.raises(GiveUp, match="too large"):
        papers.change(OWNER, last.key, lambda one: one.introduced("x" * 600))


def test_changes_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    paper = Papers(tmp_path).create(OWNER, Paper())

    def add(name: str) -> None:
        own = Papers(tmp_path)
        for n in range(5):
            note = Item(kind=Kind.NOTE, words=f"{name}{n}")
            own.change(OWNER, paper.key, partial(Paper.added, items=[note], sources={}))

    threads = [threading.Thread(target=add, args=(name,)) for name in "abc"]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    kept = Papers(tmp_path).load(OWNER, paper.key)
    assert sorted(one.words for one in kept.items) == sorted(f"{a}{n}" for a in "abc"
                                                             for n in range(5))


def test_a_home_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / store.FOLDER).write_text("in the way")
    with pytest.raises(FixConfiguration, match="can’t be written"):
        Papers(tmp_path).create(OWNER, Paper())


def test_the_words_stay_out_of_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    papers = Papers(tmp_path)
    path = file_of(tmp_path, papers.create(OWNER, sample()))
    data = json.loads(path.read_text("utf-8"))
    data["items"] = "secret words"
    path.write_text(json.dumps(data), "utf-8")
    papers.listing(OWNER)
    assert "ValidationError" in caplog.text
    assert "secret words" not in caplog.text
