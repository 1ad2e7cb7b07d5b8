"""Memory that was freed goes back to the system."""

from __future__ import annotations

import ctypes
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import app
from assistant.operating.heap import Trimming, share_one, trimmer
from assistant.settings import load
from tests.browser.backend import FakeBackend
from tests.browser.chromium import free_port

# Pieces of a size that Python leaves to the C library, freed but for some between them.
_FREED = """
import re
from assistant.operating.heap import trimmer

def held():
    return int(re.search(r"RssAnon:\\s+(\\d+) kB", open("/proc/self/status").read())[1]) / 1024

pieces = [bytes(2000) for _ in range(60_000)]
kept = pieces[::50]
del pieces
before = held()
trimmer()()
print(before, held())
"""


# Threads that allocate at one time: how many MB of address space their heaps take.
_SHARED = """
import re, sys, threading
from assistant.operating.heap import share_one

def size():
    return int(re.search(r"VmSize:\\s+(\\d+) kB", open("/proc/self/status").read())[1]) / 1024

def allocate():
    held = [bytes(2000) for _ in range(100)]
    ready.wait()
    done.wait()

if sys.argv[1] == "one":
    share_one()
before, ready, done = size(), threading.Barrier(9), threading.Event()
threads = [threading.Thread(target=allocate) for _ in range(8)]
for thread in threads:
    thread.start()
ready.wait()
print(size() - before)
done.set()
"""


def test_trimming_goes_on_until_it_is_closed() -> None:
    thrice, times = threading.Event(), []

    def trim() -> None:
        times.append(1)
        if len(times) == 3:
            thrice.set()

    trimming = Trimming(every_s=0.005, trim=trim)
    trimming.start()
    assert thrice.wait(5)
    trimming.close()
    done = len(times)
    assert not any(one.name == "trimming" for one in threading.enumerate())
    assert len(times) == done


def test_where_the_library_can_not_nothing_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    assert trimmer() is None
    share_one()
    trimming = Trimming()
    trimming.start()
    assert not any(one.name == "trimming" for one in threading.enumerate())
    trimming.close()


@pytest.mark.skipif(not Path("/proc/self/status").exists() or trimmer() is None,
                    reason="no glibc, or no /proc to see memory by")
def test_pieces_that_were_freed_go_back() -> None:
    before, after = _told(_FREED)
    assert before > 120
    assert after < before - 60


@pytest.mark.skipif(not Path("/proc/self/status").exists() or trimmer() is None,
                    reason="no glibc, or no /proc to see memory by")
def test_threads_share_one_heap() -> None:
    one, many = (_told(_SHARED, which)[0] for which in ("one", "many"))
    # A heap of glibc's takes 64 MB of address space.
    assert one < many - 200


@pytest.mark.skipif(trimmer() is None, reason="no glibc")
def test_the_running_page_trims_until_it_is_closed() -> None:
    running = app.launch(FakeBackend(), load(port=free_port()))
    assert any(one.name == "trimming" for one in threading.enumerate())
    running.close()
    assert not any(one.name == "trimming" for one in threading.enumerate())


def _told(code: str, *arguments: str) -> list[float]:
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True,
                          check=True, cwd=Path(__file__).parents[2])
    return list(map(float, done.stdout.split()))
