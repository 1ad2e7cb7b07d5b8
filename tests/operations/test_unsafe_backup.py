"""A backup that is damaged or was made up: nothing in it leads anywhere, and nothing changes."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from assistant.operating import archive, restoring
from assistant.operating import manifest as manifests
from assistant.operating.backup import back_up
from assistant.operating.restoring import restore
from assistant.settings import Settings
from corpus.errors import FixConfiguration, GiveUp
from tests.operations.homes import names


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
