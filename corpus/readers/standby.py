"""A process that stands by with the readers imported and forks a child for each file.

Starting Python and importing a reader takes ten times as long as reading a report of some pages.
The process itself never looks into a file: whatever that does, it does to the child alone.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

# Where forking is safe: elsewhere libraries of the system may hold threads.
POSSIBLE = sys.platform == "linux"
# Who reads no more files keeps no process for it.
IDLE_S = 30.0
_HOME = Path(__file__).resolve().parents[2]


class Standby:
    """One such process, for one file at a time. To be ended after any error."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "corpus.readers.worker", "stand-by", str(IDLE_S)], cwd=_HOME,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            start_new_session=True)

    def read(self, kind: str, name: str, content: bytes, memory: int,
             seconds: float) -> tuple[int, bytes]:
        """The exit code and the output of the child that read a file.

        Raises ``TimeoutError`` when that took more than ``seconds``, ``EOFError`` when the
        process has ended before it answered.
        """
        late = threading.Event()

        def stop() -> None:
            late.set()
            self._kill()

        clock = threading.Timer(seconds, stop)
        clock.daemon = True
        clock.start()
        try:
            return self._asked([kind, name, memory, int(seconds) + 1, len(content)], content)
        except (OSError, EOFError, ValueError) as error:
            if late.is_set():
                raise TimeoutError from error
            raise EOFError from error
        finally:
            clock.cancel()

    def _asked(self, request: list[str | int], content: bytes) -> tuple[int, bytes]:
        into, out = self._process.stdin, self._process.stdout
        assert into is not None
        assert out is not None
        into.write(json.dumps(request).encode() + b"\n" + content)
        into.flush()
        code, size = json.loads(out.readline() or b"[]")
        answer = out.read(size)
        if len(answer) < size:
            raise EOFError
        return code, answer

    def end(self) -> None:
        """End the process and what it has forked, and let go of its pipes."""
        self._kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    # What was not sent yet can't be sent any more.
                    continue
        self._process.wait()

    def _kill(self) -> None:
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return


class Pool:
    """Those that stand by now; as many as files are read at a time."""

    def __init__(self) -> None:
        self._free: list[Standby] = []
        self._lock = threading.Lock()

    def read(self, kind: str, name: str, content: bytes, memory: int,
             seconds: float) -> tuple[int, bytes]:
        """As ``Standby.read``, by one that stands by or a new one. ``EOFError`` means that the
        file ended a process that was begun for it."""
        while True:
            with self._lock:
                known = self._free.pop() if self._free else None
            standby = known or Standby()
            try:
                answer = standby.read(kind, name, content, memory, seconds)
            except EOFError:
                standby.end()
                if known is None:
                    raise
                # It had ended for want of work; or this file does that to any.
                continue
            except BaseException:
                # Its answer may still come: nobody else may be given that.
                standby.end()
                raise
            with self._lock:
                self._free.append(standby)
            return answer

    def close(self) -> None:
        """End all that stand by."""
        with self._lock:
            ended, self._free = self._free, []
        for one in ended:
            one.end()
