"""Everything works with the network unplugged: a process whose sockets reach nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

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
