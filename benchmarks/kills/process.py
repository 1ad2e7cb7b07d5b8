"""Starting a child in a group of its own, and killing it at a moment."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_LONGEST_S = 180.0


@dataclass(frozen=True, slots=True)
class Moment:
    """When the process is killed: after ``seconds``, or right before the step ``step`` that
    changes a file. ``alone`` leaves the processes that it has started alive."""

    seconds: float | None = None
    step: int | None = None
    alone: bool = False

    def __str__(self) -> str:
        when = f"step:{self.step}" if self.step is not None else f"time:{self.seconds:.3f}"
        return f"{when}:{'alone' if self.alone else 'group'}"

    @classmethod
    def read(cls, text: str) -> Moment:
        """Read back what ``str`` gives. Raises ``ValueError`` for anything else."""
        kind, value, who = text.split(":")
        if kind == "step":
            return cls(step=int(value), alone=who == "alone")
        return cls(seconds=float(value), alone=who == "alone")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended: its exit status, what it said, and how long it took."""

    status: int
    said: str
    complaint: str
    seconds: float

    @property
    def was_killed(self) -> bool:
        """Whether it ended before its work did."""
        return self.status == -signal.SIGKILL


class Zygote:
    """The process that forks the children; it imports what these kinds of work need."""

    def __init__(self, kinds: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.kills.zygote", *kinds], cwd=ROOT,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, told: Mapping[str, object]) -> int:
        """Have it do something; what it replies."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


class Child:
    """A running child, a group of its own. Its group is gone after ``wait``."""

    zygote: Zygote | None = None

    def __init__(self, root: Path, command: Sequence[str], moment: Moment | None = None,
                 steps: Path | None = None, fake: Path | None = None) -> None:
        words = ["--root", str(root)]
        if moment is not None and moment.step is not None:
            words += ["--die", str(moment.step)] + (["--alone"] if moment.alone else [])
        for name, path in (("--steps", steps), ("--fake", fake)):
            words += [name, str(path)] if path is not None else []
        self._said, self._complaint = (root / f"{name}.txt" for name in ("said", "complaint"))
        assert Child.zygote is not None
        self._zygote = Child.zygote
        self._begun = time.monotonic()
        self.ended = threading.Event()
        self.process = self._zygote.ask({"do": "start", "words": [*words, "--", *command],
                                         "out": str(self._said), "err": str(self._complaint)})
        self._timer = threading.Timer(
            moment.seconds if moment is not None and moment.seconds is not None else _LONGEST_S,
            self._kill, (moment is not None and moment.alone,))
        self._timer.daemon = True
        self._timer.start()

    def _kill(self, alone: bool) -> None:
        with suppress(ProcessLookupError):
            if alone:
                os.kill(self.process, signal.SIGKILL)
            else:
                os.killpg(self.process, signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end."""
        if not self.ended.is_set():
            os.kill(self.process, signal.SIGTERM)

    def wait(self, linger: float = 0.0) -> Ended:
        """Wait for its end. Processes that it has started have ``linger`` seconds to end by
        themselves, then they are killed."""
        status = self._zygote.ask({"do": "wait", "process": self.process})
        seconds = time.monotonic() - self._begun
        self.ended.set()
        self._timer.cancel()
        until = time.monotonic() + linger
        while time.monotonic() < until and _has_members(self.process):
            time.sleep(0.02)
        self._kill(False)
        said, complaint = (path.read_text("utf-8", "replace") if path.exists() else ""
                           for path in (self._said, self._complaint))
        return Ended(status, said, complaint, seconds)


def _has_members(group: int) -> bool:
    """Whether a process of a group still runs; one that has ended and that nobody asks for its
    status does not."""
    for told in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, of = told.read_text("utf-8").rpartition(")")[2].split()[:3]
            if int(of) == group and state != "Z":
                return True
    return False
