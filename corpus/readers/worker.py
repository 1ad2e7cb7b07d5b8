"""The other side of ``corpus/readers/guard.py``: one file from standard input, its document to
standard output. What touches the file limits itself before it does.

``python -m corpus.readers.worker FORMAT NAME MEMORY SECONDS`` reads one;
``python -m corpus.readers.worker stand-by IDLE_SECONDS`` reads many, each in a child that it
forks. A request is a line, ``[format, name, memory, seconds, size]`` in JSON, and the file; an
answer a line, ``[exit code, size]``, and the child's output.
"""

from __future__ import annotations

import importlib
import json
import os
import select
import sys
from typing import BinaryIO

from corpus.errors import UnreadableReport
from corpus.readers import guard


def main() -> int:
    """Read what is asked for. The exit code of reading one file says whether it was refused or
    took too much memory."""
    # Results alone may go to standard output, whatever a library wants to say there.
    out = sys.stdout.buffer
    sys.stdout = sys.stderr
    if sys.argv[1] == "stand-by":
        return _stand_by(out, float(sys.argv[2]))
    kind, name, memory, seconds = sys.argv[1:5]
    _limit(int(memory), int(seconds))
    return _read(kind, name, sys.stdin.buffer, out)


def _stand_by(out: BinaryIO, idle: float) -> int:
    """Answer requests until there are no more, or none has come for so many seconds."""
    asked = sys.stdin.buffer
    # Whoever asks sends nothing more before it has its answer: nothing waits in the buffer.
    while select.select([asked], [], [], idle)[0] and (line := asked.readline()):
        kind, name, memory, seconds, size = json.loads(line)
        content = asked.read(size)
        # Imported here, once: every child that is forked has it.
        importlib.import_module(f"corpus.readers.{kind}")
        code, answer = _forked(kind, name, content, memory, seconds)
        del content
        out.write(json.dumps([code, len(answer)]).encode() + b"\n" + answer)
        out.flush()
    return 0


def _forked(kind: str, name: str, content: bytes, memory: int, seconds: int) -> tuple[int, bytes]:
    """The exit code and the output of a child that reads one file."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        code = 1
        try:
            os.close(reading)
            # Whoever has taken the child over can't answer in its parent's name.
            nothing = os.open(os.devnull, os.O_RDWR)
            for standard in range(3):
                os.dup2(nothing, standard)
            _limit(memory, seconds)
            with os.fdopen(writing, "wb") as out:
                code = _read(kind, name, content, out)
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        answer = told.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), answer


def _read(kind: str, name: str, content: bytes | BinaryIO, out: BinaryIO) -> int:
    """Read a file and write its document, or why there is none; the exit code."""
    try:
        reader = importlib.import_module(f"corpus.readers.{kind}")
        whole = content if isinstance(content, bytes) else content.read()
        answer, code = guard.encoded(reader.read(name, whole)), 0
    except UnreadableReport as error:
        answer, code = json.dumps([error.reason, error.next_step]).encode(), guard.REFUSED
    except MemoryError:
        return guard.OUT_OF_MEMORY
    out.write(answer)
    out.flush()
    return code


def _limit(memory: int, seconds: int) -> None:
    """Limit this process; where the system knows no such limits, the parent's clock remains."""
    try:
        import resource
    except ImportError:
        return
    for what, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds),
                       (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(what)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(what, (least, hard))
        except (ValueError, OSError):
            continue


if __name__ == "__main__":
    sys.exit(main())
