"""Conversations on disk: whose they are, what a list says, what outlasts a kill or a second tab."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from assistant import conversations as module
from assistant.conversation import TITLE_LIMIT, Head
from assistant.conversations import FOLDER, UNDOABLE, Conversations
from corpus.errors import FixConfiguration, GiveUp

ANN, BOB = "a" * 64, "b" * 64
TURNS: list[dict[str, Any]] = [{"question": "Why?\u2028\U0001f693", "n": 1}, {"question": "And?"}]


def kept(store: Conversations, owner: str = ANN, title: str = "Why?",
         turns: list[dict[str, Any]] | None = None, known: Head | None = None) -> Head:
    head = store.keep(owner, title, TURNS if turns is None else turns, known)
    assert head is not None
    return head


def titles(store: Conversations, owner: str = ANN) -> list[str]:
    return [head.title for head in store.listing(owner).heads]


def files(home: Path) -> list[Path]:
    return sorted((home / FOLDER).glob("*/*.jsonl"))


def test_what_was_kept_is_read_by_a_new_start_of_the_program(tmp_path: Path) -> None:
    head = kept(Conversations(tmp_path))
    found = Conversations(tmp_path).find(ANN, head.id)
    assert (found.head, list(found.turns), found.own) == (head, TURNS, True)
    assert head.questions == 2


def test_the_list_begins_with_what_was_changed_last(tmp_path: Path) -> None:
    store = Conversations(tmp_path)
    first = kept(store, title="one")
    kept(store, title="two")
    kept(store, title="one", known=first)
    assert titles(store) == ["one", "two"]
    assert len(files(tmp_path)) == 2


def test_one_owner_sees_and_changes_nothing_of_another(tmp_path: Path) -> None:
    store = Conversations(tmp_path)
    head = kept(store)
    assert titles(store, BOB) == []
    with pytest.raises(GiveUp, match="not here"):
        store.rename(BOB, head.id, "mine")
    with pytest.raises(GiveUp, match="not here"):
        store.delete(BOB, head.id)
    store.delete(ANN, head.id)
    with pytest.raises(GiveUp, match="no longer be brought back"):
        store.restore(BOB, head.id)
    store.restore(ANN, head.id)
    assert titles(store) == ["Why?"]


def test_who_has_the_id_may_read_but_not_list_or_change(tmp_path: Path) -> None:
    store = Conversations(tmp_path)
    head = kept(store)
    found = store.find(BOB, head.id)
    assert list(found.turns) == TURNS
    assert not found.own
    assert store.find("", head.id).own is False
    assert store.listing("").heads == ()


@pytest.mark.parametrize("wrong", ["", "none", "0" * 32, "../" + "0" * 29, "*", "0" * 31 + "\n"])
def test_a_wrong_id_says_so(tmp_path: Path, wrong: str) -> None:
    store = Conversations(tmp_path)
    with pytest.raises(GiveUp, match="not here"):
        store.find(ANN, wrong)
    kept(store)
    with pytest.raises(GiveUp, match="not here"):
        store.find(ANN, wrong)


def test_ids_and_owners_cannot_be_guessed_from_what_lies_on_disk(tmp_path: Path) -> None:
    store = Conversations(tmp_path)
    heads = [kept(store) for _ in range(20)]
    assert len({head.id for head in heads}) == 20
    assert all(len(head.id) == 32 for head in heads)
    assert ANN not in " ".join(map(str, files(tmp_path)))


def test_nobody_else_on_the_computer_may_read_it(tmp_path: Path) -> None:
    kept(Conversations(tmp_path))
    (path,) = files(tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_title_is_one_line_and_short_and_a_chosen_one_stays(tmp_path: Path) -> None:
    store = Conversations(tmp_path)
    head = kept(store, title="why \n not " * 50)
    assert head.title.startswith("why not why not")
    assert len(head.title) <= TITLE_LIMIT
    named = store.rename(ANN, head.id, "  My\ntitle ")
    assert named.title == "My title"
    again = kept(store, title="why", known=head)
    assert (again.id, again.title) == (head.id, "My title")
    with pytest.raises(GiveUp, match="needs a title"):
        store.rename(ANN, head.id, " \n")


def test_a_second_tab_does_not_write_over_the_first(tmp_path: Path) -> None:
    store = Conversations(tmp_path)
    seen = kept(store, turns=TURNS[:1])
    ours = kept(store, turns=TURNS, known=seen)
    theirs = kept(Conversations(tmp_path), turns=TURNS[:1], known=seen)
    assert ours.id == seen.id
    assert theirs.id != seen.id
    assert list(store.find(ANN, ours.id).turns) == TURNS


def test_what_was_deleted_comes_back_only_when_somebody_asks_on(tmp_path: Path) -> None:
    store = Conversations(tmp_path)
    head = kept(store)
    store.delete(ANN, head.id)
    assert files(tmp_path) == []
    assert store.keep(ANN, "Why?", TURNS, head, begins=False) is None
    assert files(tmp_path) == []
    assert kept(store, known=head).id != head.id


def test_only_the_last_deletions_can_be_undone_and_none_after_a_restart(tmp_path: Path) -> None:
    store = Conversations(tmp_path)
    heads = [kept(store) for _ in range(UNDOABLE + 1)]
    for head in heads:
        store.delete(ANN, head.id)
    with pytest.raises(GiveUp):
        store.restore(ANN, heads[0].id)
    assert store.restore(ANN, heads[-1].id) == heads[-1]
    with pytest.raises(GiveUp):
        Conversations(tmp_path).restore(ANN, heads[1].id)


def test_the_ones_left_alone_longest_make_room(tmp_path: Path,
                                               monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 3)
    times = iter(f"2026-01-01T00:00:0{n}" for n in range(9))
    monkeypatch.setattr(module, "_now", lambda: next(times))
    store = Conversations(tmp_path)
    first = kept(store, title="0")
    for n in (1, 2):
        kept(store, title=str(n))
    kept(store, title="0", known=first)
    kept(store, title="3")
    kept(store, BOB, title="other")
    assert titles(store) == ["3", "0", "2"]
    assert titles(store, BOB) == ["other"]


def test_one_that_is_too_long_says_so_and_stays_as_it_was(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SIZE_LIMIT", 2000)
    store = Conversations(tmp_path)
    head = kept(store)
    with pytest.raises(GiveUp, match="too long to be kept"):
        store.keep(ANN, "Why?", [{"question": "x" * 2000}], head)
    assert list(store.find(ANN, head.id).turns) == TURNS


BROKEN = [b"", b"{", b"[]\n", b"null", b'{"format": 1}\n', b"\xff\xfe", b"[" * 100_000]


@pytest.mark.parametrize("content", BROKEN)
def test_a_broken_file_is_counted_and_the_others_are_listed(
        tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture) -> None:
    store = Conversations(tmp_path)
    broken = kept(store, title="secret words")
    next(iter(files(tmp_path))).write_bytes(content)
    kept(store, title="whole")
    listing = store.listing(ANN)
    assert [head.title for head in listing.heads] == ["whole"]
    assert listing.unreadable == 1
    with pytest.raises(GiveUp, match="can’t be read"):
        store.find(ANN, broken.id)
    assert "secret words" not in caplog.text


def test_another_version_of_the_program_is_passed_over(tmp_path: Path) -> None:
    store = Conversations(tmp_path)
    head = kept(store)
    (path,) = files(tmp_path)
    first, rest = path.read_text().split("\n", 1)
    path.write_text(json.dumps({**json.loads(first), "format": 2}) + "\n" + rest)
    assert store.listing(ANN).unreadable == 1
    with pytest.raises(GiveUp, match="another version"):
        store.find(ANN, head.id)
    # What is asked on in a tab that still holds it is kept elsewhere.
    assert kept(store, known=head).id != head.id


def test_what_a_killed_write_left_behind_is_cleared_away(tmp_path: Path) -> None:
    store = Conversations(tmp_path)
    kept(store)
    left = files(tmp_path)[0].with_suffix(".0000.part")
    left.write_bytes(b"half")
    assert store.listing(ANN).unreadable == 0
    kept(store)
    assert not left.exists()


def test_a_home_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(FixConfiguration, match="could not be kept"):
        kept(Conversations(tmp_path / "file"))


def test_two_processes_keep_theirs_at_the_same_time(tmp_path: Path) -> None:
    script = ("import sys; from pathlib import Path; from assistant.conversations import *\n"
              "for n in range(15):\n"
              "    Conversations(Path(sys.argv[1])).keep('a' * 64, sys.argv[2] + str(n), [{}])")
    root = Path(module.__file__).parents[1]
    running = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path), name], cwd=root)
               for name in "xy"]
    assert [one.wait(60) for one in running] == [0, 0]
    assert len(titles(Conversations(tmp_path))) == 30
