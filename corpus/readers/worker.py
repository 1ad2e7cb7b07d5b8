"""``python -m corpus.readers.worker FORMAT NAME MEMORY SECONDS``: one file from standard input,
its document to standard output. The process limits itself before it touches the file."""

from __future__ import annotations

import importlib
import json
import sys

from corpus.errors import UnreadableReport
from corpus.readers import guard


def main() -> int:
    """Read one file. The exit code says whether it was refused or took too much memory."""
    kind, name, memory, seconds = sys.argv[1:5]
    _limit(int(memory), int(seconds))
    # Results alone may go to standard output, whatever a library wants to say there.
    out = sys.stdout.buffer
    sys.stdout = sys.stderr
    try:
        reader = importlib.import_module(f"corpus.readers.{kind}")
        answer, code = guard.encoded(reader.read(name, sys.stdin.buffer.read())), 0
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
