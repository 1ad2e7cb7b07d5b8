"""The folder of arrivals goes with its program, at the latest when the next one starts."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.operating.arriving import PREFIX, arriving

_ROOT = Path(__file__).parents[2]
_WAITING = """
import sys, time
from pathlib import Path
from assistant.operating.arriving import arriving
with arriving(Path(sys.argv[1])) as folder:
    (folder / "report.txt").write_text("words")
    print(folder, flush=True)
    time.sleep(60)
"""


def begun(parent: Path) -> tuple[subprocess.Popen[str], Path]:
    """Another program with a folder of arrivals, and the folder."""
    process = subprocess.Popen([sys.executable, "-c", _WAITING, str(parent)], cwd=_ROOT,
                               stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_it_is_private_and_goes_at_the_end(tmp_path: Path) -> None:
    with arriving(tmp_path) as folder:
        assert folder.stat().st_mode & 0o077 == 0
        (folder / "deep").mkdir()
        (folder / "deep" / "a.txt").write_text("a")
        assert [one.name for one in folder.iterdir()] == ["deep"]
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_program_left_goes_when_the_next_starts(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    process, left = begun(tmp_path)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert (left / "report.txt").exists()
    with arriving(tmp_path):
        assert not left.exists()
        assert len(list(tmp_path.glob(f"{PREFIX}*"))) == 1


def test_another_running_programs_folder_stays(tmp_path: Path) -> None:
    process, theirs = begun(tmp_path)
    try:
        with arriving(tmp_path) as ours:
            assert ours != theirs
            assert (theirs / "report.txt").read_text() == "words"
    finally:
        process.kill()
        process.wait()


def test_what_is_not_known_to_be_ours_stays(tmp_path: Path) -> None:
    strange = tmp_path / f"{PREFIX}strange"
    strange.mkdir()
    (strange / "a.txt").write_text("a")
    (tmp_path / f"{PREFIX}file").write_text("a file")
    with arriving(tmp_path):
        assert (strange / "a.txt").exists()
    assert sorted(one.name for one in tmp_path.iterdir()) == [f"{PREFIX}file", f"{PREFIX}strange"]
