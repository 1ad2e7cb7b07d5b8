"""The process that forks a child for each file: its answers, its end, and what a file can't do."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.readers import guard, standby
from corpus.readers.sniffing import Format
from corpus.readers.standby import Pool, Standby
from tests.corpus import contents, generate

pytestmark = pytest.mark.skipif(not standby.POSSIBLE, reason="nothing is forked on this system")

PAGE = b"<html><body><h1>Kent</h1><p>The force is good at it.</p></body></html>"
MEMORY = 2_000_000_000
# A reader of its own: what is in a file decides what its child does.
_HOSTILE = '''
import os, signal, time

def read(name, content):
    exec(content.decode())
'''


@pytest.fixture
def pool() -> Iterator[Pool]:
    made = Pool()
    yield made
    made.close()


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pool]:
    """A pool whose reader ``hostile`` does what the file says, as a reader that was taken over."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys, types\n"
        f"made = types.ModuleType('corpus.readers.hostile')\nexec({_HOSTILE!r}, made.__dict__)\n"
        "sys.modules['corpus.readers.hostile'] = made\n", "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    made = Pool()
    yield made
    made.close()


def pids(pool: Pool) -> list[int]:
    return [one._process.pid for one in pool._free]


def test_one_process_reads_file_after_file(pool: Pool) -> None:
    told = [pool.read("html", f"{number}.html", PAGE, MEMORY, 30) for number in range(3)]
    assert [code for code, _ in told] == [0, 0, 0]
    assert len({answer for _, answer in told}) == 1
    first = pids(pool)
    assert len(first) == 1
    assert pool.read("pdf", "a.pdf", generate.pdf_of(contents.DURHAM).content, MEMORY, 30)[0] == 0
    assert pids(pool) == first


def test_a_large_file_and_a_large_answer_pass(pool: Pool) -> None:
    content = b"<html><body>" + b"<p>The force is good at it.</p>" * 100_000 + b"</body></html>"
    code, answer = pool.read("html", "wide.html", content, MEMORY, 60)
    assert code == 0
    assert len(guard.decoded("wide.html", answer).blocks) == 100_000


def test_one_that_has_ended_is_replaced(pool: Pool) -> None:
    pool.read("html", "a.html", PAGE, MEMORY, 30)
    (before,) = pids(pool)
    os.kill(before, signal.SIGKILL)
    assert pool.read("html", "a.html", PAGE, MEMORY, 30)[0] == 0
    assert pids(pool) != [before]


def test_without_work_it_ends_by_itself(monkeypatch: pytest.MonkeyPatch, pool: Pool) -> None:
    monkeypatch.setattr(standby, "IDLE_S", 0.2)
    pool.read("html", "a.html", PAGE, MEMORY, 30)
    (one,) = pool._free
    assert one._process.wait(timeout=20) == 0
    assert pool.read("html", "a.html", PAGE, MEMORY, 30)[0] == 0


def test_it_ends_with_the_program_that_began_it() -> None:
    one = Standby()
    assert one._process.stdin is not None
    one._process.stdin.close()
    assert one._process.wait(timeout=20) == 0
    one.end()


def test_a_child_that_dies_takes_nothing_with_it(hostile: Pool) -> None:
    code, answer = hostile.read("hostile", "a", b"os.kill(os.getpid(), signal.SIGSEGV)", MEMORY, 30)
    assert (code, answer) == (-signal.SIGSEGV, b"")
    (first,) = pids(hostile)
    assert hostile.read("html", "b.html", PAGE, MEMORY, 30)[0] == 0
    assert pids(hostile) == [first]


def test_a_child_can_not_answer_in_its_parents_name(hostile: Pool) -> None:
    forged = b"os.write(1, b'[0, 2]\\n{}'); os.write(0, b'x'); os._exit(3)"
    assert hostile.read("hostile", "a", forged, MEMORY, 30) == (3, b"")


def test_a_child_that_hangs_is_ended_with_its_parent(hostile: Pool) -> None:
    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        hostile.read("hostile", "a", b"time.sleep(60)", MEMORY, 1)
    assert time.monotonic() - begun < 20
    assert pids(hostile) == []
    assert hostile.read("html", "b.html", PAGE, MEMORY, 30)[0] == 0


def test_a_file_that_ends_whoever_reads_it_is_given_up(hostile: Pool) -> None:
    hostile.read("html", "b.html", PAGE, MEMORY, 30)
    with pytest.raises(EOFError):
        hostile.read("hostile", "a", b"os.kill(os.getppid(), signal.SIGKILL)", MEMORY, 30)
    assert pids(hostile) == []


def test_both_ways_of_reading_come_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    content = generate.word_of(contents.DURHAM)
    forked = guard.read("a.docx", Format.DOCX, content)
    monkeypatch.setattr(standby, "POSSIBLE", False)
    assert guard.read("a.docx", Format.DOCX, content) == forked
