"""Files that wait to be added: each process has its own, and those of one that was killed go."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

from assistant import incoming
from assistant.service import Service
from assistant.settings import load
from assistant.shelf import Stage
from index.sync import sync
from tests.assistant.test_shelving import REPORT, wait_for
from tests.fakes import TinyEmbedder


def test_what_a_killed_process_left_goes_and_what_others_hold_stays(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    host = socket.gethostname()
    folders = {name: tmp_path / "incoming" / name for name in (
        f"{host}-{ended.pid}", f"{host}-{os.getppid()}", f"elsewhere-{ended.pid}", f"{host}-x")}
    for folder in folders.values():
        folder.mkdir(parents=True)
    assert incoming.own(tmp_path).name == f"{host}-{os.getpid()}"
    left = {name for name, folder in folders.items() if folder.exists()}
    assert left == set(folders) - {f"{host}-{ended.pid}"}


def test_a_program_that_ends_leaves_the_files_of_another(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "kent.txt").write_text(REPORT.format(force="Kent", what="phones"))
    sync(tmp_path / "home", tmp_path / "reports", TinyEmbedder())
    script = ("import sys, time; from pathlib import Path\n"
              "from assistant.service import Service; from assistant.settings import load\n"
              "from tests.fakes import TinyEmbedder\n"
              "Service(load(home=Path(sys.argv[1])), TinyEmbedder()).close()")
    service = Service(load(home=tmp_path / "home"), TinyEmbedder())
    (tmp_path / "dropped").write_text(REPORT.format(force="Surrey", what="a plan"))
    token = service.shelf.drop(tmp_path / "dropped", "surrey.txt")
    wait_for(lambda: service.shelf.candidates()[-1].stage is Stage.READY)
    root = Path(incoming.__file__).resolve().parents[1]
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "home")], cwd=root, check=True)
    service.shelf.add(token, {})
    wait_for(lambda: not service.shelf.candidates())
    assert [one.force for one in service.reports()] == ["Kent", "Surrey"]
    service.close()
