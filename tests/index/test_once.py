"""What is opened once, however many ask in the same moment."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from index.once import once


def test_all_who_ask_at_once_get_the_same_and_it_is_made_once() -> None:
    made = []
    barrier = threading.Barrier(8)

    @once
    def slow() -> object:
        time.sleep(0.05)
        made.append(object())
        return made[-1]

    def ask(_: int) -> object:
        barrier.wait(10)
        return slow()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(8)))
    assert len(made) == 1
    assert all(one is made[0] for one in found)


def test_a_failure_is_told_and_tried_again() -> None:
    tries = []

    @once
    def second_time() -> int:
        tries.append(1)
        if len(tries) < 2:
            raise ValueError("not yet")
        return 7

    with pytest.raises(ValueError, match="not yet"):
        second_time()
    assert [second_time(), second_time()] == [7, 7]
    assert len(tries) == 2
