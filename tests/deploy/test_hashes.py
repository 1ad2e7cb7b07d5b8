"""The locks name the hashes of what may be installed, and the tool that writes them."""

from __future__ import annotations

import hashlib
import json
import re
import runpy
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock", "benchmarks/peers.lock")
TOOL: dict[str, Any] = runpy.run_path(str(ROOT / "deploy" / "hashes.py"))
FILES = ("thing-1.0-py3-none-any.whl", "thing-1.0-cp311-cp311-macosx_11_0_arm64.whl",
         "thing-1.0-cp39-cp39-manylinux_2_28_x86_64.whl", "thing-1.0-cp311-cp311-win_amd64.whl",
         "thing-1.0-cp313-cp313t-manylinux_2_28_x86_64.whl", "thing-1.0.tar.gz",
         "thing-1.1-py3-none-any.whl", "old-2.0.tar.gz", "no wheel.whl")


def digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


@pytest.fixture
def index() -> Iterator[str]:
    """A package index with a few files, served on loopback."""

    class Serve(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told = json.dumps({"files": [{"filename": name, "hashes": {"sha256": digest(name)}}
                                         for name in FILES]}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Serve)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/simple"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("name", LOCKS)
def test_every_version_has_a_hash(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    pins = re.findall(r"(?m)^([\w.-]+==\S+)((?: \\\n    --hash=sha256:[0-9a-f]{64})*)$", text)
    assert len(pins) == len(re.findall(r"(?m)^[^#\s]", text)) > 10
    assert [pin for pin, hashes in pins if not hashes] == []


def test_setting_up_takes_nothing_without_its_hash() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for line in re.findall(r"(?m)^\t\$\(PIP\) .* -r \S+$", makefile):
        assert "--require-hashes --no-deps" in line
    assert "--require-hashes --no-deps -r requirements.lock" in (
        ROOT / "deploy" / "Dockerfile").read_text("utf-8")


def test_wheels_that_can_be_used_are_listed_and_a_source_only_without_them(index: str) -> None:
    assert TOOL["hashes"](index, "Thing", "1.0") == {digest(FILES[0]), digest(FILES[1])}
    assert TOOL["hashes"](index, "old", "2.0") == {digest("old-2.0.tar.gz")}
    assert TOOL["hashes"](index, "thing", "3.0") == set()


def test_a_lock_is_written_anew(index: str, tmp_path: Path) -> None:
    lock = tmp_path / "a.lock"
    wheel = tmp_path / "thing-1.0+cpu-cp311-cp311-manylinux_2_28_x86_64.whl"
    wheel.write_bytes(b"a build of its own")
    lock.write_text(f"# Why.\nthing==1.0 \\\n    --hash=sha256:{'0' * 64}\nold==2.0\n", "utf-8")
    assert TOOL["main"]([index, str(lock), "--also", str(wheel)]) == 0
    own = hashlib.sha256(b"a build of its own").hexdigest()
    hashes = sorted([digest(FILES[0]), digest(FILES[1]), own])
    assert lock.read_text("utf-8") == "\n".join([
        "# Why.", *(" \\\n    ".join(["thing==1.0", *(f"--hash=sha256:{one}" for one in hashes)])
                    ,), f"old==2.0 \\\n    --hash=sha256:{digest('old-2.0.tar.gz')}", ""])


def test_a_version_that_can_not_be_had_changes_nothing(
        index: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lock = tmp_path / "a.lock"
    lock.write_text("thing==9.0\n", "utf-8")
    assert TOOL["main"]([index, str(lock)]) == 1
    assert lock.read_text("utf-8") == "thing==9.0\n"
    assert "thing 9.0" in capsys.readouterr().err
