"""The lock across machines: one holder, taken over when its holder is gone, never shared."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpus.errors import TryAgain
from index.shared import lease
from index.shared.access import Access
from index.shared.server import Server
from tests.chroma.servers import Chroma

ROOT = Path(__file__).resolve().parent.parent.parent
HOLDING = """
import sys, time
from index.shared import lease
from index.shared.access import Access
from index.shared.server import Server
with lease.held(Server(Access(sys.argv[1], name=sys.argv[2])), lease_s=1.2):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def server(chroma: Chroma, name: str) -> Iterator[Callable[[], Server]]:
    made: list[Server] = []

    def connected() -> Server:
        made.append(Server(Access(chroma.url, name=name)))
        return made[-1]

    yield connected
    for one in made:
        one.close()


def locks(server: Server) -> list[str]:
    return [one.name.rpartition("-")[2] for one in server.collections()]


def test_one_at_a_time_and_numbers_only_rise(server: Callable[[], Server]) -> None:
    one, two = server(), server()
    with lease.held(one, lease_s=1.2) as held:
        held.check()
        begun = time.monotonic()
        with pytest.raises(TryAgain, match=f"process {os.getpid()}"), \
                lease.held(two, lease_s=1.2):
            raise AssertionError("two have the lock")
        # A beat was seen, so the holder lives: nothing was waited for beyond that.
        assert time.monotonic() - begun < 1.2
    assert locks(one) == ["1"]
    with lease.held(two, lease_s=1.2):
        assert locks(one) == ["2"]
    seen = lease.holder(one)
    assert seen is not None
    assert (seen.number, seen.held, seen.process) == (2, False, os.getpid())


def test_who_waits_gets_it_when_it_is_given_back(server: Callable[[], Server]) -> None:
    one, two = server(), server()
    had = threading.Event()

    def wait() -> None:
        with lease.held(two, wait=20, lease_s=1.2):
            had.set()

    with lease.held(one, lease_s=1.2):
        waiting = threading.Thread(target=wait)
        waiting.start()
        # Longer than the lease: it is renewed meanwhile.
        assert not had.wait(2.0)
    assert had.wait(5)
    waiting.join()


def test_of_many_one_has_it(server: Callable[[], Server]) -> None:
    inside, most, done = 0, 0, 0
    guard = threading.Lock()

    def work(one: Server) -> None:
        nonlocal inside, most, done
        with lease.held(one, wait=60, lease_s=2.0):
            with guard:
                inside += 1
                most = max(most, inside)
            time.sleep(0.02)
            with guard:
                inside -= 1
                done += 1

    threads = [threading.Thread(target=work, args=(server(),)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most, done) == (1, 6)


def test_the_lock_of_a_killed_holder_is_taken_over(server: Callable[[], Server], chroma: Chroma,
                                                   name: str) -> None:
    one = server()
    holder = subprocess.Popen([sys.executable, "-c", HOLDING, chroma.url, name], cwd=ROOT,
                              stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(TryAgain, match="Another process"), lease.held(one):
            raise AssertionError("two have the lock")
        os.kill(holder.pid, signal.SIGKILL)
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
    begun = time.monotonic()
    with lease.held(one) as held:
        assert time.monotonic() - begun < 10
        held.check()
        assert locks(one) == ["2"]


def test_a_holder_that_was_away_learns_it_and_harms_nobody(server: Callable[[], Server],
                                                           monkeypatch: pytest.MonkeyPatch
                                                           ) -> None:
    away, other = server(), server()
    monkeypatch.setattr(away, "change", stuck := Stuck(away.change))
    lost = lease._taken(away, 0, 1.0)
    stuck.hold()
    with lease.held(other, lease_s=1.0) as held:
        with pytest.raises(TryAgain, match="was lost"):
            lost.check()
        stuck.let_go()
        # Its renewal and its giving back reach nothing of the new holder's.
        time.sleep(0.5)
        lost.release()
        held.check()
        seen = lease.holder(other)
        assert seen is not None
        assert (seen.number, seen.held) == (2, True)


class Stuck:
    """A call that can be made to hang."""

    def __init__(self, call: Callable[..., None]) -> None:
        self._call = call
        self._free = threading.Event()
        self._free.set()

    def __call__(self, *values: object) -> None:
        assert self._free.wait(30)
        self._call(*values)

    def hold(self) -> None:
        self._free.clear()

    def let_go(self) -> None:
        self._free.set()
