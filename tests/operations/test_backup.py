"""A backup holds what can't be made again, is made while others write, and goes back whole."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from filelock import FileLock

from assistant.access.users import UsersFile
from assistant.answer import Status
from assistant.conversations import Conversations
from assistant.feedback import Feedback
from assistant.operating import archive, backup
from assistant.operating.backup import back_up
from assistant.operating.restoring import restore
from assistant.paper.store import Papers
from assistant.runs import Runs
from assistant.service import Service
from assistant.settings import Settings
from corpus.errors import FixConfiguration, TryAgain
from index import generation
from index.sync import sync
from tests.fakes import TinyEmbedder
from tests.operations.homes import UPLOAD, names, settled
from tests.shelves import SHIPPED

TARGETS = ("b.tar.zst", "b.tar.gz", "folder")


@pytest.mark.parametrize("name", TARGETS)
def test_what_goes_in_comes_back(settings: Settings, home: Path, tmp_path: Path,
                                 name: str) -> None:
    made = back_up(settings, tmp_path / name)
    assert made.counts == {"uploads": 1, "corrections": 1, "conversations": 1, "briefings": 1,
                           "feedback.jsonl": 1, "evals": 1, "users.toml": 1}
    other = tmp_path / "other"
    done = restore(other, tmp_path / name)
    assert done.counts == made.counts
    assert done.aside is None
    assert done.manifest.library == "shipped"
    assert (other / "uploads" / "Kent ü 2019.txt").read_text("utf-8") == UPLOAD
    assert Conversations(other).listing("user:anna").heads[0].title == "Phones"
    assert Papers(other).listing("anna").papers[0].title == "For Monday"
    assert Feedback(other).entries()[0].id == "1"
    assert [one.name for one in Runs(other).listing().runs] == ["run-1"]
    assert UsersFile(other / "users.toml").find("anna") is not None
    assert names(other) >= {"corrections/ab12.toml"}
    assert not {"models/large.bin", "log.key"} & names(other)
    assert not [one for one in names(other) if "restoring" in one or one.startswith("before")]


@pytest.mark.parametrize("name", TARGETS)
def test_nobody_else_can_read_it(settings: Settings, tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    back_up(settings, target)
    restore(tmp_path / "other", target)
    for place in (target, tmp_path / "other"):
        files = [place] if place.is_file() else [p for p in place.rglob("*") if p.is_file()
                                                 and not p.name.endswith(".lock")]
        assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_a_users_file_elsewhere_goes_in_too(home: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "etc" / "people.toml"
    elsewhere.parent.mkdir()
    (home / "users.toml").rename(elsewhere)
    back_up(Settings(home=home, users=elsewhere), tmp_path / "b.tar.gz")
    done = restore(tmp_path / "other", tmp_path / "b.tar.gz")
    assert done.manifest.users == "users.toml"
    assert UsersFile(tmp_path / "other" / "users.toml").find("anna") is not None


def test_a_target_that_is_there_is_left_alone(settings: Settings, tmp_path: Path) -> None:
    target = tmp_path / "b.tar.zst"
    target.write_text("precious")
    with pytest.raises(FixConfiguration, match="there already"):
        back_up(settings, target)
    assert target.read_text() == "precious"
    with pytest.raises(FixConfiguration, match="says nothing"):
        back_up(settings, tmp_path / "b.zip")


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("step", [1, 4])
def test_a_backup_that_fails_leaves_nothing(settings: Settings, home: Path, tmp_path: Path,
                                            monkeypatch: pytest.MonkeyPatch, name: str,
                                            step: int) -> None:
    real, seen = archive.Hashed.read, [0]

    def read(self: archive.Hashed, size: int = -1, /) -> bytes:
        seen[0] += 1
        return b"" if seen[0] >= step else real(self, size)

    monkeypatch.setattr(archive.Hashed, "read", read)
    with pytest.raises(TryAgain, match="changed while"):
        back_up(settings, tmp_path / name)
    assert names(tmp_path) == {f"home/{one}" for one in names(home)}
    assert not list(home.glob(".copying-*"))


@pytest.mark.parametrize(("lock", "what"), [
    ("feedback.lock", None), ("conversations", "writing.lock"), ("briefings", "lock"),
    (".users.toml.lock", None)])
def test_it_waits_for_whoever_writes(settings: Settings, home: Path, tmp_path: Path,
                                     lock: str, what: str | None) -> None:
    place = home / lock if what is None else next((home / lock).iterdir()) / what
    begun, done = threading.Event(), threading.Event()

    def copy() -> None:
        begun.set()
        back_up(settings, tmp_path / "b.tar.gz")
        done.set()

    with FileLock(place):
        thread = threading.Thread(target=copy)
        thread.start()
        begun.wait()
        assert not done.wait(0.5)
    thread.join(20)
    assert done.is_set()


def test_uploads_that_come_meanwhile_are_copied_with_their_corrections(
        settings: Settings, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An upload is in place, its correction not yet, when the backup looks: it looks again."""
    (home / "uploads" / "late.txt").write_text("late")
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 1:
            (home / "corrections" / "late.toml").write_text('title = "Late"\n')
        for folder in ("uploads", "corrections"):
            settled(home / folder)

    monkeypatch.setattr(backup.time, "sleep", sleep)  # type: ignore[attr-defined]
    back_up(settings, tmp_path / "folder")
    assert waits
    assert names(tmp_path / "folder") >= {"uploads/late.txt", "corrections/late.toml"}


def test_uploads_without_a_pause_are_told(settings: Settings, home: Path, tmp_path: Path,
                                          monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup.time, "sleep",  # type: ignore[attr-defined]
                        lambda _: os.utime(home / "uploads"))
    os.utime(home / "uploads")
    with pytest.raises(TryAgain, match="without a pause"):
        back_up(settings, tmp_path / "b.tar.gz")


def test_links_in_the_home_are_not_followed(settings: Settings, home: Path,
                                            tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (home / "uploads" / "link.txt").symlink_to(tmp_path / "secret")
    settled(home / "uploads")
    back_up(settings, tmp_path / "folder")
    assert "uploads/link.txt" not in names(tmp_path / "folder")


def test_the_index_goes_in_where_it_is_asked_for(tmp_path: Path, home: Path) -> None:
    sync(home, SHIPPED, TinyEmbedder())
    for folder in ("uploads", "corrections"):
        settled(home / folder)
    settings = Settings(home=home)
    back_up(settings, tmp_path / "without.tar.zst")
    back_up(settings, tmp_path / "with.tar.zst", with_index=True)
    other = tmp_path / "other"
    done = restore(other, tmp_path / "with.tar.zst")
    assert done.manifest.index
    found = generation.current(other)
    assert found is not None
    assert generation.shortened(*found) is None
    with closing(sqlite3.connect(found[0] / "catalogue.sqlite")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    service = Service(Settings(home=other), TinyEmbedder())
    try:
        assert service.ask("List every recommendation").status is Status.ANSWERED
    finally:
        service.close()
    restore(tmp_path / "third", tmp_path / "without.tar.zst")
    assert not (tmp_path / "third" / "index").exists()


def test_an_index_on_a_server_is_not_copied(home: Path, tmp_path: Path) -> None:
    with pytest.raises(FixConfiguration, match="Chroma server"):
        back_up(Settings(home=home, chroma="http://127.0.0.1:9"), tmp_path / "b.tar.gz", True)
