"""A backup holds what can't be made again, is made while others write, and goes back whole."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import tarfile
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import zstandard
from filelock import FileLock

from assistant.access.passwords import hashed
from assistant.access.users import User, UsersFile
from assistant.access.who import Role
from assistant.answer import Answer, Intent, Sentence, Status
from assistant.conversations import Conversations
from assistant.feedback import Entry, Feedback, Reason, Verdict
from assistant.operating import archive, backup, restoring
from assistant.operating import manifest as manifests
from assistant.operating.backup import back_up
from assistant.operating.restoring import restore
from assistant.operating.serving import replacing, serving
from assistant.paper.paper import Paper
from assistant.paper.store import Papers
from assistant.runs import Runs
from assistant.service import Service
from assistant.settings import Settings
from corpus.errors import FixConfiguration, GiveUp, TryAgain
from index import generation
from index.sync import sync
from tests.fakes import TinyEmbedder
from tests.shelves import SHIPPED

UPLOAD = """Kent Police: PEEL 2019
How effective is the force at investigating crime?
The force has a backlog of seized phones, which delays its investigations.
"""


def settled(path: Path) -> None:
    """Make a folder look as if nothing had come or gone for a while."""
    os.utime(path, (1_700_000_000, 1_700_000_000))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with something of everything."""
    home = tmp_path / "home"
    uploads = home / "uploads"
    uploads.mkdir(parents=True)
    (uploads / "Kent ü 2019.txt").write_text(UPLOAD, "utf-8")
    (home / "corrections").mkdir()
    (home / "corrections" / "ab12.toml").write_text('title = "Kent"\n')
    Conversations(home).keep("user:anna", "Phones", [{"question": "Why?"}])
    Papers(home).create("anna", Paper(title="For Monday"))
    refusal = Answer(question="q", standalone_question="q", intent=Intent.LOOKUP,
                     status=Status.NOT_IN_REPORTS, sentences=(Sentence(text="No.", citations=()),))
    Feedback(home).keep(Entry("1", Verdict.DOWN, "Why?", refusal, reason=Reason.OTHER))
    run = home / "evals" / "run-1"
    run.mkdir(parents=True)
    (run / "run.json").write_text(json.dumps({"format": 1, "name": "r", "dataset": {"name": "d"}}))
    UsersFile(home / "users.toml").add(User("anna", Role.EDITOR, hashed("three random words")))
    (home / "models").mkdir()
    (home / "models" / "large.bin").write_bytes(b"0" * 1000)
    (home / "incoming" / "x").mkdir(parents=True)
    (home / "log.key").write_bytes(b"k" * 32)
    for folder in ("uploads", "corrections"):
        settled(home / folder)
    return home


@pytest.fixture
def settings(home: Path) -> Settings:
    return Settings(home=home, users=home / "users.toml")


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


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


def test_restored_reports_answer(settings: Settings, tmp_path: Path) -> None:
    back_up(settings, tmp_path / "b.tar.zst")
    other = tmp_path / "other"
    restore(other, tmp_path / "b.tar.zst")
    sync(other, SHIPPED, TinyEmbedder())
    service = Service(Settings(home=other), TinyEmbedder())
    try:
        answer = service.ask("Why are investigations delayed in Kent?")
    finally:
        service.close()
    assert answer.status is Status.ANSWERED
    assert {one.force for one in answer.citations} == {"Kent"}
    assert "seized phones" in answer.text


def test_a_home_that_holds_something_is_left_alone(settings: Settings, home: Path,
                                                   tmp_path: Path) -> None:
    back_up(settings, tmp_path / "b.tar.zst")
    before = names(home)
    with pytest.raises(FixConfiguration, match="not empty"):
        restore(home, tmp_path / "b.tar.zst")
    assert names(home) >= before


def test_what_was_there_is_moved_aside(settings: Settings, home: Path, tmp_path: Path) -> None:
    back_up(settings, tmp_path / "b.tar.zst")
    (home / "uploads" / "new.txt").write_text("new")
    Feedback(home).withdraw("1")
    done = restore(home, tmp_path / "b.tar.zst", replace=True)
    assert done.aside is not None
    assert (done.aside / "uploads" / "new.txt").read_text() == "new"
    assert not (home / "uploads" / "new.txt").exists()
    assert [one.id for one in Feedback(home).entries()] == ["1"]
    assert (home / "models" / "large.bin").exists()


def test_nobody_replaces_a_home_that_is_served(settings: Settings, home: Path,
                                               tmp_path: Path) -> None:
    back_up(settings, tmp_path / "b.tar.zst")
    with serving(home), serving(home), pytest.raises(TryAgain, match="serving"):
        restore(home, tmp_path / "b.tar.zst", replace=True)
    with replacing(home), pytest.raises(TryAgain, match="replaced"), serving(home):
        pass
    restore(home, tmp_path / "b.tar.zst", replace=True)


class Stopped(BaseException):
    """As if the process had been killed."""


@pytest.mark.parametrize("step", range(1, 16))
def test_a_restore_that_is_killed_is_ended_later(settings: Settings, home: Path, tmp_path: Path,
                                                 monkeypatch: pytest.MonkeyPatch,
                                                 step: int) -> None:
    back_up(settings, tmp_path / "b.tar.zst")
    (home / "uploads" / "new.txt").write_text("new")
    real, done = Path.rename, [0]

    def rename(self: Path, target: Path) -> Path:
        done[0] += 1
        if done[0] == step:
            raise Stopped
        return real(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", rename)
        # A kill leaves what is in the way; only the journal tells.
        patch.setattr(restoring.shutil, "rmtree",  # type: ignore[attr-defined]
                      lambda *a, **k: None)
        try:
            restore(home, tmp_path / "b.tar.zst", replace=True)
        except Stopped:
            assert restoring.cut_off(home)
    restoring.finish(home)
    assert not restoring.cut_off(home)
    assert not list(home.glob(".restoring-*"))
    assert not (home / "uploads" / "new.txt").exists()
    assert [one.id for one in Feedback(home).entries()] == ["1"]
    (aside,) = home.glob("before-restore-*")
    assert (aside / "uploads" / "new.txt").exists()


@pytest.mark.parametrize("step", [1, 3, 8, 12])
def test_a_restore_that_fails_in_between_takes_everything_back(
        settings: Settings, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
        step: int) -> None:
    back_up(settings, tmp_path / "b.tar.zst")
    (home / "uploads" / "new.txt").write_text("new")
    before, real, done = names(home), Path.rename, [0]

    def rename(self: Path, target: Path) -> Path:
        done[0] += 1
        if done[0] == step:
            raise OSError(28, "No space left on device")
        return real(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", rename)
        with pytest.raises(FixConfiguration, match="No space left"):
            restore(home, tmp_path / "b.tar.zst", replace=True)
    assert names(home) - {"serving.lock", "index.lock"} == before - {"serving.lock", "index.lock"}
    assert not list(home.glob("before-restore-*"))


def packed(path: Path, fill: Callable[[tarfile.TarFile], None]) -> Path:
    with zstandard.ZstdCompressor().stream_writer(path.open("wb")) as stream, \
            tarfile.open(fileobj=stream, mode="w|") as tar:
        fill(tar)
    return path


def put(tar: tarfile.TarFile, name: str, content: bytes = b"x", **told: Any) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for key, value in told.items():
        setattr(info, key, value)
    tar.addfile(info, io.BytesIO(content))


def said(**files: bytes) -> bytes:
    import hashlib

    return manifests.made_now("shipped", "", False, {
        name: manifests.File(size=len(content), sha256=hashlib.sha256(content).hexdigest())
        for name, content in files.items()}).model_dump_json().encode()


EVIL = ("../evil.txt", "/etc/evil", "uploads/../../evil", "uploads/./evil", "uploads//evil",
        "uploads\\..\\evil", "C:/evil", "uploads/a\nb", "uploads/a\x00b", "models/evil.bin",
        "log.key", "serving.lock", "feedback.jsonl/evil", "uploads", "manifest.json/x",
        ".restoring-1/journal.json", "users.toml/x", "a" * 300, "uploads/" + "b/" * 600 + "c")


@pytest.mark.parametrize("name", EVIL, ids=[ascii(one[:24]) for one in EVIL])
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    def fill(tar: tarfile.TarFile) -> None:
        put(tar, "uploads/fine.txt")
        put(tar, name)
        put(tar, "manifest.json", said(**{"uploads/fine.txt": b"x", name: b"x"}))

    source = packed(tmp_path / "b.tar.zst", fill)
    before = names(tmp_path)
    with pytest.raises(GiveUp):
        restore(tmp_path / "inner" / "home", source)
    assert names(tmp_path) == before | {"inner/home/serving.lock", "inner/home/index.lock"}


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE,
                                  tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_what_is_no_file_is_refused(tmp_path: Path, kind: bytes) -> None:
    def fill(tar: tarfile.TarFile) -> None:
        put(tar, "uploads/evil", b"", type=kind, linkname="/etc/passwd")
        put(tar, "manifest.json", said())

    with pytest.raises(GiveUp, match="no ordinary file"):
        restore(tmp_path / "home", packed(tmp_path / "b.tar.zst", fill))
    assert not (tmp_path / "home" / "uploads").exists()


def test_a_link_in_a_folder_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "b"
    (source / "uploads").mkdir(parents=True)
    (source / "uploads" / "link").symlink_to("/etc/passwd")
    (source / "manifest.json").write_bytes(said())
    with pytest.raises(GiveUp, match="no ordinary file"):
        restore(tmp_path / "home", source)


@pytest.mark.parametrize("members", [
    [("uploads/a", b"x")],
    [("uploads/a", b"y"), ("manifest.json", said(**{"uploads/a": b"x"}))],
    [("uploads/a", b"xx"), ("manifest.json", said(**{"uploads/a": b"x"}))],
    [("manifest.json", said(**{"uploads/a": b"x"}))],
    [("uploads/a", b"x"), ("uploads/b", b"x"), ("manifest.json", said(**{"uploads/a": b"x"}))],
    [("uploads/a", b"x"), ("uploads/a", b"x"), ("manifest.json", said(**{"uploads/a": b"x"}))],
    [("uploads/a", b"x"), ("uploads/a/b", b"x"),
     ("manifest.json", said(**{"uploads/a": b"x", "uploads/a/b": b"x"}))],
    [("manifest.json", said()), ("uploads/a", b"x")],
    [("manifest.json", b"{")], [("manifest.json", b"[]")],
    [("manifest.json", b'{"format": 1, "version": "", "made": "", "files": {"a": 1}}')], []])
def test_what_does_not_agree_with_itself_is_refused(tmp_path: Path,
                                                    members: list[tuple[str, bytes]]) -> None:
    def fill(tar: tarfile.TarFile) -> None:
        for name, content in members:
            put(tar, name, content)

    source = packed(tmp_path / "b.tar.zst", fill)
    with pytest.raises(GiveUp):
        restore(tmp_path / "home", source)
    assert restoring.held(tmp_path / "home") == []


def test_a_backup_of_a_later_version_is_told(tmp_path: Path) -> None:
    later = json.dumps({"format": 2, "version": "9.0", "made": "", "files": {}}).encode()
    with pytest.raises(FixConfiguration, match="later version"):
        restore(tmp_path / "home", packed(tmp_path / "b.tar.zst",
                                          lambda tar: put(tar, "manifest.json", later)))


@pytest.mark.parametrize("name", ["b.tar.zst", "b.tar.gz"])
def test_no_damage_goes_unseen(settings: Settings, tmp_path: Path, name: str) -> None:
    """Cut short or changed at any of many places, it is refused, and the home stays empty."""
    back_up(settings, tmp_path / name)
    whole = (tmp_path / name).read_bytes()
    damaged = tmp_path / f"damaged-{name}"
    refused = 0
    for step in range(40):
        at = len(whole) * step // 40
        flipped = bytes([whole[at] ^ 0x40])
        for content in (whole[:at], whole[:at] + flipped + whole[at + 1:]):
            damaged.write_bytes(content)
            home = tmp_path / f"home-{step}"
            try:
                restore(home, damaged)
            except GiveUp:
                refused += 1
                assert restoring.held(home) == []
            else:
                # Gzip's own header says things that nobody reads, such as a time.
                assert name.endswith(".gz")
                assert at < 10
    assert refused >= 75


def test_a_backup_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(FixConfiguration, match="There is no"):
        restore(tmp_path / "home", tmp_path / "b.tar.zst")
    for name in ("b.tar.zst", "b.tar.gz"):
        (tmp_path / name).write_bytes(b"this is a letter to my aunt" * 100)
        with pytest.raises(GiveUp, match="no backup"):
            restore(tmp_path / "home", tmp_path / name)


def test_more_than_there_is_room_for_is_refused(tmp_path: Path) -> None:
    large = b"0" * 50_000

    def fill(tar: tarfile.TarFile) -> None:
        put(tar, "uploads/a", large)
        put(tar, "manifest.json", said(**{"uploads/a": large}))

    source = packed(tmp_path / "b.tar.zst", fill)
    assert source.stat().st_size < 5_000
    with pytest.raises(GiveUp, match="room"):
        restore(tmp_path / "home", source, most_bytes=40_000)
    assert names(tmp_path / "home") == {"serving.lock", "index.lock"}
    assert restore(tmp_path / "home", source, most_bytes=60_000).counts == {"uploads": 1}


def test_names_of_all_languages_are_fine() -> None:
    for name in ("uploads/Kent ü 2019.txt", "uploads/報告.pdf", "uploads/a b (1).docx"):
        archive.check_name(name)
