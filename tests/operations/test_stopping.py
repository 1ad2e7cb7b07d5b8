"""Being told to stop: no more questions, those that run end, and then it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, cast

import pytest

import app
from assistant.access.limits import Rate
from assistant.access.line import Line
from assistant.allowance import Allowance
from assistant.operating.happenings import Answered, Asked, Happening, Refused, Why, listening
from assistant.settings import load
from assistant.web.session import Phase, Session
from assistant.web.turns import Turns
from corpus.errors import TryAgain
from tests.browser.backend import PHONES, SLOW, FakeBackend
from tests.browser.chromium import free_port

ROOT = Path(app.__file__).parent


def test_a_closed_line_takes_nobody_and_keeps_who_is_in_it() -> None:
    line = Line(1)
    first, second = line.join(), line.join()
    line.close()
    assert line.is_closed
    assert line.join() is None
    assert line.try_turn() is None
    assert first is not None
    assert second is not None
    first.leave()
    assert second.wait(1)
    second.leave()
    assert (line.taken, line.waiting) == (0, 0)


def test_a_new_question_is_told_that_the_program_is_restarted() -> None:
    told: list[Happening] = []
    turns, session = Turns(Line(4), Line(4), Rate(0, 60)), Session()
    turns.asking.close()
    turn = session.begin(PHONES)
    assert turn is not None
    with listening(told.append):
        (shown,) = list(turns.answered(FakeBackend(), session, turn))
    assert shown.phase is Phase.FAILED
    assert "being restarted" in shown.note
    assert told == [Refused(Why.STOPPING)]
    assert session.running is None


def test_a_new_call_of_a_program_is_told_so_too() -> None:
    allowance = Allowance(Rate(0, 60), Line(1))
    allowance.count(None)
    allowance.writing.close()
    with pytest.raises(TryAgain, match="being restarted"):
        allowance.count(None)


@pytest.fixture
def running() -> Any:
    one = app.launch(cast(Any, FakeBackend()), load(port=free_port()))
    yield one
    one.close()


def test_who_is_being_answered_may_end(running: app.Running) -> None:
    running.figures.take(Asked("1"))
    place = running.access.asking.join()
    assert place is not None
    ended = threading.Event()

    def drain() -> None:
        assert running.drain(20)
        ended.set()

    thread = threading.Thread(target=drain)
    thread.start()
    while not running.access.asking.is_closed:
        time.sleep(0.01)
    assert running.readiness.state().reason == "stopping"
    running.figures.take(Answered("1", "", "answered", "lookup", "quotes", None, 1.0))
    assert not ended.wait(0.5)
    place.leave()
    thread.join(20)
    assert ended.is_set()


def test_who_takes_too_long_is_not_waited_for(running: app.Running) -> None:
    running.figures.take(Asked("1"))
    assert not running.drain(0.3)
    hurry = threading.Event()
    hurry.set()
    assert not running.drain(60, hurry)


SCRIPT = """
import sys, threading, time, app
from assistant.settings import load
from tests.browser.backend import FakeBackend
settings = load(port=int(sys.argv[1]), stop_wait=float(sys.argv[2]))
def ready(url):
    from assistant.operating.happenings import Asked, tell
    tell(Asked("1"))
    print("asked", flush=True)
backend = FakeBackend()
begun = []
app.serve(backend, settings, ready)
print("closed" if backend.closed else "open", flush=True)
"""


@pytest.mark.parametrize(("wait", "signals"), [(0.5, 1), (600, 2)])
def test_stopping_is_bounded(wait: float, signals: int) -> None:
    port = free_port()
    with subprocess.Popen([sys.executable, "-c", SCRIPT, str(port), str(wait)], cwd=ROOT,
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env={**os.environ}) as process:
        timer = threading.Timer(60, process.kill)
        timer.start()
        assert process.stdout is not None
        assert process.stdout.readline() == "asked\n"
        for _ in range(signals):
            process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
        out, err = process.communicate()
        timer.cancel()
    assert out == "closed\n"
    assert process.returncode == 0
    assert "Traceback" not in err


def test_a_slow_answer_on_the_page_counts_as_running(running: app.Running) -> None:
    turns, session = Turns(running.access.asking, running.access.writing, Rate(0, 60)), Session()
    turn = session.begin(SLOW)
    assert turn is not None
    steps = turns.answered(FakeBackend(), session, turn)
    next(steps)
    assert not running.drain(0.2)
    session.stop()
    list(steps)
    assert running.drain(5)
