"""Everything works with the network unplugged: a process whose sockets reach nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from assistant.settings import QUIET_DEPENDENCIES
from tests import native

ROOT = Path(__file__).resolve().parent.parent

# Runs in a child before anything else is imported; the parent's own guard does not reach there.
UNPLUGGED = """
import socket
_connect, _connect_ex, _lookup = (socket.socket.connect, socket.socket.connect_ex,
                                  socket.getaddrinfo)
_near = ("127.0.0.1", "::1", "localhost")

def _refuse(host):
    with open({log!r}, "a") as stream:
        stream.write(str(host) + "\\n")
    raise OSError(101, "Network is unreachable")

def connect(self, address):
    if isinstance(address, tuple) and address[0] not in _near:
        _refuse(address)
    return _connect(self, address)

def connect_ex(self, address):
    if isinstance(address, tuple) and address[0] not in _near:
        _refuse(address)
    return _connect_ex(self, address)

def getaddrinfo(host, *args, **values):
    if host not in (*_near, None, "", b"localhost", socket.gethostname()):
        _refuse(host)
    return _lookup(host, *args, **values)

socket.socket.connect, socket.socket.connect_ex = connect, connect_ex
socket.getaddrinfo = getaddrinfo
"""


@pytest.fixture
def unplugged(tmp_path: Path) -> dict[str, str]:
    """The environment of a child process without a network, and where its attempts are noted."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(UNPLUGGED.format(log=str(tmp_path / "attempts")))
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("FINDINGS_", "HF_", "TRANSFORMERS_", "ANONYMIZED", "LANG"))}
    return {**kept, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}",
            "FINDINGS_HOME": str(tmp_path / "home"), "LOG": str(tmp_path / "attempts")}


def findings(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    script = "import sys; from assistant.cli import main; sys.exit(main(sys.argv[1:]))"
    return subprocess.run([sys.executable, "-c", script, *arguments], env=environment,
                          capture_output=True, text=True, check=False, timeout=200)


def test_the_guard_guards(unplugged: dict[str, str]) -> None:
    script = "import socket; socket.create_connection(('192.0.2.1', 80), 1)"
    done = subprocess.run([sys.executable, "-c", script], env=unplugged, capture_output=True,
                          text=True, check=False)
    assert "Network is unreachable" in done.stderr
    assert Path(unplugged["LOG"]).read_text().strip()


@pytest.mark.skipif(not native.available(), reason=native.NEEDED)
def test_the_guard_below_python_guards(tmp_path: Path) -> None:
    watched = native.watching(tmp_path)
    script = ("import ctypes; c = ctypes.CDLL(None); found = ctypes.c_void_p();"
              "print(c.getaddrinfo(b'example.org', None, None, ctypes.byref(found)));"
              "import _socket; print(_socket.socket().connect_ex(('192.0.2.1', 80)))")
    done = subprocess.run([sys.executable, "-c", script], env={**os.environ, **watched},
                          capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["-4", "101"]
    assert native.attempts(watched) == ["example.org", "192.0.2.1"]


# onnxruntime sends what it gathered ten seconds after its first model was opened.
STAYS = """
import sys, time
from assistant.cli import main
code = main(sys.argv[2:])
time.sleep(float(sys.argv[1]))
sys.exit(code)
"""


@pytest.mark.real_embedder
@pytest.mark.skipif(not native.available(), reason=native.NEEDED)
def test_no_library_reaches_out_or_leaves_files_behind(unplugged: dict[str, str], tmp_path: Path,
                                                       real_embedder: Any) -> None:
    person = tmp_path / "person"
    person.mkdir()
    quiet = {name: value for name, value in unplugged.items()
             if name not in QUIET_DEPENDENCIES and not name.startswith("XDG_")}
    watched = {**quiet, **native.watching(tmp_path), "HOME": str(person)}
    for arguments in (["0", "index"], ["13", "ask", "Why are phones a problem?"]):
        done = subprocess.run([sys.executable, "-c", STAYS, *arguments], env=watched,
                              capture_output=True, text=True, check=False, timeout=200)
        assert done.returncode == 0, done.stderr
    assert native.attempts(watched) == []
    left = {str(path.relative_to(person).parts[:2]) for path in person.rglob("*")
            if path.is_file()}
    assert left <= {str((".cache", "findings"))}, sorted(map(str, person.rglob("*")))


@pytest.mark.real_embedder
def test_indexing_and_asking_reach_for_nothing(unplugged: dict[str, str],
                                               real_embedder: Any) -> None:
    indexed = findings(unplugged, "index")
    assert indexed.returncode == 0, indexed.stderr
    assert "72 findings indexed" in indexed.stdout
    asked = findings(unplugged, "ask", "Why are phone examinations holding up cases?", "--json")
    assert asked.returncode == 0, asked.stderr
    told = json.loads(asked.stdout)
    assert told["status"] == "answered"
    assert any("digital devices" in citation["quote"] for citation in told["citations"])
    assert "Traceback" not in indexed.stderr + asked.stderr
    assert not Path(unplugged["LOG"]).exists(), Path(unplugged["LOG"]).read_text()


@pytest.mark.real_embedder
def test_a_model_that_cannot_be_reached_leaves_the_quotes(unplugged: dict[str, str],
                                                          real_embedder: Any) -> None:
    unplugged["OPENAI_API_KEY"] = "not-a-key"
    done = findings(unplugged, "ask", "Why are phone examinations holding up cases?", "--json",
                    "--model", "openai:gpt-4o-mini", "--composer", "prose")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["status"], told["model"]) == ("answered", "quotes")
    assert told["notice"]
    assert told["citations"]
